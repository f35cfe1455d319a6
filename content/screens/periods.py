"""Periods on screens: what they are called, and the buttons that lead to others."""

from markupsafe import Markup

from content.screen import Button, Rows, press
from content.screens.kit import in_fitting_rows
from content.texts import Say
from storage.model.node import Node
from storage.model.period import (
    SPANS,
    Days,
    Period,
    day_of,
    half_year_of,
    month_of,
    quarter_of,
    year_of,
)


def head(say: Say, node: Node, days: Days) -> Markup:
    """Of which place and days figures are, and up to which day they go so far."""
    return say("stats.head", place=node.name, period=named(say, days.period), **so_far(days))


def so_far(days: Days) -> dict[str, object]:
    """Up to which day figures go, of days that go on (`until`); whether these are `to_come`."""
    today = day_of(days.now, days.zone)
    return {"until": today if days.running else None, "to_come": days.period.first_on > today}


def named(say: Say, period: Period) -> str:
    """A period as people call it: a year, a half of one, a quarter, a month, a day; or its ends."""
    first, last = period.first_on, period.last_on
    for kind, around, n in (
        ("year", year_of, 0),
        ("half", half_year_of, 1 + first.month // 7),
        ("quarter", quarter_of, (first.month + 2) // 3),
        ("month", month_of, first.month),
    ):
        if around(first) == period:
            return say.label(f"stats.of_{kind}", year=first.year, n=n, day=first)
    if first == last:
        return say.label("stats.of_day", day=first)
    return say.label("stats.of_days", first=first, last=last)


def spans(say: Say, days: Days, action: str, node: Node, *ids: object) -> Rows:
    """Rows of buttons to the month, quarter, half year and year of today, the shown one marked.
    They carry `action`, the node, the period and `ids`."""
    today, found = day_of(days.now, days.zone), []
    for name, around in SPANS.items():
        period, label = around(today), say.label(f"stats.{name}")
        if period == days.period:
            label = say.label("stats.chosen", name=label)
        found.append(Button(label, press(action, node.id, period.compact, *ids)))
    return in_fitting_rows(found)


def year_before(say: Say, days: Days, action: str, node: Node, *ids: object) -> Button:
    """The button to the same period of the year before."""
    before = days.period.year_before()
    label = say.label("stats.year_before", period=named(say, before))
    return Button(label, press(action, node.id, before.compact, *ids))
