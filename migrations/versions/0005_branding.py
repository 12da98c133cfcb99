"""The look of a town's site, which everybody may read, and the looks that it had before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engagement.kernel.walls import wall

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def look() -> list[sa.Column]:
    return [
        sa.Column("headline", sa.String(length=200), nullable=False),
        sa.Column("logo_sha256", sa.String(length=64), nullable=True),
        sa.Column("logo_alt", sa.String(length=200), nullable=False),
        sa.Column("logo_width", sa.Integer(), nullable=False),
        sa.Column("logo_height", sa.Integer(), nullable=False),
        sa.Column("picture_sha256", sa.String(length=64), nullable=True),
        sa.Column("picture_alt", sa.String(length=300), nullable=False),
        sa.Column("picture_width", sa.Integer(), nullable=False),
        sa.Column("picture_height", sa.Integer(), nullable=False),
        sa.Column("picture_credit", sa.String(length=200), nullable=False),
        sa.Column("box_title", sa.String(length=120), nullable=False),
        sa.Column("box_text", sa.Text(), nullable=False),
    ]


def keys(table: str) -> list[sa.schema.SchemaItem]:
    picture = ["stored_file.tenant_id", "stored_file.sha256"]
    return [
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f(f"fk_{table}_tenant_id")),
        sa.ForeignKeyConstraint(["tenant_id", "logo_sha256"], picture, name=op.f(f"fk_{table}_tenant_id_logo_sha256")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "picture_sha256"], picture, name=op.f(f"fk_{table}_tenant_id_picture_sha256")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
    ]


def upgrade() -> None:
    op.create_check_constraint(op.f("ck_tenant_accent_colour"), "tenant", "accent_colour ~ '^#[0-9a-f]{6}$'")
    op.create_table(
        "branding",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *look(),
        *keys("branding"),
        sa.UniqueConstraint("tenant_id", name=op.f("uq_branding_tenant_id")),
        comment="public read model",
    )
    op.create_table(
        "branding_version",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("platform_name", sa.String(length=120), nullable=False),
        sa.Column("claim", sa.String(length=200), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("brand_colour", sa.String(length=7), nullable=False),
        sa.Column("accent_colour", sa.String(length=7), nullable=False),
        *look(),
        *keys("branding_version"),
    )
    for table in ("branding", "branding_version"):
        for statement in wall(table):
            op.execute(statement)
    op.execute("CREATE POLICY read ON branding FOR SELECT USING (true)")
    op.execute("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO engagement_web")


def downgrade() -> None:
    op.drop_table("branding_version")
    op.drop_table("branding")
    op.drop_constraint(op.f("ck_tenant_accent_colour"), "tenant", type_="check")
