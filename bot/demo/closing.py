"""The lines of the demo year about the closing of years."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial

from bot.demo.stage import Line, Place, Stage
from storage.actions import closings
from storage.model.closing import Reckoning, Signing
from storage.queries.closings import sheet
from storage.queries.nodes import by_id

_CHECKED, _ACCEPTED, _CLOSED = (1, 20), (1, 27), (2, 5)  # days of the year after
_CHECKED_EARLY = (12, 8)


def closing(stage: Stage, year: int) -> Line:
    """Each community that was there checks its year (for one that sends nothing the district does),
    the district accepts and closes it, and at last its own."""
    here = [place for place in stage.places if place.since_on.year <= year]
    for (month, day), act in (
        (_CHECKED, closings.check),
        (_ACCEPTED, closings.accept),
        (_CLOSED, closings.close),
    ):
        at = stage.at(stage.workday(date(year + 1, month, day)), 15)
        yield at
        for place in here:
            own = act is closings.check and place.character.plans
            by = place.staff.id if own else stage.owner.id
            yield from _signing(stage, (place.node_id, year), act, by, at)
    yield from _signing(stage, (stage.district_id, year), closings.close, stage.owner.id, at)


def checking_early(stage: Stage, place: Place, year: int) -> Line:
    """A community that has done all checks its year before it is over."""
    at = stage.at(stage.workday(date(year, *_CHECKED_EARLY)), 15)
    yield at
    yield from _signing(stage, (place.node_id, year), closings.check, place.staff.id, at)


def _signing(
    stage: Stage, of: tuple[int, int], act: Callable[..., bool], by: int, at: datetime
) -> Line:
    """The figures are read and signed as they are."""
    reckoning = Reckoning(stage.programme.basis, at, stage.zone)
    node_id, year = of
    node = yield partial(by_id, node_id=node_id)
    seen = yield partial(sheet, node=node, year=year, reckoning=reckoning)
    signing = Signing.of(by, seen)
    yield partial(act, node_id=node_id, year=year, signing=signing, reckoning=reckoning)
