"""Variants of pictures in shapes, sizes and formats for browsers, and what matters in an offer's picture."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engagement.kernel.walls import wall

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLE = "picture_variant"
FOCUSES = ("", "nw", "n", "ne", "w", "c", "e", "sw", "s", "se")


def upgrade() -> None:
    focus = sa.Enum(*FOCUSES, name="focus", native_enum=False, create_constraint=True, length=20)
    op.add_column("opportunity", sa.Column("picture_focus", focus, nullable=False, server_default=""))
    op.add_column("catalogue_entry", sa.Column("picture_focus", sa.String(2), nullable=False, server_default=""))
    op.create_table(
        TABLE,
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("cut", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(4), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("drawing", sa.Boolean(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(content IS NULL) = (made_at IS NULL)", name=op.f(f"ck_{TABLE}_made_with_content")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f(f"fk_{TABLE}_tenant_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"],
            ["stored_file.tenant_id", "stored_file.id"],
            name=op.f(f"fk_{TABLE}_tenant_id_file_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint(
            "tenant_id", "file_id", "cut", "kind", "width",
            name=op.f(f"uq_{TABLE}_tenant_id_file_id_cut_kind_width"),
        ),
    )  # fmt: skip
    op.create_index(
        op.f(f"ix_{TABLE}_ordered"),
        TABLE,
        ["tenant_id", "file_id"],
        unique=False,
        postgresql_where=sa.text("content IS NULL"),
    )
    for statement in wall(TABLE):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table(TABLE)
    for table in ("catalogue_entry", "opportunity"):
        op.drop_column(table, "picture_focus")
