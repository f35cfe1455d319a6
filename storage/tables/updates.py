"""What people said to the bot, stored before it is confirmed to Telegram.

`handled_at` is written in the same transaction as the update's effect, so after a crash an update
is either without effect and handled again, or with its effect and left alone.
"""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text, text

from storage.tables.base import Instant, metadata

updates = Table(
    "updates",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("body", Text),
    Column("received_at", Instant, nullable=False),
    Column("handled_at", Instant),
    Column("set_aside", String(500)),
)
Index(
    "ix_updates_waiting",
    updates.c.update_id,
    sqlite_where=text("handled_at IS NULL"),
    postgresql_where=text("handled_at IS NULL"),
)
