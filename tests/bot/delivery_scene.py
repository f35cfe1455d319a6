"""A district, the product as a process, and the simulator in Telegram's place."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from bot.simulator import Person, Simulator, acts
from storage.actions import broadcasts, invitations, people
from storage.actions.nodes import add_community, found_district
from storage.database import Database, open_database
from storage.model.audience import Audience
from storage.model.broadcast import NewBroadcast
from storage.model.kinds import DeliveryKind
from storage.model.message import Message
from storage.model.node import Node
from storage.model.person import CONSENT_VERSION, Standing
from storage.tables import persons
from tests.waiting import HANG

from .delivery_ledger import Sending
from .life import Life, Peek

# Where it is noon now: the process has the real clock, and notices wait in quiet hours.
NOON = f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"
_FIRST_TELEGRAM_ID = 6_000_000_001
_OWNER = 1
_GONE = 10**9  # the id of no message
_LEFT = (
    "SELECT (SELECT count(*) FROM broadcasts"
    "        WHERE planned_at IS NULL AND state IN ('running', 'paused'))"
    " + (SELECT count(*) FROM progress WHERE count > 0 AND state IN ('queued', 'claimed'))"
)


@dataclass
class Scene:
    """What tests of faults act on. Staff act as from the command line: beside the process."""

    simulator: Simulator
    life: Life
    peek: Peek
    database: Database
    owner: int
    _numbers: Iterable[int] = field(default_factory=lambda: itertools.count(1))

    async def community(self, size: int) -> tuple[Node, list[Person]]:
        """A community with so many people in it, all of whom Telegram knows."""
        number = next(iter(self._numbers))
        found = [
            self.simulator.person(f"p{number}-{n}", id=_FIRST_TELEGRAM_ID + number * 10_000 + n)
            for n in range(size)
        ]
        for each in found:
            each.account.started = True
        cast = [(each.id, each.name) for each in found]
        node = await self.database.write(_settle, self.owner, f"社区{number}", cast)
        return node, found

    async def notice(self, node: Node, audience: Sequence[Person], **given: Any) -> Sending:
        """Begin a notice to everybody at and below `node`."""
        words = f"notice-{next(iter(self._numbers))};"
        new = NewBroadcast(
            kind=DeliveryKind.NOTICE,
            node_id=node.id,
            audience=Audience(node.id),
            slot_at=datetime.now(UTC),
            content=text(words),
            created_by=self.owner,
            **given,
        )
        broadcast_id = await self.database.write(broadcasts.begin, new, datetime.now(UTC))
        return Sending(broadcast_id, words, audience, new.at_most_once)

    async def sends(self, size: int, **given: Any) -> Sending:
        """Begin a notice to a community of its own."""
        return await self.notice(*await self.community(size), **given)

    async def begins(self) -> None:
        """Start the process and wait until it serves."""
        before = self._last_menu()
        await self.life.start()
        await self.until(lambda: self._last_menu() is not before)

    def _last_menu(self) -> object:
        """Menus are published at each start, when everything else is running."""
        return next(reversed(self.simulator.calls("setMyCommands")), None)

    async def until(self, reached: Callable[[], bool], within: float = HANG) -> None:
        """Wait for something while the process lives. Raises AssertionError with its log."""
        await self.life.until(reached, within)

    async def done(self, within: float = HANG) -> None:
        """Wait until nothing is owed any more and nothing is on its way."""
        await self.until(lambda: self.peek.number(_LEFT) == 0, within)

    def sent(self, sending: Sending) -> int:
        """How many of its deliveries are recorded as sent."""
        return self.peek.number(
            "SELECT coalesce(sum(count), 0) FROM progress"
            f" WHERE state = 'sent' AND broadcast_id = {int(sending.broadcast_id)}"
        )


def text(words: str) -> str:
    """A notice that says `words`, as the database keeps it."""
    return Message({"zh": words, "en": words}).to_json()


def presses(person: Person, data: str) -> None:
    """Press a button under a message that is gone: its answer changes none of the others."""
    acts.press(person.world, person.account, person.chat, _GONE, data)


def crowd(connection: Connection, node_id: int, size: int) -> None:
    """So many people in a community whom nobody writes to: Telegram does not know them."""
    now = datetime.now(UTC)
    row = {
        "language": "zh",
        "standing": Standing.RESIDENT,
        "node_id": node_id,
        "consent_version": CONSENT_VERSION,
        "consented_at": now,
        "joined_at": now,
    }
    rows = [{"telegram_id": 9_000_000_000 + n, "name": f"p{n}", **row} for n in range(size)]
    connection.execute(insert(persons), rows)


@asynccontextmanager
async def opened(
    migrated_file: Path, folder: Path, module: str = "bot", **settings: str
) -> AsyncIterator[Scene]:
    """A district with an owner and nobody else; the process is started by `begins`."""
    path = folder / "linli.db"
    await asyncio.to_thread(shutil.copy, migrated_file, path)
    url = f"sqlite:///{path}"
    async with Simulator() as simulator:
        database = open_database(url)
        peek = None
        life = Life(
            folder,
            module,
            BOT_TOKEN=simulator.token,
            BOT_API_URL=simulator.url,
            DATABASE_URL=url,
            TIMEZONE=NOON,
            TICK_SECONDS="0.1",
            **settings,
        )
        try:
            owner = await database.write(_found)
            peek = Peek(path)
            yield Scene(simulator, life, peek, database, owner)
        finally:
            await life.kill()
            await database.close()
            if peek is not None:
                peek.close()


def _found(connection: Connection) -> int:
    now = datetime.now(UTC)
    district = found_district(connection, "示范区", now)
    owner = people.consent(connection, _OWNER, "owner", "zh", now)
    invitations.invite_owner(connection, district.id, "owner", now)
    invitations.redeem(connection, owner.id, "owner", now)
    return owner.id


def _settle(connection: Connection, owner: int, name: str, cast: list[tuple[int, str]]) -> Node:
    now = datetime.now(UTC)
    node = add_community(connection, owner, name, now)
    for telegram_id, first_name in cast:
        person = people.consent(connection, telegram_id, first_name, "zh", now)
        people.choose_community(connection, person.id, node.id, now)
    return node
