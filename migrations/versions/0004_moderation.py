"""Approved versions and edits that wait for a look; reports by visitors; prepared texts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from engagement.kernel.walls import wall

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("opportunity_edit", "opportunity_version", "report", "prepared_text", "staff_digest")
REASONS = ("outdated", "no_answer", "wrong", "commercial", "unlawful", "other")
STATES = ("new", "in_progress", "done", "dismissed")
PURPOSES = ("send_back", "unpublish", "answer")


def upgrade() -> None:
    _add_looks()
    _make_edits_and_versions()
    _make_reports()
    for table in TABLES:
        for statement in wall(table):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_index(op.f("ix_opportunity_tenant_id"), table_name="opportunity")
    for column in ("handed_in_at", "looked_at", "needs_look", "revision"):
        op.drop_column("opportunity", column)


def _add_looks() -> None:
    """What was published before counts as looked at, so that nobody starts with a list of everything there is."""
    op.add_column("opportunity", sa.Column("revision", sa.Integer(), server_default="1", nullable=False))
    op.add_column("opportunity", sa.Column("needs_look", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.alter_column("opportunity", "revision", server_default=None)
    op.alter_column("opportunity", "needs_look", server_default=None)
    op.add_column("opportunity", sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("opportunity", sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE opportunity SET looked_at = coalesce(published_at, updated_at) WHERE state = 'published'")
    op.execute("UPDATE opportunity SET handed_in_at = updated_at WHERE state = 'in_review'")
    op.create_index(
        op.f("ix_opportunity_tenant_id"),
        "opportunity",
        ["tenant_id"],
        postgresql_where=sa.text("state = 'published' AND looked_at IS NULL"),
    )


def _make_edits_and_versions() -> None:
    op.create_table(
        "opportunity_edit",
        *_key("opportunity_edit"),
        sa.Column("opportunity_id", sa.BigInteger(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("picture_file_id", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        _foreign_key("opportunity_edit", "opportunity_id", "opportunity", ondelete="CASCADE"),
        _foreign_key("opportunity_edit", "picture_file_id", "stored_file"),
        sa.UniqueConstraint("tenant_id", "opportunity_id", name=op.f("uq_opportunity_edit_tenant_id_opportunity_id")),
    )
    _index("opportunity_edit", "picture_file_id")
    op.create_table(
        "opportunity_version",
        *_key("opportunity_version"),
        sa.Column("opportunity_id", sa.BigInteger(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        _foreign_key("opportunity_version", "opportunity_id", "opportunity", ondelete="CASCADE"),
    )
    _index("opportunity_version", "opportunity_id")


def _make_reports() -> None:
    op.create_table(
        "report",
        *_key("report"),
        sa.Column("opportunity_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", _words("reportreason", REASONS), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("state", _words("reportstate", STATES), nullable=False),
        sa.Column("assigned_to_id", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("closed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _foreign_key("report", "opportunity_id", "opportunity", ondelete="CASCADE"),
    )
    _index("report", "state", "created_at")
    _index("report", "opportunity_id")
    op.create_table(
        "prepared_text",
        *_key("prepared_text"),
        sa.Column("purpose", _words("textpurpose", PURPOSES), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
    )
    _index("prepared_text", "purpose")
    op.create_table(
        "staff_digest",
        *_key("staff_digest"),
        sa.Column("covers_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index(op.f("ix_staff_digest_tenant_id"), "staff_digest", ["tenant_id"], unique=True)


def _key(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f(f"fk_{table}_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
    )


def _foreign_key(table: str, column: str, target: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{target}.tenant_id", f"{target}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
        ondelete=ondelete,
    )


def _index(table: str, *columns: str) -> None:
    names = ("tenant_id", *columns)
    op.create_index(op.f(f"ix_{table}_{'_'.join(names)}"), table, list(names))


def _words(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=20)
