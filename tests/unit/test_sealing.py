"""Sealed secrets open with the same key and purpose only."""

from __future__ import annotations

import pytest

from engagement.kernel.sealing import SealBrokenError, Sealer

KEY = "x" * 40


def test_what_is_sealed_can_be_opened_and_not_read() -> None:
    sealed = Sealer(KEY, "one").seal(b"the secret")
    assert "secret" not in sealed
    assert Sealer(KEY, "one").open(sealed) == b"the secret"


@pytest.mark.parametrize(("key", "purpose"), [("y" * 40, "one"), (KEY, "two")])
def test_another_key_or_purpose_opens_nothing(key: str, purpose: str) -> None:
    with pytest.raises(SealBrokenError):
        Sealer(key, purpose).open(Sealer(KEY, "one").seal(b"the secret"))


def test_a_changed_seal_is_noticed() -> None:
    sealed = Sealer(KEY, "one").seal(b"the secret")
    with pytest.raises(SealBrokenError):
        Sealer(KEY, "one").open(sealed[:-4] + "AAA=")
