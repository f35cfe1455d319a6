"""What is owed to a chat: one answer, the newest."""

from datetime import timedelta

from storage.actions.owed_answers import owe, settle
from storage.database import Database
from storage.queries.owed_answers import all_owed
from tests.storage.district import NOW

GROUP = -1_000_000_000_001  # Telegram's ids go beyond 32 bits, in both directions
LATER = NOW + timedelta(seconds=1)


async def test_the_newest_takes_the_place_of_what_was_owed(database: Database) -> None:
    await database.write(owe, GROUP, "[1]", NOW)
    await database.write(owe, 5_000_000_000, "[2]", NOW + timedelta(minutes=1))
    await database.write(owe, GROUP, "[3]", LATER)
    assert await database.read(all_owed) == [
        (GROUP, "[3]", LATER),
        (5_000_000_000, "[2]", NOW + timedelta(minutes=1)),
    ]


async def test_what_is_newer_than_what_was_given_is_still_owed(database: Database) -> None:
    await database.write(owe, 1, "[]", LATER)
    await database.write(settle, 1, NOW)
    assert len(await database.read(all_owed)) == 1
    await database.write(settle, 1, LATER)
    assert await database.read(all_owed) == []
