from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.kernel.signing import Purpose, Signer, TokenExpiredError, TokenInvalidError

signer = Signer("a-key-for-this-test-0123456789-0123456789")


@given(st.integers(1, 2**62), st.text(max_size=20))
def test_a_token_gives_back_what_was_signed(row_id: int, nonce: str) -> None:
    token = signer.sign(Purpose.SIGN_IN, 3, row_id, nonce)
    assert signer.read(Purpose.SIGN_IN, 3, token) == (row_id, nonce)


def test_a_token_is_good_for_its_purpose_tenant_and_key_only() -> None:
    token = signer.sign(Purpose.SIGN_IN, 3, 7)
    for purpose, tenant_id in itertools.product(Purpose, (3, 4)):
        if (purpose, tenant_id) != (Purpose.SIGN_IN, 3):
            with pytest.raises(TokenInvalidError):
                signer.read(purpose, tenant_id, token)
    with pytest.raises(TokenInvalidError):
        Signer("another-key-0123456789-0123456789-0123").read(Purpose.SIGN_IN, 3, token)


@given(st.integers(0, 60), st.characters(codec="ascii", categories=("L", "N")))
def test_a_changed_token_is_refused(place: int, character: str) -> None:
    token = signer.sign(Purpose.SIGN_IN, 3, 7)
    place %= len(token) - 1
    changed = token[:place] + character + token[place + 1 :]
    if changed != token:
        with pytest.raises(TokenInvalidError):
            signer.read(Purpose.SIGN_IN, 3, changed)


def test_an_old_token_says_that_it_is_old() -> None:
    token = signer.sign(Purpose.CONFIRM_SIGN_UP, 3, 7)
    with pytest.raises(TokenExpiredError):
        signer.read(Purpose.CONFIRM_SIGN_UP, 3, token, max_age=-1)


def test_a_tenants_own_key_signs_wherever_it_lives_and_for_nobody_else() -> None:
    keys = {3: "the-key-of-three", 4: "the-key-of-four"}
    here = Signer("the-key-of-this-installation-0123456789", keys.get)
    elsewhere = Signer("the-key-of-that-installation-0123456789", {17: keys[3], 3: "of-a-third-town"}.get)
    token = here.sign(Purpose.FOLLOW_APPLICATION, 3, 7)
    assert elsewhere.read(Purpose.FOLLOW_APPLICATION, 17, token) == (7, "")
    for reader, purpose, tenant_id in (
        (elsewhere, Purpose.FOLLOW_APPLICATION, 3),
        (elsewhere, Purpose.SIGN_IN, 17),
        (here, Purpose.FOLLOW_APPLICATION, 4),
        (here, Purpose.FOLLOW_APPLICATION, 5),
    ):
        with pytest.raises(TokenInvalidError):
            reader.read(purpose, tenant_id, token)


def test_a_token_from_before_the_tenant_had_a_key_stays_good() -> None:
    token = Signer("the-key-of-this-installation-0123456789").sign(Purpose.FOLLOW_APPLICATION, 3, 7)
    now_with_keys = Signer("the-key-of-this-installation-0123456789", {3: "the-key-of-three"}.get)
    assert now_with_keys.read(Purpose.FOLLOW_APPLICATION, 3, token) == (7, "")
    assert now_with_keys.sign(Purpose.FOLLOW_APPLICATION, 3, 7) != token
