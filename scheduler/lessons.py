"""What a refusal teaches: which limit lets pass what passed, and no more.

Nobody tells how Telegram counts. It may count the messages of a second or of ten, as windows do, or
let pass what was saved up while less was sent, as token buckets, leaky buckets and GCRA do (ITU-T
I.371). For each kind of counting, what passed until a refusal gives a limit: the most that passed
over any stretch, divided by its length and what could be saved up (the arrival curve of network
calculus: Le Boudec and Thiran, 2001). Of the true kind all refusals give the same limit, however
fast we were; of another they do not, unless we were always as fast.
"""

import math
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias


class Kind(NamedTuple):
    """A way of counting: windows of so many seconds, or a bucket that lets pass at once so many
    messages, or as many as come in so many seconds."""

    window: float = 0.0
    saved_messages: int = 0
    saved_seconds: float = 0.0


KINDS = (
    Kind(window=1),
    Kind(saved_messages=1),
    Kind(saved_messages=2),
    Kind(saved_seconds=0.5),
    Kind(saved_seconds=1),
    Kind(saved_seconds=2),
    Kind(window=3),
    Kind(saved_seconds=4),
    Kind(window=10),
    Kind(saved_seconds=10),
    Kind(window=60),
)
PLAINEST = 0
SECOND_SAVED, CAUTIOUS = 4, 5  # a second's worth saved up; two of them
Lesson: TypeAlias = tuple[float, ...]  # the limit that a refusal gives, by kind

_REMEMBERED = 60.0  # seconds
_TOGETHER = 0.005  # seconds: what passed within so many is one entry
_ROUNDING = 0.5  # messages: a bucket refuses when less than one more fits
_LESSONS = 6  # that count
# What passed is a whole number, so limits of one kind differ by a share, and by one of so many.
_AGREE, _AGREE_MESSAGES = 0.02, 1.0
_ALIKE, _ALIKE_MESSAGES = 0.006, 0.5


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
        """The limit that each kind gives if a message at `refused_at` was one too many."""
        most = [0.0] * len(KINDS)
        count = 0.0
        for at, messages in reversed(self._entries):
            if at >= refused_at:
                continue
            count += messages
            for i, kind in enumerate(KINDS):
                most[i] = max(most[i], _limit(kind, count, refused_at - at))
        return tuple(most)

    def forget(self) -> None:
        """What passed under another limit teaches nothing."""
        self._entries.clear()


def _limit(kind: Kind, count: float, seconds: float) -> float:
    """Messages a second, if `count` of them in the last `seconds` were all that could pass."""
    if kind.window:
        return count / max(seconds, kind.window)
    saved = kind.saved_messages
    if saved and count <= 2 * saved:
        return 0.0  # they may all have been saved up
    return (count - saved + _ROUNDING) / (seconds + kind.saved_seconds)


class Belief:
    """Which kind of limit it is, as far as refusals tell, and which limit."""

    def __init__(self) -> None:
        self._lessons: list[Lesson] = []
        self._first_is_rough = False
        self.kind = PLAINEST

    @property
    def taught(self) -> bool:
        """Whether there was a lesson since the limit was another."""
        return bool(self._lessons)

    def learn(self, lesson: Lesson, passed: int) -> float:
        """One more lesson, before which `passed` messages passed; returns the limit. If none of the
        kinds fits all lessons, only this one counts, and it is taken at its plainest."""
        self._lessons = [*self._lessons, lesson][-_LESSONS:]
        if self._first_is_rough and len(self._lessons) > 2:
            del self._lessons[0]
            self._first_is_rough = False
        if len(self._lessons) > 1:
            self._choose(max(1, passed))
        return min(each[self.kind] for each in self._lessons)

    def begin(self, lessons: Sequence[Lesson] = (), *, rough: bool = False) -> None:
        """The limit is another now. A `rough` lesson is of use until there are better ones."""
        self._lessons = [*lessons]
        self._first_is_rough = rough
        if lessons and not rough:
            self.kind = PLAINEST

    def _choose(self, passed: int) -> None:
        spreads = [_spread([each[i] for each in self._lessons]) for i in range(len(KINDS))]
        best = min(spreads)
        if best > _AGREE + _AGREE_MESSAGES / passed:
            self._lessons = self._lessons[-1:]
            self._first_is_rough = False
            self.kind = PLAINEST
            return
        # Of those that agree as well, the most hopeful: if it is not true, a refusal tells soon.
        alike = best + _ALIKE + _ALIKE_MESSAGES / passed
        hopeful = [i for i, spread in enumerate(spreads) if spread <= alike]
        self.kind = max(hopeful, key=lambda i: min(each[i] for each in self._lessons))


def _spread(limits: list[float]) -> float:
    return math.log(max(limits) / min(limits)) if min(limits) > 0 else math.inf
