"""A colleague changed the same first: what they did is shown, and nothing typed is lost."""

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager

from content.screen import Screen
from content.screens.posting import changes
from handlers.forms.drafts import keep
from handlers.forms.widgets import person_of, say_of, tools_of
from handlers.staff.post_form import hub
from storage.model.event_seeing import seeing
from storage.model.refusal import Refusal
from storage.queries import event_changes
from storage.queries import events as event_queries


async def look_again(press: CallbackQuery, manager: DialogManager, refusal: Refusal) -> None:
    """The form goes on from what the event is now, with what was changed in it. Raises any other
    Refusal."""
    if refusal.key != "posting.changed_meanwhile":
        raise refusal
    tools, draft, say = tools_of(manager), hub.draft(manager), say_of(manager)
    event = await tools.database.read(event_queries.by_id, draft.event_id or 0)
    here = await tools.database.read(event_changes.facts, event.id)
    assert draft.was is not None  # or nobody could have changed it
    theirs = changes(say, draft.was, here, tools.programme)
    keep(manager, seeing(draft, event, here, tools.now(), tools.zone))
    await tools.chat.toast(press.id, say.label(refusal.key))
    told = Screen(say("posting.theirs", lines=theirs))
    await tools.chat.send(person_of(manager).telegram_id, told)
