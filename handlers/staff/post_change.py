"""Changing an event that was posted, in the form in which it was posted: before anything is saved,
the form says what is otherwise then, and who is told."""

from aiogram import F
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button

from content.screen import press as carried
from content.screens import posting as screens
from content.texts import Say
from handlers.forms.leaving import show_origin
from handlers.forms.widgets import (
    Label,
    Words,
    anything_else,
    back_to,
    begin,
    ending,
    finish,
    person_of,
    say_of,
    text_input,
    tools_of,
)
from handlers.ids import event_id
from handlers.presses import press
from handlers.staff.post_form import PostForm, answer, hub
from handlers.staff.post_meanwhile import look_again
from handlers.tools import Tools
from storage.actions.event_changes import change as change_event
from storage.actions.event_series import change_series
from storage.model.event import EventState
from storage.model.event_change import is_told, require_changeable
from storage.model.event_draft import EventDraft, draft_of_event
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.queries import event_changes as queries
from storage.queries import event_series as series
from storage.queries import events as event_queries


@press("change", event_id, power=Power.POST_EVENT)
async def change(
    press: CallbackQuery,
    ids: tuple[int],
    person: Person,
    tools: Tools,
    dialog_manager: DialogManager,
) -> None:
    event = await tools.database.read(event_queries.for_staff, *ids, person)
    require_changeable(event)
    facts = await tools.database.read(queries.facts, event.id)
    draft = draft_of_event(event, facts, tools.new_secret(), tools.now(), tools.zone)
    await begin(press, dialog_manager, PostForm.review, draft, carried("roster", event.id))


async def confirm(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    """On the review: what it changes is shown once more. Raises Refusal if that cannot be."""
    tools = tools_of(manager)
    hub.draft(manager).change(tools.now(), tools.zone)
    await manager.switch_to(PostForm.confirm)


async def state_of(draft: EventDraft, tools: Tools) -> dict[str, object]:
    """Whether people can sign up for the event that is being changed."""
    if draft.event_id is None:
        return {"is_open": False, "is_closed": False}
    event = await tools.database.read(event_queries.by_id, draft.event_id)
    to_come = not event.is_over(tools.now())
    return {
        "is_open": to_come and event.state is EventState.OPEN,
        "is_closed": to_come and event.state is EventState.CLOSED,
    }


async def _changes(
    dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    draft = hub.draft(dialog_manager)
    change = draft.change(tools.now(), tools.zone)
    given = (draft.event_id or 0, change, tools.now(), tools.zone)
    who = await tools.database.read(series.told_of, *given)
    return {
        "lines": screens.changes(say, change.was, change.to, tools.programme),
        "told": is_told(change.was, change.to) and not draft.begun,
        "one": who.one,
        "every": who.every,
        "begun": draft.begun,
        "later": who.later,
    }


async def _save(press: CallbackQuery, button: Button, manager: DialogManager) -> None:
    tools, draft, say = tools_of(manager), hub.draft(manager), say_of(manager)
    now, zone = tools.now(), tools.zone
    change, of = draft.change(now, zone), draft.event_id or 0
    whole = button.widget_id == "save_all"
    action = change_series if whole else change_event
    told = await tools.database.read(series.told_of, of, change, now, zone)
    every = await tools.database.read(series.from_here, of) if whole else (of,)
    before = await tools.database.read(queries.concerned, every)
    try:
        event = await tools.database.write(action, person_of(manager).id, of, change, now, zone)
    except Refusal as refusal:
        await look_again(press, manager, refusal)
        return
    after = await tools.database.read(queries.concerned, every)
    lines = screens.changes(say, change.was, change.to, tools.programme)
    done = screens.Done(
        told=(told.every if whole else told.one).people,
        offered=max(0, before.in_line - after.in_line),
        later=len(every) - 1,
    )
    await finish(press, manager, screens.saved(say, event, lines, done))


async def _crowd(dialog_manager: DialogManager, tools: Tools, **_: object) -> dict[str, object]:
    draft = hub.draft(dialog_manager)
    event = await tools.database.read(event_queries.by_id, draft.event_id or 0)
    over = max(0, event.taken - draft.too_few)
    return {"capacity": draft.too_few, "taken": event.taken, "over": over, "draft": draft}


async def _other_number(message: Message, _input: MessageInput, manager: DialogManager) -> None:
    """Whoever reads that it is too few sends another number."""
    await answer(manager, "capacity", message.text or "")


async def _roster(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    await show_origin(carried("roster", hub.draft(manager).event_id or 0), manager)


CHANGE_WINDOWS = (
    Window(
        Words("posting.confirm"),
        Button(Label("posting.save"), "save", on_click=_save, when=~F["later"]),
        Button(Label("posting.save_one"), "save_one", on_click=_save, when=F["later"]),
        Button(Label("posting.save_all"), "save_all", on_click=_save, when=F["later"]),
        anything_else("button.choose"),
        ending(back_to(PostForm.review)),
        state=PostForm.confirm,
        getter=_changes,
    ),
    Window(
        Words("posting.crowded"),
        Button(Label("event.roster"), "roster", on_click=_roster),
        text_input(_other_number),
        anything_else("button.choose"),
        ending(back_to(PostForm.review)),
        state=PostForm.crowded,
        getter=_crowd,
    ),
)
