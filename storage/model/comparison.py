"""Places side by side: who is behind, by one indicator or by all that are assessed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from storage.model.figure import Figure
from storage.model.node import Node
from storage.model.plan import HUNDRED, Light, Missing, Pace

Paces = Mapping[str, Pace | Missing]


@dataclass(frozen=True, slots=True)
class Place:
    """A place on its own, without what is below it: its figures and how far each is, by the
    indicators' ids."""

    node: Node
    figures: Mapping[str, Figure]
    paces: Paces


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
