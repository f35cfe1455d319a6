"""The pace: turns for what is pushed, evenly and within what Telegram allows; answers at once.

The arithmetic has no clock: scheduler/spacing.py says when the next message may go,
scheduler/limit.py learns how many a second. Here whoever wants to send waits for it.
"""

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from scheduler.limit import BUSY
from scheduler.ports import Turn
from scheduler.spacing import Spacing

_LOOK_UP = 0.5  # seconds: a pause may be hours long, and the end of the process cannot wait for it
# Telegram's published limits for one chat: 1 a second, and 20 a minute in a group, whose ids are
# negative (core.telegram.org/bots/faq, "My bot is hitting limits").
_CHAT_INTERVAL = 1.0
_GROUP_INTERVAL = 3.0  # for each message: an album is several
_CROWDED = 60.0  # seconds after a refusal of answers that were too many, for which they wait


class Pace:
    """Gives turns at `limit` a second, and to one chat after `chat_interval` seconds at the
    earliest, in a group after `group_interval`. Monotonic time, so a moved clock does not
    matter."""

    def __init__(
        self,
        limit: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.chat_interval, self.group_interval = _CHAT_INTERVAL, _GROUP_INTERVAL
        self.limit = limit  # as set
        self._clock = clock
        self._sleep = sleep
        self._spacing = Spacing(limit, clock())
        self._queue = asyncio.Lock()  # turns are given out in the order of asking
        self._crowded_until = -math.inf  # answers wait for each other
        self._line = asyncio.Lock()  # and this is where
        self._chat_free_at: OrderedDict[int, float] = OrderedDict()

    @property
    def allowed(self) -> float:
        """Turns a second that Telegram allows, as far as was learnt."""
        return self._spacing.limit.allowed

    @property
    def rate(self) -> float:
        """Turns a second at present: fewer while we climb, more while we ask for more."""
        return self._spacing.limit.rate(self._clock())

    @property
    def pause_left(self) -> float:
        """Seconds until turns are given again; 0 if they are."""
        return max(0.0, self._spacing.paused_until - self._clock())

    async def turn(self, chat_id: int, stopping: Callable[[], bool] = lambda: False) -> Turn | None:
        """Wait for the next turn of a push to `chat_id`; say `made`, `failed` or `refused` of it.

        None if there is none for now: `stopping()` became true, or a pause began.
        """
        while True:
            if not await self._until(lambda: self._chat_free_in(chat_id), stopping):
                return None
            async with self._queue:
                if not await self._until(self._free_in, stopping):
                    return None
                now = self._clock()
                if self._chat_free_at.get(chat_id, now) <= now:
                    return self._give(chat_id, now)

    def turn_now(self, chat_id: int) -> Turn | None:
        """The turn of a push, if one is free at this moment and the chat is, too."""
        now = self._clock()
        busy = self.pause_left or self._queue.locked() or self._free_in() > 0
        if busy or self._chat_free_at.get(chat_id, now) > now:
            return None
        return self._give(chat_id, now)

    async def widen(
        self, turn: Turn, chat_id: int, messages: int, stopping: Callable[[], bool]
    ) -> Turn | None:
        """Wait until as many messages as an album has may go in a turn that was given for one;
        None, and the turn is over, if there is no sense in waiting."""
        async with self._queue:
            if not await self._until(lambda: self._free_in(messages - 1), stopping):
                self.unused(turn)
                return None
            now = self._clock()
            self._occupy(chat_id, messages, now)
            return self._spacing.widen(turn, messages, now)

    async def chat_ready(self, chat_id: int, stopping: Callable[[], bool]) -> bool:
        """Wait until one more message may go to a chat; False if there is no sense in waiting."""
        return await self._until(lambda: self._chat_free_in(chat_id), stopping)

    async def ready(self, stopping: Callable[[], bool]) -> None:
        """Wait until a push may go to somebody, or there is no sense in waiting."""
        await self._until(self._free_in, stopping)

    def made(self, turn: Turn) -> None:
        """The call of a turn was answered."""
        self._spacing.made(turn, self._clock())

    def unused(self, turn: Turn) -> None:
        """No call was made in a turn."""
        self._spacing.unused(turn, self._clock())

    def failed(self, turn: Turn) -> None:
        """No answer of Telegram's came to the call of a turn."""
        self._spacing.failed(turn, self._clock())

    def refused(self, seconds: float, turn: Turn) -> None:
        """Telegram asked to wait `seconds` when the call of `turn` was made."""
        self._spacing.refused(turn, seconds, self._clock())

    async def answer(self, chat_id: int, messages: int = 1) -> None:
        """Take a turn for somebody who waits: at once, and pushes come as much later. Only while
        Telegram refuses answers because together they are too many do they keep to the limit."""
        if self._crowded_until > self._clock():
            async with self._line:
                while (wait := self._spacing.room_in(self._clock(), messages)) > 0:
                    crowded_until = self._clock() + _CROWDED
                    self._crowded_until = max(self._crowded_until, crowded_until)
                    await self._sleep(wait)
        now = self._clock()
        self._spacing.give_answer(now, messages)
        self._occupy(chat_id, messages, now)

    def answer_refused(self, seconds: float) -> None:
        """Telegram asked to wait `seconds` when an answer was given. If all together were as many
        as may be, answers wait for each other for a while; if not, it was that chat's own limit,
        which is nobody else's concern."""
        now = self._clock()
        if self._spacing.passed(now) >= max(1.0, BUSY * self.rate):
            self._crowded_until = max(self._crowded_until, now + seconds + _CROWDED)

    def pause(self, seconds: float, rate: float | None = None) -> None:
        """Give no turn for `seconds`; then go on or, if `rate` is given and lower than what is
        allowed, climb towards that."""
        now = self._clock()
        self._spacing.pause(seconds, now)
        if rate is not None and rate < self.allowed:
            self._spacing.limit.begin(rate, self._spacing.paused_until)

    async def end_of_pause(self, stopping: Callable[[], bool]) -> None:
        """Wait until turns are given again, or `stopping()` becomes true."""
        while (left := self.pause_left) > 0 and not stopping():
            await self._sleep(min(left, _LOOK_UP))

    async def _until(self, left: Callable[[], float], stopping: Callable[[], bool]) -> bool:
        """Sleep until nothing is `left` to wait for; False if there is no sense in waiting."""
        while not stopping() and not self.pause_left:
            wait = left()
            if wait <= 0:
                return True
            await self._sleep(min(wait, _LOOK_UP))
        return False

    def _free_in(self, messages: int = 1) -> float:
        return self._spacing.free_in(self._clock(), messages)

    def _chat_free_in(self, chat_id: int) -> float:
        return self._chat_free_at.get(chat_id, -math.inf) - self._clock()

    def _give(self, chat_id: int, now: float) -> Turn:
        self._occupy(chat_id, 1, now)
        return self._spacing.give(now)

    def _occupy(self, chat_id: int, messages: int, now: float) -> None:
        interval = self.chat_interval if chat_id > 0 else self.group_interval * messages
        self._chat_free_at[chat_id] = now + interval
        self._chat_free_at.move_to_end(chat_id)
        while next(iter(self._chat_free_at.values())) <= now:
            self._chat_free_at.popitem(last=False)
