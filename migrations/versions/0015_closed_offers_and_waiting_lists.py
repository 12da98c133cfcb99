"""Addresses of offers that are over, waiting lists, what somebody signs up for, and how fast organisations answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

STATES = "'new', 'in_contact', 'accepted', 'declined', 'withdrawn'"
WITH_STATE = ("application", "forgotten_application")
WISHES = "wish IN ('join', 'taster', 'question')"


def upgrade() -> None:
    op.add_column("opportunity", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE opportunity SET closed_at = least(coalesce(expires_at, updated_at), now()) "
        "WHERE published_at IS NOT NULL AND state <> 'published'"
    )
    op.create_index(
        op.f("ix_opportunity_tenant_id_closed_at"),
        "opportunity",
        ["tenant_id", "closed_at"],
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    )
    op.add_column("organisation", sa.Column("answers_within_hours", sa.Integer(), nullable=True))
    _allow_states(f"{STATES}, 'queued'")
    for table in ("application", "sign_up"):
        op.add_column(table, sa.Column("wish", sa.String(20), nullable=False, server_default="join"))
        op.create_check_constraint(op.f(f"ck_{table}_wish"), table, WISHES)
    for name in ("queued_at", "left_queue_at", "kept_until"):
        op.add_column("application", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("application", sa.Column("keeps_place", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(
        op.f("ix_application_tenant_id_opportunity_id_queued_at"),
        "application",
        ["tenant_id", "opportunity_id", "queued_at"],
        postgresql_where=sa.text("state = 'queued'"),
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_application_tenant_id_opportunity_id_queued_at"), table_name="application")
    for table in WITH_STATE:
        op.execute(f"UPDATE {table} SET state = 'new' WHERE state = 'queued'")  # noqa: S608 - a name from above
    for name in ("keeps_place", "kept_until", "left_queue_at", "queued_at"):
        op.drop_column("application", name)
    for table in ("sign_up", "application"):
        op.drop_column(table, "wish")
    _allow_states(STATES)
    op.drop_column("organisation", "answers_within_hours")
    op.execute("DELETE FROM catalogue_entry WHERE closed_at IS NOT NULL")
    op.drop_index(op.f("ix_opportunity_tenant_id_closed_at"), table_name="opportunity")
    op.drop_column("opportunity", "closed_at")


def _allow_states(states: str) -> None:
    for table in WITH_STATE:
        name = op.f(f"ck_{table}_applicationstate")
        op.drop_constraint(name, table, type_="check")
        op.create_check_constraint(name, table, f"state IN ({states})")
