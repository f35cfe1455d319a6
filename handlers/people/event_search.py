"""Looking for an event by words or by its day, among those to come and those of the past."""

from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.widgets.input import MessageInput

from content.screens import agenda as agenda_screens
from content.screens import events as screens
from content.texts import Say
from handlers.forms.drafts import draft_of, keep
from handlers.forms.searching import begin_anew, finding
from handlers.forms.widgets import begin, finish, person_of, say_of, tools_of
from handlers.presses import press
from handlers.tools import Tools
from storage.model.event_search import SearchDraft, days_meant
from storage.model.person import Person
from storage.model.roles import Power
from storage.queries import agenda, event_search
from storage.queries import events as event_queries

WHY = "what is on is for everybody"


class SearchForm(StatesGroup):
    find = State()


@press("find_event", power=None, why=WHY)
async def find(press: CallbackQuery, dialog_manager: DialogManager) -> None:
    await begin(press, dialog_manager, SearchForm.find, SearchDraft(staff=False), "events")


@press("find_managed", power=Power.POST_EVENT)
async def find_managed(press: CallbackQuery, dialog_manager: DialogManager) -> None:
    await begin(press, dialog_manager, SearchForm.find, SearchDraft(staff=True), "agenda")


async def _found(
    dialog_manager: DialogManager, say: Say, tools: Tools, person: Person, **_: object
) -> dict[str, object]:
    draft, at = draft_of(dialog_manager, SearchDraft), tools.calendar(tools.zone)
    lines: list[tuple[str, str]] = []
    more = False
    if draft.sought:
        days = days_meant(draft.sought, at)
        given = (person, draft.sought, days, (at.now, at.zone))
        if draft.staff:
            managed = await tools.database.read(event_search.managed, *given)
            lines = [(str(e.id), screens.managed_line(say, e)) for e in managed.items]
            more = managed.more
        else:
            cards = await tools.database.read(event_search.for_person, *given)
            lines = [(str(c.event.id), screens.line(say, c)) for c in cards.items]
            more = cards.more
    return {
        "sought": draft.sought,
        "choices": lines,
        "nothing": bool(draft.sought) and not lines,
        "many": more,
    }


async def _sought(message: Message, _input: MessageInput, manager: DialogManager) -> None:
    keep(manager, draft_of(manager, SearchDraft).with_sought(message.text or ""))
    await begin_anew(manager, "event")


async def _chosen(manager: DialogManager, value: str) -> None:
    """The event takes the place of the list."""
    tools, person, say = tools_of(manager), person_of(manager), say_of(manager)
    press, at = manager.event, tools.calendar(tools.zone)
    assert isinstance(press, CallbackQuery)
    if draft_of(manager, SearchDraft).staff:
        await tools.database.read(event_queries.for_staff, int(value), person)
        look = agenda.Look(at.now, at.zone)
        found = await tools.database.read(agenda.brief, int(value), person, look)
        await finish(press, manager, agenda_screens.brief(say, found, at))
        return
    given = (int(value), person.telegram_id, at.now, at.zone)
    card = await tools.database.read(event_queries.card, *given)
    await finish(press, manager, screens.card(say, card, tools.programme, at.now, in_list=True))


form = Dialog(
    finding(
        SearchForm.find, ("event.find_ask", "event.find_found"), "event", _found, _chosen, _sought
    ),
    name="event.form_find",
)
