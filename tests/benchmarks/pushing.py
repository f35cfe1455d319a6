"""The product's side of the delivery benchmarks: members, pushes to them, and what became of those.

The database is filled through the tables and the product's own actions. What is sent is what the
peers send: the same text with the same button. Nobody has quiet hours, so it is sent at whatever
time the benchmark runs.
"""

import asyncio
import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, insert, select, update

from storage.actions import broadcasts as actions
from storage.actions.fan_out import fan_out
from storage.actions.study import schedule_push
from storage.database import open_database
from storage.migrate import migrate
from storage.model.audience import Audience
from storage.model.broadcast import BroadcastState, NewBroadcast
from storage.model.delivery import DeliveryState
from storage.model.kinds import DeliveryKind
from storage.model.message import Link, Message
from storage.model.node import NodeKind
from storage.model.person import CONSENT_VERSION, Standing
from storage.model.push import NewPush
from storage.model.rhythm import Rhythm, ScheduleKind
from storage.model.roles import Role
from storage.model.schedule import Timetable
from storage.model.staff import RoleState
from storage.tables import broadcasts, deliveries, nodes, persons, progress, roles
from tests.benchmarks import life
from tests.benchmarks.peers.message import LABEL, LINK, TEXT
from tests.benchmarks.prefill import COURSE, FIRST_PERSON
from tests.benchmarks.processes import Bot, LimitedServer, product, unlimited_product
from tests.conftest import new_postgres

T = TypeVar("T")
SQLITE, POSTGRES = "SQLite", "PostgreSQL"
_COMMUNITIES = 20
_ZONE = ZoneInfo("Asia/Shanghai")
_AT_ONCE = 10_000  # rows in one statement
_MIGRATING = Lock()  # Alembic keeps what it does in globals
FIRST_RESIDENT = FIRST_PERSON + 1_000_000_000  # residents get no pushes, but they ask


@dataclass(frozen=True, slots=True)
class Left:
    """What the database holds of a push: how many are in each state, and whom it is unsure of."""

    states: dict[str, int]
    counted: dict[str, int]  # the same as the product counts them along the way
    unsure: frozenset[int]  # Telegram ids

    @property
    def sent(self) -> int:
        return self.states.get(DeliveryState.SENT, 0)

    def as_json(self) -> dict[str, Any]:
        return {"states": self.states, "counted": self.counted, "unsure": len(self.unsure)}


def new_database(folder: Path, members: int, residents: int = 0) -> str:
    """A migrated database in `folder` with so many members and residents, nothing owed to them,
    and with its sums; returns its address. To build these from a million people belongs to the
    hour after an upgrade, not to a push."""
    return _made(f"sqlite:///{folder / 'push.db'}", members, residents)


def _made(url: str, members: int, residents: int) -> str:
    with _MIGRATING:
        migrate(url)
    _write(url, lambda connection: _fill(connection, members, residents))
    life.build(url)
    return url


def databases() -> list[str]:
    """On which a row is measured: on PostgreSQL where TEST_DATABASE_URL names a server."""
    return [SQLITE, POSTGRES] if os.environ.get("TEST_DATABASE_URL") else [SQLITE]


@contextlib.contextmanager
def database_on(which: str, folder: Path, members: int) -> Iterator[str]:
    """The same on one of `databases`: its address."""
    if which == SQLITE:
        yield new_database(folder, members)
        return
    with new_postgres(os.environ["TEST_DATABASE_URL"], f"push_{folder.name}") as url:
        yield _made(url, members, 0)


def copy_database(url: str, folder: Path) -> str:
    """The same database once more, in another folder. Nobody may have it open."""
    target = folder / "push.db"
    shutil.copyfile(url.removeprefix("sqlite:///"), target)
    return f"sqlite:///{target}"


def begin(url: str, *, at_most_once: bool = False, paused: bool = False) -> int:
    """Begin a push to all members; the product owes it to them. Returns its id."""
    now = datetime.now(UTC)
    new = NewBroadcast(
        kind=DeliveryKind.NOTICE,
        node_id=1,
        audience=Audience(node_id=1, standing=Standing.MEMBER),
        slot_at=now,
        content=Message({"zh": TEXT}, link=Link(LABEL, LINK)).to_json(),
        at_most_once=at_most_once,
        state=BroadcastState.PAUSED if paused else BroadcastState.RUNNING,
    )
    return _write(url, lambda connection: actions.begin(connection, new, now))


def owe(url: str, broadcast_id: int) -> None:
    """Owe a push to everybody now, as the product would do after its start."""
    while _write(url, lambda c: fan_out(c, broadcast_id, datetime.now(UTC), _ZONE)):
        continue


def resume(url: str, broadcast_id: int) -> None:
    """Let a paused push run."""
    change = update(broadcasts).where(broadcasts.c.id == broadcast_id)
    _write(url, lambda c: c.execute(change.values(state=BroadcastState.RUNNING)))


def schedule(url: str, slot_at: datetime) -> None:
    """A study push to all members at `slot_at`, once."""
    rhythm = Rhythm(ScheduleKind.ONCE, once_at=slot_at)
    push, timetable = NewPush("push", 1, COURSE, "safe-account", 0), Timetable(rhythm, slot_at)
    now = datetime.now(UTC)
    _write(url, lambda c: schedule_push(c, 1, push, timetable, now))


def members(count: int) -> range:
    """The Telegram ids of `count` members."""
    return range(FIRST_PERSON, FIRST_PERSON + count)


def planned_at(url: str) -> datetime | None:
    """When the first push was owed to everybody, as another process reads it; None if it is not."""
    found = _peek(url, "SELECT planned_at FROM broadcasts WHERE id = 1")
    return datetime.fromisoformat(found).replace(tzinfo=UTC) if found else None


def left(url: str, broadcast_id: int = 1) -> Left:
    """What the database holds of a push."""
    return _write(url, lambda connection: _left(connection, broadcast_id))


def waiting(url: str) -> int:
    """How many messages of all pushes are still to be sent, as another process reads it."""
    found = _peek(url, "SELECT sum(count) FROM progress WHERE state IN ('queued', 'claimed')")
    return int(found or 0)


@contextlib.contextmanager
def running(folder: Path, server: LimitedServer, url: str, limit: float | None) -> Iterator[Bot]:
    """The real product, which sends `limit` a second; None: as fast as it can."""
    if limit is None:
        context = unlimited_product(folder, server, url)
    else:
        context = product(folder, server, url, PACE_PER_SECOND=str(limit))
    with context as bot:
        yield bot


def _left(connection: Connection, broadcast_id: int) -> Left:
    mine = deliveries.c.broadcast_id == broadcast_id
    states = select(deliveries.c.state, func.count()).where(mine).group_by(deliveries.c.state)
    counted = select(progress.c.state, progress.c.count).where(
        progress.c.broadcast_id == broadcast_id, progress.c.count > 0
    )
    unsure = (
        select(persons.c.telegram_id)
        .join(deliveries, deliveries.c.person_id == persons.c.id)
        .where(mine, deliveries.c.unsure_at.is_not(None))
    )
    return Left(
        {str(state): count for state, count in connection.execute(states)},
        {str(state): count for state, count in connection.execute(counted)},
        frozenset(connection.execute(unsure).scalars()),
    )


def _fill(connection: Connection, members: int, residents: int) -> None:
    at = datetime.now(UTC) - timedelta(days=30)
    tree: list[tuple[object, ...]] = [(1, None, NodeKind.DISTRICT, "示范区", "c-1", "/1/")]
    for i in range(2, _COMMUNITIES + 2):
        tree.append((i, 1, NodeKind.COMMUNITY, f"社区{i}", f"c-{i}", f"/1/{i}/"))
    names = ("id", "parent_id", "kind", "name", "code", "path")
    connection.execute(
        insert(nodes), [dict(zip(names, n, strict=True)) | {"created_at": at} for n in tree]
    )
    for first in range(0, members, _AT_ONCE):
        some = range(first, min(members, first + _AT_ONCE))
        rows = [_person(FIRST_PERSON + i, Standing.MEMBER, at) for i in some]
        connection.execute(insert(persons), rows)
    owner = {
        "person_id": 1,
        "node_id": 1,
        "role": Role.OWNER,
        "granted_at": at,
        "state": RoleState.HELD,
    }
    connection.execute(insert(roles), owner)
    if residents:
        people = range(FIRST_RESIDENT, FIRST_RESIDENT + residents)
        connection.execute(insert(persons), [_person(i, Standing.RESIDENT, at) for i in people])


def _person(telegram_id: int, standing: Standing, at: datetime) -> dict[str, object]:
    return {
        "telegram_id": telegram_id,
        "name": f"Person {telegram_id}",
        "language": "zh",
        "standing": standing,
        "node_id": 2 + telegram_id % _COMMUNITIES,
        "consent_version": CONSENT_VERSION,
        "consented_at": at,
        "joined_at": at,
    }


def _peek(url: str, query: str) -> Any:
    """The only value that `query` finds, None if nothing is; it keeps no write waiting."""
    path = url.removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as raw:
        row = raw.execute(query).fetchone()
    return row and row[0]


def _write(url: str, use: Callable[[Connection], T]) -> T:
    async def run() -> T:
        database = open_database(url)
        try:
            return await database.write(use)
        finally:
            await database.close()

    return asyncio.run(run())
