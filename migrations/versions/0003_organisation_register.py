"""The register of organisations: checks, suspension, merging, confirmation, claims and invitations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engagement.kernel.walls import wall

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROLES = ("visitor", "account", "editor", "owner", "moderator", "admin", "operator")
TIMES = ("suspended_at", "confirmed_at", "confirmation_asked_at", "confirmation_reminded_at")
TEXTS = ("internal_note", "suspension_reason")


def upgrade() -> None:
    for name in TEXTS:
        op.add_column("organisation", sa.Column(name, sa.Text(), nullable=False, server_default=""))
        op.alter_column("organisation", name, server_default=None)
    for name in TIMES:
        op.add_column("organisation", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("organisation", sa.Column("merged_into_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_organisation_tenant_id_merged_into_id"),
        "organisation",
        "organisation",
        ["tenant_id", "merged_into_id"],
        ["tenant_id", "id"],
    )
    op.create_index(
        op.f("ix_organisation_tenant_id_merged_into_id"),
        "organisation",
        ["tenant_id", "merged_into_id"],
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )
    _verifications("pending", "verified", "rejected", "merged")
    op.create_check_constraint(
        op.f("ck_organisation_merged_somewhere"),
        "organisation",
        "(verification = 'merged') = (merged_into_id IS NOT NULL)",
    )
    _checks()
    _claims()
    _invitations()
    for table in ("organisation_check", "organisation_claim", "organisation_invitation"):
        for statement in wall(table):
            op.execute(statement)


def downgrade() -> None:
    """Older code knows neither suspended nor merged entries: both are turned down, so that none comes to light."""
    for table in ("organisation_invitation", "organisation_claim", "organisation_check"):
        op.drop_table(table)
    op.execute("UPDATE organisation SET verification = 'pending', verified_at = NULL WHERE suspended_at IS NOT NULL")
    op.drop_constraint(op.f("ck_organisation_merged_somewhere"), "organisation")
    op.execute("UPDATE organisation SET verification = 'rejected' WHERE merged_into_id IS NOT NULL")
    _verifications("pending", "verified", "rejected")
    op.drop_index(op.f("ix_organisation_tenant_id_merged_into_id"), table_name="organisation")
    op.drop_constraint(op.f("fk_organisation_tenant_id_merged_into_id"), "organisation")
    for name in ("merged_into_id", *TIMES, *TEXTS):
        op.drop_column("organisation", name)


def _verifications(*values: str) -> None:
    op.drop_constraint(op.f("ck_organisation_verification"), "organisation")
    op.create_check_constraint(
        op.f("ck_organisation_verification"), "organisation", sa.column("verification").in_(values)
    )


def _table(name: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        *parts,
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f(f"fk_{name}_tenant_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f(f"fk_{name}_tenant_id_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{name}")),
    )


def _enumeration(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def _time(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _checks() -> None:
    items = _enumeration("check", "standing", "address", "contact", "purpose", "no_duplicate")
    _table(
        "organisation_check",
        sa.Column("item", items, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        _time("checked_at"),
        sa.UniqueConstraint(
            "tenant_id", "organisation_id", "item", name=op.f("uq_organisation_check_tenant_id_organisation_id_item")
        ),
    )


def _claims() -> None:
    _table(
        "organisation_claim",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("state", _enumeration("claimstate", "open", "accepted", "declined"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _time("created_at"),
        _time("decided_at", nullable=True),
    )
    op.create_index(
        "uq_organisation_claim_open",
        "organisation_claim",
        ["tenant_id", "organisation_id", "email"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        op.f("ix_organisation_claim_tenant_id_state_created_at"),
        "organisation_claim",
        ["tenant_id", "state", "created_at"],
    )


def _invitations() -> None:
    _table(
        "organisation_invitation",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", _enumeration("role", *ROLES), nullable=False),
        sa.Column("former", _enumeration("former", "stays", "editor", "leaves"), nullable=False),
        sa.Column("invited_by_id", sa.BigInteger(), nullable=True),
        sa.Column("by_staff", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _time("created_at"),
        _time("good_until"),
        _time("accepted_at", nullable=True),
        _time("withdrawn_at", nullable=True),
    )
    op.create_index(
        "uq_organisation_invitation_open",
        "organisation_invitation",
        ["tenant_id", "organisation_id", "email"],
        unique=True,
        postgresql_where=sa.text("accepted_at IS NULL AND withdrawn_at IS NULL"),
    )
    op.create_index(
        op.f("ix_organisation_invitation_tenant_id_good_until"),
        "organisation_invitation",
        ["tenant_id", "good_until"],
    )
