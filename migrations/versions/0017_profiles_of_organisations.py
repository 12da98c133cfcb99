"""What organisations say of themselves in the directory: a picture, fields, regular times."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from engagement.kernel.walls import wall

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

FOCUSES = ("", "nw", "n", "ne", "w", "c", "e", "sw", "s", "se")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ADDED = ("links", "summary", "founded_year", "picture_file_id", "picture_alt", "picture_focus")


def upgrade() -> None:
    _describe_organisations()
    _add_fields()
    _add_times()


def downgrade() -> None:
    op.drop_table("organisation_time")
    op.drop_table("organisation_category")
    op.drop_constraint(op.f("fk_organisation_tenant_id_picture_file_id"), "organisation", type_="foreignkey")
    for name in ADDED:
        op.drop_column("organisation", name)


def _describe_organisations() -> None:
    focus = sa.Enum(*FOCUSES, name="focus", native_enum=False, create_constraint=True, length=20)
    links = sa.Column("links", postgresql.ARRAY(sa.String(300)), nullable=False, server_default=sa.text("'{}'"))
    for column in (
        links,
        sa.Column("summary", sa.String(200), nullable=False, server_default=""),
        sa.Column("founded_year", sa.Integer(), nullable=True),
        sa.Column("picture_file_id", sa.BigInteger(), nullable=True),
        sa.Column("picture_alt", sa.String(300), nullable=False, server_default=""),
        sa.Column("picture_focus", focus, nullable=False, server_default=""),
    ):
        op.add_column("organisation", column)
    op.create_foreign_key(
        op.f("fk_organisation_tenant_id_picture_file_id"),
        "organisation",
        "stored_file",
        ["tenant_id", "picture_file_id"],
        ["tenant_id", "id"],
    )


def _add_fields() -> None:
    op.create_table(
        "organisation_category",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=False),
        _of_organisation("organisation_category"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "category_id"],
            ["category.tenant_id", "category.id"],
            name=op.f("fk_organisation_category_tenant_id_category_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "organisation_id", "category_id", name=op.f("pk_organisation_category")),
    )
    op.create_index(
        op.f("ix_organisation_category_tenant_id_category_id"), "organisation_category", ["tenant_id", "category_id"]
    )
    for statement in wall("organisation_category"):
        op.execute(statement)


def _add_times() -> None:
    occasion = sa.Enum("meeting", "opening", name="occasion", native_enum=False, create_constraint=True, length=20)
    weekday = sa.Enum(*WEEKDAYS, name="weekday", native_enum=False, create_constraint=True, length=20)
    op.create_table(
        "organisation_time",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("occasion", occasion, nullable=False),
        sa.Column("weekday", weekday, nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=False),
        sa.Column("ends_at", sa.Time(), nullable=True),
        sa.Column("what", sa.String(120), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("not_in_holidays", sa.Boolean(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "ends_at IS NULL OR ends_at > starts_at", name=op.f("ck_organisation_time_ends_after_it_starts")
        ),
        _of_organisation("organisation_time"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_organisation_time_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_organisation_time")),
    )
    op.create_index(
        op.f("ix_organisation_time_tenant_id_organisation_id"), "organisation_time", ["tenant_id", "organisation_id"]
    )
    for statement in wall("organisation_time"):
        op.execute(statement)


def _of_organisation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", "organisation_id"],
        ["organisation.tenant_id", "organisation.id"],
        name=op.f(f"fk_{table}_tenant_id_organisation_id"),
        ondelete="CASCADE",
    )
