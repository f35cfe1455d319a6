"""What is on, and one event."""

from aiogram.types import CallbackQuery, Message

from content.screens import agenda as agenda_screens
from content.screens import events as screens
from content.texts import Say
from handlers.answering import show
from handlers.commands import command
from handlers.ids import event_id, page
from handlers.presses import press
from handlers.tools import Tools
from storage.model.agenda import monday_of
from storage.model.person import Person
from storage.model.roles import Power
from storage.queries import agenda
from storage.queries import events as event_queries

WHY = "what is on is for everybody"


@command("events", "event.command", power=None, why=WHY)
@press("events", power=None, why=WHY)
async def upcoming(event: Message | CallbackQuery, person: Person, say: Say, tools: Tools) -> None:
    if isinstance(event, Message) and person.may(Power.POST_EVENT):
        at = tools.calendar(tools.zone)
        monday, look = monday_of(at.today), agenda.Look(at.now, at.zone)
        week = await tools.database.read(agenda.week, person, monday, 0, look)
        await show(event, agenda_screens.week(say, week, at), tools)
        return
    await _list(event, 0, person, say, tools)


@press("events", page, power=None, why=WHY)
async def later(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    await _list(press, ids[0], person, say, tools)


async def _list(
    event: Message | CallbackQuery, page: int, person: Person, say: Say, tools: Tools
) -> None:
    cards = await tools.database.read(event_queries.upcoming, person, tools.now(), page)
    await show(event, screens.upcoming(say, cards), tools)


@press("event", event_id, power=None, why=WHY)
async def one(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    now = tools.now()
    card = await tools.database.read(event_queries.card, *ids, person.telegram_id, now, tools.zone)
    screen = screens.card(say, card, tools.programme, now, in_list=True)
    await show(press, screen, tools)
