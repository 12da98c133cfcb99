"""Keeping texts within their columns, and telling about everything that was left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from engagement.opportunities.freinet.html import to_line

ELLIPSIS = "…"
_ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+\.[^@\s<>,;.\"]{2,}")
_WEBSITE = re.compile(r"https?://[^\s<>\"/.]+\.[^\s<>\"]+", re.IGNORECASE)


@dataclass
class Notes:
    """Gathers what is said of one row in the report."""

    said: list[str] = field(default_factory=list)

    def add(self, note: str) -> None:
        """Add a note; the same twice is said once."""
        if note not in self.said:
            self.said.append(note)

    def line(self, name: str, text: str, longest: int) -> str:
        """Return ``text`` as one plain line of at most ``longest`` characters."""
        return self.cut(name, to_line(text), longest)

    def cut(self, name: str, text: str, longest: int) -> str:
        """Return ``text`` with at most ``longest`` characters, cut at a word."""
        if len(text) <= longest:
            return text
        self.add(f"{name} cut from {len(text)} to {longest} characters")
        return cut_at_word(text, longest)

    def email(self, name: str, text: str, longest: int = 254) -> str:
        """Return an e-mail address, "" if ``text`` is none."""
        address = to_line(text).removeprefix("mailto:")
        if not address or (_ADDRESS.fullmatch(address) and len(address) <= longest):
            return address
        self.add(f"{name} left out: {cut_at_word(address, 60)!r} is no e-mail address")
        return ""

    def website(self, name: str, text: str, longest: int = 300) -> str:
        """Return an address that begins with http or https, "" if ``text`` is none."""
        address = to_line(text)
        if address and "://" not in address and "@" not in address:
            address = f"https://{address}"
        if not address or (_WEBSITE.fullmatch(address) and len(address) <= longest):
            return address
        self.add(f"{name} left out: {cut_at_word(address, 60)!r} is no web address")
        return ""


def cut_at_word(text: str, longest: int) -> str:
    """Return ``text`` with at most ``longest`` characters; what is cut ends with a whole word and an ellipsis."""
    if len(text) <= longest:
        return text
    room = text[:longest]
    last = max(room.rfind(" "), room.rfind("\n"))
    kept = room[:last] if last > longest // 2 else room[:-1]
    return kept.rstrip(" \n,;:–-")[: longest - 1] + ELLIPSIS
