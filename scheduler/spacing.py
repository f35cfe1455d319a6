"""When the next message may go: evenly, and never more than the rate in any second.

Turns come by the generic cell rate algorithm (GCRA, ITU-T I.371): each one is due an interval
after the one before, and idle time saves nothing up. A loop that woke late may catch up a little,
bit by bit: a bunch would be refused as a bunch. So that this never becomes too many in a second,
the messages of the last second are remembered and the limit is kept over every window of it. What
counts is when a message arrives. A call that was answered later than usual (a busy process, a slow
network) may have arrived later by as much: so answers are remembered, each of which came as long
after the arrival as calls take at best, or less.

After a pause one message goes first, and the others wait for its answer (a circuit breaker's half
open state): if the pause was too short, that costs one refusal.
"""

import math
from bisect import bisect_left, insort
from collections import deque

from scheduler.limit import Limit
from scheduler.ports import Turn

_WHOLE = 1e-9  # messages: a rate may be this much more than a whole number
_SPARE = 0.001  # seconds left free in each second: the time of arrival is an estimate
_CATCH_UP = 0.1  # seconds of turns that a loop that woke late may make up for,
_CATCH_UP_LEARNT = 0.15  # or of one interval, once we were refused: some limits bear no bunch
_CLOSEST = 0.85  # shares of the interval: so close follow turns that make up for lost time,
_AT_ONCE = 0.005  # or at once those of so many seconds: no loop wakes a thousand times a second
_RECENT = 10.0  # seconds for which an answer makes us keep room for the next one
_MINUTE = 60.0
_REMEMBERED = 2.0  # seconds for which turns are remembered
_QUICKLY = 1.0  # seconds: a call that failed so soon gives its turn back
_AGAIN = 0.02  # seconds until it is looked at again whether the first after a pause was answered
_FIRST_PATIENCE = 2.0  # seconds that the others wait for it


class Spacing:
    """Turns within a limit. It has no clock: `now` is seconds of one that never goes back."""

    def __init__(self, full: float, now: float) -> None:
        self.limit = Limit(full, now)
        self.paused_until = now
        self._due = now
        self._soonest = now  # the same while lost time is made up for
        self._answered: list[float] = []  # when the last second's calls were, or will be; in order
        self._best = deque([math.inf, math.inf], 2)  # what a call took at best, minute by minute
        self._minute_ends_at = now + _MINUTE
        self._to_people: deque[float] = deque()  # the last second's answers to people
        self._to_people_at = -math.inf  # and the last of all
        self._first: Turn | None = None  # after a pause
        self._first_is_due = False
        self._gave_back_at = -math.inf
        self._failures_count = False  # a call that fails is counted all the same

    def free_in(self, now: float, messages: int = 1) -> float:
        """Seconds until a push of so many messages may go to anybody."""
        self.limit.look(now)
        due = max(self._due, self._soonest, self.paused_until) - now
        if self._first is not None and now < self._first.at + _FIRST_PATIENCE:
            due = max(due, _AGAIN)
        return max(due, self.room_in(now, messages, kept=self._kept_for_answers(now)))

    def room_in(self, now: float, messages: int = 1, kept: int = 0) -> float:
        """Seconds until so many more keep the limit over a second, `kept` of them left free."""
        rate = self.limit.rate(now)
        fits = math.ceil(rate - _WHOLE)
        place = max(1, fits - kept - (messages - 1))
        if len(self._answered) < place:
            return 0.0
        return self._answered[-place] - self._usual + fits / rate + _SPARE - now

    def give(self, now: float, messages: int = 1) -> Turn:
        """The turn of a push."""
        turn = Turn(now, now + self._usual, messages)
        self._give(turn)
        self._come_due(now, messages)
        if self._first_is_due:
            self._first, self._first_is_due = turn, False
        return turn

    def widen(self, turn: Turn, messages: int, now: float) -> Turn:
        """A turn that was given for one message is needed for so many, now."""
        self._take_back(turn)
        wide = Turn(now, now + self._usual, messages)
        self._give(wide)
        self._come_due(now, messages - turn.messages)
        if self._first is turn:
            self._first = wide
        return wide

    def give_answer(self, now: float, messages: int = 1) -> None:
        """The turn of an answer to a person, which does not wait; what is pushed comes later."""
        self._to_people.extend([now] * messages)
        self._to_people_at = now
        self._forget_answers(now)
        self._give(Turn(now, now + self._usual, messages))

    def passed(self, now: float) -> int:
        """How many were answered, or will be, in the last second."""
        return len(self._answered) - bisect_left(self._answered, now - 1)

    def made(self, turn: Turn, now: float) -> None:
        """The call of a turn was answered: the longer it took, the later it may have arrived."""
        self._end(turn)
        if now > self._minute_ends_at:
            self._best.append(math.inf)
            self._minute_ends_at = now + _MINUTE
        self._best[-1] = min(now - turn.at, self._best[-1])
        if self._remove(turn):  # else it took so long that it is forgotten
            for _ in range(turn.messages):
                insort(self._answered, now)

    def unused(self, turn: Turn, now: float) -> None:
        """No call was made in a turn: it is the next one's."""
        if self._first is turn:
            self._first, self._first_is_due = None, True
        self._take_back(turn)
        saved = turn.messages / self.limit.rate(now)
        self._due -= saved
        self._soonest -= saved

    def failed(self, turn: Turn, now: float) -> None:
        """No answer of Telegram's came, so it was not counted, as far as we know. If that was soon,
        the next one goes instead."""
        if not self._failures_count and now - turn.at <= _QUICKLY:
            self._gave_back_at = now
            self.unused(turn, now)
        elif self._first is turn:
            self._first, self._first_is_due = None, True

    def refused(self, turn: Turn, seconds: float, now: float) -> None:
        """Telegram asks to wait `seconds`. Calls that were under way together are refused together:
        that is one lesson, not many."""
        self._end(turn)
        self._take_back(turn)
        if turn.at < self.paused_until:
            self.pause(seconds, now)
        elif now - self._gave_back_at < _QUICKLY:
            self._failures_count = True
            self.pause(seconds, now)
        else:
            self.pause(self.limit.refused(turn.at, seconds, now), now)

    def pause(self, seconds: float, now: float) -> None:
        """Give no turn to pushes for `seconds`."""
        self.paused_until = max(self.paused_until, now + seconds)
        self._due = max(self._due, self.paused_until)
        self._first_is_due = True

    @property
    def _usual(self) -> float:
        """Seconds that a call takes at best; 0 while that is not known."""
        best = min(self._best)
        return best if best < math.inf else 0.0

    def _come_due(self, now: float, messages: int) -> None:
        interval = 1 / self.limit.rate(now)
        late = max(_AT_ONCE, _CATCH_UP_LEARNT * interval) if self.limit.taught else _CATCH_UP
        late = min(_CATCH_UP, late)
        self._due = max(self._due, now - late) + messages * interval
        self._soonest = max(self._soonest, now - _AT_ONCE) + messages * interval * _CLOSEST

    def _kept_for_answers(self, now: float) -> int:
        """While people press and write, room is kept for the answers of the next moment."""
        if now - self._to_people_at > _RECENT:
            return 0
        self._forget_answers(now)
        return min(1 + len(self._to_people) // 5, int(self.limit.rate(now) / 2))

    def _forget_answers(self, now: float) -> None:
        while self._to_people and self._to_people[0] <= now - 1:
            self._to_people.popleft()

    def _give(self, turn: Turn) -> None:
        self.limit.sent(turn.at, turn.messages)
        for _ in range(turn.messages):
            insort(self._answered, turn.answer_at)
        forgotten = turn.at - _REMEMBERED / min(1.0, self.limit.rate(turn.at))
        del self._answered[: bisect_left(self._answered, forgotten)]

    def _end(self, turn: Turn) -> None:
        if self._first is turn:
            self._first = None

    def _take_back(self, turn: Turn) -> None:
        self.limit.lost(turn.at, turn.messages)
        self._remove(turn)

    def _remove(self, turn: Turn) -> bool:
        place = bisect_left(self._answered, turn.answer_at)
        if place >= len(self._answered):
            return False
        del self._answered[place : place + turn.messages]
        return True
