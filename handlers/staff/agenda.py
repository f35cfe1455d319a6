"""The events of staff by weeks and months, those that need them, and what one of them lacks."""

from datetime import date

from aiogram.types import CallbackQuery, Message

from content.screens import agenda as screens
from content.texts import Say
from handlers.answering import show
from handlers.ids import day, event_id, lead, page
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import event_nudges
from storage.actions.reminders import turn
from storage.model.agenda import Choice, monday_of
from storage.model.person import Person
from storage.model.roles import Power
from storage.queries import agenda as queries
from storage.queries import events as event_queries


@press("agenda", power=Power.POST_EVENT)
async def this_week(event: Message | CallbackQuery, person: Person, say: Say, tools: Tools) -> None:
    await _week(event, tools.calendar(tools.zone).today, 0, person, say, tools)


@press("agenda", day, page, power=Power.POST_EVENT)
async def week(
    press: CallbackQuery, ids: tuple[date, int], person: Person, say: Say, tools: Tools
) -> None:
    await _week(press, *ids, person, say, tools)


async def _week(
    event: Message | CallbackQuery,
    day: date,
    page: int,
    person: Person,
    say: Say,
    tools: Tools,
) -> None:
    at = tools.calendar(tools.zone)
    found = await tools.database.read(
        queries.week, person, monday_of(day), page, queries.Look(at.now, at.zone)
    )
    await show(event, screens.week(say, found, at), tools)


@press("agenda_month", day, power=Power.POST_EVENT)
async def month(
    press: CallbackQuery, ids: tuple[date], person: Person, say: Say, tools: Tools
) -> None:
    at = tools.calendar(tools.zone)
    found = await tools.database.read(queries.month, person, *ids, queries.Look(at.now, at.zone))
    await show(press, screens.month(say, found, at), tools)


@press("agenda_of", Choice, page, power=Power.POST_EVENT)
async def chosen(
    press: CallbackQuery, ids: tuple[Choice, int], person: Person, say: Say, tools: Tools
) -> None:
    choice, page = ids
    at = tools.calendar(tools.zone)
    found = await tools.database.read(queries.chosen, person, choice, page, at.now)
    await show(press, screens.chosen(say, choice, found, at), tools)


@press("brief", event_id, power=Power.POST_EVENT)
async def brief(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    await _brief(press, *ids, person, say, tools)


@press("nudge", event_id, power=Power.POST_EVENT)
async def nudge(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    at = tools.calendar(tools.zone)
    found = await tools.database.read(queries.brief, *ids, person, queries.Look(at.now, at.zone))
    await show(press, screens.nudge(say, found), tools)


@press("nudged", event_id, power=Power.POST_EVENT)
async def nudged(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    given = (person.id, *ids, tools.now(), tools.zone)
    count = await tools.database.write(event_nudges.nudge, *given)
    await _brief(press, *ids, person, say, tools, say.label("agenda.nudged", count=count))


@press("reminder_times", event_id, power=Power.POST_EVENT)
async def times(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    event = await tools.database.read(event_queries.for_staff, *ids, person)
    await show(press, screens.times(say, event, tools.calendar(tools.zone)), tools)


@press("reminder_time", event_id, lead, power=Power.POST_EVENT)
async def other_time(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools
) -> None:
    event_id, hours = ids
    given = (person.id, event_id, hours, tools.now(), tools.zone)
    await tools.database.write(turn, *given)
    event = await tools.database.read(event_queries.for_staff, event_id, person)
    await show(press, screens.times(say, event, tools.calendar(tools.zone)), tools)


async def _brief(
    press: CallbackQuery,
    event_id: int,
    person: Person,
    say: Say,
    tools: Tools,
    toast: str = "",
) -> None:
    at = tools.calendar(tools.zone)
    found = await tools.database.read(
        queries.brief, event_id, person, queries.Look(at.now, at.zone)
    )
    await show(press, screens.brief(say, found, at), tools, toast=toast)
