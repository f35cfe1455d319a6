"""Entries by their day alone: those of all places and indicators around whole months"""

from alembic import op

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    op.create_index("ix_entries_at", "entries", ["at"])


def downgrade() -> None:
    op.drop_index("ix_entries_at", "entries")
