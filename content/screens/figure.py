"""One figure: the number, what it counted, month by month."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from markupsafe import Markup

from content.programme import Indicator
from content.screen import Screen
from content.screens.figures import amount, nothing_sent, percent, shown
from content.screens.kit import button, in_fitting_rows
from content.screens.periods import head, spans, year_before
from content.texts import Say
from storage.model.figure import UNCONFIRMED, WHY_NOT, Figure
from storage.model.node import Node
from storage.model.period import Days, day_of
from storage.model.plan import Light, Missing, Target, pace, share_gone
from storage.model.tally import Months, Tally

# The traffic light, as the plan has it.
SIGNS = {Light.ON_PLAN: "🟢", Light.NEARLY: "🟡", Light.BEHIND: "🔴"}


def figure(
    say: Say,
    indicator: Indicator,
    found: tuple[Tally, Mapping[str, int]],
    days: Days,
    confirms: bool,
) -> Screen:
    """A figure, what it does not count, and the ways to its records, months and other days.
    `found`: the figure, and what is left out; `confirms`: whether whoever asks may say of an event
    that it was held."""
    tally, left_out = found
    this, before = tally.figures[indicator.id], tally.before[indicator.id]
    target, closed = tally.targets.get(indicator.id), tally.closed_as(indicator.id)
    text = say(
        "stats.figure",
        closed=shown(closed.figure, closed.decimals) if closed else None,
        closed_at=tally.closed and tally.closed.signed_at,
        title=title(say, indicator, tally.node, days),
        amount=amount(say, indicator, this, target.number if target else None),
        pace=_pace(indicator, this, target, days),
        before=amount(say, indicator, before),
        at_months_end=indicator.id in tally.at_months_end,
        left_out=not_counted(say, left_out),
        by_hand=indicator.is_recorded,
        members_on=_members_on(indicator, days),
    )
    node, period = tally.node, tally.period.compact
    here = (node.id, period, indicator.id)
    ways = [
        button(say, "stats.records", "records", *here, 0),
        button(say, "stats.months", "months", *here),
    ]
    if confirms and UNCONFIRMED in left_out:
        ways.append(button(say, "held.confirm", "unconfirmed", 0))
    if tally.others:
        ways.append(button(say, "stats.compared", "compared", *here, 0))
    home = button(say, "button.back", "stats", node.id, period)
    periods = spans(say, days, "figure", node, indicator.id)
    earlier = year_before(say, days, "figure", node, indicator.id)
    return Screen(text, (*in_fitting_rows(ways), *periods, (home, earlier)))


def _members_on(indicator: Indicator, days: Days) -> date | None:
    """The day on which those were members of whom it is a share: the last one that is counted."""
    today = day_of(days.now, days.zone)
    if indicator.measure.share_of is None or days.period.first_on > today:
        return None
    return min(days.period.last_on, today)


def _pace(
    indicator: Indicator, found: Figure, target: Target | None, days: Days
) -> dict[str, object] | None:
    """How far it is against its plan, and how much of the year is gone."""
    gone = share_gone(days.period.first_on.year, day_of(days.now, days.zone))
    far = pace(target.number if target else None, found, indicator.plannable, gone)
    if isinstance(far, Missing):
        return None
    return {
        "rate": percent(far.rate),
        "gone": percent(gone * 100) if days.running else None,
        "light": SIGNS[far.light],
    }


def title(say: Say, indicator: Indicator, node: Node, days: Days) -> Markup:
    """Of what, where and of which days."""
    name = indicator.name.in_(say.language)
    return say("stats.title", name=name, head=head(say, node, days))


def not_counted(say: Say, left_out: Mapping[str, int]) -> str:
    """What is left out and why, in a few words; empty for nothing."""
    told = [say.label(f"stats.why_{why}", n=left_out[why]) for why in WHY_NOT if why in left_out]
    return say.label("stats.and", parts=told) if told else ""


def months(say: Say, indicator: Indicator, of: Months, days: Days) -> Screen:
    """The figure of a node in each month of a year, and what was closed of it. `days`: the year."""
    node, found = of.node, of.figures
    values = {month: each.value or Decimal(0) for month, each in found.items()}
    most = max(values.values())
    lines = [
        {
            "month": month,
            "share": values[month] / most if most else 0,
            "count": shown(each, indicator.decimals) if _has_begun(month, days) else None,
            "missing": nothing_sent(indicator, each),
        }
        for month, each in found.items()
    ]
    text = say(
        "stats.by_month",
        title=title(say, indicator, node, days),
        lines=lines,
        closed_at=of.closed and of.closed.signed_at,
        left_out=not_counted(say, of.left_out),
    )
    home = button(say, "button.back", "figure", node.id, days.period.compact, indicator.id)
    before = year_before(say, days, "months", node, indicator.id)
    drawn = button(say, "draw.button", "draw_months", node.id, days.period.compact, indicator.id)
    return Screen(text, ((drawn,), (home, before)))


def _has_begun(month: date, days: Days) -> bool:
    return month <= day_of(days.now, days.zone)
