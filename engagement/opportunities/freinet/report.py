"""What an import did, row by row and in all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """What became of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"


@dataclass(frozen=True, kw_only=True)
class RowReport:
    """One row.

    Args:
        row: counts the offers of the file from 1.
        line: of the file, where it begins.
        reason: why it was skipped, "" if it was not.
        notes: what was left out or cut although it was imported.
    """

    row: int
    line: int
    external_id: str
    title: str
    outcome: Outcome
    reason: str = ""
    notes: tuple[str, ...] = ()


@dataclass
class Summary:
    """The whole file; ``rows`` are the new, changed, unchanged and skipped ones together."""

    rows: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    organisations: Counter[Outcome] = field(default_factory=Counter)

    def count(self, row: RowReport) -> None:
        """Take one row in."""
        self.rows += 1
        self.outcomes[row.outcome] += 1
