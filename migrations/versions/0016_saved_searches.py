"""Saved searches, their digests, and since when an offer is known to be public."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from engagement.kernel.walls import wall

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLES = ("saved_search", "search_digest", "noticed_offer")


def upgrade() -> None:
    _make_searches()
    _make_digests()
    _make_notices()
    for table in TABLES:
        for statement in wall(table):
            op.execute(statement)
    op.execute(
        """
        UPDATE tenant SET settings = jsonb_set(settings, '{modules}', settings -> 'modules' || '["alerts"]')
        WHERE settings ? 'modules' AND NOT settings -> 'modules' ? 'alerts'
        """
    )


def downgrade() -> None:
    op.execute(
        """
        UPDATE tenant SET settings = jsonb_set(settings, '{modules}', (settings -> 'modules') - 'alerts')
        WHERE settings ? 'modules'
        """
    )
    for table in reversed(TABLES):
        op.drop_table(table)


def _own_key() -> tuple[sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
    )


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _key_of(table: str) -> tuple[sa.SchemaItem, ...]:
    return (
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f(f"fk_{table}_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
    )


def _make_searches() -> None:
    table = "saved_search"
    op.create_table(
        table,
        *_own_key(),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("wanted", postgresql.JSONB(), nullable=False),
        sa.Column("search_key", sa.String(64), nullable=False),
        sa.Column("label", sa.String(600), nullable=False),
        sa.Column("arguments", sa.String(4000), nullable=False),
        sa.Column(
            "rhythm",
            sa.Enum("daily", "weekly", name="rhythm", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("consent_version", sa.String(20), nullable=False),
        _moment("created_at"),
        _moment("confirmed_at", nullable=True),
        _moment("paused_at", nullable=True),
        _moment("looked_until"),
        _moment("interest_at"),
        _moment("asked_at", nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["account.tenant_id", "account.id"],
            name=op.f(f"fk_{table}_tenant_id_account_id"),
            ondelete="CASCADE",
        ),
        *_key_of(table),
    )
    for column in ("account_id", "email", "looked_until"):
        op.create_index(op.f(f"ix_{table}_tenant_id_{column}"), table, ["tenant_id", column])


def _make_digests() -> None:
    table = "search_digest"
    op.create_table(
        table,
        *_own_key(),
        sa.Column("search_id", sa.BigInteger(), nullable=False),
        sa.Column("turn", sa.Date(), nullable=False),
        sa.Column("mail_id", sa.BigInteger(), nullable=True),
        sa.Column("offers", sa.Integer(), nullable=False),
        _moment("made_at"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "search_id"],
            ["saved_search.tenant_id", "saved_search.id"],
            name=op.f(f"fk_{table}_tenant_id_search_id"),
            ondelete="CASCADE",
        ),
        *_key_of(table),
        sa.UniqueConstraint("tenant_id", "search_id", "turn", name=op.f(f"uq_{table}_tenant_id_search_id_turn")),
    )


def _make_notices() -> None:
    table = "noticed_offer"
    op.create_table(
        table,
        *_own_key(),
        sa.Column("town_id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.BigInteger(), nullable=False),
        _moment("published_at"),
        _moment("noticed_at"),
        sa.ForeignKeyConstraint(["town_id"], ["tenant.id"], name=op.f(f"fk_{table}_town_id"), ondelete="CASCADE"),
        *_key_of(table),
        sa.UniqueConstraint(
            "tenant_id", "town_id", "opportunity_id", name=op.f(f"uq_{table}_tenant_id_town_id_opportunity_id")
        ),
    )
    op.create_index(op.f(f"ix_{table}_tenant_id_noticed_at"), table, ["tenant_id", "noticed_at"])
    op.create_index(op.f(f"ix_{table}_town_id"), table, ["town_id"])
