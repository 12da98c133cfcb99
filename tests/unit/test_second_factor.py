"""The second factor: the standard's own examples, drift, and that a code counts once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.operators.second_factor import SECONDS, app_address, code_at, new_secret, readable, step_of

RFC_SECRET = b"12345678901234567890"
NOON = datetime(2026, 11, 24, 12, 0, 15, tzinfo=UTC)
STEP = int(NOON.timestamp()) // SECONDS


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_examples_of_rfc_6238(seconds: int, code: str) -> None:
    """Appendix B gives eight digits; six are the last six of them (RFC 4226, section 5.3)."""
    moment = datetime.fromtimestamp(seconds, UTC)
    assert code_at(RFC_SECRET, moment) == code[-6:]
    assert step_of(RFC_SECRET, code[-6:], moment, after=0) == seconds // 30


@pytest.mark.parametrize(("seconds", "taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_one_step_off(seconds: int, taken: bool) -> None:
    typed = code_at(RFC_SECRET, NOON + timedelta(seconds=seconds))
    assert (step_of(RFC_SECRET, typed, NOON, after=0) is not None) is taken


def test_a_code_counts_once() -> None:
    typed = code_at(RFC_SECRET, NOON)
    used = step_of(RFC_SECRET, typed, NOON, after=0)
    assert used == STEP
    assert step_of(RFC_SECRET, typed, NOON, after=used) is None
    earlier = code_at(RFC_SECRET, NOON - timedelta(seconds=SECONDS))
    assert step_of(RFC_SECRET, earlier, NOON, after=used) is None


def test_blanks_between_the_digits_do_not_matter() -> None:
    typed = code_at(RFC_SECRET, NOON)
    assert step_of(RFC_SECRET, f" {typed[:3]} {typed[3:]} ", NOON, after=0) == STEP


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_good_code_or_none(typed: str) -> None:
    good = {code_at(RFC_SECRET, NOON + timedelta(seconds=drift)) for drift in (-30, 0, 30)}
    assert (step_of(RFC_SECRET, typed, NOON, after=0) is not None) is ("".join(typed.split()) in good)


def test_keys_are_long_random_and_typed_in_groups() -> None:
    secret = new_secret()
    assert len(secret) == 20
    assert secret != new_secret()
    assert readable(RFC_SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"


def test_the_app_is_told_key_and_owner() -> None:
    parts = urlsplit(app_address(RFC_SECRET, "ada@example.org", "Engagement localhost"))
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert parts.path == "/Engagement%20localhost:ada%40example.org"
    assert parse_qs(parts.query)["secret"] == ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"]
