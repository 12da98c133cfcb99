"""Switch on, where a town has written down which parts of its site are on, the parts that it could not know then.

A stored list leaves out what came after it. A town that has saved any setting before would so be without open data,
building in and the map, although it never switched them off.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

NEW_PARTS = ("open_data", "embedding", "map")
SWITCH_ON = sa.text(
    """
    UPDATE tenant
    SET settings = jsonb_set(settings, '{modules}', settings -> 'modules' || to_jsonb(CAST(:part AS text)))
    WHERE jsonb_typeof(settings -> 'modules') = 'array' AND NOT settings -> 'modules' ? :part
    """
)
TAKE_AWAY = sa.text(
    """
    UPDATE tenant
    SET settings = jsonb_set(settings, '{modules}', (settings -> 'modules') - CAST(:part AS text))
    WHERE jsonb_typeof(settings -> 'modules') = 'array'
    """
)


def upgrade() -> None:
    for part in NEW_PARTS:
        op.execute(SWITCH_ON.bindparams(part=part))


def downgrade() -> None:
    """Older code refuses words that it does not know."""
    for part in NEW_PARTS:
        op.execute(TAKE_AWAY.bindparams(part=part))
    op.execute("UPDATE tenant SET settings = settings - 'tiles'")
