"""Alembic's environment: the caller hands over a connection that acts as the owner role."""

from __future__ import annotations

import sys

from alembic import context
from sqlalchemy import Connection

from engagement.kernel.migration import NOT_OURS, metadata, owner_connection


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and name is not None and name.startswith(NOT_OURS))


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata(),
        include_name=include_name,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
elif context.is_offline_mode():
    sys.exit("Engagement migrates over a connection only.")
else:
    with owner_connection() as connection:
        migrate(connection)
