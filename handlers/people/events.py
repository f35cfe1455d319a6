"""What is on, and one event."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from content.screens import events as screens
from content.texts import Say
from handlers.answering import show
from handlers.filters import Pressed, row_id
from handlers.tools import Tools
from storage.model.person import Person
from storage.queries import events as event_queries

router = Router(name="events")


@router.message(Command("events"))
@router.callback_query(Pressed("events"))
async def upcoming(event: Message | CallbackQuery, person: Person, say: Say, tools: Tools) -> None:
    await _list(event, 0, person, say, tools)


@router.callback_query(Pressed("events", row_id))
async def page(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    await _list(press, ids[0], person, say, tools)


async def _list(
    event: Message | CallbackQuery, page: int, person: Person, say: Say, tools: Tools
) -> None:
    cards = await tools.database.read(event_queries.upcoming, person, tools.now(), page)
    await show(event, screens.upcoming(say, cards, page), tools)


@router.callback_query(Pressed("event", row_id))
async def one(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    card = await tools.database.read(event_queries.card, *ids, person.telegram_id)
    screen = screens.card(say, card, tools.programme, tools.now(), in_list=True)
    toast = say.label("event.full") if card.event.left == 0 and not card.signed_up else ""
    await show(press, screen, tools, toast=toast)
