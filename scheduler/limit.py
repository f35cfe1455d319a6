"""How much Telegram allows: nobody tells, it changes, and every question costs a refusal.

The rules, in the order in which they come up. A refusal costs the pause that it asks for.

1. We send what is set, until we are refused. Then the limit is lower, by how much nobody knows: we
   go on at what passed in the last second, if that was far less, or else at three tenths, and
   *climb*: slowly at first, since that may be it, and then faster and faster. Refused in the very
   first moment, what passed was a bunch that tells nothing: we climb from a thirtieth.
2. Each refusal gives bounds of the limit for each way in which it may be counted, and rules out
   some of the ways (scheduler/lessons.py). We *hold* what is possible: first the least of it, and
   from there we creep to the most. A limit that is found slowly is found exactly, and what is not
   refused rules out what is less. If we come near the old rate unrefused, we hold that. Who sets a
   limit sets a round number: where two refusals agree and only one whole number is possible, we
   hold that at once; where there are several, we begin with the least of them.
3. If no way to count fits, we are *puzzled*: a little lower than was refused, and more so each
   time, crept up to from below in shorter and shorter stretches.
4. If what was held for long is refused, and that fits nothing we knew, the limit fell: rule 1. But
   if we climb back and hold it for long again, so much was saved up, and both refusals count.
   Refused at all but the same right after the pause, it fell, whatever it fitted before.
   After a while we *probe*: as we climb, or slower if it never was higher. Refused as was to be
   expected, or near what we held: it was in vain, unless it proves that what we held is too little.
   Else the limit rose, and this is the new one, or we reach what is set.
5. When to probe is a matter of cost. A limit that fell is likely to come back about when it has
   been away for as long again (Lindy); the time between probes, after a minute, is that which makes
   what refusals cost and what comes late the same (the square root of F. W. Harris' economic order
   quantity, 1913). Of a limit that never was higher we ask so rarely that it costs one in a
   hundred, and four times as late after each time in vain; but soon if it is less than two thirds
   of what was refused: that is rarely true.
6. If nothing passed since a pause, that was too short, and the next is longer.

What others do: TCP's additive increase and multiplicative decrease, CUBIC (RFC 9438), and the
adaptive retry mode of the AWS SDKs after it, need a refusal every few seconds to know where they
are. Here one costs a pause of seconds for everybody, so each has to teach as much as it can.
"""

import math
from collections.abc import Sequence
from enum import Enum, auto

from scheduler.lessons import PLAINEST, Belief, Passed

_BEGIN = 0.3  # of the rate: a limit that falls to a third is not overstepped again
_AT_ONCE = 0.25  # seconds: refused so soon, what passed was a bunch, and tells no rate:
_SLOWEST = 1 / 30  # of the rate: from here we climb then
_CLIMB = 0.03  # of the square of the seconds: after 2 s 13 % more, after 5 s twice as much
_PROBE = 0.008  # the same for a limit that never was higher
_MOST = 100.0  # the exponent of a climb
_FEWEST = 0.5  # messages a second: from less than that we climb no slower
_BELOW = 0.985  # of the rate at which we were refused
_CREEP, _CREEP_SECONDS = 0.01, 15.0  # a second at least; or all that is possible in so many
_SAFE = 0.999  # of the least that is possible: held if it is all but the most
_NOT_BELOW = 0.6  # of the most that is possible
_HORIZON = 600.0  # seconds for which a limit stands: so much less is worth a refusal
_FAR_LESS = 0.75  # of what was refused: what passed in a second may be the limit
_DOUBTFUL = 0.65  # of what was refused: so much less is rarely true
_LOWER = (0.015, 0.03, 0.05, 0.08, 0.12)  # one refusal after another, while holding
_STRETCHES = (0.2, 0.1, 0.05)  # below that, from where we creep while we are puzzled
_LONG = 15.0  # seconds: so long held is known to be right
_SAME = 1.04  # times what was held: no more after a probe in vain
_ROSE = 1.25  # times: refused at less, it did not rise
_SOON_AFTER = 0.5  # seconds after a pause
BUSY = 0.7  # of the rate: who sends less was not refused for being too fast
_COUNTED = 3.0  # messages, over which that is seen at less than that a second
_RARELY, _LATER = 100.0, 4  # times what a refusal costs; times, after each in vain
_SOON, _NO_SOONER = 4.0, 10.0  # times what a refusal costs; seconds
_NO_SOONER_AGAIN = 20.0
_AWAY = 600.0  # seconds, after which a limit that fell is what it is
_AWAY_AT_LEAST = 60.0
_ALL_BUT_ALL = 0.9
_LONGEST_PAD = 60.0  # seconds


class _Phase(Enum):
    TOLD = auto()  # never refused yet
    CLIMBING = auto()
    HOLDING = auto()
    PROBING = auto()


class Limit:
    """What may be sent, in messages a second; `full` is what is set. It has no clock: `now` and all
    moments are seconds of one that never goes back."""

    def __init__(self, full: float, now: float) -> None:
        self.full = full
        self._phase = _Phase.TOLD
        self._goal = self._from = full  # what we climb or creep towards, and from where
        self._creep = 0.0
        self._since = now  # since when we climb, probe or hold
        self._resumed_at = -math.inf  # the end of the last pause
        self._passed = Passed()
        self._belief = Belief()
        self._held = full
        self._ceiling = math.inf  # refused while it was held
        self._too_high = 0  # refusals while holding, one soon after another
        self._puzzled = 0  # refusals since no way to count fits
        self._fell_at: float | None = None
        self._cost = 2.0  # seconds that a refusal costs: its pause, and the way back
        self._probe_at = math.inf
        self._wait = 0.0  # between probes, for a limit that did not fall
        self._pad = 0.0
        self._proved = full  # what was held for long, the last time
        self._suspected = False  # that the limit fell: it may be that so much was saved up
        self._taken_back = False  # the suspicion, at the last refusal

    @property
    def allowed(self) -> float:
        """What was learnt, for a restart."""
        return self._held if self._phase is _Phase.PROBING else self._goal

    @property
    def taught(self) -> bool:
        """Whether anything was learnt."""
        return self._phase is not _Phase.TOLD

    def rate(self, now: float) -> float:
        """What may be sent at present."""
        if self._phase is _Phase.TOLD:
            return self._goal
        seconds = max(0.0, now - self._since)
        if self._phase is _Phase.HOLDING:
            growth = self._creep * seconds
        else:
            growth = self._steepness * seconds**2
        return min(self._goal, self._from * math.exp(min(growth, _MOST)))

    def sent(self, at: float, messages: int) -> None:
        """So many were sent, and are taken to pass."""
        self._passed.add(at, messages)

    def lost(self, at: float, messages: int) -> None:
        """They did not pass, after all."""
        self._passed.take_back(at, messages)

    def begin(self, rate: float, at: float) -> None:
        """Climb from `at` on to what was learnt before a restart."""
        self._climb(rate, rate * _BEGIN, at)

    def look(self, now: float) -> None:
        """Go on from climbing to holding, from there to a probe when its time has come."""
        if self._phase is _Phase.CLIMBING and self.rate(now) >= self._goal:
            self._hold(self._goal, now)
        elif self._phase is _Phase.HOLDING and now >= self._probe_at and self._goal < self.full:
            self._phase, self._since = _Phase.PROBING, now
            self._held = self._from = self._goal
            self._goal = self.full
        elif self._phase is _Phase.PROBING and self._reached_for(now) > _LONG:
            self._fell_at, self._ceiling = None, math.inf
            self._belief.begin()
            self._puzzled = 0
            self._hold(self.full, now - _LONG)

    def refused(self, sent_at: float, seconds: float, now: float) -> float:
        """A message that was sent at `sent_at` was refused, after the last pause; Telegram asks to
        wait `seconds`. Returns how many to wait."""
        passed = self._passed.count(self._resumed_at, sent_at)
        if not passed and self._resumed_at > -math.inf:
            self._pad = min(_LONGEST_PAD, max(1.0, 2 * self._pad))
        elif self._was_fast(sent_at):
            self._cost = seconds + 1
            self._learn(sent_at, now + seconds + self._pad)
        self._resumed_at = now + seconds + self._pad
        return seconds + self._pad

    def _was_fast(self, at: float) -> bool:
        """Whether we sent about as fast as we may: else it was one chat's limit, say."""
        rate = self.rate(at)
        since = max(self._resumed_at, at - max(1.0, _COUNTED / rate))
        count = self._passed.count(since, at)
        return count >= min(BUSY * rate * (at - since), max(1.0, count)) if count else False

    def _learn(self, at: float, again_at: float) -> None:
        """Find what to go on at from `again_at`, after a refusal of what was sent at `at`."""
        lesson, rate, held = self._passed.lesson(at), self.rate(at), self._held_for(at)
        climbing = self._phase is _Phase.CLIMBING
        fell = held and not climbing and not self._belief.taught
        if self._suspected and not held:  # it did fall
            self._belief.begin()
            self._suspected = False
        fits = self._belief.learn(lesson)
        if fell:
            self._fall(rate, at, again_at)
            self._suspected = True
        elif self._phase is _Phase.TOLD:
            begin = self._begin_at(lesson[PLAINEST].low, rate, at)
            self._climb(rate * _BELOW, begin, again_at)
        elif self._phase is _Phase.PROBING:
            self._probed(rate, again_at, fits=fits)
        elif climbing:
            self._wait, self._puzzled = 0.0, 0 if fits else 1
            self._settle(rate, again_at)
        elif self._suspected and fits:
            self._suspected, self._taken_back = False, True
            self._settle(rate, again_at)
        else:
            self._lower(rate, at, again_at, fits=fits)

    def _begin_at(self, passed: float, rate: float, at: float) -> float:
        """From where to climb after the very first refusal, before which so many `passed` in the
        last second."""
        begin = passed if passed < _FAR_LESS * rate else rate * _BEGIN
        return min(begin, self.full * _SLOWEST) if at - self._since < _AT_ONCE else begin

    def _fall(self, rate: float, at: float, again_at: float) -> None:
        """The limit is lower than it was."""
        self._fell_at = at
        self._passed.forget()
        self._climb(rate * _BELOW, rate * _BEGIN, again_at)

    def _probed(self, rate: float, again_at: float, *, fits: bool) -> None:
        """Refused while asking for more."""
        self._too_high = 0
        if not fits and rate >= _ROSE * self._held:
            self._ceiling, self._wait, self._puzzled = math.inf, 0.0, 0
            self._settle(rate, again_at)
            return
        self._wait = max(_LATER * self._wait, _RARELY * self._cost)
        self._wonder(fits=fits)
        more = max(each.low for each in self._belief.possible(rate)) > _SAME * self._held
        if self._puzzled:
            self._hold(self._held, again_at)
        else:
            self._settle(rate if more else min(rate, _SAME * self._held), again_at)

    def _lower(self, rate: float, at: float, again_at: float, *, fits: bool) -> None:
        """Refused while holding."""
        held = self._held_for(at)
        if held:
            self._proved, fell = rate, not fits and not self._puzzled
        else:
            fell = self._taken_back or self._at_once(rate, at)
        self._taken_back = False
        if fell or self._too_high >= len(_LOWER):
            self._belief.begin()
            self._fall(rate, at, again_at)
            return
        self._wonder(fits=fits)
        self._too_high = 0 if held else self._too_high + 1
        lower = _LOWER[min(self._too_high, len(_LOWER) - 1)]
        self._ceiling = min(self._ceiling, rate * (1 - lower))
        self._settle(rate, again_at)

    def _at_once(self, rate: float, at: float) -> bool:
        """Whether next to nothing passed since the pause, at what all but was held for long: no way
        to count that let pass so much until then refuses it so soon."""
        return rate > _BELOW**2 * self._proved and at - self._resumed_at < _SOON_AFTER

    def _wonder(self, *, fits: bool) -> None:
        if self._puzzled or not fits:
            self._puzzled += 1

    def _settle(self, refused: float, at: float) -> None:
        """Hold what is possible, from the least of it to the most."""
        highest, sure = refused * (1 - _LOWER[0]), False
        if self._puzzled:
            highest = min(self._ceiling, highest)
            width = _STRETCHES[min(self._puzzled, len(_STRETCHES)) - 1]
            low, high = highest * (1 - width), highest
        else:
            whole = self._belief.whole(refused)
            sure = len(whole) == 1
            low, high = self._from_least_to_most(whole, refused)
        if high < _DOUBTFUL * refused and not sure:
            self._wait = max(_NO_SOONER, _SOON * self._cost)
        self._hold(high, at)
        self._from = low
        self._creep = max(_CREEP, math.log(high / low) / _CREEP_SECONDS)

    def _from_least_to_most(self, whole: Sequence[int], refused: float) -> tuple[float, float]:
        """What is possible, as far as lessons tell; of `whole` numbers, if there are some."""
        if len(whole) == 1:
            return whole[0] * _SAFE, whole[0] * _SAFE
        possible = self._belief.possible(refused)
        low = min(each.low for each in possible) * _SAFE
        high = max(low, max(each.high for each in possible) * (1 - self._cost / _HORIZON))
        high = min(high, refused * (1 - _LOWER[0]))
        low = min(high, max(_NOT_BELOW * high, low))
        return (max(low, min(high, whole[0] * _SAFE)) if whole else low), high

    def _hold(self, rate: float, since: float) -> None:
        self._phase, self._goal, self._since = _Phase.HOLDING, rate, since
        self._from = rate
        self._probe_at = since + self._until_probe(since)

    def _climb(self, goal: float, begin: float, at: float) -> None:
        self._phase, self._goal, self._from, self._since = _Phase.CLIMBING, goal, begin, at
        self._ceiling, self._too_high, self._wait = math.inf, 0, 0.0
        self._puzzled = 0

    def _until_probe(self, now: float) -> float:
        away = _AWAY if self._fell_at is None else now - self._fell_at
        if away < _AWAY:
            rate = min(self._goal, _ALL_BUT_ALL * self.full)
            worth = max(_AWAY_AT_LEAST, away) * self._cost * rate / (self.full - rate)
            wait = max(_NO_SOONER_AGAIN, _AWAY_AT_LEAST - away, math.sqrt(2 * worth))
        else:
            self._wait = self._wait or _RARELY * self._cost
            wait = self._wait
        return wait

    @property
    def _steepness(self) -> float:
        """How fast we climb or probe. Few messages a second tell as much as many, but later."""
        fallen = self._phase is _Phase.CLIMBING or self._fell_at is not None
        return (_CLIMB if fallen else _PROBE) * min(1.0, max(_FEWEST, self._from)) ** 2

    def _held_for(self, now: float) -> bool:
        """Whether we sent at this rate for long."""
        return now - self._since > _LONG

    def _reached_for(self, now: float) -> float:
        """Seconds since a probe came to what is set."""
        needed = math.sqrt(math.log(max(1.0, self.full / self._from)) / self._steepness)
        return now - self._since - needed
