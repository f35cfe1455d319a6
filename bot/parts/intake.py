"""The part that listens: from Telegram's updates to the handlers, and their answers."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.telegram import TelegramAPIServer
from aiogram.fsm.storage.base import BaseEventIsolation
from aiogram.types import Update
from aiogram.types.update import UpdateTypeLookupError
from pydantic import ValidationError

from bot.conversations import ConversationStore
from bot.intake import CAME_AT, TOO_FAST, CannotParse, Intake
from bot.lanes import Raw
from bot.outside import new_secret, start_link
from bot.parts.ground import Ground
from bot.telegram import lenient
from bot.telegram.chat import Chat
from bot.telegram.left import LeftPresses
from bot.telegram.menu import publish_menus
from bot.telegram.poller import CannotPoll, Poller
from bot.telegram.session import LeanSession
from content.screen import NotShown
from handlers import once, refusals, routers, table
from handlers.commands import Command
from handlers.tools import Tools
from scheduler.calendar import next_slots

logger = logging.getLogger(__name__)

OnReturn = Callable[[], Awaitable[None]]


class IntakePart:
    """Polls, stores what comes and has it handled; tells Telegram the menus at the start."""

    def __init__(
        self,
        ground: Ground,
        intake: Intake,
        left: LeftPresses,
        commands: tuple[Command, ...],
        on_return: OnReturn,
    ) -> None:
        self.intake = intake
        self._left = left
        self._commands = commands
        self._ground = ground
        self._poller = Poller(ground.telegram, intake, on_return)

    async def run(self, stop: asyncio.Event) -> CannotPoll | None:
        menus = (self._commands, self._ground.content.texts, self._ground.settings.default_language)
        async with asyncio.TaskGroup() as group:
            polling = group.create_task(self._poll(stop))
            group.create_task(self.intake.run())
            leaving = group.create_task(self._left.run())
            group.create_task(publish_menus(self._ground.telegram, *menus))
            await stop.wait()
            polling.cancel()
            leaving.cancel()
            self.intake.stop()
        return None if polling.cancelled() else polling.result()

    async def _poll(self, stop: asyncio.Event) -> CannotPoll | None:
        """Poll; where that makes no sense any more, everything else stops in good order."""
        try:
            await self._poller.run()
        except CannotPoll as error:
            stop.set()
            return error
        return None


@asynccontextmanager
async def open_intake(
    ground: Ground, username: str, chat: Chat, on_return: OnReturn
) -> AsyncIterator[IntakePart]:
    """Assemble it; what was stored before the last stop is queued already. `username` is ours,
    `chat` the way to those who speak; `on_return` is called when Telegram is there again after it
    was away."""
    settings = ground.settings
    api = TelegramAPIServer.from_base(settings.bot_api_url)
    session = LeanSession(ground.telegram, api)
    token = settings.bot_token.get_secret_value()
    bot = Bot(token, session=session, default=DefaultBotProperties(parse_mode="HTML"))
    try:
        await ground.conversations.load()
        declared = table()
        tools = _tools(ground, username, chat, declared.commands)
        dispatcher = Dispatcher(
            storage=ground.conversations, events_isolation=InOrderAlready(), tools=tools
        )
        dispatcher.include_routers(*routers(declared))
        handle = _handler(dispatcher, bot, ground.conversations, tools)
        left = LeftPresses(ground.telegram)
        intake = Intake(ground.database, handle, ground.now, left.leave)
        await intake.resume()
        yield IntakePart(ground, intake, left, declared.commands, on_return)
    finally:
        await bot.session.close()


def _tools(ground: Ground, username: str, chat: Chat, commands: tuple[Command, ...]) -> Tools:
    content, settings = ground.content, ground.settings
    return Tools(
        database=ground.database,
        texts=content.texts,
        programme=content.programme,
        courses=content.courses,
        zone=settings.zone,
        chat=chat,
        now=ground.now,
        new_secret=new_secret,
        next_slots=partial(next_slots, holidays=content.holidays),
        holidays=content.holidays,
        start_link=lambda payload: start_link(username, payload),
        language=settings.default_language,
        commands=commands,
    )


class InOrderAlready(BaseEventIsolation):
    """The intake hands over one person's updates one by one, so there is nothing to lock."""

    @asynccontextmanager
    async def lock(self, key: Any) -> AsyncIterator[None]:
        yield

    async def close(self) -> None:
        """Nothing is held."""


def _handler(
    dispatcher: Dispatcher, bot: Bot, conversations: ConversationStore, tools: Tools
) -> Callable[[Raw], Awaitable[None]]:
    async def handle(raw: Raw) -> None:
        """One update through the dispatcher, and its step of a conversation written in one go."""
        try:
            update: Update = lenient.read(Update, raw, {"bot": bot})
        except ValidationError as error:
            # Without the input: what people wrote belongs in no log.
            found = error.errors(include_input=False, include_url=False, include_context=False)[0]
            raise CannotParse(f"{found['msg']}, at {'.'.join(map(str, found['loc']))}") from None
        try:
            _ = update.event_type
        except UpdateTypeLookupError:  # aiogram would print all of it
            logger.warning("update %d is of a kind that is not known", raw["update_id"])
            return
        async with conversations.step():
            try:
                if raw.get(TOO_FAST):
                    await refusals.too_fast(update, tools)
                else:
                    given = {once.CAME_AT: raw[CAME_AT]} if CAME_AT in raw else {}
                    await dispatcher.feed_update(bot, update, **given)
            except NotShown as error:  # while it was told why something cannot be
                refusals.unanswered(update.update_id, error)

    return handle
