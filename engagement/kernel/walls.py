"""The statements that wall a tenant-owned table off, for migrations; a test fails for a table without them."""

from __future__ import annotations

from engagement.kernel.roles import WEB

CURRENT = "nullif(current_setting('app.tenant_id', true), '')::integer"
NO_TENANT = "coalesce(current_setting('app.tenant_id', true), '') = ''"


def wall(table: str) -> list[str]:
    """Return what lets the web role see and write the rows of the transaction's tenant only."""
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY tenant ON {table} USING (tenant_id = {CURRENT}) WITH CHECK (tenant_id = {CURRENT})",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {WEB}",
    ]
