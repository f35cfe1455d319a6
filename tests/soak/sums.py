"""`python -m tests.soak.sums [seed]`: 100,000 random changes of everything that is counted, by a
process that is killed (SIGKILL) again and again, while history is still being built; then every
sum is compared with a full count. Exit code 1 if any differs.

A sample of it is in the gate (tests/storage/test_rollups.py).
"""

import asyncio
import random
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path

from sqlalchemy import Connection, insert

from scheduler.building import build_rollups
from storage.database import Database, open_database
from storage.migrate import migrate
from storage.model.node import Node, NodeKind
from storage.queries.nodes import at_or_below, by_id
from storage.queries.rollups import built
from storage.tables import nodes, persons
from tests.storage import test_rollups as sample
from tests.storage.district import NOW, ZONE
from tests.storage.lives import fill

CHANGES = 100_000
_AT_ONCE = 20  # changes in one transaction, at most
_KILLED_AFTER = 4_000  # changes, at most
_COMPARED = 40  # times, each of five places, periods and ways to ask


def main(seed: int) -> int:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{Path(name) / 'sums.db'}"
        migrate(url)
        asyncio.run(_at(url, lambda database: database.write(_district, seed)))
        done = kills = 0
        while done < CHANGES:
            done += _until_killed(url, chance.randrange(_KILLED_AFTER), chance.randrange(1 << 32))
            kills += 1
        try:
            asyncio.run(_at(url, lambda database: _compare(database, chance)))
        except AssertionError as error:
            sys.stdout.write(f"{seed}: FAILED after {done:,} changes, {kills} kills\n{error}\n")
            return 1
    sys.stdout.write(f"{seed}: {done:,} changes, {kills} kills: every sum is what a count says\n")
    return 0


async def _at(url: str, use: Callable[[Database], Awaitable[None]]) -> None:
    database = open_database(url)
    try:
        await use(database)
    finally:
        await database.close()


def _district(connection: Connection, seed: int) -> None:
    """A district of two communities, and what happened there before anything was summed."""
    for node_id, path in ((1, "/1/"), (2, "/1/2/"), (3, "/1/3/")):
        kind = NodeKind.DISTRICT if node_id == 1 else NodeKind.COMMUNITY
        parent = None if node_id == 1 else 1
        named = {"name": str(node_id), "code": str(node_id), "path": path, "created_at": NOW}
        connection.execute(insert(nodes).values(id=node_id, parent_id=parent, kind=kind, **named))
    told = {"telegram_id": 1, "name": "mei", "language": "zh", "standing": "resident"}
    when = {"consent_version": 1, "consented_at": NOW, "joined_at": NOW}
    connection.execute(insert(persons).values(id=1, **told, **when))
    fill(connection, _places(connection), 1, seed)


def _places(connection: Connection) -> list[Node]:
    return at_or_below(connection, by_id(connection, 1))


def _until_killed(url: str, changes: int, seed: int) -> int:
    """Let a process change things until it has told of so many changes, and kill it at once."""
    command = [sys.executable, "-m", "tests.soak.sums", "changes", url, str(seed)]
    done = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            done += int(line)
            if done >= changes:
                break
        process.kill()
    return done


async def _change(database: Database, seed: int) -> None:
    """Change things, and build a little in between, for ever; tell of each commit."""
    chance = random.Random(seed)
    for turn in count():
        if turn % 50 == 0:
            await build_rollups(database, sample.HERE)
        many = chance.randint(1, _AT_ONCE)
        await database.write(_changed, chance, many)
        sys.stdout.write(f"{many}\n")
        sys.stdout.flush()


def _changed(connection: Connection, chance: random.Random, many: int) -> None:
    places = _places(connection)
    for _ in range(many):
        sample.changed(connection, chance, places)


async def _compare(database: Database, chance: random.Random) -> None:
    while await database.read(built, ZONE) != sample.HERE.names:
        await build_rollups(database, sample.HERE)
    places = await database.read(_places)
    for _ in range(_COMPARED):
        await database.read(sample.agree, chance, places)


if __name__ == "__main__":
    if sys.argv[1:2] == ["changes"]:
        asyncio.run(_at(sys.argv[2], lambda database: _change(database, int(sys.argv[3]))))
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else random.randrange(10**6)))
