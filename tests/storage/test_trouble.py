"""A database that fails is told from a mistake of ours, and goes on when it can."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from storage.database import Database, open_database
from storage.tables import counters, nodes, updates
from storage.trouble import is_about_the_values, is_trouble
from tests.storage.district import NOW, rows_of
from tests.storage.test_database import put_counter

NAIVE = NOW.replace(tzinfo=None)


def make_full(connection: Connection) -> None:
    """No page more than there is, and none of them free, as on a disk without room."""
    connection.exec_driver_sql("CREATE TABLE filler (bytes)")
    while connection.exec_driver_sql("PRAGMA freelist_count").scalar_one():
        connection.exec_driver_sql("INSERT INTO filler VALUES (zeroblob(4096))")
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


async def make_room_again(database: Database) -> None:
    """Ask until it is done: what has no room takes along all that is committed with it."""
    while True:
        try:
            return await database.write(_lift_the_limit)
        except OperationalError as error:
            if not is_trouble(error):
                raise


def _lift_the_limit(connection: Connection) -> None:
    connection.exec_driver_sql("PRAGMA max_page_count = 1000000")


def put_much(connection: Connection, value: int = 1) -> None:
    """A counter, with a name that takes more than a page."""
    put_counter(connection, f"{value} " + "n" * 1_000_000, value)


async def _failure(database: Database, action: object) -> BaseException:
    [error] = await asyncio.gather(
        database.write(action),  # type: ignore[arg-type]
        return_exceptions=True,
    )
    assert isinstance(error, BaseException)
    return error


async def test_a_full_database_is_trouble_that_passes(sqlite: Database) -> None:
    await sqlite.write(make_full)
    error = await _failure(sqlite, put_much)
    assert "full" in str(error)
    assert is_trouble(error)
    assert is_trouble(await _failure(sqlite, put_much)), "and again"
    await make_room_again(sqlite)
    await sqlite.write(put_much)
    assert [row.value for row in await sqlite.read(rows_of, counters)] == [1]


async def test_what_is_committed_with_something_that_has_no_room_hears_the_truth(
    sqlite: Database,
) -> None:
    """SQLite undoes the whole transaction then: nobody may believe that it was written."""
    await sqlite.write(make_full)
    names = [f"n{n}" for n in range(5)]
    told = await asyncio.gather(
        *(sqlite.write(put_counter, name) for name in names[:3]),
        sqlite.write(put_much),
        *(sqlite.write(put_counter, name) for name in names[3:]),
        return_exceptions=True,
    )
    believed = [
        name
        for name, result in zip([*names[:3], "", *names[3:]], told, strict=True)
        if not isinstance(result, BaseException)
    ]
    assert "" not in believed
    assert [row.name for row in await sqlite.read(rows_of, counters)] == believed


async def test_a_lock_that_is_held_for_too_long_is_trouble(
    sqlite: Database, sqlite_url: str
) -> None:
    await sqlite.write(lambda c: c.exec_driver_sql("PRAGMA busy_timeout = 10") and None)
    other = sqlite3.connect(Path(sqlite_url.removeprefix("sqlite:///")), isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        assert is_trouble(await _failure(sqlite, lambda c: put_counter(c, "n")))
    finally:
        other.close()
    await sqlite.write(put_counter, "n")


@pytest.mark.parametrize(
    "mistake",
    [
        lambda c: c.execute(text("SELECT * FROM nowhere")),
        lambda c: c.execute(nodes.insert().values(name="no code")),
        lambda c: 1 // 0,
    ],
)
async def test_a_mistake_of_ours_is_none(database: Database, mistake: object) -> None:
    assert not is_trouble(await _failure(database, mistake))


@pytest.mark.parametrize("error", [OSError("no file"), TimeoutError(), KeyError("x")])
def test_nor_is_what_did_not_come_from_the_database(error: Exception) -> None:
    assert not is_trouble(error)


def test_a_database_that_cannot_be_reached_is_trouble() -> None:
    assert is_trouble(ConnectionRefusedError())


@pytest.mark.parametrize(
    "values",
    [
        lambda c: c.execute(nodes.insert().values(name="no code")),
        lambda c: put_counter(c, "a surrogate without the other \ud800"),
        lambda c: put_counter(c, "n", 2**70),
        lambda c: c.execute(updates.insert().values(update_id=1, received_at=NAIVE)),
    ],
)
async def test_values_that_no_column_can_hold_are_refused(
    database: Database, values: object
) -> None:
    error = await _failure(database, values)
    assert is_about_the_values(error), repr(error)
    assert not is_trouble(error)


@pytest.mark.parametrize("name", ["\x00", "n" * 10_000])
async def test_postgresql_refuses_some_texts(postgres_url: str, name: str) -> None:
    postgres = open_database(postgres_url)
    try:
        assert is_about_the_values(await _failure(postgres, lambda c: put_counter(c, name)))
    finally:
        await postgres.close()


async def test_what_may_be_written_in_a_minute_is_not_refused(sqlite: Database) -> None:
    await sqlite.write(make_full)
    assert not is_about_the_values(await _failure(sqlite, put_much))
    for error in (OSError(28, "no space"), ConnectionError(), TimeoutError()):
        assert not is_about_the_values(error)
    assert not is_about_the_values(
        await _failure(sqlite, lambda c: c.execute(text("SELECT * FROM x")))
    )
