"""An index over the requests that wait for an answer, which are few among many."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        op.f("ix_application_tenant_id_waiting_since"),
        "application",
        ["tenant_id", "waiting_since"],
        unique=False,
        postgresql_where=sa.text("waiting_since IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_application_tenant_id_waiting_since"), table_name="application")
