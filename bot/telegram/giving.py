"""Answers on their way: part by part, and without an attachment that is no good."""

import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from bot.telegram.attachments import Missing, is_good
from bot.telegram.client import REPLY_PATIENCE, Telegram, TelegramRefused
from bot.telegram.files import FileIds
from bot.telegram.messages import prepare
from bot.telegram.sending import (
    Parts,
    is_about_the_topic,
    may_be_about_a_file,
    messages_of,
    undelivered,
)
from bot.telegram.turns import in_turn
from content.screen import File, NotShown, Screen
from scheduler.ports import Answers, SlowDown, TryLater
from storage.model.message import Media

logger = logging.getLogger(__name__)

T = TypeVar("T")
# Seconds: what Telegram puts off for longer is owed, and whoever speaks is heard meanwhile.
_LONGEST_WAIT = 5.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A screen from its part `part` on. It becomes of the message `message_id`, or its last part
    stands under the message `reply_to`, where one is given; `topic` of a group, if it has some."""

    screen: Screen
    part: int = 0
    reply_to: int | None = None
    message_id: int | None = None
    topic: int | None = None


def passes(error: NotShown) -> bool:
    """Whether trouble is not about what is said, nor about whom it is said to."""
    return isinstance(undelivered(error), TryLater | SlowDown)


def wait_of(error: NotShown) -> float | None:
    """Seconds after which Telegram wants to be asked again, if it said so."""
    return error.retry_after if isinstance(error, TelegramRefused) else None


class Voice:
    """What answers are given with: calls, each message in a turn of the pace."""

    def __init__(
        self,
        telegram: Telegram,
        answers: Answers,
        ids: FileIds,
        missing: Missing,
        patience: float = REPLY_PATIENCE,
    ) -> None:
        self.telegram = telegram
        self.parts = Parts(telegram, ids, patience)
        self.missing = missing
        self._answers = answers

    async def ask(
        self,
        chat_id: int,
        call: Callable[[], Awaitable[T]],
        messages: int,
        insist: Callable[[], Awaitable[None]] | None,
    ) -> T:
        """Make a call that sends so many messages; with `insist`, which is told of the first
        failure, for some seconds, whatever goes wrong meanwhile. Raises what `call` raises."""
        turn = partial(in_turn, self._answers, chat_id, call, messages) if messages else call
        if insist is None:
            return await turn()
        return await self.telegram.insist(turn, longest=_LONGEST_WAIT, on_failure=insist)


class Giving:
    """One answer on its way to a chat; `left` is what was not said yet of it. With `insist` it is
    tried for some seconds, and `insist` is told what is left when a try fails and others follow."""

    def __init__(
        self,
        voice: Voice,
        chat_id: int,
        answer: Answer,
        insist: Callable[[Answer], Awaitable[None]] | None = None,
    ) -> None:
        self.left = answer
        self._voice = voice
        self._chat_id = chat_id
        self._insist = insist

    async def give(self) -> int:
        """Say what is left; returns the id of the message that shows it, or its end.

        One bad attachment does not keep back the words: they come without it, and say so. Nor does
        a topic that was closed, or a group that has another id by now. Raises TelegramRefused or
        TelegramUnavailable.
        """
        while True:
            try:
                return await self._as_it_is()
            except (TelegramRefused, FileNotFoundError) as error:
                if self._goes_elsewhere(error):
                    continue
                media = self._media_left()
                if not media or not may_be_about_a_file(error):
                    raise
                await self._leave_out(media, error)

    def _goes_elsewhere(self, error: Exception) -> bool:
        """Whether it is to be said in another place of the group: in that which it became, or in
        all of it instead of a topic. What it was to stand under is not there."""
        moved_to = error.moved_to if isinstance(error, TelegramRefused) else None
        if moved_to is not None and moved_to != self._chat_id:
            self._chat_id = moved_to
        elif self.left.topic is None or not is_about_the_topic(error):
            return False
        self.left = replace(self.left, topic=None, reply_to=None, message_id=None)
        return True

    async def _as_it_is(self) -> int:
        if self.left.message_id is not None:
            if await self._replaced(self.left.message_id):
                return self.left.message_id
            self.left = replace(self.left, message_id=None)
        ids: tuple[int, ...] = ()
        screen, last = self.left.screen, len(prepare(self.left.screen)) - 1
        for part in range(self.left.part, last + 1):
            extra = _topic(self.left.topic)
            extra += _reply_to(self.left.reply_to) if part == last else b""
            send = partial(self._voice.parts.send, self._chat_id, screen, part, extra)
            ids = await self._ask(send, messages_of(screen, part))
            self.left = replace(self.left, part=part + 1)
        return ids[-1]

    async def _replaced(self, message_id: int) -> bool:
        """Whether a message shows the screen now. One that is too old, say, never will."""
        turn_into = self._voice.parts.replace
        try:
            return await self._ask(
                partial(turn_into, self._chat_id, message_id, self.left.screen), 0
            )
        except TelegramRefused as error:
            if "not modified" in error.description:
                return True  # it shows this already
            if "edit" not in error.description:
                raise
        return False

    async def _ask(self, call: Callable[[], Awaitable[T]], messages: int) -> T:
        tell = self._insist
        told = None if tell is None else lambda: tell(self.left)
        return await self._voice.ask(self._chat_id, call, messages, told)

    def _media_left(self) -> tuple[Media | File, ...]:
        screen = self.left.screen
        said = sum(len(call.media) for call in prepare(screen)[: self.left.part])
        return screen.media[said:]

    async def _leave_out(self, media: tuple[Media | File, ...], error: Exception) -> None:
        """Take out of what is left the files that are no good: all, if none can be told."""
        good = tuple([each for each in media if await is_good(self._voice.telegram, each)])
        if len(good) == len(media):
            good = ()
        missing = len(media) - len(good)
        logger.warning("an answer goes without %d attachments: %s", missing, error)
        words = await self._voice.missing(self._chat_id, missing)
        screen = self.left.screen
        captioned = self.left.part > 0 and not any(
            call.method == "sendMessage" for call in prepare(screen)[self.left.part :]
        )
        text = "" if captioned or not screen.text else f"{screen.text}\n\n"
        screen = replace(screen, text=text + words, media=good)
        self.left = replace(self.left, screen=screen, part=0)


def _topic(topic: int | None) -> bytes:
    return b"" if topic is None else b',"message_thread_id":%d' % topic


def _reply_to(message_id: int | None) -> bytes:
    if message_id is None:
        return b""
    reply = {"message_id": message_id, "allow_sending_without_reply": True}
    return b',"reply_parameters":' + json.dumps(reply).encode()
