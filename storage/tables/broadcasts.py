"""One sending to many. A slot is planned at most once, by the unique key."""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from storage.model.broadcast import BroadcastState
from storage.tables.base import Id, Instant, id_column, metadata, reference, state_column

broadcasts = Table(
    "broadcasts",
    metadata,
    id_column(),
    Column("kind", String(32), nullable=False),
    state_column(BroadcastState),
    Column("priority", SmallInteger, nullable=False),
    reference("schedule_id", "schedules", nullable=True),
    Column("slot_at", Instant, nullable=False),
    Column("course_id", String(32)),
    Column("item_id", String(32)),
    Column("subject_id", Id),
    reference("node_id", "nodes", index=True),
    Column("audience", Text, nullable=False),
    Column("content", Text),
    Column("replaced", Text),  # of a correction: what the notice said before it
    Column("revision", Integer, nullable=False, server_default="0"),
    reference("of_id", "broadcasts", nullable=True, index=True),
    Column("at_most_once", Boolean, nullable=False, server_default=false()),
    Column("expires_at", Instant),
    # How far the audience has become deliveries: everybody up to this place is in.
    Column("planned_node", Id, nullable=False, server_default="0"),
    Column("planned_person", Id, nullable=False, server_default="0"),
    Column("planned_at", Instant),
    # What failed before this moment is queued again: every delivery up to this place is.
    Column("retry_at", Instant),
    Column("retry_place", Id, nullable=False, server_default="0"),
    Column("finished_at", Instant),
    Column("draft_key", String(64), unique=True),
    reference("created_by", "persons", nullable=True),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("schedule_id", "slot_at"),
)
# Who had a study item is asked for everybody to whom it is pushed.
Index("ix_broadcasts_course_id_item_id", broadcasts.c.course_id, broadcasts.c.item_id)
Index("ix_broadcasts_kind_slot_at", broadcasts.c.kind, broadcasts.c.slot_at)
Index(
    "ix_broadcasts_open",
    broadcasts.c.priority,
    broadcasts.c.id,
    sqlite_where=text("finished_at IS NULL"),
    postgresql_where=text("finished_at IS NULL"),
)
Index(
    "ix_broadcasts_unplanned",
    broadcasts.c.id,
    sqlite_where=text("planned_at IS NULL"),
    postgresql_where=text("planned_at IS NULL"),
)
