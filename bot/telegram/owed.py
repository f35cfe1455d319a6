"""What is owed to those who wait: answers that could not be given, the newest of each chat.

An answer is what was said to one update: one screen, or a few. A newer one takes its place. It is
in memory, and in the database for the next start.
"""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.telegram.giving import Answer
from content.kept_screens import dumped, loaded
from storage.actions import owed_answers as actions
from storage.database import Database
from storage.queries.owed_answers import all_owed
from storage.receipts import cause, unmarked

logger = logging.getLogger(__name__)

# As long as Telegram keeps what we did not hear of (Bot API, "Getting updates"): after a day nobody
# remembers what they asked, and what stood on the screen may have changed.
KEEP = timedelta(days=1)
_SOON = 1.0  # seconds
_LONGEST_WAIT = 30.0  # seconds between two tries


@dataclass(slots=True)
class Debt:
    """What one chat is owed: `answers` in order, to what the update `cause` said."""

    chat_id: int
    answers: list[Answer]
    owed_at: datetime
    cause: int | None = None
    tries: int = 0
    due: float = 0.0  # on the clock that nobody sets
    paying: asyncio.Lock = field(default_factory=asyncio.Lock)


class Owed:
    """All debts. `now` says since when, `clock` (seconds) when it is tried again."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._now = now
        self._clock = clock
        self._debts: dict[int, Debt] = {}

    async def load(self) -> None:
        """Take up what was owed when the bot stopped. Call before anything is owed."""
        for chat_id, answers, owed_at in await self._database.read(all_owed):
            try:
                debt = Debt(chat_id, _loaded(answers), owed_at)
            except ValueError:
                logger.warning("an answer of another version is not owed any more")
                await self.settle(Debt(chat_id, [], owed_at))
            else:
                self._debts[chat_id] = debt
        if self._debts:
            logger.info("answers that are owed from before the stop: %d", len(self._debts))

    def goes_on(self, chat_id: int) -> bool:
        """Whether a chat is owed what was said before to the update that is being handled: what
        follows comes after it."""
        debt = self._debts.get(chat_id)
        return debt is not None and debt.cause is not None and debt.cause == cause()

    @asynccontextmanager
    async def alone(self, chat_id: int) -> AsyncIterator[bool]:
        """Say something in a chat while nothing that is owed there is said; gives whether something
        is: then Telegram was away a moment ago."""
        debt = self._debts.get(chat_id)
        if debt is None:
            yield False
            return
        async with debt.paying:
            yield self.is_owed(debt)

    async def owe(self, chat_id: int, answer: Answer, wait: float | None = None) -> None:
        """Owe an answer: after what is owed to the same update, in place of anything older. It may
        be given in `wait` seconds, or soon."""
        debt = self._debts.get(chat_id)
        if debt is None or not self.goes_on(chat_id):
            debt = self._debts[chat_id] = Debt(chat_id, [], self._now(), cause())
            debt.due = self._clock() + (_SOON if wait is None else wait)
        debt.answers.append(answer)
        await self.keep(debt)

    async def keep(self, debt: Debt) -> None:
        """Write a debt as it is now. What cannot be written is owed all the same, until a stop."""
        await self._write(actions.owe, debt.chat_id, _dumped(debt.answers), debt.owed_at)

    def owes(self, chat_id: int) -> bool:
        """Whether a chat is owed anything."""
        return chat_id in self._debts

    async def given(self, chat_id: int) -> None:
        """A newer answer arrived: what was owed is of no use any more."""
        debt = self._debts.get(chat_id)
        if debt is not None:
            await self.settle(debt)

    async def settle(self, debt: Debt) -> None:
        """A debt is paid, or will never be."""
        if self.is_owed(debt):
            del self._debts[debt.chat_id]
        await self._write(actions.settle, debt.chat_id, debt.owed_at)

    def is_owed(self, debt: Debt) -> bool:
        """Whether nothing newer took its place."""
        return self._debts.get(debt.chat_id) is debt

    def is_old(self, debt: Debt) -> bool:
        """Whether it is of no use any more."""
        return self._now() - debt.owed_at > KEEP

    def due(self) -> list[Debt]:
        """What is to be tried now, the longest owed first."""
        now = self._clock()
        return [debt for debt in self._debts.values() if debt.due <= now]

    def put_off(self, debt: Debt, seconds: float | None = None) -> None:
        """Try it again in so many seconds or, if Telegram did not say, later from time to time."""
        debt.tries += 1
        wait = min(_LONGEST_WAIT, 2.0 ** min(debt.tries, 5)) if seconds is None else seconds
        debt.due = self._clock() + wait

    def all_due(self) -> None:
        """Telegram is there again: nothing waits out its time."""
        for debt in self._debts.values():
            debt.due = self._clock()

    async def _write(self, action: Callable[..., None], *args: object) -> None:
        try:
            with unmarked():
                await self._database.write(action, *args)
        except Exception:  # a full disk, say: the answer is in memory
            logger.exception("what is owed could not be written")


def _dumped(answers: list[Answer]) -> str:
    return json.dumps(
        [
            {
                "screen": dumped(each.screen),
                "part": each.part,
                "reply_to": each.reply_to,
                "topic": each.topic,
                "message_id": each.message_id,
            }
            for each in answers
        ],
        ensure_ascii=True,  # half a surrogate pair cannot be stored
    )


def _loaded(text: str) -> list[Answer]:
    """What `_dumped` gave. Raises ValueError for any other text."""
    try:
        return [_answer(each) for each in json.loads(text)]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no answers: {type(error).__name__}") from error


def _answer(value: Any) -> Answer:
    numbers = [*(value[name] for name in ("part", "reply_to", "message_id")), value.get("topic")]
    if not all(number is None or isinstance(number, int) for number in numbers):
        raise TypeError(value)
    part, reply_to, message_id, topic = numbers
    return Answer(loaded(value["screen"]), part or 0, reply_to, message_id, topic)
