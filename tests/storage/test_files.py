"""What is remembered for Telegram's sake: ids of files, and its last word on our speed."""

from datetime import timedelta

from storage.actions import files as file_actions
from storage.actions import pauses as pause_actions
from storage.database import Database
from storage.queries import files as file_queries
from storage.queries import pauses as pause_queries

from .district import NOW


async def test_a_file_is_known_by_its_newest_id(database: Database) -> None:
    assert await database.read(file_queries.known, "digest") is None
    for file_id in ("first", "second"):
        await database.write(file_actions.remember, "digest", file_id, NOW)
        assert await database.read(file_queries.known, "digest") == file_id
    assert await database.read(file_queries.known, "another") is None


async def test_the_last_pause_is_the_one_that_counts(database: Database) -> None:
    assert await database.read(pause_queries.last) is None
    for seconds, rate in ((10_000, 30.0), (1, 18.0)):
        until = NOW + timedelta(seconds=seconds)
        await database.write(pause_actions.remember, until, rate)
        assert await database.read(pause_queries.last) == (until, rate)
