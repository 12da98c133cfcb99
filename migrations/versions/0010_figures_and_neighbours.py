"""What figures need of applications that are gone, and what two towns agree on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engagement.kernel.walls import wall

revision = "0010"
down_revision = "0002"
branch_labels = None
depends_on = None

STATE = sa.Enum(
    "new", "in_contact", "accepted", "declined", "withdrawn",
    name="applicationstate", native_enum=False, create_constraint=True, length=20,
)  # fmt: skip


def upgrade() -> None:
    op.create_index(op.f("ix_application_tenant_id_created_at"), "application", ["tenant_id", "created_at"])
    _add_forgotten_applications()


def downgrade() -> None:
    op.drop_table("forgotten_application")
    op.drop_index(op.f("ix_application_tenant_id_created_at"), table_name="application")


def _add_forgotten_applications() -> None:
    op.create_table(
        "forgotten_application",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("opportunity_id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("waited_hours", sa.Integer(), nullable=False),
        sa.Column("answered_month", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_forgotten_application_tenant_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "opportunity_id"],
            ["opportunity.tenant_id", "opportunity.id"],
            name=op.f("fk_forgotten_application_tenant_id_opportunity_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_forgotten_application")),
    )
    for column in ("month", "opportunity_id"):
        name = op.f(f"ix_forgotten_application_tenant_id_{column}")
        op.create_index(name, "forgotten_application", ["tenant_id", column])
    for statement in wall("forgotten_application"):
        op.execute(statement)
