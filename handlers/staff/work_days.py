"""The days of work and of events: by the clock of the district, in a year that is not closed."""

from datetime import date
from zoneinfo import ZoneInfo

from aiogram_dialog import DialogManager

from handlers.forms.widgets import tools_of
from handlers.tools import Tools
from storage.model.calendar import Calendar
from storage.model.period import day_of
from storage.queries import closed_years


def district_clock(manager: DialogManager) -> ZoneInfo:
    """They are of a day of the district's, also in a community that has its own clock."""
    return tools_of(manager).zone


def today_of(tools: Tools) -> date:
    return day_of(tools.now(), tools.zone)


def calendar_of(tools: Tools) -> Calendar:
    """By which they are read."""
    return tools.calendar(tools.zone)


async def check_open(node_id: int | None, on: date | None, tools: Tools) -> None:
    """Raise Refusal if the year of a day is closed at a place, as far as both are known: said at
    once, not only when all of it is written."""
    if node_id is not None and on is not None:
        await tools.database.read(closed_years.check_open, node_id, on.year)
