"""The plan: what a place means to reach in a year, and how far it has come.

counted ─┬─▶ replaced   by a revision, with a reason
         └─▶ removed    nothing is planned any more; with a reason

A target itself is never changed: what was planned before stays to be read.
"""

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_FLOOR, Decimal
from enum import Enum, StrEnum

from storage.model.figure import THOUSANDTHS, Figure, Measure
from storage.model.node import Node
from storage.model.refusal import Refusal

REASON_LIMIT = 500
NUMBER_LIMIT = 100_000_000  # more in a year is a slip of the finger
YEARS_AROUND = 1  # as many years before and after the running one can be planned
HUNDRED = Decimal(100)

# The traffic light, by how much of what is due by now is there. What is due is rounded down to
# what can be counted, so that nobody is behind by half an event.
ON_PLAN_FROM = Decimal("0.95")
NEARLY_FROM = Decimal("0.80")


class TargetState(StrEnum):
    COUNTED = "counted"
    REPLACED = "replaced"
    REMOVED = "removed"


TARGET_MOVES: dict[TargetState, frozenset[TargetState]] = {
    TargetState.COUNTED: frozenset({TargetState.REPLACED, TargetState.REMOVED}),
    TargetState.REPLACED: frozenset(),
    TargetState.REMOVED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Plannable:
    """An indicator as the plan sees it: what it counts, and with how many decimals."""

    measure: Measure
    decimals: int = 0

    def check(self, number: Decimal) -> None:
        """Raise Refusal for a number that cannot be its target. Nothing at all (0) can."""
        if not number.is_finite() or number < 0:
            raise Refusal("plan.negative")
        if self.measure.share_of is not None and number > HUNDRED:
            raise Refusal("plan.over_hundred")
        if number > NUMBER_LIMIT:
            raise Refusal("plan.too_many", limit=NUMBER_LIMIT)
        if number != round(number, self.decimals):
            key = "plan.not_whole" if self.decimals == 0 else "plan.decimals"
            raise Refusal(key, decimals=self.decimals)


@dataclass(frozen=True, slots=True)
class NewTargets:
    """What is to be planned: a number for each of some indicators (their ids) of a node and year;
    None for what is to have no target any more.

    `reason` is why what was planned before is revised; first targets need none. `seen`: what was
    planned, as far as whoever chose the numbers was shown it (None: nothing).
    """

    node_id: int
    year: int
    numbers: Mapping[str, Decimal | None]
    reason: str = ""
    seen: Mapping[str, Decimal | None] = field(default_factory=dict)

    def check(self, plannable: Mapping[str, Plannable], today: date) -> None:
        """Raise Refusal for a year that cannot be planned, an indicator that is not among
        `plannable`, a number that it cannot have, or too much text."""
        check_year(self.year, today)
        for indicator, number in self.numbers.items():
            if indicator not in plannable:
                raise Refusal("plan.cannot_be_planned")
            if number is not None:
                plannable[indicator].check(number)
        if len(self.reason) > REASON_LIMIT:
            raise Refusal("plan.long_reason", limit=REASON_LIMIT)

    def check_seen(self, indicator: str, now: Decimal | None) -> None:
        """Raise Refusal if `now` something else is planned than was seen: somebody else was
        first."""
        if self.seen.get(indicator, now) != now:
            raise Refusal("plan.changed_meanwhile")


def check_year(year: int, today: date) -> None:
    """Raise Refusal unless targets of `year` may be set today."""
    open_years = years_open(today)
    if year not in open_years:
        raise Refusal("plan.far_year", first=open_years[0], last=open_years[-1])


def years_open(today: date) -> range:
    """The years whose targets may be set today: the one place that says so."""
    return range(today.year - YEARS_AROUND, today.year + YEARS_AROUND + 1)


def thousandths_of(number: Decimal) -> int:
    """A number as it is kept."""
    return int(number * THOUSANDTHS)


@dataclass(frozen=True, slots=True)
class Target:
    """What counts as the target of a node, year and indicator.

    `summed`: nobody set it for the node itself; it is the sum of the targets below. `other`: it is
    the node's own, and the sum of those below is this, which differs.
    """

    number: Decimal
    summed: bool = False
    other: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Removal:
    """Who took a target away, when, and why."""

    by_name: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Revision:
    """A target as it was set once: by whom, when, and why it replaced the one before; `removal` is
    how it ended, if no other replaced it."""

    number: Decimal
    by_name: str
    at: datetime
    reason: str
    removal: Removal | None = None


class Light(StrEnum):
    """How what is there compares with what is due by now."""

    ON_PLAN = "on_plan"
    NEARLY = "nearly"  # a little behind
    BEHIND = "behind"


class Missing(Enum):
    """Why there is no pace. It is no 0, and is not counted as one."""

    NOT_PLANNED = "not planned"
    NO_FIGURE = "no figure"  # a share of nobody


@dataclass(frozen=True, slots=True)
class Pace:
    """How far something is: `due` is what would be there by now if it came evenly."""

    target: Decimal
    actual: Decimal
    due: Decimal

    @property
    def rate(self) -> Decimal:
        """How much of the target is there, in percent; of a target of nothing, all."""
        return self.actual * HUNDRED / self.target if self.target else HUNDRED

    @property
    def gap(self) -> Decimal:
        """How much of what is due is not there."""
        return max(self.due - self.actual, Decimal(0))

    @property
    def light(self) -> Light:
        if self.actual >= self.due * ON_PLAN_FROM:
            return Light.ON_PLAN
        return Light.NEARLY if self.actual >= self.due * NEARLY_FROM else Light.BEHIND


def share_gone(year: int, today: date) -> Decimal:
    """How much of `year` is gone, by days, from 0 to 1; `today` of the district's zone is gone."""
    if today.year != year:
        return Decimal(int(today.year > year))
    return Decimal(today.timetuple().tm_yday) / (365 + calendar.isleap(year))


def pace(
    target: Decimal | None, figure: Figure, plannable: Plannable, gone: Decimal
) -> Pace | Missing:
    """How far `figure` of a year is, of which the share `gone` is gone.

    What lasts, such as members on a register, does not grow from nothing: all of it is due from the
    first day of the year.
    """
    if target is None:
        return Missing.NOT_PLANNED
    if figure.value is None:
        return Missing.NO_FIGURE
    part = Decimal(gone > 0) if plannable.measure.is_lasting else gone
    step = Decimal(1).scaleb(-plannable.decimals)
    return Pace(target, figure.value, (target * part).quantize(step, ROUND_FLOOR))


def done(paces: Iterable[Pace | Missing]) -> Decimal | None:
    """How much of a whole plan is done, in percent: the mean of its rates, of which none counts
    for more than all of its target. None where nothing is planned."""
    rates = [min(each.rate, HUNDRED) for each in paces if isinstance(each, Pace)]
    return sum(rates, Decimal(0)) / len(rates) if rates else None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the plan of a node and year is, at a share `gone` of the year: by indicator what is
    planned, what is there, and how that compares. `figures` may be of more than is planned.

    `closed_at`: when the year was closed, if it is. `others`: whoever asked may see other places,
    too. `unconfirmed`: how many events nobody confirmed, of those that would count there.
    """

    node: Node
    year: int
    gone: Decimal
    targets: Mapping[str, Target]
    figures: Mapping[str, Figure]
    paces: Mapping[str, Pace | Missing]
    closed_at: datetime | None = None
    others: bool = False
    unconfirmed: Mapping[str, int] = field(default_factory=dict)

    @property
    def done(self) -> Decimal | None:
        return done(self.paces.values())

    def with_light(self, light: Light) -> list[str]:
        """The indicators that have this light, those first that lack most of what is due."""
        found = {
            indicator: each.actual / each.due if each.due else Decimal(1)
            for indicator, each in self.paces.items()
            if isinstance(each, Pace) and each.light is light
        }
        return sorted(found, key=lambda indicator: found[indicator])
