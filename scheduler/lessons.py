"""What a refusal teaches: the bounds of the limit, for each way in which it may be counted.

Nobody tells how Telegram counts. It may count the messages of a second or of ten, as windows do, or
let pass what was saved up while less was sent, as token buckets, leaky buckets and GCRA do (ITU-T
I.371). For each kind of counting, what passed says how much the limit is at least: the most that
passed over any stretch, less what could be saved up, divided by its length (the arrival curve of
network calculus: Le Boudec and Thiran, 2001). What was refused says, with one message more, that it
is less. Of the true kind all bounds hold together; a kind whose bounds cross is not the one.
"""

import math
from collections import deque
from typing import NamedTuple, TypeAlias


class Kind(NamedTuple):
    """A way of counting: any window of so many seconds, or windows of so many that begin at fixed
    moments, or a bucket that lets pass at once so many messages, or as many as come in so many
    seconds."""

    window: float = 0.0
    fixed: float = 0.0
    saved_messages: float = 0.0
    saved_seconds: float = 0.0


_WINDOWS = (1, 0.5, 2, 3, 5, 10, 30, 60)
_FIXED = (1, 3)
_SAVED_MESSAGES = (1, 1.5, 2, 3, 4.5)
_SAVED_SECONDS = (0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
KINDS = (
    *(Kind(window=each) for each in _WINDOWS),
    *(Kind(fixed=each) for each in _FIXED),
    *(Kind(saved_messages=each) for each in _SAVED_MESSAGES),
    *(Kind(saved_seconds=each) for each in _SAVED_SECONDS),
)
PLAINEST = 0  # so many in any second
# No two closer than an interval: any unevenness would be refused.
STRICT = len(_WINDOWS) + len(_FIXED)


class Bounds(NamedTuple):
    """Messages a second: the limit is `low` at least, and less than `high`."""

    low: float = 0.0
    high: float = math.inf


_NEVER = Bounds(math.inf, 0.0)  # not of this kind
Lesson: TypeAlias = tuple[Bounds, ...]  # by kind

_REMEMBERED = 60.0  # seconds
_TOGETHER = 0.005  # seconds: what passed within so many is one entry
_JITTER = 0.005  # seconds: one message may be later than another by so much
_LONGER = 1.01  # times: stretches in between tell nothing more
_GAP = 0.3  # seconds: but one that begins after a gap does
_CROSSED = 0.01  # of the limit: bounds that cross by so much are a kind's that is not the one
_ROUND = 0.002  # of a whole number: bounds that miss it by so much are those of it
_MOST_WHOLE = 100.0  # messages a second: more than that lie between any bounds
# Times what all others let pass: where less passes, a window that begins at fixed moments explains
# no more than they do, and nobody knows yet when it begins.
_MORE = 1.3
_CHANGED = 0.02  # and if the bounds of all cross by more than that, the limit is another now


class Passed:
    """How many messages passed, and when."""

    def __init__(self) -> None:
        self._entries: deque[list[float]] = deque()  # [when, messages], in order

    def add(self, at: float, messages: int) -> None:
        """So many were sent, and are taken to pass."""
        entries = self._entries
        if entries and at - entries[-1][0] < _TOGETHER:
            entries[-1][1] += messages
        else:
            entries.append([at, messages])
        while entries[0][0] < at - _REMEMBERED:
            entries.popleft()

    def take_back(self, at: float, messages: int) -> None:
        """What was sent at `at` did not pass."""
        for entry in reversed(self._entries):
            if entry[0] <= at:
                entry[1] = max(0, entry[1] - messages)
                return

    def count(self, since: float, before: float) -> int:
        """How many passed from one moment to another."""
        count = 0.0
        for at, messages in reversed(self._entries):
            if at < since:
                break
            if at < before:
                count += messages
        return round(count)

    def lesson(self, refused_at: float) -> Lesson:
        """The bounds of each kind if a message at `refused_at` was one too many."""
        low, high = [0.0] * len(KINDS), [0.0] * len(KINDS)
        for stretch in self._stretches(refused_at):
            for i, kind in enumerate(KINDS):
                bounds = _bounds(kind, stretch)
                low[i] = max(low[i], bounds.low)
                high[i] = max(high[i], bounds.high)
        return tuple(map(Bounds, low, high))

    def _stretches(self, refused_at: float) -> "list[_Stretch]":
        """Those that tell most, the shortest first."""
        found: list[_Stretch] = []
        count, last_at, told, older = 0.0, None, 0.0, -math.inf
        entries = [entry for entry in self._entries if entry[0] < refused_at and entry[1]]
        for i in range(len(entries) - 1, -1, -1):
            at, messages = entries[i]
            count += messages
            last_at = at if last_at is None else last_at
            older = entries[i - 1][0] if i else -math.inf
            seconds = refused_at - at
            if seconds >= told * _LONGER or at - older > _GAP:
                found.append(_Stretch(count, last_at - at, seconds))
                told = seconds
        return found

    def forget(self) -> None:
        """What passed under another limit teaches nothing."""
        self._entries.clear()


class _Stretch(NamedTuple):
    """So many passed in so many seconds, and one more was refused after `until_refused` seconds."""

    messages: float
    seconds: float
    until_refused: float


def _bounds(kind: Kind, stretch: _Stretch) -> Bounds:
    """What one stretch says."""
    count, seconds, until_refused = stretch
    late = seconds + _JITTER
    if kind.window:
        low = count / kind.window if late <= kind.window else 0.0
        high = count / kind.window if until_refused <= kind.window + _JITTER else 0.0
        return Bounds(low, high)
    if kind.fixed:  # it may have begun just before, and end just after
        low = count / kind.fixed / (math.floor(late / kind.fixed) + 2)
        high = count / kind.fixed if until_refused <= kind.fixed + _JITTER else 0.0
        return Bounds(low, high)
    if kind.saved_messages:
        saved = kind.saved_messages
        return Bounds((count - saved) / late, (count + 1 - saved) / until_refused)
    saved = kind.saved_seconds  # a message at least
    return Bounds(
        min((count - 1) / late, count / (late + saved)),
        min(count / until_refused, (count + 1) / (until_refused + saved)),
    )


class Belief:
    """Which kinds of limit it may be, and between which bounds, as far as refusals tell."""

    def __init__(self) -> None:
        self._bounds: list[Bounds] = [Bounds()] * len(KINDS)
        self._lessons = 0  # since the limit was another
        self._agreeing = 0  # of them, that all bounds are of

    def learn(self, lesson: Lesson) -> bool:
        """One more lesson. False if it cannot be that all were of one limit: then only this one
        counts."""
        both = [
            Bounds(max(a.low, b.low), min(a.high, b.high))
            for a, b in zip(self._bounds, lesson, strict=True)
        ]
        fits = min(map(_crossed, both)) <= _CHANGED
        self._bounds = both if fits else list(lesson)
        self._lessons += 1
        self._agreeing = self._agreeing + 1 if fits else 1
        return fits

    @property
    def taught(self) -> bool:
        """Whether there was a lesson since the limit was another."""
        return self._lessons > 0

    def begin(self) -> None:
        """The limit is another now, and counted as it was."""
        if self.taught:
            most = min(map(_crossed, self._bounds)) + _CROSSED
            self._bounds = [Bounds() if _crossed(each) <= most else _NEVER for each in self._bounds]
        self._lessons = self._agreeing = 0

    def possible(self, refused: float = math.inf) -> list[Bounds]:
        """The bounds of the kinds that it may be, or of the plainest as long as that is one: it is
        what Telegram publishes. A kind that lets pass the rate at which we were `refused` explains
        that only by a bunch: it is believed if no other is left, as is one that bears no bunch."""
        possible = self._possible(refused)
        return [Bounds(min(self._bounds[i]), max(self._bounds[i])) for i in possible]

    def _possible(self, refused: float) -> list[int]:
        alive = self._alive()
        alive = [i for i in alive if self._bounds[i].low < refused] or alive
        if PLAINEST in alive:
            return [PLAINEST]
        others = [i for i in alive if not KINDS[i].fixed]
        most = _MORE * max((max(self._bounds[i]) for i in others), default=0.0)
        alive = [i for i in alive if not KINDS[i].fixed or min(self._bounds[i]) > most]
        return [i for i in alive if i != STRICT] or alive

    def whole(self, refused: float) -> list[int]:
        """The whole numbers below the rate at which we were `refused` that the limit may be, if at
        least two lessons agree: whoever sets a limit sets a round number."""
        if self._agreeing < 2:
            return []
        found: set[int] = set()
        for i in self._possible(refused):
            low, high = self._bounds[i]
            if high < _MOST_WHOLE:
                first = math.ceil(max(1.0, low * (1 - _ROUND)))
                found.update(range(first, math.floor(high * (1 + _ROUND)) + 1))
        return sorted(number for number in found if number < refused)

    def _alive(self) -> list[int]:
        most = min(map(_crossed, self._bounds)) + _CROSSED
        return [i for i, each in enumerate(self._bounds) if _crossed(each) <= most]


def _crossed(bounds: Bounds) -> float:
    """By what share bounds have crossed."""
    if bounds.high <= 0:
        return math.inf
    return math.log(max(1.0, bounds.low / bounds.high))
