"""The buttons of a reminder: coming, or not coming, which is asked once more."""

from aiogram.types import CallbackQuery

from content.screens import reminders as screens
from content.texts import Say
from handlers.answering import show
from handlers.ids import event_id, row_id
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import comings, sign_ups
from storage.model.person import Person
from storage.queries import events as event_queries
from storage.queries import reminders as queries

WHY = "anybody who got the reminder"


@press("reminder", row_id, power=None, why=WHY)
async def again(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    await _show(press, *ids, person, say, tools)


@press("come", event_id, row_id, power=None, why=WHY)
async def come(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools
) -> None:
    event_id, schedule_id = ids
    now = tools.now()
    said = await tools.database.write(comings.confirm, person.telegram_id, event_id, now)
    toast = say.label("reminder.thanks" if said else "reminder.thanks_before")
    await _show(press, schedule_id, person, say, tools, toast)


@press("stay_away", event_id, row_id, power=None, why=WHY)
async def stay_away(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools
) -> None:
    event_id, schedule_id = ids
    who = (person.telegram_id, tools.now(), tools.zone)
    card = await tools.database.read(event_queries.card, event_id, *who)
    await show(press, screens.sure(say, card.event, schedule_id), tools)


@press("stayed_away", event_id, row_id, power=None, why=WHY)
async def stayed_away(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools
) -> None:
    event_id, schedule_id = ids
    when = (tools.now(), tools.zone)
    done = await tools.database.write(sign_ups.cancel, person.telegram_id, event_id, *when)
    toast = say.label("event.given_back" if done.changed else "event.given_back_before")
    await _show(press, schedule_id, person, say, tools, toast)


async def _show(
    press: CallbackQuery,
    schedule_id: int,
    person: Person,
    say: Say,
    tools: Tools,
    toast: str = "",
) -> None:
    """The reminder as it is now."""
    who = (schedule_id, person.telegram_id, tools.zone)
    day = await tools.database.read(queries.of_day, *who)
    await show(press, screens.reminder(say, schedule_id, day, tools.now()), tools, toast=toast)
