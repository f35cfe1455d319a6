"""Who cannot be sent anything is found by an index"""

from alembic import op
from sqlalchemy import text

revision = "0038"
down_revision = "0037"

_AWAY = text("left_at IS NOT NULL OR telegram_id IS NULL OR unreachable_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_persons_away", "persons", ["id"], sqlite_where=_AWAY, postgresql_where=_AWAY
    )


def downgrade() -> None:
    op.drop_index("ix_persons_away", "persons")
