"""How far walks through large tables have come that forget what is old: one row a walk."""

from sqlalchemy import Column, String, Table

from storage.tables.base import Id, metadata

sweeps = Table(
    "sweeps",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("place", Id, nullable=False),  # everything up to this id is done
)
