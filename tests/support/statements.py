"""Watches what is sent to the database: how many statements, and how PostgreSQL would run them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, event


@dataclass
class Statements:
    """The statements of a block with their parameters, in order; the setting of the tenant is not counted."""

    sent: list[tuple[str, Any]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.sent)

    def plans(self, connection: Connection) -> list[str]:
        """Return how each of them would be run."""
        return [
            "\n".join(connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars())
            for statement, parameters in self.sent
        ]


@contextmanager
def watched(engine: Engine) -> Iterator[Statements]:
    """Note every statement that goes through ``engine`` within the block."""
    seen = Statements()

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if "set_config" not in statement:
            seen.sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
