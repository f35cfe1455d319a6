"""What those who came thought of an event, and, apart from it, who has answered.

Nothing joins the two: an answer has a random key, no person and no moment, and who has answered has
no answer and no moment either (decision 0050).
"""

from sqlalchemy import CheckConstraint, Column, Integer, PrimaryKeyConstraint, String, Table, Text

from storage.tables.base import metadata, reference

feedback = Table(
    "feedback",
    metadata,
    Column("key", String(32), nullable=False),
    reference("event_id", "events", index=True),
    Column("stars", Integer, nullable=False),
    Column("words", Text),
    PrimaryKeyConstraint("key"),
    CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
    sqlite_with_rowid=False,  # a row id would tell the order in which they came
)
feedback_givers = Table(
    "feedback_givers",
    metadata,
    reference("event_id", "events"),
    reference("person_id", "persons"),
    PrimaryKeyConstraint("event_id", "person_id"),
    sqlite_with_rowid=False,
)
