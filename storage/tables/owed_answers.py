"""What was said to somebody who waited, and could not be given yet: the newest of each chat."""

from sqlalchemy import BigInteger, Column, Table, Text

from storage.tables.base import Instant, metadata

owed_answers = Table(
    "owed_answers",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("answers", Text, nullable=False),  # JSON: the screens of one answer, in order
    Column("owed_at", Instant, nullable=False),
)
