"""Composing a notice: what, to whom, a look at it, and it is on its way."""

from collections.abc import Iterable
from contextlib import suppress

from aiogram import F
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, ShowMode, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Row, SwitchTo
from markupsafe import Markup

from content.screen import NotShown
from content.screens import compose as screens
from content.screens import notice as notice_screens
from content.texts import Say
from handlers.commands import command
from handlers.forms.audience import audience_windows, told
from handlers.forms.drafts import draft_of, keep
from handlers.forms.hearing import begun_with
from handlers.forms.rhythm import rhythm_buttons, rhythm_input, rhythm_windows
from handlers.forms.saying import remark, said_to
from handlers.forms.timing import in_words, rhythm_names
from handlers.forms.widgets import (
    Label,
    Words,
    back_to,
    begin,
    ending,
    finish,
    leave_out,
    person_of,
    say_of,
    tools_of,
)
from handlers.forms.windows import zone_at
from handlers.incoming import after_command, pieces_of, replied_to, said_in
from handlers.memory import forget, thing_of
from handlers.presses import press
from handlers.staff.broadcasts import open_card
from handlers.staff.notice_options import option_windows
from handlers.tools import Tools
from storage.actions.notices import schedule_notice, send_notice
from storage.model.notice import Piece
from storage.model.notice_draft import NoticeDraft, new_notice
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.said import Thing, together
from storage.model.suggestion import was_cut
from storage.queries import audience as audience_queries
from storage.queries import nodes as node_queries


class NoticeForm(StatesGroup):
    message = State()
    confirm = State()
    said = State()
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


@command("notice", "compose.command", power=Power.PUSH)
async def notice(
    message: Message, person: Person, tools: Tools, dialog_manager: DialogManager
) -> None:
    """What stands after the command is the text already."""
    draft, words = await _new(person, tools), after_command(message)
    if not words.text:
        await begin(message, dialog_manager, NoticeForm.message, draft, "staff")
        return
    thing = Thing(()).with_part(message.message_id, said_in(words))
    filled = _filled(draft, pieces_of(words, *thing.parts), words)
    if not await begin(message, dialog_manager, NoticeForm.confirm, filled, "staff"):
        return
    begun_with(dialog_manager, thing, draft, NoticeForm.message, command=True)


@press("notice", power=Power.PUSH)
async def notice_pressed(
    press: CallbackQuery, person: Person, tools: Tools, dialog_manager: DialogManager
) -> None:
    await begin(press, dialog_manager, NoticeForm.message, await _new(person, tools), "staff")


@press("notice_this", power=Power.PUSH)
async def notice_this(
    press: CallbackQuery,
    person: Person,
    tools: Tools,
    state: FSMContext,
    dialog_manager: DialogManager,
) -> None:
    """What is meant stands in the message to which the offer replied, or in its album."""
    said = replied_to(press)
    draft = await _new(person, tools)
    if said is None:
        await begin(press, dialog_manager, NoticeForm.message, draft, "staff")
        return
    thing = await thing_of(state, said)
    filled = _filled(draft, pieces_of(said, together(thing.parts)), said)
    if said.media_group_id and len(thing.messages) == 1:
        filled = filled.without_rest()
    if not await begin(press, dialog_manager, NoticeForm.confirm, filled, "staff"):
        return
    begun_with(dialog_manager, thing, draft, NoticeForm.message)
    await forget(state, thing)


async def _new(person: Person, tools: Tools) -> NoticeDraft:
    """An empty draft, for everybody at the widest of the person's places. Raises Refusal."""
    place = (await tools.database.read(node_queries.reach, person, Power.PUSH)).widest
    zone = await zone_at(place.id, tools)
    draft = new_notice(tools.new_secret(), person.language, place.id, zone)
    return draft.signed(person.place_over(Power.PUSH, place.path))


def _draft(manager: DialogManager) -> NoticeDraft:
    return draft_of(manager, NoticeDraft)


# What is said


async def _take(message: Message, _input: object, manager: DialogManager) -> None:
    """Files add up, a text or poll takes the place of the one before. What is wrong with a part of
    it, the words or a file too many, is said, and the rest is taken."""
    draft = before = _draft(manager)
    left: list[Refusal] = []
    for piece in pieces_of(message, said_to(manager)):
        draft, refused = _with_what_fits(draft, piece, cut=was_cut(message.text or ""))
        left += refused
    if draft is before:
        raise left[0]
    keep(manager, draft)
    for refusal in left:
        remark(manager, refusal.key, **refusal.names)
    if message.poll is None:
        leave_out(manager)
    await manager.switch_to(NoticeForm.confirm)


async def _said(message: Message, given: MessageInput, manager: DialogManager) -> None:
    """On the review, a text that is plainly a time may mean when it is sent: that is asked."""
    draft, text = _draft(manager), message.text or ""
    if draft.cut or not text or not _is_time(draft, text, manager):
        await _take(message, given, manager)
        return
    keep(manager, draft.unclear(message.html_text))
    await manager.switch_to(NoticeForm.said)


def _is_time(draft: NoticeDraft, text: str, manager: DialogManager) -> bool:
    try:
        tools = tools_of(manager)
        draft.when.typed(text, tools.now(), tools.holidays)
    except ValueError:
        return False
    except Refusal:  # it is one, and why it cannot be is told when it is taken
        return True
    return True


async def _unclear(dialog_manager: DialogManager, **_: object) -> dict[str, object]:
    return {"said": Markup(_draft(dialog_manager).said)}


async def _mean_time(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    await _typed_time(manager, Markup(_draft(manager).said).striptags())


async def _mean_text(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    draft = _draft(manager)
    keep(manager, draft.with_piece(Piece(draft.said), cut=False))
    await manager.switch_to(NoticeForm.confirm)


async def _swap(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    keep(manager, _draft(manager).swapped())


def _with_what_fits(
    draft: NoticeDraft, piece: Piece, *, cut: bool
) -> tuple[NoticeDraft, list[Refusal]]:
    """The draft with a piece, or with what of it is good, file or words; and what is wrong."""
    try:
        return _with(draft, piece, cut=cut), []
    except Refusal as refusal:
        wrong = [refusal]
    for half in (Piece(media=piece.media), Piece(piece.text)):
        if half not in (piece, Piece()):
            with suppress(Refusal):
                return _with(draft, half, cut=cut), wrong
    return draft, wrong


def _filled(draft: NoticeDraft, pieces: Iterable[Piece], message: Message) -> NoticeDraft:
    """The draft with all of it. Raises Refusal."""
    for piece in pieces:
        draft = _with(draft, piece, cut=was_cut(message.text or ""))
    return draft


def _with(draft: NoticeDraft, piece: Piece, *, cut: bool) -> NoticeDraft:
    """The draft with a piece. Raises Refusal for what cannot be sent."""
    new = draft.with_piece(piece, cut=cut)
    notice_screens.check(new.written().body(new.language))
    return new


async def _asked(dialog_manager: DialogManager, **_: object) -> dict[str, object]:
    draft = _draft(dialog_manager)
    return {"adding": draft.adding, "may_keep": draft.may_keep}


async def _add(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    keep(manager, _draft(manager).add())
    await manager.switch_to(NoticeForm.message)


async def _rewrite(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    keep(manager, _draft(manager).rewrite())
    await manager.switch_to(NoticeForm.message)


async def _keep(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    keep(manager, _draft(manager).as_before())
    await manager.switch_to(NoticeForm.confirm)


# The look before


async def _review(
    dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    draft = _draft(dialog_manager)
    reader = await _reader(draft, person_of(dialog_manager), tools)
    return {
        **screens.confirmation(say, draft.written(), *reader),
        **(await told(draft.key, draft.audience, say, tools)).names(),
        **rhythm_names(draft.when, tools, say),
        "said": say.label(f"compose.{draft.remark}") if draft.remark else "",
        "urgent": draft.urgent,
        "once": draft.at_most_once,
        "before": draft.before is not None,
    }


async def _reader(draft: NoticeDraft, person: Person, tools: Tools) -> tuple[str, str]:
    """As whom the sender reads it: name and community. A group has no name."""
    place = await tools.database.read(node_queries.by_id, draft.whom.node_id)
    if draft.audience.groups:
        return "", place.name
    return person.name, person.node_name or place.name


async def _preview(press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    """The very screens that will be sent; the form's window moves below them."""
    tools, draft, own = tools_of(manager), _draft(manager), say_of(manager)
    content, reader = draft.written(), await _reader(draft, person_of(manager), tools)
    says = [own, *(tools.texts.in_(each) for each in screens.other_languages(own, content))]
    previews = screens.previews(says, content, *reader)
    try:
        shown = [await tools.chat.send(press.from_user.id, each) for each in previews]
    except NotShown:
        raise Refusal("compose.not_shown") from None
    if None in shown:
        raise Refusal("compose.shown_later")
    manager.show_mode = ShowMode.DELETE_AND_SEND


async def _send(press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    tools, new = tools_of(manager), _draft(manager).complete()
    await tools.database.read(audience_queries.require_somebody, new.audience)
    broadcast_id = await tools.database.write(send_notice, person_of(manager).id, new, tools.now())
    await open_card(press, manager, broadcast_id)


async def _schedule(press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    tools, draft, say = tools_of(manager), _draft(manager), say_of(manager)
    new, timetable = draft.complete(), draft.when.complete(tools.now(), tools.next_slots)
    by, now = person_of(manager).id, tools.now()
    await tools.database.write(schedule_notice, by, new, timetable, now)
    whom = (await told(draft.key, draft.audience, say, tools)).whom
    receipt = screens.scheduled(say, whom, in_words(draft.when, tools, say))
    await finish(press, manager, receipt)


# For whom, and when


async def _on_place(manager: DialogManager, node_id: int) -> None:
    """Another place may have a clock of its own, and other staff."""
    tools, draft = tools_of(manager), _draft(manager)
    node = await tools.database.read(node_queries.by_id, node_id)
    signed = draft.signed(person_of(manager).place_over(Power.PUSH, node.path))
    keep(manager, signed.with_when(draft.when.in_zone(await zone_at(node_id, tools))))


async def _confirm(manager: DialogManager) -> None:
    await manager.switch_to(NoticeForm.confirm)


async def _tomorrow(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    draft = _draft(manager)
    keep(manager, draft.with_when(draft.when.tomorrow(tools_of(manager).now())))


_typed_time = rhythm_input(NoticeDraft, NoticeForm, _confirm)

form = Dialog(
    Window(
        Words("compose.ask"),
        MessageInput(_take),
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
            rhythm_buttons(NoticeDraft, NoticeForm),
        ),
        SwitchTo(Label("compose.options"), "options", NoticeForm.options),
        Button(Label("compose.swap"), "swap", on_click=_swap, when=F["before"]),
        MessageInput(_said),
        ending(),
        state=NoticeForm.confirm,
        getter=_review,
    ),
    Window(
        Words("compose.unclear"),
        Row(
            Button(Label("compose.mean_time"), "mean_time", on_click=_mean_time),
            Button(Label("compose.mean_text"), "mean_text", on_click=_mean_text),
        ),
        MessageInput(_said),
        ending(back_to(NoticeForm.confirm)),
        state=NoticeForm.said,
        getter=_unclear,
    ),
    *audience_windows(NoticeDraft, NoticeForm, NoticeForm.confirm, _on_place),
    *rhythm_windows(NoticeDraft, NoticeForm, _confirm),
    *option_windows(NoticeForm, NoticeForm.confirm),
    name="compose.form",
)
