"""Who is on a roster, one by one: what they said, and taking them off."""

from aiogram.types import CallbackQuery

from content.screens import roster_people as screens
from content.texts import Say
from handlers.answering import show
from handlers.explaining import toast_of
from handlers.ids import event_id, page, row_id
from handlers.presses import press
from handlers.tools import Tools
from storage.actions.roster_seats import put_back as give_back
from storage.actions.sign_ups import take_off as take_away
from storage.model.page import LINES
from storage.model.person import Person
from storage.model.roles import Power
from storage.queries import events as event_queries
from storage.queries.roster_people import on_roster
from storage.queries.rosters import roster

Ids = tuple[int, int, int]  # of the event, of the person, and the page that leads back


@press("roster_people", event_id, page, power=Power.POST_EVENT)
async def people(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools
) -> None:
    event = await tools.database.read(event_queries.for_staff, ids[0], person)
    seats = await tools.database.read(roster, *ids, LINES)
    await show(press, screens.people(say, event, seats, tools.now()), tools)


@press("roster_person", event_id, row_id, page, power=Power.POST_EVENT)
async def look(press: CallbackQuery, ids: Ids, person: Person, say: Say, tools: Tools) -> None:
    await _show(press, ids, person, say, tools)


@press("take_off", event_id, row_id, page, power=Power.POST_EVENT)
async def take_off(press: CallbackQuery, ids: Ids, person: Person, say: Say, tools: Tools) -> None:
    found = await tools.database.read(on_roster, *ids[:2], person)
    if found.seat.seated:
        await show(press, screens.confirm(say, found, ids[2]), tools)
    else:
        await _show(press, ids, person, say, tools)


@press("taken_off", event_id, row_id, page, power=Power.POST_EVENT)
async def taken_off(press: CallbackQuery, ids: Ids, person: Person, say: Say, tools: Tools) -> None:
    taking = tools.database.write(take_away, person.id, *ids[:2], tools.now(), tools.zone)
    toast = await toast_of(
        taking,
        say,
        *("event.over", "event.cancelled"),
        done=lambda _: say.label("rosters.taken_off_now"),
    )
    await _show(press, ids, person, say, tools, toast)


@press("put_back", event_id, row_id, page, power=Power.POST_EVENT)
async def put_back(press: CallbackQuery, ids: Ids, person: Person, say: Say, tools: Tools) -> None:
    giving = tools.database.write(give_back, person.id, *ids[:2], tools.now(), tools.zone)
    why = ("event.over", "rosters.gave_up", "rosters.seat_gone")
    done = say.label("rosters.put_back_now")
    toast = await toast_of(giving, say, *why, done=lambda _: done)
    await _show(press, ids, person, say, tools, toast)


async def _show(
    press: CallbackQuery, ids: Ids, person: Person, say: Say, tools: Tools, toast: str = ""
) -> None:
    found = await tools.database.read(on_roster, *ids[:2], person)
    await show(press, screens.person(say, found, ids[2], tools.now()), tools, toast=toast)
