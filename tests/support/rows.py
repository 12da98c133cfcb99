"""Fills every table of ours with a row a tenant, from the models' own columns, so that no new table is forgotten."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Connection, Enum, Table, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR

from engagement.kernel import migration

AT = datetime(2026, 1, 1, tzinfo=UTC)
NEIGHBOUR = 1000
"""Added to a tenant's id gives the id of the one that its rows name as a neighbour."""


def fill(connection: Connection, tenant_id: int) -> None:
    """Write one row for ``tenant_id`` into every table, parents first; all its ids are the tenant's id."""
    connection.execute(text("SELECT set_config('app.tenant_id', :id, true)"), {"id": str(tenant_id)})
    for table in migration.metadata().sorted_tables:
        if table.name == "tenant":
            connection.execute(table.insert().values(row_of(table, tenant_id + NEIGHBOUR)))
        connection.execute(table.insert().values(row_of(table, tenant_id)))


def row_of(table: Table, tenant_id: int) -> dict[str, Any]:
    """Return the row that ``fill`` writes."""
    return {
        column.name: _value(column, tenant_id)
        for column in table.columns
        if not column.nullable or (column.foreign_keys and _is_tree(column))
    }


def _is_tree(column: Column[Any]) -> bool:
    """Tell whether the key points to a table that is filled before this one."""
    order = [table.name for table in migration.metadata().sorted_tables]
    return all(order.index(key.column.table.name) < order.index(column.table.name) for key in column.foreign_keys)


def _value(column: Column[Any], tenant_id: int) -> Any:  # noqa: ANN401
    if column.name == "neighbour_id":
        return tenant_id + NEIGHBOUR
    if column.name.endswith("_colour"):
        return "#0b5cad"
    for kind, value in (
        (Enum, column.type.enums[0] if isinstance(column.type, Enum) else None),
        (ARRAY, []),
        (JSONB, {}),
        (TSVECTOR, ""),
    ):
        if isinstance(column.type, kind):
            return value
    samples: dict[type, Any] = {
        int: tenant_id,
        str: f"x{tenant_id}",
        bool: True,
        float: 49.0,
        bytes: b"x",
        datetime: AT,
        date: AT.date(),
        time: AT.time(),
        Decimal: Decimal(1),
    }
    return samples[column.type.python_type]
