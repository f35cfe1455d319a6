"""The composition: the only place that knows everyone."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.telegram import TelegramAPIServer
from aiogram.fsm.storage.base import BaseEventIsolation
from aiogram.types import Update
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from pydantic import ValidationError

from bot.conversations import Conversations
from bot.intake import CannotParse, Intake, Raw
from bot.outside import new_secret, start_link, utc_now
from bot.product import Content
from bot.settings import BotSettings
from bot.telegram.client import Telegram
from bot.telegram.files import FileIds, KeptFiles
from bot.telegram.menu import publish_menus
from bot.telegram.poller import Poller, WrongToken
from bot.telegram.sending import Chat, TelegramSender
from bot.telegram.session import LeanSession
from handlers import ROUTERS
from handlers.tools import Tools
from scheduler.calendar import next_slots
from scheduler.cards import Cards
from scheduler.courier import Courier
from scheduler.jobs import make_clock
from scheduler.letters import Letters
from scheduler.pace import Pace
from scheduler.planner import Planner
from storage.database import Database

logger = logging.getLogger(__name__)

Now = Callable[[], datetime]


@dataclass(slots=True)
class App:
    """The running product."""

    database: Database
    telegram: Telegram
    intake: Intake
    poller: Poller
    planner: Planner
    courier: Courier
    cards: Cards
    pace: Pace
    clock: AsyncIOScheduler
    content: Content
    language: str

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set, then finish what was begun. Raises WrongToken."""
        await self.intake.resume()
        self.clock.start()
        async with asyncio.TaskGroup() as group:
            polling = group.create_task(_ending(self.poller.run, stop))
            group.create_task(self.intake.run())
            group.create_task(self.planner.rounds.run())
            group.create_task(self.courier.run())
            group.create_task(self.cards.rounds.run())
            group.create_task(publish_menus(self.telegram, self.content.texts, self.language))
            await stop.wait()
            logger.info("stopping: finishing what was begun")
            polling.cancel()
            self.clock.shutdown(wait=False)
            self.intake.stop()
            self.planner.rounds.stop()
            self.courier.rounds.stop()
            self.cards.rounds.stop()
        if not polling.cancelled() and (error := polling.result()) is not None:
            raise error


async def _ending(poll: Callable[[], Awaitable[None]], stop: asyncio.Event) -> WrongToken | None:
    """Poll; a token that Telegram no longer knows stops everything else in good order."""
    try:
        await poll()
    except WrongToken as error:
        stop.set()
        return error
    return None


@asynccontextmanager
async def open_app(
    settings: BotSettings, database: Database, content: Content, now: Now = utc_now
) -> AsyncIterator[App]:
    """Assemble the product around an open database; `now` is the clock of everything.

    Raises TelegramRefused or TelegramUnavailable if Telegram does not answer for this token.
    """
    token = settings.bot_token.get_secret_value()
    telegram = Telegram(settings.bot_api_url, token)
    pace = Pace(settings.rate)
    api = TelegramAPIServer.from_base(settings.bot_api_url)
    session = LeanSession(telegram, api, pace)
    bot = Bot(token, session=session, default=DefaultBotProperties(parse_mode="HTML"))
    try:
        username = (await telegram.call("getMe", {}))["username"]
        ids = FileIds(KeptFiles(database, now))
        conversations = Conversations(database, now)
        await conversations.load()
        tools = Tools(
            database=database,
            texts=content.texts,
            programme=content.programme,
            courses=content.courses,
            zone=settings.zone,
            chat=Chat(telegram, pace, ids),
            now=now,
            new_secret=new_secret,
            next_slots=partial(next_slots, holidays=content.holidays.days_off),
            holidays=content.holidays,
            start_link=lambda payload: start_link(username, payload),
            language=settings.language,
        )
        dispatcher = Dispatcher(
            storage=conversations, events_isolation=InOrderAlready(), tools=tools
        )
        dispatcher.include_routers(*ROUTERS)
        intake = Intake(database, _handler(dispatcher, bot, conversations), now)
        sender = TelegramSender(telegram, ids, paid=settings.paid_broadcast)
        courier = Courier(
            database,
            sender,
            Letters(database, content.texts, content.courses, content.programme, now),
            pace,
            now,
            settings.zone,
        )
        planner = Planner(
            database,
            content.courses,
            settings.zone,
            now,
            courier.rounds.wake,
            content.holidays.days_off,
        )
        cards = Cards(database, sender, pace, content.texts, content.courses, now)
        clock = make_clock(database, planner, courier, cards, now, settings.tick_seconds)
        poller = Poller(telegram, intake)
        yield App(
            database,
            telegram,
            intake,
            poller,
            planner,
            courier,
            cards,
            pace,
            clock,
            content,
            settings.language,
        )
    finally:
        await telegram.close()
        await bot.session.close()


class InOrderAlready(BaseEventIsolation):
    """The intake hands over one person's updates one by one, so there is nothing to lock."""

    @asynccontextmanager
    async def lock(self, key: Any) -> AsyncIterator[None]:
        yield

    async def close(self) -> None:
        """Nothing is held."""


def _handler(dispatcher: Dispatcher, bot: Bot, conversations: Conversations) -> Any:
    async def handle(raw: Raw) -> None:
        """One update through the dispatcher, and its step of a conversation written in one go."""
        try:
            update = Update.model_validate(raw, context={"bot": bot})
        except ValidationError as error:
            # Without the input: what people wrote belongs in no log.
            found = error.errors(include_input=False, include_url=False)[0]
            raise CannotParse(str(found)) from error
        async with conversations.step():
            await dispatcher.feed_update(bot, update)

    return handle
