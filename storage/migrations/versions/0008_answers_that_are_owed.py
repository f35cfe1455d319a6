"""Answers that could not be given yet, kept until they can"""

import sqlalchemy as sa
from alembic import op

from storage.tables.base import Instant

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "owed_answers",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("owed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_owed_answers")),
    )


def downgrade() -> None:
    op.drop_table("owed_answers")
