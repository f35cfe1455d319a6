"""One figure: the number, what it counted, month by month."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from markupsafe import Markup

from content.programme import Indicator
from content.screen import Screen
from content.screens.figures import amount, shown
from content.screens.kit import button
from content.screens.periods import head, named, spans, year_before
from content.texts import Say
from storage.model.figure import WHY_NOT, Figure
from storage.model.node import Node
from storage.model.period import Days
from storage.model.tally import Tally


def figure(
    say: Say, indicator: Indicator, tally: Tally, left_out: Mapping[str, int], days: Days
) -> Screen:
    """A figure, what it does not count, and the ways to its records, months and other days."""
    found, before = tally.figures[indicator.id], tally.before[indicator.id]
    text = say(
        "stats.figure",
        title=title(say, indicator, tally.node, days),
        amount=amount(say, indicator, found),
        before=amount(say, indicator, before),
        before_days=named(say, days.year_before().period),
        left_out=not_counted(say, left_out),
        by_hand=indicator.is_recorded,
    )
    node, period = tally.node, tally.period.compact
    here = (node.id, period, indicator.id)
    ways = [
        button(say, "stats.records", "records", *here, 0),
        button(say, "stats.months", "months", *here),
    ]
    home = button(say, "button.back", "stats", node.id, period)
    return Screen(
        text,
        (
            tuple(ways),
            spans(say, days, "figure", node, indicator.id),
            (home, year_before(say, days, "figure", node, indicator.id)),
        ),
    )


def title(say: Say, indicator: Indicator, node: Node, days: Days) -> Markup:
    """Of what, where and of which days."""
    name = indicator.name.in_(say.language)
    return say("stats.title", name=name, head=head(say, node, days))


def not_counted(say: Say, left_out: Mapping[str, int]) -> str:
    """What is left out and why, in a few words; empty for nothing."""
    return say.label("stats.and").join(
        say.label(f"stats.why_{why}", n=left_out[why]) for why in WHY_NOT if why in left_out
    )


def months(
    say: Say, indicator: Indicator, node: Node, found: Mapping[date, Figure], days: Days
) -> Screen:
    """The figure in each month of a year. `days`: the year."""
    values = {month: each.value or Decimal(0) for month, each in found.items()}
    most = max(values.values())
    lines = [
        {
            "month": month,
            "share": values[month] / most if most else 0,
            "count": shown(each, indicator.decimals) if _has_begun(month, days) else None,
        }
        for month, each in found.items()
    ]
    text = say("stats.by_month", title=title(say, indicator, node, days), lines=lines)
    home = button(say, "button.back", "figure", node.id, days.period.compact, indicator.id)
    return Screen(text, ((home, year_before(say, days, "months", node, indicator.id)),))


def _has_begun(month: date, days: Days) -> bool:
    return month <= days.now.astimezone(days.zone).date()
