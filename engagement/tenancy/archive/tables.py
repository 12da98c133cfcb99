"""Which tables a tenant owns and how their rows are turned into lines, all taken from the models' own columns.

PostgreSQL itself makes a line of a row and a row of a line (``row_to_json``, ``jsonb_populate_record``): nothing is
lost on the way through another language's numbers, times or text. What is not a value of JSON, a column of bytes,
stands in the line by its digest and in the archive as a file.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    LargeBinary,
    Select,
    String,
    Table,
    Text,
    case,
    cast,
    func,
    literal,
    null,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, array

from engagement.kernel.db import DERIVED, INSTALLATION, MADE_ANEW
from engagement.kernel.migration import metadata
from engagement.tenancy.archive.layout import JSON_NULL
from engagement.tenancy.models import Tenant

BOUND = "bound_to_installation"
"""Marks a column (``info={BOUND: True}``) that only the installation can read, such as a sealed password."""
KEPT_BEHIND = frozenset(
    {"id", "suspended_at", "suspension_reason", "resumed_at", "deletion_requested_at", "delete_after"}
)
"""Columns of the tenant's own row that say something about its place, not about itself."""


def owned_tables() -> list[Table]:
    """Return the tables whose rows move with a tenant, parents first."""
    return [table for table in _with_tenant() if _is_carried(table)]


def tenant_table() -> Table:
    """Return the table of the tenants themselves."""
    return metadata().tables[Tenant.__tablename__]


def all_tables() -> list[Table]:
    """Return every table that an archive holds rows of, the tenant's own first."""
    return [tenant_table(), *owned_tables()]


def derived_tables() -> list[Table]:
    """Return the tables that are made anew from the others."""
    return [table for table in _with_tenant() if table.info.get(DERIVED)]


def left_out() -> list[str]:
    """Name the tables and columns that mean nothing outside of this installation."""
    tables = [table.name for table in _with_tenant() if table.comment != INSTALLATION and points_elsewhere(table)]
    return tables + [
        f"{table.name}.{column.name}" for table in owned_tables() for column in table.c if is_bound(column)
    ]


def points_elsewhere(table: Table) -> bool:
    """Tell whether rows of ``table`` name another tenant, which is not there after a move."""
    return any(
        key.column.table.name == Tenant.__tablename__
        for column in table.c
        if column.name != "tenant_id"
        for key in column.foreign_keys
    )


def points_to_itself(table: Table) -> bool:
    """Tell whether rows of ``table`` may name each other."""
    return any(key.column.table is table for column in table.c for key in column.foreign_keys)


def is_bound(column: Column[Any]) -> bool:
    """Tell whether only this installation can read what is in ``column``."""
    return bool(column.info.get(BOUND))


def _is_carried(table: Table) -> bool:
    is_remade = table.info.get(DERIVED) or table.info.get(MADE_ANEW)
    return table.comment != INSTALLATION and not is_remade and not points_elsewhere(table)


def columns_of(table: Table) -> list[Column[Any]]:
    """Return the columns that stand in a line, in their order."""
    if table.name == Tenant.__tablename__:
        return [column for column in table.c if column.name not in KEPT_BEHIND]
    return [column for column in table.c if column.name != "tenant_id" and column.computed is None]


def file_columns(table: Table) -> list[Column[Any]]:
    """Return the columns whose content is kept as a file."""
    return [column for column in columns_of(table) if isinstance(column.type, LargeBinary) and not is_bound(column)]


def lines_of(table: Table, tenant_id: int) -> Select[str]:
    """Return the statement that makes a line of each row, in the order of the key."""
    owner = table.c.id if table.name == Tenant.__tablename__ else table.c.tenant_id
    keys = [column for column in table.primary_key if column is not owner]
    row = (
        select(*(_told(column) for column in columns_of(table)), *_null_marks(table))
        .where(owner == tenant_id)
        .subquery("r")
    )
    return select(cast(func.row_to_json(row.table_valued()), Text)).order_by(*(row.c[key.name] for key in keys))


def contents_of(table: Table, column: Column[Any], tenant_id: int) -> Select[str, bytes]:
    """Return the statement that reads each content of a column of bytes with its digest."""
    return (
        select(_digest(column), column)
        .where(table.c.tenant_id == tenant_id, column.is_not(None))
        .order_by(*table.primary_key)
    )


def insert_lines(table: Table) -> str:
    """Return the statement that makes rows of the lines in the text ``:lines``, in their order.

    What ``:fixed`` holds as JSON wins over each line; ``:file_0`` and so on hold the contents of ``file_columns``.
    """
    names = [_quoted(column.name) for column in _inserted(table)]
    files = {column.name: f"file_{number}" for number, column in enumerate(file_columns(table))}
    values = [_read_back(column, files) for column in _inserted(table)]
    arrays = [
        "string_to_array(CAST(:lines AS text), chr(10))",
        *(f"CAST(:{name} AS bytea[])" for name in files.values()),
    ]
    return (
        f"INSERT INTO {_quoted(table.name)} ({', '.join(names)}) SELECT {', '.join(values)} "  # noqa: S608 - our own names
        f"FROM unnest({', '.join(arrays)}) WITH ORDINALITY AS one ({', '.join(['line', *files.values()])}, number), "
        "LATERAL (SELECT CAST(one.line AS jsonb) AS whole) AS parsed, "
        f"LATERAL jsonb_populate_record(NULL::{_quoted(table.name)}, whole || CAST(:fixed AS jsonb)) AS r "
        "ORDER BY one.number"
    )


def forget_timeouts() -> list[ColumnElement[str]]:
    """Return what lifts the limits of a visitor's request from a long transaction, and fixes how values are written."""
    wanted = {
        "statement_timeout": "0",
        "idle_in_transaction_session_timeout": "0",
        "timezone": "UTC",
        "bytea_output": "hex",
        "extra_float_digits": "1",
    }
    return [func.set_config(name, value, True) for name, value in wanted.items()]


def _with_tenant() -> list[Table]:
    return [table for table in metadata().sorted_tables if "tenant_id" in table.c]


def _told(column: Column[Any]) -> ColumnElement[Any]:
    if is_bound(column):
        empty: ColumnElement[Any] = null() if column.nullable else literal("", String())
        return empty.label(column.name)
    if isinstance(column.type, LargeBinary):
        return _digest(column).label(column.name)
    return column


def _digest(column: ColumnElement[Any]) -> ColumnElement[str]:
    return func.encode(func.sha256(column), "hex")


def _null_marks(table: Table) -> Iterable[ColumnElement[Any]]:
    marks = [
        case((func.jsonb_typeof(column) == "null", literal(column.name, Text())))
        for column in columns_of(table)
        if isinstance(column.type, JSONB)
    ]
    if marks:
        found = func.array_remove(cast(array(marks), ARRAY(Text)), null(), type_=ARRAY(Text))
        yield func.nullif(found, cast(text("'{}'"), ARRAY(Text))).label(JSON_NULL)


def _inserted(table: Table) -> list[Column[Any]]:
    if table.name == Tenant.__tablename__:
        return [*columns_of(table), table.c.resumed_at]
    return [table.c.tenant_id, *columns_of(table)]


def _read_back(column: Column[Any], files: dict[str, str]) -> str:
    name = _quoted(column.name)
    if column.name in files:
        return f"one.{files[column.name]}"
    if isinstance(column.type, JSONB):
        return f"CASE WHEN whole -> '{JSON_NULL}' ? '{column.name}' THEN 'null'::jsonb ELSE r.{name} END"
    return f"r.{name}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
