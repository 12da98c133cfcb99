"""Sealed secrets open where they belong and nowhere else, also after the key was changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.kernel.sealing import Sealer, SealError

OLD, NEW = "old-key-" * 5, "new-key-" * 5
sealer = Sealer(OLD)


@given(st.text(st.characters(exclude_categories=("Cs",))), st.integers(1, 2**31))
def test_a_secret_opens_again(secret: str, tenant_id: int) -> None:
    assert sealer.unseal("mail", tenant_id, sealer.seal("mail", tenant_id, secret)) == secret


@given(st.data())
def test_a_changed_seal_does_not_open(data: st.DataObject) -> None:
    sealed = bytearray(sealer.seal("mail", 1, "geheim"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SealError):
        sealer.unseal("mail", 1, bytes(sealed))


@pytest.mark.parametrize(("purpose", "tenant_id"), [("mail", 2), ("other", 1), ("mail:1", 1)])
def test_a_seal_moved_elsewhere_does_not_open(purpose: str, tenant_id: int) -> None:
    with pytest.raises(SealError, match="belongs elsewhere"):
        sealer.unseal(purpose, tenant_id, sealer.seal("mail", 1, "geheim"))


@pytest.mark.parametrize("rubbish", [b"", b"\x01", b"\x02" + b"x" * 40, b"x" * 40])
def test_rubbish_does_not_open(rubbish: bytes) -> None:
    with pytest.raises(SealError):
        sealer.unseal("mail", 1, rubbish)


def test_the_same_secret_looks_different_each_time_and_shows_nothing() -> None:
    one, other = (sealer.seal("mail", 1, "geheim") for _ in range(2))
    assert one != other
    assert b"geheim" not in one


def test_after_a_change_of_keys_the_old_seal_opens_and_is_known_to_be_old() -> None:
    sealed = sealer.seal("mail", 1, "geheim")
    changed = Sealer(NEW, (OLD,))
    assert changed.unseal("mail", 1, sealed) == "geheim"
    assert changed.is_outdated(sealed)
    fresh = changed.seal("mail", 1, "geheim")
    assert not changed.is_outdated(fresh)
    assert Sealer(NEW).unseal("mail", 1, fresh) == "geheim"
    with pytest.raises(SealError, match="not known any more"):
        Sealer(NEW).unseal("mail", 1, sealed)
