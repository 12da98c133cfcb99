"""Legal pages with versions, reported barriers, and words that can be renamed, merged and retired."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from engagement.kernel.roles import WEB
from engagement.kernel.walls import wall

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WORDS = ("category", "target_group", "organisation_kind", "district")
TABLES = ("legal_facts", "text_version", "barrier_report")


def upgrade() -> None:
    _create_tables()
    for table in TABLES:
        for statement in wall(table):
            op.execute(statement)
    op.execute(f"REVOKE UPDATE ON text_version FROM {WEB}")  # a version never changes, a new one is added
    _widen_words()


def downgrade() -> None:
    op.add_column("district", sa.Column("postcode", sa.String(length=5), server_default="", nullable=False))
    op.execute("UPDATE district SET postcode = coalesce(postcodes[1], '')")
    op.alter_column("district", "postcode", server_default=None)
    op.drop_column("district", "postcodes")
    op.drop_column("category", "icon")
    for table in WORDS:
        for column in ("retired_at", "names", "former_slugs"):
            op.drop_column(table, column)
    for table in reversed(TABLES):
        op.drop_table(table)


def _widen_words() -> None:
    for table in WORDS:
        op.add_column(
            table,
            sa.Column("former_slugs", postgresql.ARRAY(sa.String(63)), server_default=sa.text("'{}'"), nullable=False),
        )
        op.add_column(
            table,
            sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        )
        op.add_column(table, sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("category", sa.Column("icon", sa.String(63), server_default="", nullable=False))
    op.execute("UPDATE category SET icon = slug")
    op.add_column(
        "district",
        sa.Column("postcodes", postgresql.ARRAY(sa.String(5)), server_default=sa.text("'{}'"), nullable=False),
    )
    op.execute("UPDATE district SET postcodes = ARRAY[postcode] WHERE postcode <> ''")
    op.drop_column("district", "postcode")


def _create_tables() -> None:
    op.create_table(
        "legal_facts",
        *_key("legal_facts"),
        sa.Column("said", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("tenant_id", name=op.f("uq_legal_facts_tenant_id")),
    )
    op.create_table(
        "text_version",
        *_key("text_version"),
        sa.Column(
            "page",
            _enumeration(
                "legalpage", "impressum", "datenschutz", "barrierefreiheit", "leichte-sprache", "gebaerdensprache",
                "spielregeln",
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", _enumeration("textkind", "template", "own"), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("template_version", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(300), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint(
            "tenant_id", "page", "language", "number", name=op.f("uq_text_version_tenant_id_page_language_number")
        ),
    )  # fmt: skip
    op.create_table(
        "barrier_report",
        *_key("barrier_report"),
        sa.Column("place", sa.String(300), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("state", _enumeration("barrierstate", "new", "closed"), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index(
        op.f("ix_barrier_report_tenant_id_state_created_at"), "barrier_report", ["tenant_id", "state", "created_at"]
    )


def _key(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f(f"fk_{table}_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
    )


def _enumeration(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)
