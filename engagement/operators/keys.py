"""Keys of second factors as the database keeps them: sealed, and good for nothing else."""

from __future__ import annotations

from engagement.kernel.sealing import Sealer
from engagement.kernel.signing import OF_INSTALLATION

SEALED_FOR = "second factor of an operator"


def seal_key(sealer: Sealer, key: bytes) -> bytes:
    """Return a key as it is kept."""
    return sealer.seal(SEALED_FOR, OF_INSTALLATION, key.hex())


def open_key(sealer: Sealer, sealed: bytes) -> bytes:
    """Return the key that was kept.

    Raises:
        SealError: it was sealed by an installation with another secret key.
    """
    return bytes.fromhex(sealer.unseal(SEALED_FOR, OF_INSTALLATION, sealed))
