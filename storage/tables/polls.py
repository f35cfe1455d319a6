"""The votes of a poll. Everybody gets a copy of their own, which is a poll of its own on Telegram's
side: `polls` has each copy by Telegram's id, and `poll_votes` their sum, moved in step with them.

Nothing here says whose copy one is: a poll is anonymous.
"""

from sqlalchemy import Column, Integer, PrimaryKeyConstraint, SmallInteger, String, Table, Text

from storage.tables.base import Instant, metadata, reference

polls = Table(
    "polls",
    metadata,
    Column("id", String(64), primary_key=True),
    # None for a copy of which a vote came before it was recorded, and for a preview of staff.
    reference("broadcast_id", "broadcasts", nullable=True),
    Column("votes", Text, nullable=False, server_default=""),
    Column("noted_at", Instant, nullable=False, index=True),
)
poll_votes = Table(
    "poll_votes",
    metadata,
    reference("broadcast_id", "broadcasts"),
    Column("place", SmallInteger, nullable=False),  # 0: who voted at all; then the options
    Column("votes", Integer, nullable=False),
    PrimaryKeyConstraint("broadcast_id", "place"),
)
