"""Signed tokens for mailed links and forms: they say for what, in which tenant and for which row, and cannot be forged.

A token is good for one purpose and one tenant only. Whether it was used already is kept in the row it names,
since a signature cannot know.
"""

from __future__ import annotations

from enum import StrEnum

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer


class Purpose(StrEnum):
    """What a mailed link is for; it salts the signature."""

    SIGN_IN = "sign-in"
    CONFIRM_SIGN_UP = "confirm-sign-up"
    FOLLOW_APPLICATION = "follow-application"
    KEPT_PICTURE = "kept-picture"
    CONFIRM_ORGANISATION = "confirm-organisation"
    JOIN_ORGANISATION = "join-organisation"


class TokenExpiredError(Exception):
    """The token was genuine, but its time has passed."""


class TokenInvalidError(Exception):
    """The token is forged, cut short, or meant for another purpose or tenant."""


class Signer:
    """Makes and reads tokens with the installation's secret key."""

    def __init__(self, secret_key: str) -> None:
        self._secret_key = secret_key

    def sign(self, purpose: Purpose, tenant_id: int, row_id: int, nonce: str = "") -> str:
        """Return a token for the row ``row_id`` of ``tenant_id``; ``nonce`` ties it to one state of the row."""
        return str(self._serializer(purpose, tenant_id).dumps([row_id, nonce]))

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
        try:
            row_id, nonce = self._serializer(purpose, tenant_id).loads(token, max_age=max_age)
        except SignatureExpired as error:
            raise TokenExpiredError from error
        except (BadSignature, ValueError, TypeError) as error:
            raise TokenInvalidError from error
        return int(row_id), str(nonce)

    def _serializer(self, purpose: Purpose, tenant_id: int) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self._secret_key, salt=f"{purpose}:{tenant_id}")
