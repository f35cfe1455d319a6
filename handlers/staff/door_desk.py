"""What staff at the door type: part of a name, or how many came without one."""

from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput

from content.screen import press as carried
from content.screens import roster_people as people_screens
from content.screens import rosters as screens
from content.texts import Say
from handlers.forms.drafts import draft_of, keep
from handlers.forms.open import end
from handlers.forms.searching import finding
from handlers.forms.widgets import (
    Words,
    anything_else,
    begin,
    ending,
    finish,
    offer_unfinished,
    person_of,
    say_of,
    text_input,
    tools_of,
)
from handlers.ids import event_id
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import attendances, headcounts
from storage.model.person import Person
from storage.model.roles import Power
from storage.model.roster import DeskDraft, read_count
from storage.queries import events as event_queries
from storage.queries import rosters
from storage.queries.roster_people import on_roster


class DeskForm(StatesGroup):
    find = State()
    look = State()
    count = State()


@press("find_seat", event_id, power=Power.POST_EVENT)
async def find(
    press: CallbackQuery, ids: tuple[int], tools: Tools, dialog_manager: DialogManager
) -> None:
    await _begin(press, ids[0], DeskForm.find, carried("roster", *ids), dialog_manager)


@press("find_person", event_id, power=Power.POST_EVENT)
async def find_person(
    press: CallbackQuery, ids: tuple[int], tools: Tools, dialog_manager: DialogManager
) -> None:
    await _begin(press, ids[0], DeskForm.look, carried("roster_people", *ids, 0), dialog_manager)


@press("unnamed_other", event_id, power=Power.POST_EVENT)
async def other(press: CallbackQuery, ids: tuple[int], dialog_manager: DialogManager) -> None:
    await _begin(press, ids[0], DeskForm.count, carried("unnamed", *ids), dialog_manager)


async def _begin(
    press: CallbackQuery, event_id: int, state: State, origin: str, manager: DialogManager
) -> None:
    await begin(press, manager, state, DeskDraft(event_id), origin)


async def _found(
    dialog_manager: DialogManager, say: Say, tools: Tools, person: Person, **_: object
) -> dict[str, object]:
    draft = draft_of(dialog_manager, DeskDraft)
    event = await tools.database.read(event_queries.by_id, draft.event_id)
    found = await tools.database.read(rosters.found_for, draft.event_id, person, draft.sought)
    offered = [(str(seat.person_id), screens.marked(say, seat)) for seat in found.items]
    return {
        "event": event,
        "sought": draft.sought,
        "choices": offered,
        "nobody": bool(draft.sought) and not offered,
        "many": found.more,
    }


async def _listed(
    dialog_manager: DialogManager, say: Say, tools: Tools, person: Person, **_: object
) -> dict[str, object]:
    """The same of those on the roster alone."""
    draft, now = draft_of(dialog_manager, DeskDraft), tools.now()
    event = await tools.database.read(event_queries.for_staff, draft.event_id, person)
    found = await tools.database.read(rosters.listed_for, event.id, person, draft.sought)
    return {
        "event": event,
        "sought": draft.sought,
        "choices": people_screens.choices(say, event, found, now),
        "nobody": bool(draft.sought) and not found.items,
        "many": found.more,
    }


async def _opened(manager: DialogManager, value: str) -> None:
    """Whoever was found takes the place of the list."""
    tools, person, say = tools_of(manager), person_of(manager), say_of(manager)
    given = (draft_of(manager, DeskDraft).event_id, int(value), person)
    found = await tools.database.read(on_roster, *given)
    press = manager.event
    assert isinstance(press, CallbackQuery)
    await finish(press, manager, people_screens.person(say, found, 0, tools.now()))


async def _sought(message: Message, _input: MessageInput, manager: DialogManager) -> None:
    draft = draft_of(manager, DeskDraft)
    keep(manager, draft.with_sought(message.text or ""))


async def _chosen(manager: DialogManager, value: str) -> None:
    """Whoever came is unticked, anybody else let in."""
    tools, person = tools_of(manager), person_of(manager)
    draft, person_id = draft_of(manager, DeskDraft), int(value)
    found = await tools.database.read(rosters.found_for, draft.event_id, person, draft.sought)
    came = any(seat.came for seat in found.items if seat.person_id == person_id)
    action = attendances.withdraw if came else attendances.walk_in
    await tools.database.write(action, person.id, draft.event_id, person_id, tools.now())


async def _counted(message: Message, _input: MessageInput, manager: DialogManager) -> None:
    tools, person, say = tools_of(manager), person_of(manager), say_of(manager)
    event_id = draft_of(manager, DeskDraft).event_id
    count = read_count(message.text or "")
    await tools.database.write(headcounts.add, person.id, event_id, count, tools.now())
    await end(manager, message.chat.id)
    found = await tools.database.read(rosters.headcounts_for, event_id, person, 0)
    await tools.chat.send(message.chat.id, screens.unnamed(say, found))
    await offer_unfinished(message.chat.id, manager)


form = Dialog(
    finding(DeskForm.find, ("door.ask_name", "door.found"), "seat", _found, _chosen, _sought),
    finding(
        DeskForm.look, ("rosters.ask_name", "rosters.found"), "person", _listed, _opened, _sought
    ),
    Window(
        Words("door.ask_number"),
        text_input(_counted),
        anything_else("button.only_text"),
        ending(),
        state=DeskForm.count,
    ),
    name="door.form",
)
