"""Secrets kept in the database: sealed with a key that the database never sees.

AES-256-GCM (NIST SP 800-38D) with a key derived by HKDF (RFC 5869) from the installation's secret key. Purpose and
tenant are bound to the seal as associated data: a sealed secret that is copied into another tenant's row, or another
column, does not open there. Each seal names the key it was made with, so that keys can change.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engagement.kernel.settings import Settings

VERSION = b"\x01"
MARK_BYTES, NONCE_BYTES, KEY_BYTES = 4, 12, 32
HEAD = len(VERSION) + MARK_BYTES + NONCE_BYTES


class SealError(Exception):
    """The secret cannot be read: its key is gone, or it was changed or moved."""


@dataclass(frozen=True)
class _Key:
    mark: bytes
    cipher: AESGCM


class Sealer:
    """Seals and opens secrets.

    Args:
        secret_key: of the installation; seals.
        previous: former ones; they only open.
    """

    def __init__(self, secret_key: str, previous: tuple[str, ...] = ()) -> None:
        self._keys = [_key(secret) for secret in (secret_key, *previous)]

    @classmethod
    def from_settings(cls, settings: Settings) -> Sealer:
        """Return the sealer that ``settings`` ask for."""
        former = tuple(secret.get_secret_value() for secret in settings.previous_secret_keys)
        return cls(settings.secret_key.get_secret_value(), former)

    def seal(self, purpose: str, tenant_id: int, secret: str) -> bytes:
        """Return ``secret`` sealed for one purpose and tenant."""
        key, nonce = self._keys[0], os.urandom(NONCE_BYTES)
        return VERSION + key.mark + nonce + key.cipher.encrypt(nonce, secret.encode(), _bound(purpose, tenant_id))

    def unseal(self, purpose: str, tenant_id: int, sealed: bytes) -> str:
        """Return the secret.

        Raises:
            SealError: it cannot be read.
        """
        found = next((key for key in self._keys if key.mark == self._mark(sealed)), None)
        if found is None:
            raise SealError("it was sealed with a key that is not known any more")
        nonce = sealed[HEAD - NONCE_BYTES : HEAD]
        try:
            return found.cipher.decrypt(nonce, sealed[HEAD:], _bound(purpose, tenant_id)).decode()
        except InvalidTag as error:
            raise SealError("it was changed, or belongs elsewhere") from error

    def is_outdated(self, sealed: bytes) -> bool:
        """Tell whether the secret should be sealed anew with the present key."""
        return self._mark(sealed) != self._keys[0].mark

    def _mark(self, sealed: bytes) -> bytes:
        return sealed[len(VERSION) : len(VERSION) + MARK_BYTES] if sealed.startswith(VERSION) else b""


def _bound(purpose: str, tenant_id: int) -> bytes:
    return f"{purpose}:{tenant_id}".encode()


def _key(secret_key: str) -> _Key:
    return _Key(_derive(secret_key, b"mark", MARK_BYTES), AESGCM(_derive(secret_key, b"key", KEY_BYTES)))


def _derive(secret_key: str, use: bytes, length: int) -> bytes:
    kdf = HKDF(algorithm=hashes.SHA256(), length=length, salt=None, info=b"engagement sealing 1 " + use)
    return kdf.derive(secret_key.encode())
