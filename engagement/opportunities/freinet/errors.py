"""What is wrong with a file as a whole."""

from __future__ import annotations

from engagement.kernel.errors import DomainError


class BrokenFileError(DomainError):
    """The file cannot be read to its end, so nothing of it is imported; the message says where and what to do."""
