"""Roll-ups: sums that triggers keep beside the facts (storage/rollups.py), so that a figure of a
year need not read its records.

On PostgreSQL a table of additions inherits from `rollups`, from `done` and from `covers` each, and
is read with it (storage/sums.py): only a sum over all rows is a figure.

`months` says when a month begins in the district's zone, which no database knows. `builds` has a
row for each roll-up: up to which row of its table the facts are in it.
"""

from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint, String, Table

from storage.tables.base import Id, Instant, metadata

# Of all places a month lies together: side by side, and of a district, that is what is read.
rollups = Table(
    "rollups",
    metadata,
    Column("node_id", Id, nullable=False),
    Column("month", Integer, nullable=False),  # 202603 for March 2026, 202600 for all of it
    Column("source", String(32), nullable=False),
    Column("key", String(80), nullable=False),  # the values of the source's `where`, in its order
    Column("records", BigInteger, nullable=False),
    Column("weight", BigInteger, nullable=False),
    PrimaryKeyConstraint("source", "month", "node_id", "key"),
    sqlite_with_rowid=False,
)
# How many messages of a broadcast arrived at a node (0: nowhere).
reach = Table(
    "reach",
    metadata,
    Column("broadcast_id", Id, nullable=False),
    Column("node_id", Id, nullable=False),
    Column("arrived", BigInteger, nullable=False, server_default="0"),
    PrimaryKeyConstraint("broadcast_id", "node_id"),
    sqlite_with_rowid=False,
)
# How many of those whom a broadcast brought a study item acknowledged that since.
done = Table(
    "done",
    metadata,
    Column("broadcast_id", Id, nullable=False),
    Column("node_id", Id, nullable=False),
    Column("acknowledged", BigInteger, nullable=False),
    PrimaryKeyConstraint("broadcast_id", "node_id"),
    sqlite_with_rowid=False,
)
# In which months a share (storage/shares.py) has records of somebody, and until when each is the
# last such month.
spells = Table(
    "spells",
    metadata,
    Column("share", String(32), nullable=False),
    Column("person_id", Id, nullable=False),
    Column("month", Integer, nullable=False),
    Column("records", Integer, nullable=False),
    Column("until_month", Integer),  # None: it has none
    PrimaryKeyConstraint("person_id", "share", "month"),
    sqlite_with_rowid=False,
)
# How many more members have `last` as the last month with records of a share, from `month` on.
covers = Table(
    "covers",
    metadata,
    Column("share", String(32), nullable=False),
    Column("node_id", Id, nullable=False),
    Column("month", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("members", Integer, nullable=False),
    PrimaryKeyConstraint("share", "node_id", "month", "last"),
    sqlite_with_rowid=False,
)
months = Table(
    "months",
    metadata,
    Column("since_at", Instant, primary_key=True),
    Column("month", Integer, nullable=False),
)
builds = Table(
    "builds",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("upto", Id, nullable=False),
    Column("version", String(64), nullable=False),  # of the triggers and the zone
)
