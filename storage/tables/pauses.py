"""What Telegram last said about our speed: one row, so that a restart does not forget it."""

from sqlalchemy import CheckConstraint, Column, Float, Integer, Table

from storage.tables.base import Instant, metadata

pauses = Table(
    "pauses",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("until_at", Instant, nullable=False),
    Column("rate", Float, nullable=False),
    CheckConstraint("id = 1", name="only"),
)
