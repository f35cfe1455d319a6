"""The town of the stories: the whole product in this process, with Telegram simulated over HTTP.

Nothing of ours is replaced: real router, actions, SQLite file, planner and courier. Only the clock
may be moved, which is the simulator's.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection

from bot.app import App, open_app
from bot.product import Content, load_content
from bot.settings import BotSettings, Settings, read_settings
from bot.simulator import Clock, Held, Person, Simulator
from scheduler.pace import Pace
from storage.actions import invitations
from storage.actions.nodes import add_community, found_district
from storage.actions.people import choose_community, consent, enrol
from storage.database import Database, open_database
from storage.model.node import Node
from storage.model.roles import Role
from storage.queries import people as people_queries
from storage.queries.nodes import root
from tests.stories.people import Neighbour
from tests.stories.rest import rest
from tests.waiting import HANG

MONDAY_NOON = datetime.fromisoformat("2026-11-23T12:00:00+08:00")


@dataclass
class Town:
    """The simulated world with the product in it."""

    simulator: Simulator
    settings: BotSettings
    database: Database
    communities: dict[str, Node] = field(default_factory=dict)
    hurries: bool = True  # what shows staff how things go on is looked at all the time
    _holds: list[asyncio.Event] = field(default_factory=list)
    _running: asyncio.Task[None] | None = None
    _stop: asyncio.Event | None = None

    @property
    def clock(self) -> Clock:
        return self.simulator.clock

    def person(self, name: str, **given: Any) -> Neighbour:
        """Somebody with a telephone, who never met the bot."""
        person = self.simulator.person(name, **given)
        return Neighbour(person.world, person.account, self.rests)

    async def resident(self, name: str, community: str = "东湖社区", **given: Any) -> Neighbour:
        """Somebody who joined already."""
        person = self.person(name, **given)
        await self._join(person, community)
        return await self._at_home(person)

    async def member(self, name: str, community: str = "东湖社区", **given: Any) -> Neighbour:
        """Somebody on the register of a community."""
        person = self.person(name, **given)
        person_id = await self._join(person, community)
        await self.database.write(enrol, person_id, self.communities[community], self.clock.now())
        return await self._at_home(person)

    async def _join(self, person: Neighbour, community: str) -> int:
        now = self.clock.now()
        known = await self.database.write(consent, person.id, person.name, "zh", now)
        node_id = self.communities[community].id
        await self.database.write(choose_community, known.id, node_id, now)
        return known.id

    async def _at_home(self, person: Neighbour) -> Neighbour:
        await person.opens()
        await person.sees("想做什么")
        return person

    async def staff(self, name: str, role: Role, place: str | None = None) -> Neighbour:
        """Somebody with a role at a community, or (no place) at the district."""
        person, now = self.person(name), self.clock.now()
        known = await self.database.write(consent, person.id, name, "zh", now)
        owner = await self.database.read(people_queries.by_telegram_id, OWNER)
        district = await self.database.read(root)
        assert owner is not None
        assert district is not None
        node = self.communities[place] if place else district
        await self.database.write(invitations.invite, owner.id, role, node.id, name, now)
        await self.database.write(invitations.redeem, known.id, name, now)
        return await self._at_home(person)

    async def starts(self) -> None:
        """Start the product."""
        self._stop = asyncio.Event()
        started = asyncio.Event()
        self._running = asyncio.get_running_loop().create_task(self._run(self._stop, started))
        waiting = asyncio.ensure_future(started.wait())
        await asyncio.wait({self._running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if self._running.done():
            waiting.cancel()
            self._running.result()

    def holds(self, people: Iterable[Person]) -> asyncio.Event:
        """What is sent to these waits at Telegram until the event is set, so that a sending is
        under way for as long as a story looks at it."""
        freed = self._held()
        for person in people:
            self.simulator.faults.randomly(freed, 1, method="sendMessage", chat_id=person.id)
        return freed.freed

    def holds_edit(self, person: Person) -> None:
        """The next edit in somebody's chat waits until the product stops."""
        self.simulator.faults.next(self._held(), method="editMessageText", chat_id=person.id)

    def _held(self) -> Held:
        self._holds.append(asyncio.Event())
        return Held(self._holds[-1])

    async def rests(self) -> None:
        """Wait until the product has handled all that was said, and sent all that is due; it does
        nothing where it does not run. Raises TimeoutError."""
        if self._running is not None:
            await rest(self.simulator, self.app, self.database)

    async def stops(self) -> None:
        """Stop it as an operator does."""
        for freed in self._holds:
            freed.set()
        if self._running is not None and self._stop is not None:
            self._stop.set()
            await asyncio.wait_for(self._running, HANG)
            self._running = None

    async def dies(self) -> None:
        """End it without a word, as near to kill -9 as one process can come (tests/bot kills)."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})
            self._running = None

    async def paced(self, rate: float) -> None:
        """From now on the product sends `rate` messages a second."""
        await self.stops()
        self.settings = self.settings.model_copy(update={"pace_per_second": rate})
        await self.starts()

    async def _run(self, stop: asyncio.Event, started: asyncio.Event) -> None:
        content = _content(self.settings, self.clock)
        async with open_app(self.settings, self.database, content, self.clock.now) as app:
            self.app: App = app
            pace = app.ground.pace
            assert isinstance(pace, Pace)
            # A story is no slower than its people; what a chat takes is tested with the pace.
            pace.chat_interval = pace.group_interval = 0.01
            started.set()
            await app.run(stop, self)

    async def run(self, stop: asyncio.Event) -> None:
        """A part of the product that wakes what is looked at every few seconds: no story waits for
        those."""
        courier = self.app.courier
        shown = [courier.cards.rounds, courier.group_cards.rounds, courier.door_pictures.rounds]
        while not stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 2 * self.settings.tick_seconds)
            if self.hurries:
                courier.group_cards._edited_at.clear()
                for rounds in shown:
                    rounds.wake()


OWNER = 4_000_000_000


class _Shown:
    """The clock of the town whose story is told, by which its texts know the year."""

    clock: Clock

    def now(self) -> datetime:
        return self.clock.now()


_SHOWN = _Shown()


def _content(settings: BotSettings, clock: Clock) -> Content:
    _SHOWN.clock = clock
    return _read(settings.timezone, settings.programme)


@cache
def _read(timezone: str, programme: Path) -> Content:
    """All content, read and compiled once for all stories."""
    settings = read_settings(Settings, _env_file=None, timezone=timezone, programme=programme)
    return load_content(settings, _SHOWN.now)


def _founded(connection: Connection, now: datetime) -> dict[str, Node]:
    """The communities of a new district, which has an owner; all in one transaction."""
    district = found_district(connection, "示范区", now)
    owner = consent(connection, OWNER, "owner", "zh", now)
    invitations.invite_owner(connection, district.id, "owner", now)
    invitations.redeem(connection, owner.id, "owner", now)
    names = ("东湖社区", "西山社区")
    return {name: add_community(connection, owner.id, name, now) for name in names}


@pytest.fixture
def town_url(sqlite_url: str) -> str:
    """Where the town's records are."""
    return sqlite_url


@pytest.fixture
async def town(town_url: str) -> AsyncIterator[Town]:
    """A district with two communities, on a Monday at noon."""
    simulator = Simulator(clock=Clock(at=MONDAY_NOON))
    await simulator.start()
    settings = read_settings(
        BotSettings,
        _env_file=None,
        bot_token=SecretStr(simulator.token),
        bot_api_url=simulator.url,
        database_url=town_url,
        tick_seconds=0.05,
        pace_per_second=500,
    )
    database = open_database(town_url)
    town = Town(simulator, settings, database)
    try:
        town.communities |= await database.write(_founded, simulator.clock.now())
        await town.starts()
        yield town
        await town.stops()
    finally:
        await simulator.stop()
        await database.close()
