"""Running numbers that people quote, such as a suggestion's: no gaps, no two the same."""

from sqlalchemy import Column, Integer, String, Table

from storage.tables.base import metadata

counters = Table(
    "counters",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Integer, nullable=False),
)
