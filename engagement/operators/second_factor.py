"""The second factor: six digits from an app, a new one each half minute (TOTP, RFC 6238). Pure.

SHA-1, six digits and thirty seconds are what every app can do; a step before or after is taken, since clocks differ
(RFC 6238, section 5.2). A code counts once: the step that was taken is kept, and it and those before it are refused.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

SECRET_BYTES = 20
"""As long as the digest (RFC 4226, section 4, requirement 6)."""
DIGITS = 6
SECONDS = 30
DRIFT = (0, -1, 1)


def new_secret() -> bytes:
    """Return a random key."""
    return secrets.token_bytes(SECRET_BYTES)


def code_at(secret: bytes, moment: datetime) -> str:
    """Return the code that an app shows at ``moment``."""
    return _totp(secret).generate(moment.timestamp()).decode("ascii")


def step_of(secret: bytes, code: str, moment: datetime, *, after: int) -> int | None:
    """Return the step whose code this is, None if it is not a good one.

    Args:
        secret: the person's key.
        code: as typed; blanks between the digits do not matter.
        moment: now.
        after: the step that was used last.
    """
    typed = "".join(code.split()).encode("utf-8")
    now_step = int(moment.timestamp()) // SECONDS
    found = None
    for drift in DRIFT:
        step = now_step + drift
        if hmac.compare_digest(_totp(secret).generate(step * SECONDS), typed) and step > after:
            found = step
    return found


def readable(secret: bytes) -> str:
    """Return the key as people type it into an app: Base32 in groups of four."""
    text = base64.b32encode(secret).decode("ascii").rstrip("=")
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


def app_address(secret: bytes, email: str, issuer: str) -> str:
    """Return the address that opens an app on the same device and gives it the key."""
    return _totp(secret).get_provisioning_uri(email, issuer)


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), SECONDS)  # noqa: S303 - what the standard and every app use; HMAC does not need more
