"""Building blocks of tables: keys that carry the tenant, enumerations with a check, optional points."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Enum, ForeignKeyConstraint


def foreign_key(column: str, table: str, *, ondelete: str | None = None) -> ForeignKeyConstraint:
    """Return the composite foreign key ``(tenant_id, column)`` → ``table``; it cannot point into another tenant."""
    return ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"], ondelete=ondelete)


def enumeration(kind: type[StrEnum]) -> Enum:
    """Return a text column type for ``kind`` with a check constraint, easier to migrate than a native type."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=20,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )
