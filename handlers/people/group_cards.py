"""The buttons of an event's card in a Telegram group. Everybody reads what stands there, so it
changes by what is true alone; whoever presses is told by a note, or is led into their own chat."""

from aiogram.types import CallbackQuery

from content.screens import group_cards as screens
from content.screens.kit import note
from content.texts import Say
from handlers.ids import event_id
from handlers.people.event_links import show_event
from handlers.people.seats import OVERLAPS, QUESTIONS
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import sign_ups as actions
from storage.model.group_card import event_link
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.queries.people import by_telegram_id

WHY = "anybody who got the card"


@press(screens.SIGN_UP, event_id, power=None, why=WHY, known=False, in_groups=True)
async def sign_up(press: CallbackQuery, ids: tuple[int], tools: Tools) -> None:
    """Signs up at once who is at home and has nothing to say; never takes a sign-up back."""
    given = (press.from_user.id, ids[0], tools.now(), tools.zone)
    try:
        done = await tools.database.write(actions.sign_up_at_once, *given)
    except Refusal as refusal:
        person = await tools.database.read(by_telegram_id, press.from_user.id)
        if person is None or refusal.key in (actions.NOT_THERE, QUESTIONS, OVERLAPS):
            await _lead(press, ids[0], person, tools)
        else:
            await _tell(press, tools.texts.in_(person.language), refusal, tools)
        return
    if not await tools.chat.alert(press.id, screens.told(tools.texts.in_(done.language), done)):
        person = await tools.database.read(by_telegram_id, press.from_user.id)
        if person is not None:
            await show_event(person, ids[0], tools)


@press(screens.DETAILS, event_id, power=None, why=WHY, known=False, in_groups=True)
async def more(press: CallbackQuery, ids: tuple[int], tools: Tools) -> None:
    """The event in one's own chat, with what one can do there."""
    person = await tools.database.read(by_telegram_id, press.from_user.id)
    await _lead(press, ids[0], person, tools)


async def _lead(press: CallbackQuery, event: int, person: Person | None, tools: Tools) -> None:
    """Open the private chat at the event. Where Telegram does not do that any more, it is shown
    there to whoever we may write to."""
    opened = await tools.chat.lead(press.id, tools.start_link(event_link(event)))
    if not opened and person is not None and person.is_at_home:
        await show_event(person, event, tools)


async def _tell(press: CallbackQuery, say: Say, refusal: Refusal, tools: Tools) -> None:
    if not await tools.chat.alert(press.id, say.label(refusal.key, **refusal.names)):
        await tools.chat.send(press.from_user.id, note(say, refusal.key, **refusal.names))
