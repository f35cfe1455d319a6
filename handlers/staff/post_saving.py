"""What the review of an event leads to: it is posted, perhaps weekly, or kept as a draft; and what
is done with one that was posted: signing up is closed, and it is held once more."""

from aiogram import F
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Row, SwitchTo

from content.screen import Screen
from content.screens import posting as screens
from content.screens.events import managed
from handlers.forms.open import SUBJECT
from handlers.forms.widgets import (
    Label,
    Words,
    anything_else,
    back_to,
    choices,
    ending,
    finish,
    person_of,
    say_of,
    text_input,
    tools_of,
)
from handlers.staff.post_form import PostForm, hub
from handlers.staff.post_meanwhile import look_again
from storage.actions import event_series as actions
from storage.actions.event_changes import change as change_event
from storage.model.event_draft import MOST_REPEATS
from storage.model.refusal import Refusal
from storage.model.typed.numbers import read_number
from storage.queries import events as event_queries

_WEEKS = (1, 2, 3, 4, 6, 8, 10, 12)


async def _post(press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    tools, draft, by = tools_of(manager), hub.draft(manager), person_of(manager).id
    now, zone, say = tools.now(), tools.zone, say_of(manager)
    every = draft.repeated(now, zone)
    write = tools.database.write
    if draft.event_id is not None:
        change = draft.wanted(now, zone)
        try:
            event = await write(actions.publish, by, draft.event_id, change, now, zone)
        except Refusal as refusal:
            await look_again(press, manager, refusal)
            return
    else:
        event = await write(actions.post_series, by, every, now)
    details, programme = every[0].details, tools.programme
    receipt = screens.posted(say, event, details, programme, now=now, zone=zone)
    await finish(press, manager, screens.of_series(say, receipt, every))


async def _keep(press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    tools, draft, by = tools_of(manager), hub.draft(manager), person_of(manager).id
    now, zone, say = tools.now(), tools.zone, say_of(manager)
    if draft.event_id is not None:
        change, of = draft.change(now, zone), draft.event_id
        try:
            event = await tools.database.write(change_event, by, of, change, now, zone)
        except Refusal as refusal:
            await look_again(press, manager, refusal)
            return
    else:
        new = draft.complete(now, zone)
        event = await tools.database.write(actions.save_draft, by, new, now)
    await finish(press, manager, screens.kept(say, event))


async def _drop(press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    tools, person, now = tools_of(manager), person_of(manager), tools_of(manager).now()
    of = hub.draft(manager).event_id or 0
    await tools.database.write(actions.drop_draft, person.id, of, now)
    await finish(press, manager, await _list(manager))


async def _list(manager: DialogManager) -> Screen:
    tools = tools_of(manager)
    events = await tools.database.read(event_queries.managed, person_of(manager), tools.now(), 0)
    return managed(say_of(manager), events)


async def _close(press: CallbackQuery, button: Button, manager: DialogManager) -> None:
    """Signing up is closed, or open again."""
    tools, by, of = tools_of(manager), person_of(manager).id, hub.draft(manager).event_id or 0
    write, now = tools.database.write, tools.now()
    if button.widget_id == "close_sign_up":
        await write(actions.close_sign_up, by, of, now)
    else:
        await write(actions.open_sign_up, by, of, now, tools.zone)
    event = await tools.database.read(event_queries.by_id, of)
    await finish(press, manager, screens.sign_up_turned(say_of(manager), event))


async def _again(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    """The form is about another event from now on, with all but the day."""
    draft, tools = hub.draft(manager), tools_of(manager)
    manager.dialog_data[SUBJECT] = ""
    await hub.take(manager, draft.copied(tools.new_secret(), several=draft.several))


async def _weeks(**_: object) -> dict[str, object]:
    return {"choices": [(str(n), str(n)) for n in _WEEKS]}


async def _choose_weeks(manager: DialogManager, number: str) -> None:
    await hub.take(manager, hub.draft(manager).with_repeats(int(number)))


async def _write_weeks(message: Message, _input: MessageInput, manager: DialogManager) -> None:
    try:
        number = read_number(message.text or "")
    except ValueError:
        raise Refusal("posting.repeats_range", most=MOST_REPEATS) from None
    await hub.take(manager, hub.draft(manager).with_repeats(number))


POST = Button(Label("event.post"), "post", on_click=_post, when=~F["changing"])
DRAFT = Row(
    Button(Label("posting.keep_draft"), "keep", on_click=_keep),
    Button(Label("posting.drop_draft"), "drop_draft", on_click=_drop, when=F["kept"]),
    when=~F["changing"],
)
WEEKLY = SwitchTo(Label("posting.line_repeats"), "repeats", PostForm.repeats, when=F["is_new"])
POSTED = Row(
    Button(Label("posting.again"), "again", on_click=_again),
    Button(Label("posting.close"), "close_sign_up", on_click=_close, when=F["is_open"]),
    Button(Label("posting.open"), "open_sign_up", on_click=_close, when=F["is_closed"]),
    when=F["changing"],
)
REPEATS = Window(
    Words("posting.ask_repeats"),
    choices("weeks", _weeks, _choose_weeks, 4),
    text_input(_write_weeks),
    anything_else("button.only_text"),
    ending(back_to(PostForm.review)),
    state=PostForm.repeats,
    getter=_weeks,
)
