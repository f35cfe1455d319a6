"""The traps of the drivers, one by one (docs/decisions tells what was measured)."""

import asyncio
import sqlite3
import sys
import textwrap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from storage.actions.leases import requeue_claimed, take_up
from storage.actions.outbox import claim_due
from storage.database import Database, SqliteDatabase, open_database
from storage.model.delivery import DeliveryState
from storage.model.kinds import DeliveryKind
from storage.model.refusal import Refusal
from storage.queries.leases import anything_left
from storage.queues import GROUP_LIMIT
from storage.receipts import handling, hold_mark
from storage.tables import conversations, counters, deliveries, persons, updates
from tests.waiting import HANG

from .district import COURIER, NOW, ZONE, District, rows_of


def increment(connection: Connection, name: str) -> int:
    """Read, then write what was read plus one: what loses updates where nothing protects it."""
    value: int = connection.execute(
        select(counters.c.value).where(counters.c.name == name).with_for_update()
    ).scalar_one()
    connection.execute(update(counters).where(counters.c.name == name).values(value=value + 1))
    return value + 1


def put_counter(connection: Connection, name: str, value: int = 0) -> None:
    connection.execute(insert(counters).values(name=name, value=value))


async def test_of_thirty_that_read_and_then_write_at_once_none_is_lost(database: Database) -> None:
    await database.write(put_counter, "n")
    seen = await asyncio.gather(*(database.write(increment, "n") for _ in range(30)))
    assert sorted(seen) == list(range(1, 31))
    [row] = await database.read(rows_of, counters)
    assert row.value == 30


async def test_a_crowd_at_postgresql_goes_over_connections_that_stay(postgres_url: str) -> None:
    database = open_database(postgres_url)
    try:
        first, then = [
            set(await asyncio.gather(*(database.write(_backend) for _ in range(40))))
            for _ in range(2)
        ]
        assert then <= first, (
            "a connection made for a moment plans every statement and trigger anew"
        )
    finally:
        await database.close()


def _backend(connection: Connection) -> int:
    found: int = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    return found


async def test_an_error_tells_nothing_of_what_people_wrote(database: Database) -> None:
    row = {"key": "k" * 200, "state": "s", "data": "a secret", "updated_at": None}
    with pytest.raises(IntegrityError) as caught:
        await database.write(lambda c: c.execute(insert(conversations).values(**row)) and None)
    assert "a secret" not in str(caught.value)


async def test_an_action_that_fails_is_undone_alone_among_others_of_its_commit(
    database: Database,
) -> None:
    def put(connection: Connection, number: int) -> int:
        put_counter(connection, f"n{number}")
        put_counter(connection, f"m{number}")
        if number % 5 == 0:
            raise Refusal("event.full")
        if number % 7 == 0:
            put_counter(connection, f"n{number}")  # no two of a name
        return number

    answers = await asyncio.gather(
        *(database.write(put, number) for number in range(40)), return_exceptions=True
    )
    kinds = {0: Refusal, 7: IntegrityError}
    for number, answer in enumerate(answers):
        expected = kinds[0] if number % 5 == 0 else kinds[7] if number % 7 == 0 else int
        assert isinstance(answer, expected), (number, answer)
    kept = {n for n, answer in enumerate(answers) if isinstance(answer, int)}
    names = {row.name for row in await database.read(rows_of, counters)}
    assert names == {f"{letter}{n}" for n in kept for letter in "nm"}


async def test_more_than_one_group_of_actions_is_committed_in_order(database: Database) -> None:
    await database.write(put_counter, "n")
    calls = [database.write(increment, "n") for _ in range(GROUP_LIMIT * 2 + 3)]
    seen = await asyncio.gather(*calls)
    assert sorted(seen) == list(range(1, len(seen) + 1))


async def test_what_was_answered_is_in_the_file_before_the_answer(
    sqlite: Database, sqlite_url: str
) -> None:
    await sqlite.write(put_counter, "n")
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as other:
        assert other.execute("SELECT count(*) FROM counters").fetchone() == (1,)
    other.close()


async def test_a_query_sees_one_state_of_the_data_however_long_it_takes(
    database: Database,
) -> None:
    await database.write(put_counter, "n")
    loop = asyncio.get_running_loop()
    begun, changed = asyncio.Event(), asyncio.Event()

    def two_looks(connection: Connection) -> tuple[int, int]:
        first = connection.execute(select(counters.c.value)).scalar_one()
        loop.call_soon_threadsafe(begun.set)
        for _ in range(20):  # long enough for the other's commit
            connection.execute(text("SELECT count(*) FROM counters"))
        _wait(connection, changed, loop)
        return first, connection.execute(select(counters.c.value)).scalar_one()

    async def change() -> None:
        await begun.wait()
        await database.write(increment, "n")
        changed.set()

    looks, _ = await asyncio.gather(database.read(two_looks), change())
    assert looks == (0, 0)
    assert (await database.read(rows_of, counters))[0].value == 1


def _wait(connection: Connection, it: asyncio.Event, loop: asyncio.AbstractEventLoop) -> None:
    """Wait inside a query: in SQLite's thread, or in asyncpg's greenlet."""
    if connection.dialect.name == "sqlite":
        asyncio.run_coroutine_threadsafe(it.wait(), loop).result(10)
    else:
        from sqlalchemy.util import await_only

        await_only(it.wait())


async def test_a_caller_who_gives_up_neither_stops_nor_poisons_the_writer(
    database: Database,
) -> None:
    await database.write(put_counter, "n")
    impatient = asyncio.ensure_future(database.write(increment, "n"))
    await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    await asyncio.gather(*(database.write(increment, "n") for _ in range(3)))
    [row] = await database.read(rows_of, counters)
    assert row.value in (3, 4)


# Instants


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=timezone(timedelta(hours=8))),
        datetime(2026, 10, 25, 1, 30, tzinfo=timezone(timedelta(hours=-9, minutes=-30))),
    ],
)
async def test_an_instant_comes_back_the_same_and_in_utc(database: Database, at: datetime) -> None:
    row = {"key": "k", "updated_at": at}
    await database.write(lambda c: c.execute(insert(conversations).values(**row)) and None)
    [found] = await database.read(rows_of, conversations)
    assert found.updated_at == at
    assert found.updated_at.utcoffset() == timedelta()
    assert await database.read(rows_of, conversations, conversations.c.updated_at == at)


async def test_an_instant_without_a_zone_is_refused(database: Database) -> None:
    row = {"key": "k", "updated_at": datetime(2026, 1, 1)}  # noqa: DTZ001 - that is the point
    with pytest.raises(StatementError, match="needs a zone"):
        await database.write(lambda c: c.execute(insert(conversations).values(**row)) and None)
    assert await database.read(rows_of, conversations) == []


# What is promised of each SQLite connection

PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def pragmas(connection: Connection, *names: str) -> dict[str, Any]:
    return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names}


async def test_every_connection_has_its_pragmas(sqlite: Database) -> None:
    names = (*PRAGMAS, "query_only")
    assert await sqlite.write(pragmas, *names) == PRAGMAS | {"query_only": 0}
    gate = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slowly(connection: Connection) -> dict[str, Any]:
        _wait(connection, gate, loop)
        return pragmas(connection, *names)

    readers = [asyncio.ensure_future(sqlite.read(slowly)) for _ in range(8)]
    await asyncio.sleep(0.1)  # all of the readers are busy now
    gate.set()
    assert await asyncio.gather(*readers) == [PRAGMAS | {"query_only": 1}] * 8


async def test_a_query_cannot_write(sqlite: Database) -> None:
    with pytest.raises(Exception, match="readonly"):
        await sqlite.read(put_counter, "n")
    assert await sqlite.read(rows_of, counters) == []
    await sqlite.write(put_counter, "n")


async def test_a_row_that_points_nowhere_is_refused(database: Database) -> None:
    row = {"person_id": 9, "kind": "event_notice", "state": "queued", "due_at": NOW}
    with pytest.raises(IntegrityError):
        await database.write(lambda c: c.execute(insert(deliveries).values(**row)) and None)


WRITER = textwrap.dedent(
    """
    import sqlite3, sys
    connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
    print("ready", flush=True)
    for n in range(300):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE counters SET value = value + 1 WHERE name = 'theirs'")
        connection.execute("COMMIT")
    """
)


@asynccontextmanager
async def another_process(code: str, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, *arguments, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_another_process_that_writes_at_the_same_time_locks_nobody_out(
    sqlite: Database, sqlite_url: str
) -> None:
    for name in ("ours", "theirs"):
        await sqlite.write(put_counter, name)
    async with another_process(WRITER, sqlite_url.removeprefix("sqlite:///")) as process:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
        for _ in range(30):
            await asyncio.gather(*(sqlite.write(increment, "ours") for _ in range(10)))
        assert await process.wait() == 0
    rows = {row.name: row.value for row in await sqlite.read(rows_of, counters)}
    assert rows == {"ours": 300, "theirs": 300}


# The plan by which due deliveries are found


def pile_up(connection: Connection, person_id: int, sent: int, queued: int) -> None:
    row = {"person_id": person_id, "kind": DeliveryKind.EVENT_NOTICE, "subject_id": 1}
    states = [DeliveryState.SENT] * sent + [DeliveryState.QUEUED] * queued
    rows = [row | {"state": state, "due_at": NOW, "sent_at": NOW} for state in states]
    connection.execute(insert(deliveries), rows)


def plans_of(connection: Connection, action: Any, *arguments: Any) -> dict[str, str]:
    """What the database does for each statement that `action` executes, as it executes it."""
    found: dict[str, str] = {}
    plain = connection.dialect.name == "sqlite"
    prefix = "EXPLAIN QUERY PLAN " if plain else "EXPLAIN "

    def explain(
        _conn: Any, _cursor: Any, statement: str, given: Any, _context: Any, many: bool
    ) -> None:
        if not statement.startswith(prefix) and not many:
            rows = connection.exec_driver_sql(prefix + statement, given)
            found[statement] = "\n".join(str(row[-1]) for row in rows)

    event.listen(connection, "before_cursor_execute", explain)
    try:
        action(connection, *arguments)
    finally:
        event.remove(connection, "before_cursor_execute", explain)
    return found


async def test_due_deliveries_are_found_by_their_own_index_however_many_were_sent(
    district: District,
) -> None:
    """Those owed to one person, and those of a broadcast."""
    for name in "ana", "bo", "kim":
        await district.resident(name)
    await district.event()
    await district.database.write(pile_up, district.mei.id, 20_000, 40)
    await district.database.write(lambda c: c.execute(text("ANALYZE")) and None)
    for action, arguments, index in (
        (claim_due, (COURIER, NOW, 100, ZONE), "ix_deliveries_due"),
        (requeue_claimed, (COURIER, NOW), "ix_deliveries_claimed"),
        (take_up, (COURIER, NOW), "ix_deliveries_claimed"),
        (anything_left, (COURIER, NOW), "ix_deliveries_claimed"),
    ):
        plans = await district.database.write(plans_of, action, *arguments)
        assert any(index in plan for plan in plans.values()), plans
        assert all("SCAN deliveries\n" not in f"{plan}\n" for plan in plans.values()), plans


# The receipt: an effect and the mark on the update that caused it are one


def put_update(connection: Connection, update_id: int) -> None:
    row = {"update_id": update_id, "body": "{}", "received_at": NOW}
    connection.execute(insert(updates).values(**row))


async def marks(database: Database) -> dict[int, bool]:
    return {
        row.update_id: row.handled_at is not None and row.body is None
        for row in await database.read(rows_of, updates)
    }


async def test_the_first_write_of_an_update_marks_it_as_handled(database: Database) -> None:
    for update_id in (1, 2):
        await database.write(put_update, update_id)
    with handling(1, NOW) as receipt:
        assert await database.read(rows_of, counters) == []
        assert receipt.written is False
        await database.write(put_counter, "n")
        assert receipt.written is True
        await database.write(put_counter, "m")
    await database.write(put_counter, "outside")
    assert await marks(database) == {1: True, 2: False}


async def test_a_write_that_is_refused_marks_nothing(database: Database) -> None:
    def refuse(connection: Connection) -> None:
        raise Refusal("event.full")

    await database.write(put_update, 1)
    with handling(1, NOW) as receipt:
        with pytest.raises(Refusal):
            await database.write(refuse)
        assert receipt.written is False
    assert await marks(database) == {1: False}


async def test_while_the_mark_is_held_back_writes_do_not_make_it(database: Database) -> None:
    await database.write(put_update, 1)
    with handling(1, NOW) as receipt:
        hold_mark(True)
        await database.write(put_counter, "n")
        assert await marks(database) == {1: False}
        assert receipt.written is False
        hold_mark(False)
        await database.write(put_counter, "m")
    assert await marks(database) == {1: True}


async def test_updates_that_are_handled_at_once_are_marked_each_by_its_own_effect(
    database: Database,
) -> None:
    for update_id in range(10):
        await database.write(put_update, update_id)

    async def handle(update_id: int) -> None:
        with handling(update_id, NOW):
            await asyncio.sleep(0)
            if update_id % 2:
                await database.write(put_counter, f"n{update_id}")

    await asyncio.gather(*(handle(update_id) for update_id in range(10)))
    assert await marks(database) == {n: bool(n % 2) for n in range(10)}


# Opening and closing


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown database"):
        open_database("mysql://localhost/x")


async def test_a_database_that_was_closed_leaves_no_thread_behind(tmp_path: Path) -> None:
    """A thread of aiosqlite that goes on keeps the process from ending."""
    code = textwrap.dedent(
        """
        import asyncio, sys
        from storage.database import open_database
        from storage.tables import counters
        async def main(url):
            database = open_database(url)
            try:
                await database.read(lambda c: c.exec_driver_sql("SELECT 1").scalar())
                await database.write(lambda c: c.exec_driver_sql("SELECT no_such_column"))
            finally:
                await database.close()
        asyncio.run(main(sys.argv[1]))
        """
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code, f"sqlite:///{tmp_path}/x.db"),
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await asyncio.wait_for(process.communicate(), HANG)
    assert process.returncode == 1
    assert b"no_such_column" in said


async def test_closing_finishes_what_was_begun(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    assert isinstance(database, SqliteDatabase)
    await database.write(put_counter, "n")
    waiting = [asyncio.ensure_future(database.write(increment, "n")) for _ in range(20)]
    await asyncio.sleep(0)
    await database.close()
    assert sorted(await asyncio.gather(*waiting)) == list(range(1, 21))
    assert persons.name == "persons"
