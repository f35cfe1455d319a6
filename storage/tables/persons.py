"""People. There is no column for what a person thinks or believes, and there must never be one."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Time, false, or_

from storage.tables.base import Instant, id_column, metadata, reference

persons = Table(
    "persons",
    metadata,
    id_column(),
    Column("telegram_id", BigInteger, unique=True),
    Column("name", String(128), nullable=False),
    Column("language", String(8), nullable=False),
    Column(
        "language_at", Instant
    ),  # since when it is theirs; what was sent before may be in another
    Column("standing", String(16), nullable=False),
    reference("node_id", "nodes", nullable=True),
    Column("consent_version", Integer, nullable=False),
    Column("consented_at", Instant, nullable=False),
    Column("joined_at", Instant, nullable=False),
    Column("quiet_starts", Time),
    Column("quiet_ends", Time),
    Column("paused", Boolean, nullable=False, server_default=false()),
    Column("left_at", Instant),
    Column("unreachable_at", Instant),
)
# A fan-out walks through the people of one community after the other, in the order of their ids.
Index("ix_persons_node_id_id", persons.c.node_id, persons.c.id)

# Who cannot be sent anything: few, and found as such.
AWAY = or_(
    persons.c.left_at.is_not(None),
    persons.c.telegram_id.is_(None),
    persons.c.unreachable_at.is_not(None),
)
Index("ix_persons_away", persons.c.id, sqlite_where=AWAY, postgresql_where=AWAY)
