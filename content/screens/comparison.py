"""All places side by side, who is behind first, in a table that fits a phone."""

from collections.abc import Mapping
from decimal import Decimal

from markupsafe import Markup

from content.programme import Indicator
from content.screen import Button, Screen, in_rows, press
from content.screens.figure import SIGNS
from content.screens.figures import NUMBERS, nothing_sent, percent, shown
from content.screens.kit import button, pager
from content.screens.periods import named, so_far
from content.texts import Say
from storage.model.comparison import Place, at_months_end, whole_of
from storage.model.node import NodeKind
from storage.model.page import Page
from storage.model.period import Days, day_of
from storage.model.plan import Missing, share_gone


def compared(say: Say, node_id: int, indicator: Indicator, page: Page[Place], days: Days) -> Screen:
    """By one indicator; a number opens its figure at that place."""
    lines = [
        _line(say, number, place, _told(indicator, place))
        for number, place in enumerate(page.items, start=page.first)
    ]
    text = say(
        "stats.table",
        name=indicator.name.in_(say.language),
        period=named(say, days.period),
        **so_far(days),
        unit=indicator.unit.in_(say.language),
        lines=lines,
        some_closed=any(each.is_closed for each in page.items),
        at_months_end=bool(at_months_end(days, {indicator.id: indicator.measure})),
    )
    here = (node_id, days.period.compact, indicator.id)
    rows = _opened(page, "figure", days, indicator.id)
    turn = pager(say, page, press("compared", *here), press("figure", *here))
    drawn = button(say, "draw.button", "draw_places", *here)
    return Screen(text, (*rows, (drawn,), *turn))


def compared_all(
    say: Say, node_id: int, weights: Mapping[str, int], page: Page[Place], days: Days
) -> Screen:
    """By all that is assessed; a number opens the figures of that place."""
    gone = gone_of(days)
    lines = []
    for number, place in enumerate(page.items, start=page.first):
        whole = whole_of(place, weights, gone)
        told = {
            "count": whole.counted if whole.rate is None else whole.on_plan,
            "planned": whole.assessed if whole.rate is None else whole.planned,
            "rate": None if whole.rate is None else percent(whole.rate),
            "light": SIGNS[whole.light] if whole.light else "⚪",
            "missing": False,
            "before": None,
        }
        lines.append(_line(say, number, place, told))
    text = say(
        "stats.table_of_all",
        period=named(say, days.period),
        **so_far(days),
        lines=lines,
        some_closed=any(each.is_closed for each in page.items),
    )
    here = (node_id, days.period.compact)
    rows = _opened(page, "stats", days)
    turn = pager(say, page, press("compared_all", *here), press("stats", *here))
    drawn = button(say, "draw.button", "draw_all", *here)
    return Screen(text, (*rows, (drawn,), *turn))


def gone_of(days: Days) -> Decimal:
    """How much of the year of `days` is gone, from 0 to 1."""
    return share_gone(days.period.first_on.year, day_of(days.now, days.zone))


def _told(indicator: Indicator, place: Place) -> dict[str, object]:
    found, pace = place.figures[indicator.id], place.paces[indicator.id]
    before = place.before[indicator.id]
    known = None if isinstance(pace, Missing) else pace
    return {
        "count": shown(found, indicator.decimals),
        "planned": f"{known.target:f}" if known else None,
        "rate": percent(known.rate) if known else None,
        "light": SIGNS[known.light] if known else "⚪",
        # Nobody sent anything: that is no 0.
        "missing": nothing_sent(indicator, found),
        "before": shown(before, indicator.decimals) if before.value else None,
    }


def _line(say: Say, number: int, place: Place, told: Mapping[str, object]) -> Markup:
    own = place.node.kind is NodeKind.DISTRICT
    name, closed = place.node.name, place.is_closed
    return say("stats.row", number=number, place=name, own=own, closed=closed, **told)


def _opened(
    page: Page[Place], action: str, days: Days, *ids: object
) -> tuple[tuple[Button, ...], ...]:
    return in_rows(
        (
            Button(str(number), press(action, place.node.id, days.period.compact, *ids))
            for number, place in enumerate(page.items, start=page.first)
        ),
        NUMBERS,
    )
