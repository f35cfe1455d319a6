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
from storage.model.person import CONSENT_VERSION, Person
from storage.model.refusal import Refusal
from storage.queries import events as queries
from storage.queries.people import by_telegram_id

WHY = "anybody who got the card"


@press(screens.SIGN_UP, event_id, power=None, why=WHY, known=False, in_groups=True)
async def sign_up(press: CallbackQuery, ids: tuple[int], tools: Tools) -> None:
    """Signs up at once who is at home and has nothing to say; never takes a sign-up back."""
    person = await tools.database.read(by_telegram_id, press.from_user.id)
    if person is None or not _is_at_home(person):
        await _lead(press, ids[0], None, tools)
        return
    say = tools.texts.in_(person.language)
    try:
        seen = await tools.database.read(queries.sign_up, ids[0], person.telegram_id)
        event = seen.card.event
        if event.companions and event.takes_sign_ups(tools.now()):
            await _lead(press, ids[0], person, tools)
            return
        given = (person.telegram_id, ids[0], tools.now(), tools.zone)
        done = await tools.database.write(actions.sign_up, *given)
    except Refusal as refusal:
        if refusal.key in (QUESTIONS, OVERLAPS):
            await _lead(press, ids[0], person, tools)
        else:
            await _tell(press, say, refusal, tools)
        return
    if not await tools.chat.alert(press.id, screens.told(say, done)):
        await show_event(person, ids[0], tools)


@press(screens.DETAILS, event_id, power=None, why=WHY, known=False, in_groups=True)
async def more(press: CallbackQuery, ids: tuple[int], tools: Tools) -> None:
    """The event in one's own chat, with what one can do there."""
    person = await tools.database.read(by_telegram_id, press.from_user.id)
    await _lead(press, ids[0], person, tools)


def _is_at_home(person: Person) -> bool:
    known = person.consent_version >= CONSENT_VERSION
    return known and (person.node_id is not None or person.is_staff)


async def _lead(press: CallbackQuery, event: int, person: Person | None, tools: Tools) -> None:
    """Open the private chat at the event. Where Telegram does not do that any more, it is shown
    there to whoever we may write to."""
    opened = await tools.chat.lead(press.id, tools.start_link(event_link(event)))
    if not opened and person is not None and _is_at_home(person):
        await show_event(person, event, tools)


async def _tell(press: CallbackQuery, say: Say, refusal: Refusal, tools: Tools) -> None:
    if not await tools.chat.alert(press.id, say.label(refusal.key, **refusal.names)):
        await tools.chat.send(press.from_user.id, note(say, refusal.key, **refusal.names))
