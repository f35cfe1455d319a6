"""What is on, and one event."""

from aiogram.types import CallbackQuery, Message

from content.screen import Screen
from content.screens import agenda as agenda_screens
from content.screens import events as screens
from content.screens import posting
from content.texts import Say
from handlers.answering import show, show_below
from handlers.commands import command
from handlers.ids import event_id, page
from handlers.presses import press
from handlers.tools import Tools
from storage.model.agenda import monday_of
from storage.model.event import EventCard
from storage.model.person import Person
from storage.model.refusal import Refusal
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
    card = await _card(ids[0], person, tools)
    screen = screens.card(say, card, tools.programme, tools.now(), in_list=True)
    await show(press, screen, tools)


@press("venue", event_id, power=None, why=WHY)
async def venue(press: CallbackQuery, ids: tuple[int], person: Person, tools: Tools) -> None:
    """Its place on the map, below: a message that a map opens from."""
    card = await _card(ids[0], person, tools)
    place = posting.venue_of(card.event, card.details)
    await _below(press, Screen("", venue=place) if place else None, tools)


@press("event_pictures", event_id, power=None, why=WHY)
async def pictures(press: CallbackQuery, ids: tuple[int], person: Person, tools: Tools) -> None:
    """All its pictures, below."""
    media = (await _card(ids[0], person, tools)).details.media
    await _below(press, Screen("", media=media) if media else None, tools)


async def _card(event_id: int, person: Person, tools: Tools) -> EventCard:
    given = (event_id, person.telegram_id, tools.now(), tools.zone)
    return await tools.database.read(event_queries.card, *given)


async def _below(press: CallbackQuery, screen: Screen | None, tools: Tools) -> None:
    """Raises Refusal if staff took away meanwhile what there was."""
    if screen is None:
        raise Refusal("posting.taken_away")
    await show_below(press, screen, tools)
