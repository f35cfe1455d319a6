"""Composing a notice: what, to whom, a look at it, and it is on its way."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

from aiogram import F
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, ShowMode, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Row, SwitchTo

from content.screen import NotShown
from content.screens import compose as screens
from content.screens import notice as notice_screens
from content.screens.kit import note
from content.texts import Say
from handlers.commands import command
from handlers.filters import When, is_command
from handlers.forms.audience import audience_of, audience_windows, told
from handlers.forms.rhythm import rhythm_buttons, rhythm_windows
from handlers.forms.rhythm_drafts import coming_slots, read_rhythm, rhythm_names
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
    take_draft,
    text_input,
    tools_of,
)
from handlers.forms.windows import new_draft, zone_of
from handlers.incoming import after_command, piece_of
from handlers.presses import press
from handlers.staff.broadcasts import open_card
from handlers.tools import Tools
from storage.actions.notices import schedule_notice, send_notice
from storage.model.audience import Audience
from storage.model.local_time import instant_of
from storage.model.message import Link
from storage.model.message import Message as Content
from storage.model.notice import NewNotice, Piece, with_piece, without_body
from storage.model.period import day_of
from storage.model.person import LANGUAGES, Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.schedule import Timetable
from storage.model.suggestion import was_cut
from storage.queries import audience as audience_queries
from storage.queries import nodes as node_queries

PARAGRAPH = "\n\n"
MORNING = time(8, 30)


class NoticeForm(StatesGroup):
    message = State()
    confirm = State()
    audience = State()
    narrow = State()
    titles = State()
    options = State()
    other = State()
    link = State()
    # of the rhythm
    how = State()
    day = State()
    days = State()
    month_day = State()
    nth = State()
    weekday = State()
    after = State()
    time = State()
    more = State()
    every = State()
    until = State()
    times = State()
    skips = State()


@command("notice", power=Power.PUSH)
async def notice(
    message: Message, person: Person, tools: Tools, dialog_manager: DialogManager
) -> None:
    """What stands after the command is the text already."""
    draft, said = await _new(person, tools), after_command(message)
    if said.text:
        _put(draft, piece_of(said), cut=was_cut(message.text or ""))
    first = NoticeForm.confirm if said.text else NoticeForm.message
    await begin(message, dialog_manager, first, draft)


@press("notice", power=Power.PUSH)
async def notice_pressed(
    press: CallbackQuery, person: Person, tools: Tools, dialog_manager: DialogManager
) -> None:
    await begin(press, dialog_manager, NoticeForm.message, await _new(person, tools))


@press("notice_this", power=Power.PUSH)
async def notice_this(
    press: CallbackQuery, person: Person, tools: Tools, dialog_manager: DialogManager
) -> None:
    """What is meant stands in the message to which the offer replied."""
    offer = press.message if isinstance(press.message, Message) else None
    said = offer.reply_to_message if offer else None
    draft = await _new(person, tools)
    if said is None:
        await begin(press, dialog_manager, NoticeForm.message, draft)
        return
    _put(draft, piece_of(said), cut=was_cut(said.text or ""))
    draft["said"] = "rest_of_album" if said.media_group_id else ""
    await begin(press, dialog_manager, NoticeForm.confirm, draft)


async def _new(person: Person, tools: Tools) -> dict[str, Any]:
    """An empty draft, for everybody at the widest of the person's places. Raises Refusal."""
    draft = await new_draft(person, Power.PUSH, tools)
    return draft | {
        "language": person.language,
        "message": None,
        "audience": Audience(draft["node"]).to_json(),
        "urgent": False,
        "once": False,
        "adding": False,
        "cut": False,
        "said": "",
        "how": "now",
    }


# What is said


async def _take(message: Message, _input: Any, manager: DialogManager) -> None:
    """One more piece: files add up, a text or poll takes the place of the one before."""
    draft, piece = manager.dialog_data, piece_of(message)
    cut = was_cut(message.text or "")
    try:
        _put(draft, piece, cut=cut)
    except Refusal as refusal:
        if not piece.media or not piece.text:
            raise
        # The file is good, whatever is wrong with the words under it.
        _put(draft, Piece(media=piece.media), cut=False)
        words = note(say_of(manager), refusal.key, **refusal.names)
        await tools_of(manager).chat.send(message.chat.id, words)
    await manager.switch_to(NoticeForm.confirm)


def _put(draft: dict[str, Any], piece: Piece, *, cut: bool) -> None:
    """Put a piece into the draft, and note what became of it; `cut`: Telegram cut its text off.

    Raises Refusal for what cannot be sent.
    """
    old, language = _content(draft), draft["language"]
    glue = "" if draft["cut"] else PARAGRAPH if draft["adding"] else None
    new = with_piece(old, piece, language, glue)
    notice_screens.check(new.body(language))
    said = ""
    if piece.text and old and language in old.bodies:
        said = "replaced" if glue is None else "continued" if draft["cut"] else ""
    elif piece.poll and old and old.poll:
        said = "new_poll"
    adding = draft["adding"] and not piece.text
    draft.pop("rewritten", None)
    draft.update(message=new.to_json(), said=said, cut=cut, adding=adding)


def _content(draft: dict[str, Any]) -> Content | None:
    return Content.from_json(draft["message"]) if draft["message"] else None


def _written(draft: dict[str, Any]) -> Content:
    """The message, where there must be one."""
    content = _content(draft)
    if content is None:
        raise Refusal("notice.empty")
    return content


async def _asked(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    draft = dialog_manager.dialog_data
    return {"adding": draft["adding"], "may_keep": draft["adding"] or "rewritten" in draft}


async def _add(_press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    manager.dialog_data["adding"] = True
    await manager.switch_to(NoticeForm.message)


async def _rewrite(_press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    draft = manager.dialog_data
    draft.update(rewritten=draft["message"], message=None, adding=False, cut=False)
    await manager.switch_to(NoticeForm.message)


async def _keep(_press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    """Back from adding or rewriting, with everything as it was."""
    draft = manager.dialog_data
    draft["adding"] = False
    draft["message"] = draft.pop("rewritten", draft["message"])
    await manager.switch_to(NoticeForm.confirm)


# The look before


async def _draft(dialog_manager: DialogManager, say: Say, tools: Tools, **_: Any) -> dict[str, Any]:
    draft, person = dialog_manager.dialog_data, person_of(dialog_manager)
    _take_course(draft)
    said = draft.pop("said", "")  # of the last message; said once
    reader = await _reader(draft, person, tools)
    return {
        **screens.confirmation(say, _written(draft), *reader),
        **await told(draft, say, tools),
        "said": say.label(f"compose.{said}") if said else "",
        "now": draft["how"] == "now",
        "joining": draft["how"] == "joining",
        **rhythm_names(draft, tools, say),
        "urgent": draft["urgent"],
        "once": draft["once"],
    }


def _take_course(draft: dict[str, Any]) -> None:
    """Only who is in a course has joined it: its name goes to the rhythm, and a rhythm after
    joining goes with it."""
    draft["course"] = audience_of(draft).course_id
    if draft["how"] == "joining" and not draft["course"]:
        draft["how"] = "now"


async def _reader(draft: dict[str, Any], person: Person, tools: Tools) -> tuple[str, str]:
    """As whom the sender reads it: name and community. A group has no name."""
    place = await tools.database.read(node_queries.by_id, draft["node"])
    if audience_of(draft).groups:
        return "", place.name
    return person.name, person.node_name or place.name


async def _preview(press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    """The very screens that will be sent; the form's window moves below them."""
    tools, draft, own = tools_of(manager), manager.dialog_data, say_of(manager)
    content, reader = _written(draft), await _reader(draft, person_of(manager), tools)
    says = [own, *(tools.texts.in_(each) for each in screens.other_languages(own, content))]
    try:
        for screen in screens.previews(says, content, *reader):
            await tools.chat.send(press.from_user.id, screen)
    except NotShown:
        raise Refusal("compose.not_shown") from None
    manager.show_mode = ShowMode.DELETE_AND_SEND


async def _send(press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    tools, new = tools_of(manager), _filled_in(manager.dialog_data)
    await tools.database.read(audience_queries.require_somebody, new.audience)
    broadcast_id = await tools.database.write(send_notice, person_of(manager).id, new, tools.now())
    await open_card(press, manager, broadcast_id)


def _filled_in(draft: dict[str, Any]) -> NewNotice:
    return NewNotice(
        draft_key=draft["key"],
        audience=audience_of(draft),
        message=_written(draft),
        urgent=draft["urgent"],
        at_most_once=draft["once"],
    )


# When


async def _confirm(manager: DialogManager) -> None:
    await manager.switch_to(NoticeForm.confirm)


async def _tomorrow(_press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    draft, tools = manager.dialog_data, tools_of(manager)
    zone = zone_of(draft, tools)
    day = day_of(tools.now(), zone) + timedelta(days=1)
    draft |= {"how": "later", "once_at": instant_of(day, MORNING, zone).isoformat()}


async def _schedule(press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    tools, draft, say = tools_of(manager), manager.dialog_data, say_of(manager)
    now, new = tools.now(), _filled_in(draft)
    first_at = coming_slots(draft, now, tools)[0]
    timetable = Timetable(read_rhythm(draft, now, tools), first_at)
    await tools.database.write(schedule_notice, person_of(manager).id, new, timetable, now)
    names = {**await told(draft, say, tools), **rhythm_names(draft, tools, say)}
    await finish(press, manager, screens.scheduled(say, names["whom"], names["when"]))


# Options


async def _options(dialog_manager: DialogManager, say: Say, **_: Any) -> dict[str, Any]:
    draft = dialog_manager.dialog_data
    content, other = _written(draft), _other_language(draft)
    return {
        "language": say.label(f"audience.{other}"),
        "other": screens.as_written(content.bodies.get(other, "")),
        "link": screens.link(say, content.link) if content.link else "",
        "urgent": draft["urgent"],
        "once": draft["once"],
    }


def _other_language(draft: dict[str, Any]) -> str:
    return next(language for language in LANGUAGES if language != draft["language"])


async def _toggle(_press: CallbackQuery, button: Any, manager: DialogManager) -> None:
    name = button.widget_id.removeprefix("not_")
    manager.dialog_data[name] = not button.widget_id.startswith("not_")


async def _write_other(message: Message, _input: Any, manager: DialogManager) -> None:
    draft = manager.dialog_data
    notice_screens.check(message.html_text)
    new = with_piece(_written(draft), Piece(message.html_text), _other_language(draft))
    draft["message"] = new.to_json()
    await manager.switch_to(NoticeForm.options)


async def _drop_other(_press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    draft = manager.dialog_data
    draft["message"] = without_body(_written(draft), _other_language(draft)).to_json()


async def _write_link(message: Message, _input: Any, manager: DialogManager) -> None:
    """The last word is the address, what stands before it the label."""
    draft = manager.dialog_data
    *label, address = (message.text or "").split()
    link = Link(" ".join(label) or say_of(manager).label("compose.open"), address)
    draft["message"] = replace(_written(draft), link=link).to_json()
    await manager.switch_to(NoticeForm.options)


async def _drop_link(_press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    draft = manager.dialog_data
    draft["message"] = replace(_written(draft), link=None).to_json()


def _takes() -> MessageInput:
    return MessageInput(_take, filter=When(lambda message: not is_command(message)))


form = Dialog(
    Window(
        Words("compose.ask"),
        _takes(),
        ending(Button(Label("button.back"), "keep", on_click=_keep, when=F["may_keep"])),
        state=NoticeForm.message,
        getter=_asked,
    ),
    Window(
        Words("compose.confirm"),
        # Two buttons, so that what happens is what the screen says.
        Button(Label("compose.send"), "send", on_click=_send, when=F["now"]),
        Button(Label("compose.schedule"), "schedule", on_click=_schedule, when=~F["now"]),
        Row(
            Button(Label("compose.preview"), "preview", on_click=_preview),
            SwitchTo(Label("compose.audience"), "audience", NoticeForm.audience),
        ),
        Row(
            Button(Label("compose.add"), "add", on_click=_add),
            Button(Label("compose.rewrite"), "rewrite", on_click=_rewrite),
        ),
        Row(
            Button(Label("compose.tomorrow"), "tomorrow", on_click=_tomorrow, when=F["now"]),
            rhythm_buttons(NoticeForm),
        ),
        SwitchTo(Label("compose.options"), "options", NoticeForm.options),
        _takes(),
        ending(),
        state=NoticeForm.confirm,
        getter=_draft,
    ),
    *audience_windows(NoticeForm, NoticeForm.confirm),
    *rhythm_windows(NoticeForm, _confirm),
    Window(
        Words("compose.options_text"),
        Row(
            SwitchTo(Label("compose.write_other"), "write_other", NoticeForm.other),
            Button(
                Label("compose.drop_other"), "drop_other", on_click=_drop_other, when=F["other"]
            ),
        ),
        SwitchTo(Label("compose.add_link"), "add_link", NoticeForm.link, when=~F["link"]),
        Button(Label("compose.drop_link"), "drop_link", on_click=_drop_link, when=F["link"]),
        Row(
            Button(Label("compose.urgent"), "urgent", on_click=_toggle, when=~F["urgent"]),
            Button(Label("compose.not_urgent"), "not_urgent", on_click=_toggle, when=F["urgent"]),
            Button(Label("compose.once"), "once", on_click=_toggle, when=~F["once"]),
            Button(Label("compose.not_once"), "not_once", on_click=_toggle, when=F["once"]),
        ),
        anything_else("compose.buttons_only"),
        ending(back_to(NoticeForm.confirm)),
        state=NoticeForm.options,
        getter=_options,
    ),
    Window(
        Words("compose.other"),
        text_input(_write_other),
        anything_else("compose.only_text"),
        ending(back_to(NoticeForm.options)),
        state=NoticeForm.other,
        getter=_options,
    ),
    Window(
        Words("compose.link_ask"),
        text_input(_write_link),
        anything_else("compose.only_text"),
        ending(back_to(NoticeForm.options)),
        state=NoticeForm.link,
    ),
    on_start=take_draft,
    name="form_notice",
)
