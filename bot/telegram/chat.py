"""What handlers say to the person who is speaking."""

import logging
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any, Protocol

from bot.telegram.client import Telegram, command_list
from bot.telegram.giving import Answer, Giving, Voice, passes, wait_of
from bot.telegram.sending import is_about_the_topic, undelivered
from content.screen import NobodyThere, NotShown, Screen
from scheduler.ports import Unreachable
from storage.model.refusal import Refusal

logger = logging.getLogger(__name__)

_NOTE = 200  # characters, Bot API: answerCallbackQuery
_PRESS_PATIENCE = 5.0  # seconds: the screen waits until the press was answered


class Owing(Protocol):
    """Where answers are kept that could not be given."""

    def goes_on(self, chat_id: int) -> bool:
        """Whether what follows in a chat comes after something that is owed already."""

    def alone(self, chat_id: int) -> AbstractAsyncContextManager[bool]:
        """Say something in a chat while nothing that is owed there is said; gives whether something
        is."""

    async def note(self, chat_id: int, answer: Answer) -> None:
        """A try failed and others follow: an answer outlives a stop before one gets through."""

    async def owe(self, chat_id: int, answer: Answer, wait: float | None = None) -> None:
        """Owe an answer, which may be given in `wait` seconds, or soon."""

    async def given(self, chat_id: int) -> None:
        """A newer answer arrived."""


class Chat:
    """Answers to the person who is speaking; each message takes a turn of the pace. An answer that
    trouble of Telegram's or of the network keeps back is owed, and comes when it can."""

    def __init__(self, telegram: Telegram, voice: Voice, owed: Owing) -> None:
        self._telegram = telegram
        self._voice = voice
        self._owed = owed

    async def send(
        self,
        chat_id: int,
        screen: Screen,
        *,
        reply_to: int | None = None,
        topic: int | None = None,
    ) -> int | None:
        """Send a screen, in a group perhaps into one of its topics; one that is too long for a
        message goes in several. Returns the last's id, None if it is owed.

        Raises NobodyThere, and TelegramRefused for what Telegram will never take.
        """
        return await self._give(chat_id, Answer(screen, reply_to=reply_to, topic=topic))

    async def edit(self, chat_id: int, message_id: int, screen: Screen) -> int | None:
        """Turn a message into `screen`; sent anew where it cannot be edited any more. Returns the
        id of the message that shows it, None if it is owed. Raises like `send`."""
        return await self._give(chat_id, Answer(screen, message_id=message_id))

    async def _give(self, chat_id: int, answer: Answer) -> int | None:
        if self._owed.goes_on(chat_id):
            await self._owed.owe(chat_id, answer)
            return None
        async with self._owed.alone(chat_id) as owes:
            # Telegram was away a moment ago: one try, or every word of theirs takes seconds.
            insist = None if owes else partial(self._owed.note, chat_id)
            return await self._try(chat_id, Giving(self._voice, chat_id, answer, insist))

    async def _try(self, chat_id: int, giving: Giving) -> int | None:
        try:
            shown = await giving.give()
        except NotShown as error:
            if isinstance(undelivered(error), Unreachable) or is_about_the_topic(error):
                raise NobodyThere(str(error)) from error
            if not passes(error):
                raise
            logger.warning("an answer is owed: %s", error)
            await self._owed.owe(chat_id, giving.left, wait_of(error))
            return None
        await self._owed.given(chat_id)
        return shown

    async def fetch(self, file_id: str) -> bytes:
        """What is in a file that somebody sent. Raises Refusal if Telegram does not give it now."""
        try:
            return await self._telegram.file(file_id)
        except NotShown as error:
            logger.warning("a file could not be had: %s", error)
            raise Refusal("sheet.not_fetched") from error

    async def strip(self, chat_id: int, message_id: int) -> None:
        """Take the buttons off a message. Where that cannot be done, they are read all the same."""
        body = {"chat_id": chat_id, "message_id": message_id}
        try:
            await self._telegram.patiently("editMessageReplyMarkup", body)
        except NotShown as error:
            logger.info("a message kept its buttons: %s", error)

    async def delete(self, chat_id: int, message_id: int) -> None:
        """Delete a message; what is too old for that (Bot API: 48 hours) loses its buttons."""
        body = {"chat_id": chat_id, "message_id": message_id}
        try:
            await self._telegram.patiently("deleteMessage", body)
        except NotShown as error:
            logger.info("a message was not deleted: %s", error)
            await self.strip(chat_id, message_id)

    async def menu(self, chat_id: int, commands: list[tuple[str, str]]) -> None:
        """Set the menu of commands of one chat; an empty one for the common menu. Where that
        cannot be done, the commands work all the same, and /start sets it."""
        scope: dict[str, Any] = {"scope": {"type": "chat", "chat_id": chat_id}}
        try:
            if commands:
                body = scope | {"commands": command_list(commands)}
                await self._telegram.patiently("setMyCommands", body)
            else:
                await self._telegram.patiently("deleteMyCommands", scope)
        except NotShown as error:
            logger.info("a menu was not set: %s", error)

    async def toast(self, query_id: str, text: str = "") -> bool:
        """Answer a press, with a short note over the chat if there is something to say. False if
        that came to nothing. A press without an id was made by nobody, and waits for nothing."""
        return await self._answer(query_id, {"text": text[:_NOTE]} if text else {})

    async def alert(self, query_id: str, text: str) -> bool:
        """The same with a note that stays until it is closed."""
        return await self._answer(query_id, {"text": text[:_NOTE], "show_alert": True})

    async def lead(self, query_id: str, url: str) -> bool:
        """Answer a press by opening a link to our own chat (Bot API: t.me/the_bot?start=…). False
        if that came to nothing."""
        return await self._answer(query_id, {"url": url})

    async def _answer(self, query_id: str, how: dict[str, Any]) -> bool:
        if not query_id:
            return True
        body = {"callback_query_id": query_id, **how}
        try:
            await self._telegram.insist(
                lambda: self._telegram.call("answerCallbackQuery", body, _PRESS_PATIENCE),
                attempts=2,
                longest=1.0,
            )
        except NotShown as error:
            logger.info("the note on a press was not shown: %s", error)
            return False
        return True
