"""Progress cards: messages that show how a broadcast goes on, edited until it is over."""

from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, String, Table

from storage.tables.base import metadata, reference

cards = Table(
    "cards",
    metadata,
    reference("broadcast_id", "broadcasts"),
    reference("person_id", "persons"),
    Column("message_id", BigInteger, nullable=False),
    Column("shown", String(64), nullable=False),
    PrimaryKeyConstraint("broadcast_id", "person_id"),
)
