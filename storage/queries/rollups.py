"""Which roll-ups there are, and whether they have all of their records."""

from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from storage.rollups import EVERYTHING
from storage.shares import Kept, version, version_of_rules
from storage.tables import builds
from storage.triggers import there


def is_prepared(connection: Connection, kept: Kept) -> bool:
    """Whether they are kept by the triggers of today, all that are wanted and no others."""
    made = connection.execute(select(builds.c.name, builds.c.version)).all()
    wanted = {(name, version(kept.zone)) for name in kept.names}
    return {tuple(row) for row in made} == wanted and there(connection) == {
        each.name for each in kept.triggers[connection.dialect.name]
    }


def built(connection: Connection, zone: ZoneInfo) -> frozenset[str]:
    """The names of those that have all of their records, by the months of `zone`."""
    rows = select(builds.c.name).where(
        builds.c.upto == EVERYTHING, builds.c.version == version(zone)
    )
    return frozenset(connection.execute(rows).scalars())


def is_complete(connection: Connection, name: str) -> bool:
    """Whether one that knows no months, and so no zone, has all of its records."""
    asked = select(builds.c.name).where(
        builds.c.name == name,
        builds.c.upto == EVERYTHING,
        builds.c.version.startswith(version_of_rules()),
    )
    return connection.execute(asked).first() is not None


def unbuilt(connection: Connection) -> list[str]:
    """The names of those that lack some."""
    rows = connection.execute(select(builds.c.name).where(builds.c.upto < EVERYTHING))
    return sorted(rows.scalars())
