"""Which roll-ups there are, and whether they have all of their records."""

from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from storage.dialects import trigger_names_there
from storage.rollups import EVERYTHING, NAMES, trigger_names, version
from storage.tables import builds


def is_prepared(connection: Connection, zone: ZoneInfo) -> bool:
    """Whether they are kept by the triggers of today, for the district's `zone`."""
    made = connection.execute(select(builds.c.name, builds.c.version)).all()
    wanted = {(name, version(zone)) for name in NAMES}
    return {tuple(row) for row in made} == wanted and trigger_names() <= trigger_names_there(
        connection
    )


def built(connection: Connection, zone: ZoneInfo) -> frozenset[str]:
    """The names of those that have all of their records, by the months of `zone`."""
    rows = select(builds.c.name).where(
        builds.c.upto == EVERYTHING, builds.c.version == version(zone)
    )
    return frozenset(connection.execute(rows).scalars())


def unbuilt(connection: Connection) -> list[str]:
    """The names of those that lack some."""
    rows = connection.execute(select(builds.c.name).where(builds.c.upto < EVERYTHING))
    return sorted(rows.scalars())
