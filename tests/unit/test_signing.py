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
