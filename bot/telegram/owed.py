"""What is owed to those who wait: answers that could not be given, the newest of each person, in a
group of each who asked there.

An answer is what was said to one update: one screen, or a few. A newer one takes its place. It is
in memory, and in the database for the next start.
"""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.telegram.giving import Answer
from content.kept_screens import dumped, loaded
from storage.actions import owed_answers as actions
from storage.database import Database
from storage.queries.owed_answers import all_owed
from storage.receipts import asker, cause, unmarked

logger = logging.getLogger(__name__)

# As long as Telegram keeps what we did not hear of (Bot API, "Getting updates"): after a day nobody
# remembers what they asked, and what stood on the screen may have changed.
KEEP = timedelta(days=1)
_SOON = 1.0  # seconds
_LONGEST_WAIT = 30.0  # seconds between two tries


@dataclass(slots=True)
class Debt:
    """What somebody is owed in a chat: `answers` in order, to what the update `cause` said.

    `by`: in a group, who asked; elsewhere it is the chat. `trying`: it is on its way still.
    """

    chat_id: int
    by: int
    answers: list[Answer]
    owed_at: datetime
    cause: int | None = None
    tries: int = 0
    due: float = 0.0  # on the clock that nobody sets
    trying: bool = False
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
        self._debts: dict[int, dict[int, Debt]] = {}  # by chat, and by who asked there

    async def load(self) -> None:
        """Take up what was owed when the bot stopped. Call before anything is owed."""
        for chat_id, answers, owed_at in await self._database.read(all_owed):
            try:
                found = _loaded(answers, chat_id)
            except ValueError:
                logger.warning("an answer of another version is not owed any more")
                await self._write(actions.settle, chat_id, owed_at)
            else:
                debts = {by: Debt(chat_id, by, every, owed_at) for by, every in found.items()}
                self._debts[chat_id] = debts
        if self._debts:
            logger.info("answers that are owed from before the stop: %d", len([*self._every()]))

    def goes_on(self, chat_id: int) -> bool:
        """Whether a chat is owed what was said before to the update that is being handled: what
        follows comes after it."""
        debt = self._here(chat_id)
        return debt is not None and debt.cause is not None and debt.cause == cause()

    @asynccontextmanager
    async def alone(self, chat_id: int) -> AsyncIterator[bool]:
        """Say something in a chat while nothing that is owed there is said; gives whether something
        is: then Telegram was away a moment ago."""
        debt = self._here(chat_id)
        if debt is not None:
            async with debt.paying:
                yield self.is_owed(debt)
            return
        try:
            yield False
        except Exception:  # not one that ends us: then it is given after the next start
            await self._tried(chat_id)
            raise
        await self._tried(chat_id)

    async def _tried(self, chat_id: int) -> None:
        debt = self._here(chat_id)
        if debt is not None and debt.trying:
            await self.settle(debt)

    async def note(self, chat_id: int, answer: Answer) -> None:
        """A try failed, and others follow: `owe` or `alone` ends it, or a start after a stop."""
        await self.keep(self._put(chat_id, answer, trying=True))

    async def owe(self, chat_id: int, answer: Answer, wait: float | None = None) -> None:
        """Owe an answer: after what is owed to the same update, in place of anything older. It may
        be given in `wait` seconds, or soon."""
        debt = self._here(chat_id)
        if debt is not None and not debt.trying and self.goes_on(chat_id):
            debt.answers.append(answer)
        else:
            debt = self._put(chat_id, answer)
            debt.due = self._clock() + (_SOON if wait is None else wait)
        await self.keep(debt)

    def _put(self, chat_id: int, answer: Answer, *, trying: bool = False) -> Debt:
        debt = Debt(chat_id, _by(chat_id), [answer], self._now(), cause(), trying=trying)
        self._debts.setdefault(chat_id, {})[debt.by] = debt
        return debt

    async def keep(self, debt: Debt) -> None:
        """Write a debt as it is now, with what others are owed in its chat. What cannot be written
        is owed all the same, until a stop."""
        every = [*self._debts.get(debt.chat_id, {}).values()]
        if every:
            since = max(each.owed_at for each in every)
            await self._write(actions.owe, debt.chat_id, _dumped(every), since)
        else:
            await self._write(actions.settle, debt.chat_id, debt.owed_at)

    def owes(self, chat_id: int) -> bool:
        """Whether anybody is owed anything in a chat."""
        return chat_id in self._debts

    async def given(self, chat_id: int) -> None:
        """A newer answer arrived: what was owed is of no use any more."""
        debt = self._here(chat_id)
        if debt is not None:
            await self.settle(debt)

    async def settle(self, debt: Debt) -> None:
        """A debt is paid, or will never be."""
        if self.is_owed(debt):
            here = self._debts[debt.chat_id]
            del here[debt.by]
            if not here:
                del self._debts[debt.chat_id]
        await self.keep(debt)

    def is_owed(self, debt: Debt) -> bool:
        """Whether nothing newer took its place."""
        return self._debts.get(debt.chat_id, {}).get(debt.by) is debt

    def _here(self, chat_id: int) -> Debt | None:
        """What whoever asks at this moment is owed in a chat."""
        return self._debts.get(chat_id, {}).get(_by(chat_id))

    def _every(self) -> Iterator[Debt]:
        return (debt for here in self._debts.values() for debt in here.values())

    def is_old(self, debt: Debt) -> bool:
        """Whether it is of no use any more."""
        return self._now() - debt.owed_at > KEEP

    def due(self) -> list[Debt]:
        """What is to be tried now, the longest owed first."""
        now = self._clock()
        return [debt for debt in self._every() if debt.due <= now and not debt.trying]

    def put_off(self, debt: Debt, seconds: float | None = None) -> None:
        """Try it again in so many seconds or, if Telegram did not say, later from time to time."""
        debt.tries += 1
        wait = min(_LONGEST_WAIT, 2.0 ** min(debt.tries, 5)) if seconds is None else seconds
        debt.due = self._clock() + wait

    def all_due(self) -> None:
        """Telegram is there again: nothing waits out its time."""
        for debt in self._every():
            debt.due = self._clock()

    async def _write(self, action: Callable[..., None], *args: object) -> None:
        try:
            with unmarked():
                await self._database.write(action, *args)
        except Exception:  # a full disk, say: the answer is in memory
            logger.exception("what is owed could not be written")


def _by(chat_id: int) -> int:
    """Whose answer it is: groups have negative ids (Bot API), and several who ask."""
    return (asker() or chat_id) if chat_id < 0 else chat_id


def _dumped(debts: list[Debt]) -> str:
    return json.dumps(
        [
            {
                "by": debt.by,
                "screen": dumped(each.screen),
                "part": each.part,
                "reply_to": each.reply_to,
                "topic": each.topic,
                "message_id": each.message_id,
            }
            for debt in debts
            for each in debt.answers
        ],
        ensure_ascii=True,  # half a surrogate pair cannot be stored
    )


def _loaded(text: str, chat_id: int) -> dict[int, list[Answer]]:
    """What `_dumped` gave, by who asked. Raises ValueError for any other text."""
    found: dict[int, list[Answer]] = {}
    try:
        for each in json.loads(text):
            found.setdefault(int(each.get("by", chat_id)), []).append(_answer(each))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no answers: {type(error).__name__}") from error
    return found or {chat_id: []}


def _answer(value: Any) -> Answer:
    numbers = [*(value[name] for name in ("part", "reply_to", "message_id")), value.get("topic")]
    if not all(number is None or isinstance(number, int) for number in numbers):
        raise TypeError(value)
    part, reply_to, message_id, topic = numbers
    return Answer(loaded(value["screen"]), part or 0, reply_to, message_id, topic)
