"""The staff's first screen."""

from aiogram.types import CallbackQuery, Message

from content.screens import desk as screens
from content.texts import Say
from handlers.answering import show
from handlers.commands import command
from handlers.presses import press
from handlers.tools import Tools
from storage.model.period import Days, Period, day_of, year_of
from storage.model.person import Person
from storage.model.roles import Power
from storage.queries import desk as desk_queries
from storage.queries.events import of_day
from storage.queries.nodes import communities
from storage.queries.plans import progress_for


@command("staff", "staff.command", power=Power.SEE_DESK)
@press("staff", power=Power.SEE_DESK)
async def desk(event: Message | CallbackQuery, person: Person, say: Say, tools: Tools) -> None:
    today = day_of(tools.now(), tools.zone)
    late = tools.holidays.last_overdue(today, tools.programme.reply_working_days)
    of_today, of_late = (Period(day, day).bounds(tools.zone) for day in (today, late))
    day = await tools.database.read(desk_queries.day, person, of_today, of_late[1])
    year = Days(year_of(today), tools.zone, tools.now())
    plannable = tools.programme.plannable
    plan = await tools.database.read(progress_for, person, None, year, plannable)
    unknown = tools.holidays.unknown_year(today)
    may_add = person.may(Power.ADD_COMMUNITY)
    first = may_add and not (await tools.database.read(communities, 0)).items
    await show(event, screens.desk(say, person, day, plan, unknown, first), tools)


@press("rosters_today", power=Power.POST_EVENT)
async def rosters_today(press: CallbackQuery, person: Person, say: Say, tools: Tools) -> None:
    today = day_of(tools.now(), tools.zone)
    found = await tools.database.read(of_day, person, *Period(today, today).bounds(tools.zone))
    await show(press, screens.rosters_today(say, found), tools)


@press("staff_more", power=Power.SEE_DESK)
async def more(press: CallbackQuery, person: Person, say: Say, tools: Tools) -> None:
    await show(press, screens.more(say, person), tools)
