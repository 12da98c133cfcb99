"""Counts from the database as plain dictionaries."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import Session

Key = TypeVar("Key")


def counts_of(session: Session, statement: Select[Key, int]) -> dict[Key, int]:
    """Return what a statement counts, by what it groups by.

    Args:
        session: open for whose rows are counted.
        statement: selects the key and the number, one row a key.
    """
    # a result has keys() of its own, which dict() would take for a mapping's; its iterator has none
    return dict(iter(session.execute(statement)))
