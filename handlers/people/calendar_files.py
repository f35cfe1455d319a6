"""The calendar file of an event, for who holds a seat."""

from aiogram.types import CallbackQuery

from content.screens import calendar_files as screens
from content.texts import Say
from handlers.answering import show_below
from handlers.ids import event_id
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import calendar_files as actions
from storage.model.person import Person


@press("calendar", event_id, power=None, why="anybody who holds a seat")
async def take(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    now = tools.now()
    entry = await tools.database.write(actions.take, person.telegram_id, *ids, now)
    await show_below(press, screens.taken(say, entry, now), tools)
