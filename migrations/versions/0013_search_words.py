"""What the search needs to be quick and to know words: postings, stems from both ends, a town's own groups of words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from engagement.kernel.roles import WEB
from engagement.kernel.walls import CURRENT, wall

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_postings()
    _add_stems_from_both_ends()
    _add_groups_of_words()
    op.drop_index("ix_catalogue_entry_document", table_name="catalogue_entry", postgresql_using="gin")
    op.create_index(
        "ix_catalogue_entry_live", "catalogue_entry", ["tenant_id", "opportunity_id"],
        postgresql_include=["closed_at", "expires_at", "ends_at", "starts_at", "time_kind"],
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_catalogue_entry_live", table_name="catalogue_entry")
    op.create_index("ix_catalogue_entry_document", "catalogue_entry", ["tenant_id", "document"], postgresql_using="gin")
    op.drop_table("search_group_off")
    op.drop_table("search_group")
    op.drop_index("ix_catalogue_stem_backwards", table_name="catalogue_stem")
    op.drop_index("ix_catalogue_stem_forwards", table_name="catalogue_stem")
    op.drop_table("catalogue_posting")


def _add_postings() -> None:
    """Every published entry is found at once, until a rebuild by the fields that its document names now."""
    op.create_table(
        "catalogue_posting",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("stem", sa.Text(), nullable=False),
        sa.Column("opportunity_id", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.REAL(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_catalogue_posting_tenant_id")),
        sa.PrimaryKeyConstraint(
            "tenant_id", "stem", "opportunity_id", name=op.f("pk_catalogue_posting"), postgresql_include=["weight"]
        ),
        comment="public read model",
    )
    _wall_for_writing("catalogue_posting")
    op.execute(
        """
        INSERT INTO catalogue_posting (tenant_id, stem, opportunity_id, weight)
        SELECT tenant_id, lexeme, opportunity_id,
               CASE WHEN 'A' = ANY(weights) THEN 0.85 WHEN 'B' = ANY(weights) THEN 0.4 ELSE 0.3 END
        FROM catalogue_entry, unnest(document)
        """
    )


def _add_stems_from_both_ends() -> None:
    op.create_index(
        "ix_catalogue_stem_forwards", "catalogue_stem", ["tenant_id", "stem"],
        postgresql_ops={"stem": "text_pattern_ops"},
    )  # fmt: skip
    op.create_index(
        "ix_catalogue_stem_backwards", "catalogue_stem",
        ["tenant_id", sa.func.reverse(sa.text("stem")).label("backwards")],
        postgresql_ops={"backwards": "text_pattern_ops"},
    )  # fmt: skip


def _add_groups_of_words() -> None:
    words = postgresql.ARRAY(sa.Text())
    op.create_table(
        "search_group",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("typed", words, nullable=False),
        sa.Column("found", words, nullable=False),
        sa.Column("both_ways", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_search_group_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_search_group")),
    )
    op.create_table(
        "search_group_off",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_search_group_off_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_search_group_off")),
    )
    op.create_index(op.f("ix_search_group_off_tenant_id_key"), "search_group_off", ["tenant_id", "key"], unique=True)
    for table in ("search_group", "search_group_off"):
        for statement in wall(table):
            op.execute(statement)


def _wall_for_writing(table: str) -> None:
    """Everyone reads, the transaction's tenant writes; no condition on reading, so that every index can serve."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY read ON {table} FOR SELECT USING (true)")
    op.execute(f"CREATE POLICY add ON {table} FOR INSERT WITH CHECK (tenant_id = {CURRENT})")
    op.execute(f"CREATE POLICY change ON {table} FOR UPDATE USING (tenant_id = {CURRENT})")
    op.execute(f"CREATE POLICY remove ON {table} FOR DELETE USING (tenant_id = {CURRENT})")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {WEB}")
