"""Pictures of how an event was: staff send them, and its report has them."""

from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button

from content.screen import press as carried
from content.screens import papers as screens
from handlers.forms.drafts import draft_of, keep
from handlers.forms.saying import HasWordsOrMedia, remark, said_to
from handlers.forms.widgets import (
    Label,
    Words,
    anything_else,
    begin,
    ending,
    finish,
    leave_out,
    person_of,
    say_of,
    tools_of,
)
from handlers.ids import event_id
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import event_photos as actions
from storage.model.adding import too_many
from storage.model.person import Person
from storage.model.photos_draft import PHOTOS_LIMIT, PhotosDraft
from storage.model.roles import Power
from storage.queries import events as event_queries
from storage.queries.event_reports import report_for


class PhotosForm(StatesGroup):
    photos = State()


@press("event_photos", event_id, power=Power.POST_EVENT)
async def photos(
    press: CallbackQuery,
    ids: tuple[int],
    person: Person,
    tools: Tools,
    dialog_manager: DialogManager,
) -> None:
    found = await tools.database.read(report_for, *ids, person)
    draft = PhotosDraft(*ids, tuple(found.pictures))
    await begin(press, dialog_manager, PhotosForm.photos, draft, carried("papers", *ids))


async def _given(dialog_manager: DialogManager, tools: Tools, **_: object) -> dict[str, object]:
    draft = draft_of(dialog_manager, PhotosDraft)
    event = await tools.database.read(event_queries.by_id, draft.event_id)
    return {"event": event, "count": len(draft.media), "limit": PHOTOS_LIMIT}


async def _take(_message: Message, _input: MessageInput, manager: DialogManager) -> None:
    said, draft = said_to(manager), draft_of(manager, PhotosDraft)
    leave_out(manager)
    more = draft.with_more(said.media)
    if too_many(draft.media, said.media, PHOTOS_LIMIT):
        remark(manager, "ledger.many_media", limit=PHOTOS_LIMIT)
    keep(manager, more)


async def _clear(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    keep(manager, draft_of(manager, PhotosDraft).without())


async def _save(press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    tools, draft, say = tools_of(manager), draft_of(manager, PhotosDraft), say_of(manager)
    await tools.database.write(actions.keep, person_of(manager).id, draft)
    event = await tools.database.read(event_queries.by_id, draft.event_id)
    await finish(press, manager, screens.photos_saved(say, event, len(draft.media)))


form = Dialog(
    Window(
        Words("papers.ask_photos"),
        Button(Label("papers.save"), "save", on_click=_save),
        Button(Label("papers.clear"), "clear", on_click=_clear, when="count"),
        MessageInput(_take, filter=HasWordsOrMedia()),
        anything_else("papers.only_photos"),
        ending(),
        state=PhotosForm.photos,
        getter=_given,
    ),
    name="papers.form",
)
