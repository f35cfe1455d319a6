"""The pictures of events: telephones on the simulator's page while people post, sign up, stand in
the line, check in and confirm. The whole product runs, with Telegram simulated."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import Browser
from pydantic import SecretStr

from bot.app import App, open_app
from bot.commands.demo import PEOPLE, fill
from bot.product import load_content
from bot.settings import BotSettings, Settings, read_settings
from bot.simulator import Clock, Message, Person, Simulator
from storage.actions.events import post
from storage.actions.people import choose_community, consent
from storage.database import Database, open_database
from storage.migrate import migrate
from storage.model.event import NewEvent
from storage.queries import events as queries
from storage.queries.nodes import communities
from storage.queries.people import by_telegram_id
from tests.browser import launched, opened
from tests.stories.people import TOO_SOON
from tests.stories.rest import rest

MONDAY = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
PHONE = (375, 900)
_WORDS = {
    "zh": ("公共服务", "邻里乒乓球赛", "11月28日", "社区活动室", "东湖大家庭", "象棋课"),
    "en": ("Service", "Table tennis", "28 November", "Community hall", "East Lake", "Chess"),
}


async def pictures(language: str, folder: Path) -> AsyncIterator[tuple[str, bytes]]:
    """Each picture with its name, in the order of what happens. `folder` is for the records."""
    async with _town(language, folder) as town, launched() as browser:
        for name, shown in (
            ("post", town.posting),
            ("sign-up", town.signing_up),
            ("group", town.in_the_group),
            ("line", town.offering),
            ("code", town.at_the_door),
            ("roster", town.ticking),
            ("confirm", town.confirming),
        ):
            person, chat_id = await shown()
            yield f"event-{name}", await _phone(town, browser, person, chat_id)


class _Patient(Person):
    """Somebody who looks for a while before pressing anything: else it is a second tap."""

    async def presses_raw(self, message: Message | int, data: str, **given: Any) -> str | None:
        answer: str | None = TOO_SOON[0]
        while answer and any(each in answer for each in TOO_SOON):
            self.world.clock.advance(timedelta(seconds=3))
            answer = await super().presses_raw(message, data, **given)
        return answer


@dataclass
class _Town:
    """A community with people on whose telephones one looks; each step gives whose, and which
    chat (None: with the bot)."""

    simulator: Simulator
    app: App
    database: Database
    language: str
    people: dict[str, _Patient]
    event_id: int = 0

    async def posting(self) -> tuple[Person, int | None]:
        kim, words = self.people["kim"], _WORDS[self.language]
        members = [self.people[each] for each in ("kim", "ana", "bo")]
        self.group = self.simulator.group(words[4], members)
        await rest(self.simulator, self.app, self.database)
        await kim.says("/post")
        await kim.presses(words[0])
        for answer in (words[1], words[2], "9:30", words[3]):
            await kim.says(answer)
        await kim.presses("40")
        await kim.sees_button(words[3], within=20)
        return kim, None

    async def signing_up(self) -> tuple[Person, int | None]:
        kim, ana = self.people["kim"], self.people["ana"]
        await kim.presses("发布" if self.language == "zh" else "Post")
        await ana.sees(_WORDS[self.language][1])
        self.event_id = await self._newest()
        await _presses(ana, "join")
        await rest(self.simulator, self.app, self.database)
        return ana, None

    async def offering(self) -> tuple[Person, int | None]:
        ana, bo = self.people["ana"], self.people["bo"]
        await self._posts(_WORDS[self.language][5], capacity=1)
        for each in (ana, bo):
            await each.sees(_WORDS[self.language][5])
            await _presses(each, "join")
        await _presses(ana, "unjoin")
        await _with(bo, "decline_seat")
        return bo, None

    async def in_the_group(self) -> tuple[Person, int | None]:
        ana = self.people["ana"]
        there = ana.in_group(self.group)

        def followed() -> bool:
            return any(re.search(r"\b1\D+40\b", message.text) for message in there.messages)

        assert await there.chat.signal.until(lambda: followed() or None, 30)
        return ana, self.group.id

    async def at_the_door(self) -> tuple[Person, int | None]:
        kim = self.people["kim"]
        event = await self.database.read(queries.by_id, self.event_id)
        for name in ("bo", "li", "lin"):
            each = self.people[name]
            await each.presses_raw(each.last, f"join:{self.event_id}")
        self.simulator.clock.advance(event.attendance_at - self.simulator.clock.now())
        await kim.presses_raw(kim.last, f"roster:{self.event_id}")
        await _presses(kim, "door")
        await _with(kim, "door_close")
        return kim, None

    async def ticking(self) -> tuple[Person, int | None]:
        kim = self.people["kim"]
        await kim.presses_raw(kim.last, f"roster:{self.event_id}")
        for name in ("ana", "li"):
            await kim.presses(f"○ {name}")
        await rest(self.simulator, self.app, self.database)
        return kim, None

    async def confirming(self) -> tuple[Person, int | None]:
        kim = self.people["kim"]
        self.simulator.clock.advance(timedelta(hours=2))
        await kim.presses_raw(kim.last, f"roster:{self.event_id}")
        await _presses(kim, "held")
        await _with(kim, "unsaid")
        await rest(self.simulator, self.app, self.database)
        return kim, None

    async def _posts(self, title: str, capacity: int) -> int:
        kim = await self.database.read(by_telegram_id, self.people["kim"].id)
        [first, *_] = (await self.database.read(communities, 0)).items
        assert kim is not None
        now = self.simulator.clock.now()
        at, place = now + timedelta(days=6), _WORDS[self.language][3]
        new = NewEvent(title, first.id, "service", title, place, at, capacity)
        return (await self.database.write(post, kim.id, new, now)).id

    async def _newest(self) -> int:
        return await self.database.read(
            lambda c: int(c.exec_driver_sql("SELECT MAX(id) FROM events").scalar_one())
        )


def _newest(person: Person, action: str) -> tuple[Message, str] | None:
    """The newest message with a button that carries `action`, and all that it carries."""
    return next(
        (
            (message, button.data)
            for message in reversed(person.messages)
            for row in message.rows
            for button in row
            if button.data and action in re.split(r"\W", button.data)
        ),
        None,
    )


async def _with(person: Person, action: str) -> tuple[Message, str]:
    """The same once it is there."""
    found = await person.chat.signal.until(lambda: _newest(person, action), 30)
    assert found is not None, f"{action}: {person.transcript()}"
    return found


async def _presses(person: Person, action: str) -> None:
    await person.presses_raw(*await _with(person, action))


@asynccontextmanager
async def _town(language: str, folder: Path) -> AsyncIterator[_Town]:
    url = f"sqlite:///{folder / 'events.db'}"
    migrate(url)
    simulator = Simulator(clock=Clock(at=MONDAY))
    now = simulator.clock.now
    database = open_database(url)
    await simulator.start()
    token, stop = SecretStr(simulator.token), asyncio.Event()
    outside = {"bot_token": token, "bot_api_url": simulator.url, "database_url": url}
    given = outside | {"default_language": language, "tick_seconds": 0.05}
    settings = read_settings(BotSettings, _env_file=None, **given)
    try:
        plain = read_settings(Settings, _env_file=None, database_url=url, default_language=language)
        await fill(database, plain, now)
        people = await _people(simulator, database, language)
        async with open_app(settings, database, load_content(settings, now), now) as app:
            running = asyncio.ensure_future(app.run(stop))
            try:
                for each in people.values():
                    await each.opens()
                await rest(simulator, app, database)
                yield _Town(simulator, app, database, language, people)
            finally:
                stop.set()
                await running
    finally:
        await simulator.stop()
        await database.close()


async def _people(simulator: Simulator, database: Database, language: str) -> dict[str, _Patient]:
    first = (await database.read(communities, 0)).items[0]
    found = {}
    for name, telegram_id in [(each.name, each.telegram_id) for each in PEOPLE] + [
        ("li", 5_000_000_011),
        ("lin", 5_000_000_012),
    ]:
        known = await database.write(consent, telegram_id, name, language, MONDAY)
        if name in ("li", "lin"):
            await database.write(choose_community, known.id, first.id, MONDAY)
        person = simulator.person(name, language=language, id=telegram_id)
        found[name] = _Patient(person.world, person.account)
    return found


async def _phone(town: _Town, browser: Browser, person: Person, chat_id: int | None) -> bytes:
    """What stands on somebody's telephone."""
    url = f"{town.simulator.url}/?open={person.name}"
    locale = "zh-CN" if town.language == "zh" else "en-GB"
    async with opened(browser, url, PHONE, locale) as page:
        panel = page.get_by_test_id("panel")
        await panel.wait_for()
        if chat_id is not None:
            await panel.locator(f'[data-chat-id="{chat_id}"]').click()
        await panel.get_by_test_id("message").last.wait_for()
        await page.wait_for_load_state("networkidle")
        return await panel.screenshot()
