"""The composition: the only place that knows everyone."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError
from aiogram.fsm.storage.base import BaseEventIsolation
from aiogram.types import Update
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from pydantic import ValidationError

from bot.conversations import Conversations
from bot.intake import CannotParse, Intake, Raw
from bot.menu import publish_menus
from bot.outside import new_secret, start_link, utc_now
from bot.poller import Poller
from bot.product import Content
from bot.settings import BotSettings
from bot.telegram import Chat, Telegram, TelegramRefused, TelegramSender, TelegramUnavailable
from handlers import ROUTERS
from handlers.tools import Tools
from scheduler.calendar import next_slots
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
    clock: AsyncIOScheduler
    content: Content

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set, then finish what was begun. Raises WrongToken."""
        await self.intake.resume()
        self.clock.start()
        polling = asyncio.create_task(self.poller.run(), name="poller")
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.intake.run())
                group.create_task(self.planner.rounds.run())
                group.create_task(self.courier.run())
                group.create_task(publish_menus(self.telegram, self.content.texts))
                await _first_of(polling, stop)
                logger.info("stopping: finishing what was begun")
                self.clock.shutdown(wait=False)
                self.planner.rounds.stop()
                self.courier.rounds.stop()
                self.intake.stop()
        finally:
            polling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await polling


async def _first_of(polling: asyncio.Task[None], stop: asyncio.Event) -> None:
    """Wait for `stop`; polling ends earlier only by an error, which is raised."""
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({polling, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if polling.done():
        polling.result()
    polling.cancel()


@asynccontextmanager
async def open_app(
    settings: BotSettings, database: Database, content: Content, now: Now = utc_now
) -> AsyncIterator[App]:
    """Assemble the product around an open database; `now` is the clock of everything.

    Raises TelegramRefused or TelegramUnavailable if Telegram does not answer for this token.
    """
    token = settings.bot_token.get_secret_value()
    telegram = Telegram(settings.bot_api_url, token)
    session = AiohttpSession(api=TelegramAPIServer.from_base(settings.bot_api_url))
    bot = Bot(token, session=session, default=DefaultBotProperties(parse_mode="HTML"))
    try:
        username = (await telegram.call("getMe", {}))["username"]
        conversations = Conversations(database, now)
        await conversations.load()
        tools = Tools(
            database=database,
            texts=content.texts,
            programme=content.programme,
            courses=content.courses,
            zone=settings.zone,
            chat=Chat(telegram),
            now=now,
            new_secret=new_secret,
            next_slots=next_slots,
            start_link=lambda payload: start_link(username, payload),
            language=settings.language,
        )
        dispatcher = Dispatcher(
            storage=conversations, events_isolation=InOrderAlready(), tools=tools
        )
        dispatcher.include_routers(*ROUTERS)
        intake = Intake(database, _handler(dispatcher, bot, conversations), now)
        courier = Courier(
            database,
            TelegramSender(telegram),
            Letters(database, content.texts, content.courses, content.programme, now),
            Pace(settings.pace_per_second),
            now,
        )
        planner = Planner(database, content.courses, settings.zone, now, courier.rounds.wake)
        clock = make_clock(database, planner, courier, now, settings.tick_seconds)
        poller = Poller(telegram, intake)
        yield App(database, telegram, intake, poller, planner, courier, clock, content)
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
        """One update through the dispatcher. An answer that cannot be given is no failure."""
        try:
            update = Update.model_validate(raw, context={"bot": bot})
        except ValidationError as error:
            raise CannotParse(str(error.errors()[0])) from error
        try:
            async with conversations.step():
                await dispatcher.feed_update(bot, update)
        except (TelegramRefused, TelegramUnavailable, TelegramAPIError) as error:
            logger.warning("update %d was not answered: %s", update.update_id, error)

    return handle
