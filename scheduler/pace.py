"""How fast we may send: evenly, pushes never more than `rate` in any second, answers at once.

Turns come by the generic cell rate algorithm (GCRA, ITU-T I.371): each one is due an interval
after the one before, and idle time saves nothing up. A loop that woke late may catch up a little,
bit by bit: a bunch would be refused as a bunch. So that this never becomes too many in a second,
the messages of the last second are remembered and the limit is kept over every window of it. What
counts is when a message arrives. A call that was answered later than usual (a busy process, a slow
network) may have arrived later by as much: so answers are remembered, each of which came as long
after the arrival as calls take at best, or less.

Published limits are settings, not truth. When Telegram refuses (429), everybody waits for as long
as it asks. Then the limit has fallen, by how much nobody knows: so we begin at half the rate and
climb, until all is well or the next refusal, which tells the limit exactly: as much as passed in
the second before. After a while we climb towards the full rate again, later each time it fails.
"""

import asyncio
import math
import time
from bisect import bisect_left, insort
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable

from scheduler.ports import Turn

_LOOK_UP = 0.5  # seconds: a pause may be hours long, and the end of the process cannot wait for it
_SPARE = 0.001  # seconds left free in each second: the time of arrival is an estimate
_CATCH_UP = 0.1  # seconds of turns that a loop that woke late may make up for
_CLOSEST = 0.85  # shares of the interval: so close follow turns that make up for lost time,
_AT_ONCE = 0.005  # or at once those of so many seconds: no loop wakes a thousand times a second
_RECENT = 10.0  # seconds for which an answer makes us keep room for the next one
# Telegram's published limits for one chat: 1 a second, and 20 a minute in a group, whose ids are
# negative (core.telegram.org/bots/faq, "My bot is hitting limits").
_CHAT_INTERVAL = 1.0
_GROUP_INTERVAL = 3.0
_FIRST_PROBE = 60.0  # seconds until the full rate is tried again
_LAST_PROBE = 1920.0
_LEAST, _LESS = 0.5, 0.98  # shares of the rate: what one refusal costs at most, and at least
_CLIMB = 1.2  # how much faster from one second to the next
_TRUSTED = 30.0  # seconds after the begin of a climb in which a refusal is no new fall
_LONGEST_CLIMB = 100.0  # seconds: from one a minute to a hundred a second
_MINUTE = 60.0
_BUSY = 0.7  # a share of the rate: who sends less was not refused for being too fast
_REMEMBERED = 2.0  # seconds for which turns are remembered
_CROWDED = 60.0  # seconds after a refusal of answers that were too many, for which they wait


class Pace:
    """Gives turns at `limit` a second, and to one chat after `chat_interval` seconds at the
    earliest. Monotonic time, so a moved clock does not matter."""

    def __init__(
        self,
        limit: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.chat_interval = _CHAT_INTERVAL
        self.limit = limit  # as set
        self.allowed = limit  # as we think; `rate` is lower still while we climb towards it
        self._climb_from = limit  # towards that, at which rate
        self._climb_at = -math.inf  # and when we began
        self._clock = clock
        self._sleep = sleep
        self._queue = asyncio.Lock()  # turns are given out in the order of asking
        self._due = clock()
        self._soonest = self._due  # the same while lost time is made up for
        self._answered: list[float] = []  # when the last second's calls were, or will be; in order
        self._best = deque([math.inf, math.inf], 2)  # what a call took at best, minute by minute
        self._minute_ends_at = self._due + _MINUTE
        self._to_people: deque[float] = deque()  # the last second's answers to people
        self._to_people_at = -math.inf  # and the last of all
        self._crowded_until = -math.inf  # answers wait for each other
        self._line = asyncio.Lock()  # and this is where
        self._chat_free_at: OrderedDict[int, float] = OrderedDict()
        self._paused_until = self._due
        self._probe_at = math.inf
        self._probed_at = -math.inf
        self._probe_after = _FIRST_PROBE

    @property
    def rate(self) -> float:
        """Turns a second, as Telegram lets us have them at present."""
        if self._climb_from >= self.allowed:
            return self.allowed
        climbed = min(max(0.0, self._clock() - self._climb_at), _LONGEST_CLIMB)
        return min(self.allowed, self._climb_from * math.pow(_CLIMB, climbed))

    @property
    def pause_left(self) -> float:
        """Seconds until turns are given again; 0 if they are."""
        return max(0.0, self._paused_until - self._clock())

    async def turn(self, chat_id: int, stopping: Callable[[], bool] = lambda: False) -> Turn | None:
        """Wait for the next turn of a push to `chat_id`; say `made` when its call was answered.

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
                    return self._give_push(chat_id, now)

    def turn_now(self, chat_id: int) -> Turn | None:
        """The turn of a push, if one is free at this moment and the chat is, too."""
        now = self._clock()
        busy = self.pause_left or self._queue.locked() or self._free_in() > 0
        if busy or self._chat_free_at.get(chat_id, now) > now:
            return None
        return self._give_push(chat_id, now)

    async def chat_ready(self, chat_id: int, stopping: Callable[[], bool]) -> bool:
        """Wait until one more message may go to a chat; False if there is no sense in waiting."""
        return await self._until(lambda: self._chat_free_in(chat_id), stopping)

    async def ready(self, stopping: Callable[[], bool]) -> None:
        """Wait until a push may go to somebody, or there is no sense in waiting."""
        await self._until(self._free_in, stopping)

    def made(self, turn: Turn) -> None:
        """The call of a turn was answered: the longer it took, the later it may have arrived."""
        now = self._clock()
        if now > self._minute_ends_at:
            self._best.append(math.inf)
            self._minute_ends_at = now + _MINUTE
        self._best[-1] = min(now - turn.at, self._best[-1])
        place = bisect_left(self._answered, turn.answer_at)
        if place < len(self._answered):  # else it took so long that it is forgotten
            del self._answered[place]
            insort(self._answered, now)

    async def answer(self, chat_id: int) -> None:
        """Take a turn for somebody who waits: at once, and pushes come as much later. Only while
        Telegram refuses answers because together they are too many do they keep to the limit."""
        if self._crowded_until > self._clock():
            async with self._line:
                while (wait := self._room_in(kept=0)) > 0:
                    crowded_until = self._clock() + _CROWDED
                    self._crowded_until = max(self._crowded_until, crowded_until)
                    await self._sleep(wait)
        now = self._clock()
        self._to_people.append(now)
        self._to_people_at = now
        self._forget_answers(now)
        self._give(chat_id, now)

    def answer_refused(self, seconds: float) -> None:
        """Telegram asked to wait `seconds` when an answer was given. If all together were as many
        as may be, answers wait for each other for a while; if not, it was that chat's own limit,
        which is nobody else's concern."""
        now = self._clock()
        passed = len(self._answered) - bisect_left(self._answered, now - 1)
        if passed >= max(1.0, _BUSY * self.rate):
            self._crowded_until = max(self._crowded_until, now + seconds + _CROWDED)

    def refused(self, seconds: float, turn: Turn) -> None:
        """Telegram asked to wait `seconds` when the call of `turn` was made.

        Calls that were under way together are refused together: that is one lesson, not many.
        """
        if turn.at >= self._paused_until:
            self._learn(turn, again_at=self._clock() + seconds)
        self.pause(seconds)

    def pause(self, seconds: float, rate: float | None = None) -> None:
        """Give no turn for `seconds`; then go on or, if `rate` is given and lower than what we
        think is allowed, climb towards that."""
        now = self._clock()
        self._paused_until = max(self._paused_until, now + seconds)
        self._due = max(self._due, self._paused_until)
        if rate is not None and rate < self.allowed:
            self.allowed, self._climb_from = rate, rate * _LEAST
            self._climb_at = self._paused_until
            self._probe_at = self._paused_until + self._probe_after

    async def end_of_pause(self, stopping: Callable[[], bool]) -> None:
        """Wait until turns are given again, or `stopping()` becomes true."""
        while (left := self.pause_left) > 0 and not stopping():
            await self._sleep(min(left, _LOOK_UP))

    def _learn(self, refused: Turn, again_at: float) -> None:
        """If we sent as fast as we may, Telegram allows less now."""
        rate, since = self.rate, max(self._paused_until, refused.at - 1)
        first, last = (bisect_left(self._answered, at + self._usual) for at in (since, refused.at))
        passed = last - first
        if passed < max(1.0, _BUSY * rate * (refused.at - since)):
            return  # it was not for our speed: one chat's limit, say
        if refused.at - self._climb_at < _TRUSTED:  # not held long yet: what passed is the limit
            self.allowed = self._climb_from = min(rate * _LESS, max(passed, rate * _LEAST))
        else:
            self.allowed, self._climb_from = rate * _LESS, rate * _LEAST
        in_vain = refused.at - self._probed_at < _TRUSTED  # the full rate is too much still
        self._probe_after = min(_LAST_PROBE, self._probe_after * 2) if in_vain else _FIRST_PROBE
        self._climb_at = again_at
        # A lesson puts no probe off: refusals that come again and again would keep us down.
        self._probe_at = min(self._probe_at, again_at + self._probe_after)

    async def _until(self, left: Callable[[], float], stopping: Callable[[], bool]) -> bool:
        """Sleep until nothing is `left` to wait for; False if there is no sense in waiting."""
        while not stopping() and not self.pause_left:
            wait = left()
            if wait <= 0:
                return True
            await self._sleep(min(wait, _LOOK_UP))
        return False

    @property
    def _usual(self) -> float:
        """Seconds that a call takes at best; 0 while that is not known."""
        best = min(self._best)
        return best if best < math.inf else 0.0

    def _free_in(self) -> float:
        """Seconds until a push may go to anybody."""
        now = self._clock()
        if now >= self._probe_at:
            self._climb_from, self.allowed = self.allowed, self.limit
            self._climb_at = self._probed_at = now
            self._probe_at = math.inf
        due = max(self._due, self._soonest) - now
        return max(due, self._room_in(kept=self._kept_for_answers(now)))

    def _room_in(self, kept: int) -> float:
        """Seconds until one more turn keeps the limit over a second, `kept` of them left free."""
        rate = self.rate
        fits = max(1, math.floor(rate))
        place = max(1, fits - kept)
        if len(self._answered) < place:
            return 0.0
        arrived_at = self._answered[-place] - self._usual
        return arrived_at + fits / rate + _SPARE - self._clock()

    def _kept_for_answers(self, now: float) -> int:
        """While people press and write, room is kept for the answers of the next moment."""
        if now - self._to_people_at > _RECENT:
            return 0
        self._forget_answers(now)
        return min(1 + len(self._to_people) // 5, int(self.rate / 2))

    def _forget_answers(self, now: float) -> None:
        while self._to_people and self._to_people[0] <= now - 1:
            self._to_people.popleft()

    def _chat_free_in(self, chat_id: int) -> float:
        return self._chat_free_at.get(chat_id, -math.inf) - self._clock()

    def _give_push(self, chat_id: int, now: float) -> Turn:
        interval = 1 / self.rate
        self._due = max(self._due, now - _CATCH_UP) + interval
        self._soonest = max(self._soonest, now - _AT_ONCE) + interval * _CLOSEST
        return self._give(chat_id, now)

    def _give(self, chat_id: int, now: float) -> Turn:
        turn = Turn(now, now + self._usual)
        insort(self._answered, turn.answer_at)
        old = bisect_left(self._answered, now - _REMEMBERED / min(1.0, self.rate))
        del self._answered[:old]
        interval = self.chat_interval if chat_id > 0 else _GROUP_INTERVAL
        self._chat_free_at[chat_id] = now + interval
        self._chat_free_at.move_to_end(chat_id)
        while next(iter(self._chat_free_at.values())) <= now:
            self._chat_free_at.popitem(last=False)
        return turn
