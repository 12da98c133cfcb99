"""Signed tokens for mailed links and forms: they say for what, in which tenant and for which row, and cannot be forged.

A token is good for one purpose and one tenant only. Whether it was used already is kept in the row it names,
since a signature cannot know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer


class Purpose(StrEnum):
    """What a mailed link is for; it salts the signature."""

    SIGN_IN = "sign-in"
    CONFIRM_SIGN_UP = "confirm-sign-up"
    FOLLOW_APPLICATION = "follow-application"
    KEPT_PICTURE = "kept-picture"
    STAFF_INVITATION = "staff-invitation"
    CONFIRM_ORGANISATION = "confirm-organisation"
    JOIN_ORGANISATION = "join-organisation"
    CONFIRM_SEARCH = "confirm-search"
    MANAGE_SEARCH = "manage-search"
    OPERATOR_SET_UP = "operator-set-up"
    OPERATOR_ENTRY = "operator-entry"


OF_INSTALLATION = 0
"""In place of a tenant's number: what this is signed for concerns the installation, whose key never leaves it."""


class TokenExpiredError(Exception):
    """The token was genuine, but its time has passed."""


class TokenInvalidError(Exception):
    """The token is forged, cut short, or meant for another purpose or tenant."""


class Signer:
    """Makes and reads tokens with the tenant's own key, so that links in old mails still work after it has moved.

    Args:
        secret_key: the installation's; it signs for a tenant whose key is not known, and its tokens stay good.
        key_of: returns a tenant's own key, None if it is not known.
    """

    def __init__(self, secret_key: str, key_of: Callable[[int], str | None] = lambda _tenant_id: None) -> None:
        self._secret_key = secret_key
        self._key_of = key_of

    def sign(self, purpose: Purpose, tenant_id: int, row_id: int, nonce: str = "") -> str:
        """Return a token for the row ``row_id`` of ``tenant_id``; ``nonce`` ties it to one state of the row."""
        return str(next(self._serializers(purpose, tenant_id)).dumps([row_id, nonce]))

    def read(self, purpose: Purpose, tenant_id: int, token: str, *, max_age: int | None = None) -> tuple[int, str]:
        """Return the row id and nonce that ``token`` names.

        Args:
            purpose: what the link is for.
            tenant_id: the tenant whose host received it.
            token: as in the link.
            max_age: seconds for which the token is good; None means without end.

        Raises:
            TokenExpiredError: genuine but older than ``max_age``.
            TokenInvalidError: anything else that is wrong with it.
        """
        for serializer in self._serializers(purpose, tenant_id):
            try:
                row_id, nonce = serializer.loads(token, max_age=max_age)
                return int(row_id), str(nonce)
            except SignatureExpired as error:
                raise TokenExpiredError from error
            except (BadSignature, ValueError, TypeError):
                continue
        raise TokenInvalidError

    def _serializers(self, purpose: Purpose, tenant_id: int) -> Iterator[URLSafeTimedSerializer]:
        """Yield who signs first. With a key of its own a tenant's number is left out: elsewhere it has another."""
        if own := self._key_of(tenant_id) if tenant_id != OF_INSTALLATION else None:
            yield URLSafeTimedSerializer(own, salt=purpose)
        yield URLSafeTimedSerializer(self._secret_key, salt=f"{purpose}:{tenant_id}")
