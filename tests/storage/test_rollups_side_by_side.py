"""Roll-ups on PostgreSQL, which writes side by side: of two changes that do not see each other yet,
the second waits for the first if the two are worth something together."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from content.programme import SHIPPED, load_programme
from scheduler.building import build_rollups
from storage.actions.rollups import prepare, take_in
from storage.actions.study import acknowledge
from storage.database import PostgresDatabase, postgres_engine
from storage.model.broadcast import BroadcastState
from storage.model.delivery import DeliveryState
from storage.model.event import EventState
from storage.model.kinds import DeliveryKind
from storage.model.person import Person, Standing
from storage.model.sign_up import SignUpState
from storage.queries.rollups import built
from storage.shares import Kept
from storage.tables import (
    acknowledgements,
    attendances,
    broadcasts,
    covers,
    deliveries,
    done,
    enrolments,
    events,
    memberships,
    persons,
    reach,
    rollups,
    sign_ups,
    spells,
)
from tests.conftest import empty

from .district import NOW, ZONE, District, founded

HERE = Kept(ZONE, load_programme(SHIPPED).shares)
MONTH = timedelta(days=31)


class Two:
    """One person, an event and a push, and all that two transactions may do with them."""

    def __init__(self, connection: Connection, n: int, places: tuple[int, int]) -> None:
        self._n = n
        self._here, self._there = places
        self._mei = (
            connection.execute(select(persons.c.id).order_by(persons.c.id)).scalars().first()
        )

        def put(table: Any, **values: Any) -> int:
            key = connection.execute(insert(table).values(**values)).inserted_primary_key
            assert key is not None
            return int(key[0])

        self._person = put(
            persons,
            telegram_id=5000 + n,
            name="bo",
            language="zh",
            standing=Standing.MEMBER,
            node_id=self._here,
            consent_version=1,
            consented_at=NOW,
            joined_at=NOW,
        )
        since = {"since_at": NOW - 3 * MONTH, "node_id": self._here}
        put(memberships, person_id=self._person, **since, until_at=NOW - 2 * MONTH)
        self._event = put(
            events,
            node_id=self._here,
            category="study",
            title="t",
            place="p",
            starts_at=NOW,
            state=EventState.OPEN,
            draft_key=f"two-{n}",
            created_by=self._mei,
            created_at=NOW,
        )
        push = put(
            broadcasts,
            kind=DeliveryKind.STUDY_ITEM,
            node_id=self._here,
            audience="{}",
            slot_at=NOW,
            state=BroadcastState.RUNNING,
            priority=1,
            course_id="c",
            item_id=f"i{n}",
            created_at=NOW,
        )
        self._delivery = put(
            deliveries,
            broadcast_id=push,
            person_id=self._person,
            node_id=self._here,
            kind=DeliveryKind.STUDY_ITEM,
            state=DeliveryState.QUEUED,
            due_at=NOW,
        )

    def ticks(self, connection: Connection) -> None:
        came = {"event_id": self._event, "person_id": self._person}
        told = {"recorded_by": self._mei, "recorded_at": NOW}
        connection.execute(insert(attendances).values(**came, **told))

    def signs_up(self, connection: Connection) -> None:
        seat = {"event_id": self._event, "person_id": self._person, "signed_up_at": NOW}
        connection.execute(insert(sign_ups).values(state=SignUpState.SIGNED_UP, **seat))

    def changes_the_event(self, connection: Connection) -> None:
        one = update(events).where(events.c.id == self._event)
        connection.execute(one.values(node_id=self._there, starts_at=NOW + MONTH))

    def calls_it_off(self, connection: Connection) -> None:
        one = update(events).where(events.c.id == self._event)
        connection.execute(one.values(state=EventState.CANCELLED))

    def acknowledges(self, connection: Connection) -> None:
        self._learns(connection, f"i{self._n}", timedelta(hours=1))

    def acknowledges_in_another_month(self, connection: Connection) -> None:
        self._learns(connection, "other", MONTH)

    def _learns(self, connection: Connection, item: str, later: timedelta) -> None:
        done = {"person_id": self._person, "course_id": "c", "item_id": item}
        when = {"node_id": self._here, "acknowledged_at": NOW + later}
        connection.execute(insert(acknowledgements).values(**done, **when))

    def gets_it(self, connection: Connection) -> None:
        one = update(deliveries).where(deliveries.c.id == self._delivery)
        connection.execute(one.values(state=DeliveryState.SENT, sent_at=NOW))

    def moves(self, connection: Connection) -> None:
        one = update(persons).where(persons.c.id == self._person)
        connection.execute(one.values(node_id=self._there, language="en"))

    def enrols(self, connection: Connection) -> None:
        row = {"person_id": self._person, "course_id": "c", "joined_at": NOW}
        connection.execute(insert(enrolments).values(**row))

    def becomes_a_member_again(self, connection: Connection) -> None:
        stay = {"person_id": self._person, "node_id": self._there, "since_at": NOW}
        connection.execute(insert(memberships).values(**stay))

    def has_been_a_member_longer(self, connection: Connection) -> None:
        ended = update(memberships).where(
            memberships.c.person_id == self._person, memberships.c.until_at.is_not(None)
        )
        connection.execute(ended.values(until_at=NOW + MONTH))


CHANGES: list[Callable[[Two, Connection], None]] = [
    each for name, each in vars(Two).items() if not name.startswith("_")
]


@pytest.fixture
async def district(postgres_url: str) -> AsyncIterator[District]:
    opened = PostgresDatabase(postgres_url)
    try:
        await opened.write(empty)
        yield await founded(opened)
    finally:
        await opened.close()


@pytest.fixture
async def engine(postgres_url: str) -> AsyncIterator[AsyncEngine]:
    made = postgres_engine(postgres_url)
    yield made
    await made.dispose()


async def meet(engine: AsyncEngine, first: Callable[..., None], then: Callable[..., None]) -> None:
    """Two transactions: the second begins before the first has ended, and goes as far as it may."""
    async with engine.connect() as one, engine.connect() as other, engine.connect() as look:
        await one.run_sync(first)
        pid = (await other.execute(text("SELECT pg_backend_pid()"))).scalar_one()

        async def go() -> None:
            await other.run_sync(then)
            await other.commit()

        second = asyncio.create_task(go())
        waits = text(f"SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = {pid}")
        while not second.done() and not (await look.execute(waits)).scalar_one():
            await look.commit()  # the next look sees what is then
            await asyncio.sleep(0.002)
        await one.commit()
        await second


def kept(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """All that is summed; a sum of nothing is none."""
    return {
        table.name: sorted(
            tuple(row)
            for row in connection.execute(select(table))
            if any(row._mapping[each] for each in sums)
        )
        for table, sums in (
            (rollups, ("records", "weight")),
            (reach, ("arrived",)),
            (done, ("acknowledged",)),
            (spells, ("records",)),
            (covers, ("members",)),
        )
    }


@pytest.mark.parametrize("first", CHANGES, ids=lambda each: each.__name__)
async def test_what_two_changes_are_worth_together_is_never_missed(
    district: District, engine: AsyncEngine, first: Callable[[Two, Connection], None]
) -> None:
    write, read = district.database.write, district.database.read
    places = (district.east.id, district.west.id)
    await build_rollups(district.database, HERE)
    for n, then in enumerate(CHANGES):
        if then is not first:
            two = await write(Two, n, places)
            await meet(engine, partial(first, two), partial(then, two))
    await write(take_in)
    found = await read(kept)
    await write(prepare, HERE)
    while await read(built, ZONE) != HERE.names:
        await build_rollups(district.database, HERE)
    assert found == await read(kept)


async def test_people_of_one_place_do_not_wait_for_each_other(
    district: District, engine: AsyncEngine
) -> None:
    """Though what they do goes into the same sums."""
    await build_rollups(district.database, HERE)
    people = [await district.member(name) for name in ("ana", "bo", "kim")]

    def press(person: Person, connection: Connection) -> None:
        connection.exec_driver_sql("SET LOCAL lock_timeout = 1")  # ms: whoever waits, fails
        acknowledge(connection, person.telegram_id, "course", "item", NOW)

    async with engine.connect() as one, engine.connect() as other, engine.connect() as third:
        for connection, person in zip((one, other, third), people, strict=True):
            await connection.run_sync(partial(press, person))
        for connection in (third, one, other):
            await connection.commit()
    assert await district.database.read(_done) == 3


async def test_additions_count_at_once_and_are_taken_in_once(district: District) -> None:
    write, read = district.database.write, district.database.read
    await build_rollups(district.database, HERE)
    ana = await district.member("ana")
    await write(acknowledge, ana.telegram_id, "course", "item", NOW)
    assert (await read(_done), await read(_done_and_taken_in)) == (1, 0)

    def killed(connection: Connection) -> None:
        take_in(connection)
        raise KeyError

    with pytest.raises(KeyError):
        await write(killed)
    assert (await read(_done), await read(_done_and_taken_in)) == (1, 0)
    for _ in range(2):
        await build_rollups(district.database, HERE)
        assert (await read(_done), await read(_done_and_taken_in)) == (1, 1)


def _done(connection: Connection, table: str = "rollups") -> int:
    months = "source = 'acknowledgements' AND month % 100 > 0"
    total = f"SELECT COALESCE(SUM(records), 0) FROM {table} WHERE {months}"
    return int(connection.execute(text(total)).scalar_one())


def _done_and_taken_in(connection: Connection) -> int:
    return _done(connection, "ONLY rollups")


async def test_what_keeps_them_reads_no_whole_table_whatever_it_held_when_that_was_planned(
    district: District,
) -> None:
    write, places = district.database.write, (district.east.id, district.west.id)
    await build_rollups(district.database, HERE)
    await write(lambda c: c.exec_driver_sql("ANALYZE") and None)  # a table of no rows is read whole
    for n, change in enumerate(CHANGES):
        two = await write(Two, n, places)
        assert await write(partial(_read_whole, partial(change, two))) == set()


async def test_what_a_batch_of_messages_is_worth_is_added_up_at_once(district: District) -> None:
    """A call for each takes longer than the rest of what is written for it."""
    write, places = district.database.write, (district.east.id, district.west.id)
    await build_rollups(district.database, HERE)
    for n in range(5):
        await write(Two, n, places)
    assert await write(_calls_for_all) == 1
    summed = await district.database.read(kept)
    assert [row[2] for row in summed["reach"]] == [1] * 5


def _calls_for_all(connection: Connection) -> int:
    """How often triggers of roll-ups are called when all messages arrive in one statement."""
    connection.exec_driver_sql("SET LOCAL track_functions = pl")
    connection.execute(update(deliveries).values(state=DeliveryState.SENT, sent_at=NOW))
    calls = "SELECT SUM(calls) FROM pg_stat_xact_user_functions WHERE funcname LIKE 'rollup%%'"
    return int(connection.exec_driver_sql(calls).scalar_one())


def _read_whole(change: Callable[[Connection], None], connection: Connection) -> set[str]:
    """Which tables that only triggers touch a change reads from end to end."""
    names = ", ".join(f"'{table.name}'" for table in (rollups, reach, done, spells, covers))
    scans = f"SELECT relname, seq_scan FROM pg_stat_xact_user_tables WHERE relname IN ({names})"
    before = {*connection.exec_driver_sql(scans)}
    change(connection)
    return {name for name, _ in {*connection.exec_driver_sql(scans)} - before}
