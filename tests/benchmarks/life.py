"""Three years of a district of a hundred communities, as rows: a million people, ten million
deliveries, and what came of them.

The database makes the rows itself, so that it takes minutes and not hours. Everything is spread by
arithmetic: two fills are the same.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from content.programme import SHIPPED, load_programme
from storage.actions import rollups
from storage.database import Database, open_database
from storage.migrate import migrate
from storage.shares import Kept

T = TypeVar("T")
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 12, 30, 12, tzinfo=UTC)
DISTRICT, OWNER = 1, 1
_YEARS_OF_SECONDS = 3 * 365 * 86_400
_BEGAN = "2024-01-01 00:00:00"
_STEP = 50_000  # rows built in a step: nobody waits meanwhile


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of everything. Members are the first of the people; each push goes to
    `reached` of them and is acknowledged by three in ten, the last one goes to everybody."""

    communities: int = 100
    people: int = 1_000_000
    members: int = 300_000
    pushes: int = 300
    reached: int = 30_000
    events: int = 20_000
    came: int = 50  # to each event
    suggestions: int = 200_000
    entries: int = 200_000

    @property
    def to_all(self) -> int:
        """The push that went to everybody."""
        return self.pushes + 1

    @property
    def deliveries(self) -> int:
        return self.pushes * self.reached + self.people


def run(url: str, use: Callable[[Connection], T]) -> T:
    """One transaction of the product's, at the database `url`."""

    async def once() -> T:
        database = open_database(url)
        try:
            return await database.write(use)
        finally:
            await database.close()

    return asyncio.run(once())


@contextlib.contextmanager
def opened(url: str) -> Iterator[Callable[[Callable[[Connection], Any]], Any]]:
    """What runs a reading function on a database that stays open."""
    loop = asyncio.new_event_loop()
    database: Database = open_database(url)
    try:
        yield lambda use: loop.run_until_complete(database.read(use))
    finally:
        loop.run_until_complete(database.close())
        loop.close()


def fill(url: str, size: Size) -> None:
    """Migrate an empty database and fill it; its roll-ups are not built yet."""
    migrate(url)
    for statement in _statements(size):
        run(url, partial(_make, statement=statement))
    run(url, analyzed)


def build(url: str) -> None:
    """Build the roll-ups."""
    kept = Kept(ZONE, load_programme(SHIPPED).shares)
    run(url, partial(rollups.prepare, kept=kept))
    for name in sorted(kept.names):
        while run(url, partial(rollups.build, kept=kept, name=name, size=_STEP)):
            continue
    run(url, rollups.take_in)
    run(url, analyzed)


def analyzed(connection: Connection) -> None:
    """Let a database know itself, as one that has been at work for a while."""
    connection.exec_driver_sql("ANALYZE")


def _make(connection: Connection, statement: str) -> None:
    # As it is: what looks like a parameter is none.
    raw = connection.execution_options(no_parameters=True)
    raw.exec_driver_sql(_spelt(connection, statement))


def _spelt(connection: Connection, statement: str) -> str:
    """`numbers(n)`: 0 to n - 1, as column i. `at(seconds)`: so long after the beginning."""
    if connection.dialect.name == "sqlite":
        numbers = (
            "(WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {0} - 1)"
            " SELECT i FROM n)"
        )
        at = f"strftime('%Y-%m-%d %H:%M:%f000', '{_BEGAN}', '+' || ({{0}}) || ' seconds')"
    else:
        numbers = "(SELECT i::bigint FROM generate_series(0, {0} - 1) AS n(i))"
        at = f"(timestamptz '{_BEGAN}+00' + ({{0}}) * interval '1 second')"
    for name, meaning in (("numbers", numbers), ("at", at)):
        statement = _called(statement, name, meaning)
    return statement


def _called(statement: str, name: str, meaning: str) -> str:
    """Each `name<…>` of a statement, as it is meant."""
    parts = statement.split(f"{name}<")
    for place, part in enumerate(parts[1:], start=1):
        argument, _, rest = part.partition(">")
        parts[place] = meaning.format(argument) + rest
    return "".join(parts)


def _statements(size: Size) -> Iterator[str]:
    """One for each table, in the order in which they point at each other."""
    gap = _YEARS_OF_SECONDS // (size.pushes + 2)  # between two pushes
    span, home = _YEARS_OF_SECONDS, f"2 + {{0}} % {size.communities}"
    programme = load_programme(SHIPPED)
    yield (
        "INSERT INTO nodes (id, parent_id, kind, name, code, path, timezone, created_at)"
        f" VALUES (1, NULL, 'district', '区', 'd', '/1/', '{ZONE.key}', '2024-01-01 00:00:00')"
    )
    yield (
        "INSERT INTO nodes (id, parent_id, kind, name, code, path, created_at)"
        " SELECT i + 2, 1, 'community', '社区' || (i + 1), 'c' || (i + 1), '/1/' || (i + 2) || '/',"
        f" at<0> FROM numbers<{size.communities}> n"
    )
    yield (
        "INSERT INTO persons (id, telegram_id, name, language, standing, node_id, consent_version,"
        " consented_at, joined_at, paused)"
        " SELECT i + 1, 5000000000 + i, '居民 ' || i, 'zh',"
        f" CASE WHEN i < {size.members} THEN 'member' ELSE 'resident' END, {home.format('i')}, 1,"
        f" at<0>, at<0>, (1 = 0) FROM numbers<{size.people}> n"
    )
    yield (
        "INSERT INTO roles (person_id, node_id, role, state, granted_at)"
        f" SELECT {OWNER}, {DISTRICT}, 'owner', 'held', at<0> FROM numbers<1> n"
    )
    # Two in five joined the register in these years; one of twenty left it.
    yield (
        "INSERT INTO memberships (person_id, node_id, since_at, until_at) SELECT i + 1,"
        f" {home.format('i')}, CASE WHEN i % 5 < 2 THEN at<i * 7919 % {span // 2}> ELSE at<0> END,"
        f" CASE WHEN i % 20 = 3 THEN at<{span // 2} + i * 104729 % {span // 2}> END"
        f" FROM numbers<{size.members}> n"
    )
    yield (
        "INSERT INTO enrolments (person_id, course_id, joined_at) SELECT i + 1, 'c', at<i % 86400>"
        f" FROM numbers<{size.people // 2}> n"
    )
    yield (
        "INSERT INTO broadcasts (id, kind, state, priority, slot_at, course_id, item_id, node_id,"
        " audience, revision, at_most_once, planned_at, finished_at, created_at)"
        f" SELECT i + 1, 'study_item', 'done', 1, at<i * {gap}>, 'c', 'i' || i, 1, '{{}}', 0,"
        f" (1 = 0), at<i * {gap}>, at<i * {gap}>, at<i * {gap}> FROM numbers<{size.to_all}> n"
    )
    got = (
        "INSERT INTO deliveries (broadcast_id, person_id, node_id, kind, state, due_at, sent_at,"
        " message_ids, attempts)"
    )
    person = f"(i / {size.reached} * 90001 + i % {size.reached}) % {size.members}"
    push = f"i / {size.reached}"
    sent = f"'study_item', 'sent', at<{push} * {gap}>, at<{push} * {gap} + i % 3600>, '1', 0"
    for first in range(size.pushes):  # a push at a time: no transaction of ten million rows
        here = f"(SELECT i + {first * size.reached} AS i FROM numbers<{size.reached}> m) n"
        whose = f"{person} + 1, {home.format(f'({person})')}"
        yield f"{got} SELECT {push} + 1, {whose}, {sent} FROM {here}"
    last = f"at<{size.pushes} * {gap} + i % 3600>"
    yield (
        f"{got} SELECT {size.to_all}, i + 1, {home.format('i')}, 'study_item', 'sent', {last},"
        f" {last}, '1', 0 FROM numbers<{size.people}> n"
    )
    done = "INSERT INTO acknowledgements (person_id, node_id, course_id, item_id, acknowledged_at)"
    yield (
        f"{done} SELECT {person} + 1, {home.format(f'({person})')}, 'c', 'i' || ({push}),"
        f" at<{push} * {gap} + i % 200000>"
        f" FROM numbers<{size.pushes * size.reached}> n WHERE i / 7 % 10 < 3"
    )
    yield (
        f"{done} SELECT i + 1, {home.format('i')}, 'c', 'i{size.pushes}',"
        f" at<{size.pushes} * {gap} + i % 200000>"
        f" FROM numbers<{size.people}> n WHERE i / 7 % 10 < 3"
    )
    yield (
        "INSERT INTO progress (broadcast_id, state, count) SELECT broadcast_id, state, COUNT(*)"
        " FROM deliveries GROUP BY 1, 2"
    )
    kinds = [each.id for each in programme.event_categories]
    yield (
        "INSERT INTO events (id, node_id, category, title, place, starts_at, taken, state,"
        f" draft_key, created_by, created_at) SELECT i + 1, {home.format('i')},"
        f" {_one_of(kinds, 'i / 7')}, '活动 ' || i, '广场', at<i * {span // size.events}>,"
        f" {size.came},"
        " CASE i % 40 WHEN 5 THEN 'cancelled' WHEN 6 THEN 'not_held' WHEN 7 THEN 'open'"
        " ELSE 'held' END, 'e' || i, 1, at<0>"
        f" FROM numbers<{size.events}> n"
    )
    guest = f"(i / {size.came} * 7919 + i % {size.came} * {size.communities}) % {size.members} + 1"
    yield (
        "INSERT INTO sign_ups (event_id, person_id, state, signed_up_at) SELECT"
        f" i / {size.came} + 1, {guest}, 'signed_up', at<0>"
        f" FROM numbers<{size.events * size.came}> n"
    )
    yield (
        "INSERT INTO attendances (event_id, person_id, recorded_by, recorded_at, withdrawn_at)"
        " SELECT event_id, person_id, 1, signed_up_at, CASE WHEN id % 30 = 3 THEN signed_up_at END"
        " FROM sign_ups"
    )
    yield (
        "INSERT INTO headcounts (event_id, count, way, recorded_by, recorded_at) SELECT"
        f" i * 4 + 1, 1 + i % 30, 'walked_in', 1, at<0> FROM numbers<{size.events // 4}> n"
    )
    subjects = [each.id for each in programme.suggestion_categories]
    yield (
        "INSERT INTO suggestions (id, year, sequence, node_id, author_id, anonymous, category,"
        f" text, state, draft_key, submitted_at) SELECT i + 1, 2024, i + 1, {home.format('i')},"
        f" i + 1, (i % 3 = 0), {_one_of(subjects, 'i')}, '建议',"
        " CASE i % 4 WHEN 0 THEN 'received' WHEN 1 THEN 'adopted' WHEN 2 THEN 'declined'"
        f" ELSE 'implemented' END, 's' || i, at<i * {span // size.suggestions}>"
        f" FROM numbers<{size.suggestions}> n"
    )
    recorded = [each.id for each in programme.indicators if each.is_recorded]
    yield (
        "INSERT INTO entries (id, node_id, indicator, at, thousandths, state, draft_key,"
        f" created_by, created_at) SELECT i + 1, {home.format('i')}, {_one_of(recorded, 'i / 3')},"
        f" at<i * {span // size.entries}>, 1000 * (1 + i % 9),"
        " CASE WHEN i % 50 = 7 THEN 'voided' ELSE 'counted' END, 'l' || i, 1, at<0>"
        f" FROM numbers<{size.entries}> n"
    )
    planned = list(programme.plannable)
    yield (
        "INSERT INTO targets (node_id, year, indicator, thousandths, state, created_by, created_at)"
        f" SELECT 2 + i % {size.communities}, 2026, {_one_of(planned, f'i / {size.communities}')},"
        f" 100000, 'counted', 1, at<0> FROM numbers<{size.communities * len(planned)}> n"
    )


def _one_of(values: list[str], turn: str) -> str:
    whens = " ".join(f"WHEN {n} THEN '{value}'" for n, value in enumerate(values))
    return f"CASE ({turn}) % {len(values)} {whens} END"
