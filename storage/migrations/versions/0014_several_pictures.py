"""A suggestion keeps several pictures, and files of other kinds"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_FIRST = {
    "sqlite": "json_extract(media, '$[0].{}')",
    "postgresql": "(media::json -> 0 ->> '{}')",
}


def upgrade() -> None:
    op.add_column("suggestions", sa.Column("media", sa.Text(), nullable=True))
    # The ids of Telegram's files have nothing in them that JSON would write otherwise.
    op.execute(
        """UPDATE suggestions SET media = '[{"kind": "photo", "file_id": "' || photo || '"}]'"""
        " WHERE photo IS NOT NULL"
    )
    op.drop_column("suggestions", "photo")


def downgrade() -> None:
    """One picture is kept, the first: there was room for no more."""
    op.add_column("suggestions", sa.Column("photo", sa.String(200), nullable=True))
    first = _FIRST[op.get_bind().dialect.name]
    op.execute(
        f"UPDATE suggestions SET photo = {first.format('file_id')}"
        f" WHERE media IS NOT NULL AND {first.format('kind')} = 'photo'"
    )
    op.drop_column("suggestions", "media")
