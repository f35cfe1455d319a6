"""Places side by side: who is behind, by one indicator or by all that are assessed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from storage.model.figure import Figure, Measure
from storage.model.node import Node
from storage.model.period import Days
from storage.model.plan import HUNDRED, Light, Missing, Pace, Plannable

Paces = Mapping[str, Pace | Missing]


@dataclass(frozen=True, slots=True)
class Place:
    """A place on its own, without what is below it: its figures and how far each is, by the
    indicators' ids; how they were a year `before`, where that was asked; of a whole year whether
    that is closed there: the figures are those of now all the same."""

    node: Node
    figures: Mapping[str, Figure]
    paces: Paces
    before: Mapping[str, Figure] = field(default_factory=dict)
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Whole:
    """All that is assessed of a place: `rate`, the weighted mean of the rates in percent, none of
    which counts for more than all of its target (None: nothing is planned); `on_plan` of `planned`
    are as far as they should be; something was counted for `counted` of `assessed`."""

    rate: Decimal | None
    light: Light | None
    on_plan: int
    planned: int
    counted: int
    assessed: int


def whole_of(place: Place, weights: Mapping[str, int], gone: Decimal) -> Whole:
    """`weights` of what is assessed, by the indicators' ids; `gone` of the year, from 0 to 1."""
    paces = {key: each for key in weights if isinstance(each := place.paces.get(key), Pace)}
    total = sum(weights[key] for key in paces)
    rate = None
    if total:
        weighed = (min(each.rate, HUNDRED) * weights[key] for key, each in paces.items())
        rate = sum(weighed, Decimal(0)) / total
    return Whole(
        rate=rate,
        light=None if rate is None else Pace(HUNDRED, rate, HUNDRED * gone).light,
        on_plan=sum(each.light is Light.ON_PLAN for each in paces.values()),
        planned=len(paces),
        counted=sum(bool(place.figures[key].number) for key in weights),
        assessed=len(weights),
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is asked of places side by side: of which days, which indicators (by their ids), in
    what order they stand, and whether also as it was a year before."""

    days: Days
    asked: Mapping[str, Plannable]
    order: Callable[[Iterable[Place]], Sequence[Place]]
    with_before: bool = False


def at_months_end(days: Days, measures: Mapping[str, Measure]) -> set[str]:
    """Those that are compared with the end of a month: of days that go on, what tells how things
    stand. There is a sum of each month, but none of each day."""
    return {key for key, each in measures.items() if days.running and each.stands_at_an_end}


def days_before(
    days: Days, measures: Mapping[str, Measure]
) -> list[tuple[Days, Mapping[str, Measure]]]:
    """The days of the year before that `measures` are compared with, and which of them."""
    ended, same_days = at_months_end(days, measures), days.year_before()
    of_days = {key: each for key, each in measures.items() if key not in ended}
    at_end = {key: measures[key] for key in ended}
    both = [(same_days, of_days), (same_days.to_the_months_end(), at_end)]
    return [(each, those) for each, those in both if those]


def by_one(places: Iterable[Place], indicator: str) -> list[Place]:
    """Who is behind first: by the rate of an indicator, then those without one by its number."""

    def turn(place: Place) -> tuple[bool, Decimal]:
        known = place.paces[indicator]
        if isinstance(known, Pace):
            return False, known.rate
        return True, place.figures[indicator].value or Decimal(0)

    return sorted(places, key=turn)


def by_all(places: Iterable[Place], weights: Mapping[str, int], gone: Decimal) -> list[Place]:
    """The same by all that is assessed together; without a plan by how much of it has anything."""

    def turn(place: Place) -> tuple[bool, Decimal]:
        whole = whole_of(place, weights, gone)
        return whole.rate is None, Decimal(whole.counted) if whole.rate is None else whole.rate

    return sorted(places, key=turn)
