"""What figures need of applications that are gone, and what two towns agree on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from engagement.kernel.roles import WEB
from engagement.kernel.walls import CURRENT, wall

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WORDS = {"category_slugs": 63, "category_names": 120, "target_group_slugs": 63, "target_group_names": 120}
"""Columns with words of a tenant's vocabulary, and how long a word may be."""
STATE = sa.Enum(
    "new", "in_contact", "accepted", "declined", "withdrawn",
    name="applicationstate", native_enum=False, create_constraint=True, length=20,
)  # fmt: skip


def upgrade() -> None:
    op.create_index(op.f("ix_application_tenant_id_created_at"), "application", ["tenant_id", "created_at"])
    _add_forgotten_applications()
    _add_neighbour_consents()
    _add_words_to_catalogue()


def downgrade() -> None:
    for column in WORDS:
        op.drop_column("catalogue_entry", column)
    op.drop_table("neighbour_consent")
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


def _add_neighbour_consents() -> None:
    op.create_table(
        "neighbour_consent",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("neighbour_id", sa.Integer(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["neighbour_id"], ["tenant.id"], name=op.f("fk_neighbour_consent_neighbour_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_neighbour_consent_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_neighbour_consent")),
        sa.UniqueConstraint("tenant_id", "neighbour_id", name=op.f("uq_neighbour_consent_tenant_id_neighbour_id")),
        comment="read by both sides",
    )
    op.create_index(op.f("ix_neighbour_consent_neighbour_id"), "neighbour_consent", ["neighbour_id"])
    _wall_with_a_window("neighbour_consent")


def _wall_with_a_window(table: str) -> None:
    """A town writes its own word alone and reads, besides its own, what was said to it; third parties see nothing."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY read ON {table} FOR SELECT USING (tenant_id = {CURRENT} OR neighbour_id = {CURRENT})")
    op.execute(f"CREATE POLICY add ON {table} FOR INSERT WITH CHECK (tenant_id = {CURRENT})")
    op.execute(f"CREATE POLICY change ON {table} FOR UPDATE USING (tenant_id = {CURRENT})")
    op.execute(f"CREATE POLICY remove ON {table} FOR DELETE USING (tenant_id = {CURRENT})")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {WEB}")


def _add_words_to_catalogue() -> None:
    """Another town's page cannot read a vocabulary behind the wall, so that entries carry their words themselves."""
    for column, longest in WORDS.items():
        kind = postgresql.ARRAY(sa.String(length=longest))
        op.add_column("catalogue_entry", sa.Column(column, kind, server_default=sa.text("'{}'"), nullable=False))
    for kind in ("category", "target_group"):
        for what in ("slug", "name"):
            plural = "slugs" if what == "slug" else "names"
            op.execute(
                f"""
                UPDATE catalogue_entry AS entry SET {kind}_{plural} = coalesce((
                    SELECT array_agg(word.{what} ORDER BY given.place)
                    FROM unnest(entry.{kind}_ids) WITH ORDINALITY AS given(id, place)
                    JOIN {kind} AS word ON word.tenant_id = entry.tenant_id AND word.id = given.id), '{{}}')
                """  # noqa: S608 - names from the lines above
            )
