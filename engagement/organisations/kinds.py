"""The closed lists an organisation is described with."""

from __future__ import annotations

from enum import StrEnum


class Verification(StrEnum):
    """Whether the municipality has looked at an organisation; only verified ones are shown."""

    PENDING = "pending"
    VERIFIED = "verified"
    REJECTED = "rejected"
