"""Secrets that the database must keep and that must be read again, such as keys of second factors.

They are sealed with a key derived from the installation's secret key: whoever has a copy of the database alone cannot
read them.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class SealBrokenError(RuntimeError):
    """A secret was sealed with another key, or was changed."""


class Sealer:
    """Seals and opens (Fernet: AES-128-CBC with HMAC-SHA256; the key by HKDF, RFC 5869).

    Args:
        secret_key: of the installation.
        purpose: what is sealed; things of one purpose cannot be passed off as another's.
    """

    def __init__(self, secret_key: str, purpose: str) -> None:
        derived = HKDF(SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret_key.encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))

    def seal(self, secret: bytes) -> str:
        """Return ``secret`` as text that only this installation can open."""
        return self._fernet.encrypt(secret).decode("ascii")

    def open(self, sealed: str) -> bytes:
        """Return what was sealed.

        Raises:
            SealBrokenError: it was sealed with another key, or was changed.
        """
        try:
            return self._fernet.decrypt(sealed.encode("ascii"))
        except InvalidToken as error:
            raise SealBrokenError("this was sealed with another key") from error
