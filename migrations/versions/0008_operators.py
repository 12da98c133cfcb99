"""Those who run the installation, and their entries into tenants."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engagement.kernel.roles import WEB
from engagement.kernel.walls import CURRENT, NO_TENANT

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OWN = f"({NO_TENANT} OR tenant_id = {CURRENT})"
WALLS = (
    "ALTER TABLE operator ENABLE ROW LEVEL SECURITY",
    f"CREATE POLICY installation ON operator USING ({NO_TENANT}) WITH CHECK ({NO_TENANT})",
    f"GRANT SELECT, INSERT, UPDATE ON operator TO {WEB}",
    # a tenant sees who enters it, lets an entry begin and end, and can neither make nor lengthen one
    "ALTER TABLE operator_entry ENABLE ROW LEVEL SECURITY",
    f"CREATE POLICY read ON operator_entry FOR SELECT USING ({OWN})",
    f"CREATE POLICY add ON operator_entry FOR INSERT WITH CHECK ({NO_TENANT})",
    f"CREATE POLICY change ON operator_entry FOR UPDATE USING ({OWN})",
    f"GRANT SELECT, INSERT, UPDATE (began_at, ended_at) ON operator_entry TO {WEB}",
    f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {WEB}",
)


def upgrade() -> None:
    op.create_table(
        "operator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("set_up_digest", sa.String(length=64), nullable=True),
        sa.Column("set_up_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_sign_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator")),
        sa.UniqueConstraint("email", name=op.f("uq_operator_email")),
        comment="installation",
    )
    op.create_table(
        "operator_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=False),
        sa.Column("operator_name", sa.String(length=120), nullable=False),
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_operator_entry_operator_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_operator_entry_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_entry")),
        comment="installation",
    )
    op.create_index(op.f("ix_operator_entry_operator_id_until"), "operator_entry", ["operator_id", "until"])
    op.create_index(op.f("ix_operator_entry_tenant_id_until"), "operator_entry", ["tenant_id", "until"])
    op.add_column("audit_record", sa.Column("entry_id", sa.BigInteger(), nullable=True))
    op.add_column("audit_record", sa.Column("operator_id", sa.BigInteger(), nullable=True))
    op.add_column("audit_record", sa.Column("operator_name", sa.String(length=120), nullable=True))
    op.add_column("audit_record", sa.Column("operator_reason", sa.String(length=500), nullable=True))
    for statement in WALLS:
        op.execute(statement)


def downgrade() -> None:
    for column in ("operator_reason", "operator_name", "operator_id", "entry_id"):
        op.drop_column("audit_record", column)
    op.drop_table("operator_entry")
    op.drop_table("operator")
