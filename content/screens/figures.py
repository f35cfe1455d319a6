"""The figures of a place and period."""

from datetime import date

from content.programme import Programme
from content.screen import Button, Rows, Screen, press
from content.screens.kit import back, button, paged
from content.splitting import short
from content.texts import Say
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
    lines = [
        {
            "name": indicator.name.in_(say.language),
            "unit": indicator.unit.in_(say.language),
            "count": tally.figures[indicator.id],
            "part": indicator.part_of is not None,
        }
        for indicator in programme.indicators
    ]
    running = tally.period.first_on <= today <= tally.period.last_on
    text = say("stats.text", tally=tally, lines=lines, running=running)
    spans = tuple(
        button(say, f"stats.{name}", "stats", tally.node.id, around(today).compact)
        for name, around in SPANS.items()
    )
    elsewhere = button(say, "stats.elsewhere", "stats_where", tally.period.compact, 0)
    where: Rows = ((elsewhere,),) if tally.others else ()
    return Screen(text, (spans, *where, *back(say, "staff")))
