"""What visitors can filter by besides: languages, age, access, company, a first look; plain words and translations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

NO_WORDS = sa.text("'{}'")

OF_BOTH = (
    ("suited_for", postgresql.ARRAY(sa.String(20)), NO_WORDS),
    ("taster", sa.Boolean(), sa.text("false")),
    ("translations", postgresql.JSONB(), NO_WORDS),
)
OF_CATALOGUE = (
    ("languages", postgresql.ARRAY(sa.String(5)), NO_WORDS),
    ("access", postgresql.ARRAY(sa.String(20)), NO_WORDS),
)


def upgrade() -> None:
    for table in ("opportunity", "catalogue_entry"):
        for name, kind, default in OF_BOTH:
            op.add_column(table, sa.Column(name, kind, nullable=False, server_default=default))
    op.add_column("opportunity", sa.Column("plain_summary", sa.String(600), nullable=False, server_default=""))
    for name, kind, default in OF_CATALOGUE:
        op.add_column("catalogue_entry", sa.Column(name, kind, nullable=False, server_default=default))
    op.add_column("catalogue_entry", sa.Column("minimum_age", sa.Integer(), nullable=True))
    op.add_column("catalogue_entry", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    _move_facts()


def downgrade() -> None:
    op.execute(
        "UPDATE catalogue_entry SET facts = facts || "
        "jsonb_build_object('languages', to_jsonb(languages), 'minimum_age', minimum_age)"
    )
    op.execute("DELETE FROM catalogue_entry WHERE closed_at IS NOT NULL")
    for name in ("closed_at", "minimum_age", "access", "languages"):
        op.drop_column("catalogue_entry", name)
    op.drop_column("opportunity", "plain_summary")
    for table in ("catalogue_entry", "opportunity"):
        for name in ("translations", "taster", "suited_for"):
            op.drop_column(table, name)


def _move_facts() -> None:
    """Bring what was among the facts into columns, so that no catalogue has to be made anew."""
    op.execute(
        """
        UPDATE catalogue_entry SET
            languages = ARRAY(SELECT jsonb_array_elements_text(coalesce(facts -> 'languages', '[]'))),
            minimum_age = (facts ->> 'minimum_age')::integer,
            access = ARRAY(
                SELECT name FROM unnest(
                    ARRAY['step_free', 'accessible_toilet', 'public_transport', 'hearing_support']
                ) AS name WHERE facts -> name = 'true'
            ),
            facts = facts - 'languages' - 'minimum_age'
        """
    )
