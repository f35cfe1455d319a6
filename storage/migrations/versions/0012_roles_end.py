"""Roles that end and stay known, invitations that can be recalled"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

NOT_IN = {"roles": "ended", "invitations": "recalled"}  # what the older shape cannot hold


def upgrade() -> None:
    op.add_column("roles", sa.Column("state", sa.String(length=5), nullable=True))
    op.add_column("invitations", sa.Column("state", sa.String(length=8), nullable=True))
    op.execute("UPDATE roles SET state = 'held'")
    op.execute(
        "UPDATE invitations SET state = CASE WHEN used_by IS NULL THEN 'open' ELSE 'used' END"
    )
    for table in NOT_IN:
        with op.batch_alter_table(table) as batch:
            batch.alter_column("state", nullable=False)


def downgrade() -> None:
    for table, state in NOT_IN.items():
        op.execute(f"DELETE FROM {table} WHERE state = '{state}'")
        with op.batch_alter_table(table) as batch:
            batch.drop_column("state")
