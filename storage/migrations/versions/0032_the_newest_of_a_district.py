"""The newest of a whole district is found by an index"""

from alembic import op

revision = "0032"
down_revision = "0031"

_INDEXES = {
    "acknowledgements": ["acknowledged_at"],
    "entries": ["indicator", "at"],
    "events": ["starts_at"],
    "memberships": ["since_at"],
    "suggestions": ["submitted_at"],
}


def upgrade() -> None:
    for table, columns in _INDEXES.items():
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)


def downgrade() -> None:
    for table, columns in _INDEXES.items():
        op.drop_index(f"ix_{table}_{'_'.join(columns)}", table)
