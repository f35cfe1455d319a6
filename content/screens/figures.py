"""The figures of a place and period."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from content.programme import Indicator, Programme
from content.screen import Button, Rows, Screen, press
from content.screens.kit import back, button, paged
from content.splitting import short
from content.texts import Say
from storage.model.figure import Figure
from storage.model.node import Node
from storage.model.page import Page
from storage.model.period import SPANS, Period
from storage.model.tally import Tally


def stats_where(say: Say, places: Page[Node], period: Period) -> Screen:
    """Figures of which place?"""
    buttons = places.map(
        lambda node: Button(short(node.name), press("stats", node.id, period.compact))
    )
    rows = paged(say, buttons, press("stats_where", period.compact), "stats", width=2)
    return Screen(say("stats.where"), rows)


def stats(say: Say, tally: Tally, programme: Programme, today: date) -> Screen:
    """The figures of a node and period; every line is an indicator of the programme."""
    sections = [
        {
            "name": section.name.in_(say.language),
            "lines": [
                _line(say, i, tally) for i in programme.indicators if i.section == section.id
            ],
        }
        for section in programme.sections
    ]
    running = tally.period.first_on <= today <= tally.period.last_on
    text = say("stats.text", tally=tally, sections=sections, running=running)
    spans = tuple(
        button(say, f"stats.{name}", "stats", tally.node.id, around(today).compact)
        for name, around in SPANS.items()
    )
    elsewhere = button(say, "stats.elsewhere", "stats_where", tally.period.compact, 0)
    where: Rows = ((elsewhere,),) if tally.others else ()
    return Screen(text, (spans, *where, *back(say, "staff")))


def _line(say: Say, indicator: Indicator, tally: Tally) -> dict[str, object]:
    return {
        "name": indicator.name.in_(say.language),
        "unit": indicator.unit.in_(say.language),
        "count": shown(tally.figures[indicator.id], indicator.decimals),
        "part": indicator.part_of is not None,
        "by_hand": indicator.is_recorded,
    }


def shown(figure: Figure, decimals: int) -> str:
    """A figure as it is written: rounded half up to its decimals; a dash for a share of nobody."""
    if figure.value is None:
        return "—"
    return str(figure.value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
