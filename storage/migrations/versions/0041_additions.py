"""Additions to roll-ups, on PostgreSQL (storage/sums.py)"""

from alembic import op

revision = "0041"
down_revision = "0040"

SUMS = ("rollups", "reach", "covers")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name in SUMS:
            op.execute(f"CREATE TABLE {name}_additions () INHERITS ({name})")


def downgrade() -> None:
    """What they hold is lost: with the triggers of before, all roll-ups are built anew."""
    if op.get_bind().dialect.name == "postgresql":
        for name in SUMS:
            op.execute(f"DROP TABLE {name}_additions")
