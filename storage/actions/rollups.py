"""Making roll-ups: the triggers that keep them, and a first build from history, step by step."""

import itertools
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, func, insert, select, text, update

from storage.model.period import YEARS, Period
from storage.queries.rollups import unbuilt
from storage.rollups import EVERYTHING, build_statement
from storage.shares import Kept, version
from storage.sums import taken_in
from storage.tables import builds, covers, done, metadata, months, reach, rollups, spells
from storage.triggers import drop_all, make, make_anew


def prepare(connection: Connection, kept: Kept) -> None:
    """Make the triggers, and the months of the district's zone. Whatever was built before is to be
    built anew."""
    drop_all(connection)
    for table in (builds, months, rollups, reach, done, spells, covers):
        connection.execute(delete(table))
    make(connection, kept.triggers[connection.dialect.name])
    connection.execute(insert(months), _months_of(kept.zone))
    row = {"upto": 0, "version": version(kept.zone)}
    connection.execute(insert(builds), [{"name": name, **row} for name in sorted(kept.names)])


def _months_of(zone: ZoneInfo) -> list[dict[str, object]]:
    firsts = [date(year, month, 1) for year, month in itertools.product(YEARS, range(1, 13))]
    return [
        {"since_at": Period(day, day).bounds(zone)[0], "month": day.year * 100 + day.month}
        for day in firsts
    ]


def build(connection: Connection, kept: Kept, name: str, size: int) -> bool:
    """Take the next records of a roll-up into it, at most those of `size` ids; False when all are
    in. What is committed is never taken in twice, so it goes on after a kill. With the last of all,
    no trigger asks any more how far they are."""
    rules = kept.parts_of(name)
    table = metadata.tables[rules[0].table]
    walked = table.c[rules[0].walk.removeprefix("{r}.")]
    if connection.dialect.name == "postgresql":
        # Nobody may be about to commit a row with an id that was passed already, or a change of
        # what stands beside it, for which that row does not count yet.
        tables = ", ".join(sorted({each for rule in rules for each in rule.tables}))
        connection.execute(text(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE"))
    one = builds.c.name == name
    after = connection.execute(select(builds.c.upto).where(one).with_for_update()).scalar_one()
    last = connection.execute(select(func.coalesce(func.max(walked), 0))).scalar_one()
    # Ids have gaps: go on from the next that there is.
    first = connection.execute(select(func.min(walked)).where(walked > after)).scalar_one()
    upto = min(last, (first or last) + size - 1)
    for rule in rules:
        connection.execute(text(build_statement(rule)), {"after": after, "upto": upto})
    is_built = upto >= last
    place = update(builds).where(one).values(upto=EVERYTHING if is_built else upto)
    connection.execute(place)
    if is_built and not unbuilt(connection):
        make_anew(connection, kept.settled[connection.dialect.name])
    return not is_built


def take_in(connection: Connection) -> None:
    """Take additions into the sums. On SQLite there are none."""
    if connection.dialect.name == "postgresql":
        for statement in taken_in():
            connection.execute(text(statement))
