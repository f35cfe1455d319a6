"""The parts that every form is built of, over aiogram-dialog."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, InlineKeyboardButton, KeyboardButton, Message
from aiogram_dialog import DialogManager, DialogProtocol, ShowMode
from aiogram_dialog.api.internal import RawKeyboard
from aiogram_dialog.widgets.common import WhenCondition
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Row, ScrollingGroup, Select, SwitchTo
from aiogram_dialog.widgets.text import Text

from content.screen import BELOW, Screen
from content.screens.home import again, unfinished
from content.screens.kit import kind_of, note
from content.splitting import clip, short
from content.texts import Say
from handlers.answering import stays
from handlers.dispatch import read_command
from handlers.forms.drafts import started_with
from handlers.forms.heard import albums_heard
from handlers.forms.leaving import ORIGIN, cancelled, lead_on, origin_of, show_origin
from handlers.forms.open import (
    MOST,
    OFFERED,
    SUBJECT,
    end,
    is_full,
    lift,
    make_room,
    on_top,
    only_looks,
    open_already,
    strip_window,
)
from handlers.forms.saying import HasWords, remark, said_to
from handlers.memory import remember, remembered
from handlers.tools import Tools
from storage.model.draft import Json
from storage.model.naming import named
from storage.model.person import Person
from storage.model.refusal import Refusal


class Words(Text):
    """A text of `content/`, with what the window's getter gave as its names."""

    def __init__(self, key: str, when: WhenCondition = None) -> None:
        super().__init__(when=when)
        self.key = key

    async def _render_text(self, data: dict[str, Any], manager: DialogManager) -> str:
        return say_of(manager)(self.key, **data)


class Label(Words):
    """The same for a button, where there is no HTML."""

    async def _render_text(self, data: dict[str, Any], manager: DialogManager) -> str:
        return say_of(manager).label(self.key, **data)


Choices = list[tuple[str, str]]  # values and labels
Getter = Callable[..., Awaitable[dict[str, Any]]]
OnText = Callable[[Message, MessageInput, DialogManager], Awaitable[None]]
OnChoice = Callable[[DialogManager, str], Awaitable[None]]

WAYS = ("button.back", "button.previous", "button.next")  # among what a form asks and offers
_SHOWN = 40  # UTF-16 units of a choice: a day or a number, and a title


class ItemLabel(Text):
    """The label of one of `choices`, which are (value, label) pairs: what a button has room for."""

    async def _render_text(self, data: dict[str, Any], manager: DialogManager) -> str:
        return clip(str(data["item"][1]), _SHOWN)


class Named(ItemLabel):
    """The same for choices that our own texts name: nobody would answer with it."""


class Ticked(Text):
    """The same for one that is chosen."""

    async def _render_text(self, data: dict[str, Any], manager: DialogManager) -> str:
        return f"✓ {data['item'][1]}"


class Pages(ScrollingGroup):
    """Choices in pages, turned as every other list is: the library's own pager is a row of numbers,
    which stands below numbered choices as if it were some of them."""

    async def _render_pager(self, pages: int, manager: DialogManager) -> RawKeyboard:
        here, say = min(pages - 1, await self.get_page(manager)), say_of(manager)
        turns = (("button.previous", here - 1), ("button.next", here + 1))
        row: list[InlineKeyboardButton | KeyboardButton] = [
            InlineKeyboardButton(text=say.label(key), callback_data=self._item_callback_data(to))
            for key, to in turns
            if 0 <= to < pages
        ]
        return [row] if row else []

    async def _process_item_callback(
        self, callback: CallbackQuery, data: str, dialog: DialogProtocol, manager: DialogManager
    ) -> bool:
        """The page nearest to the number that a button carries. Raises Refusal for what is no
        number, which no button of ours carries."""
        try:
            number = int(data)
        except ValueError:
            raise Refusal("home.form_over") from None
        await self.set_page(callback, max(0, number), manager)
        return True


def choices(
    name: str,
    getter: Getter,
    on_choice: OnChoice,
    width: int,
    height: int = 5,
    label: type[ItemLabel] = ItemLabel,
) -> Pages:
    """One button for each (value, label) in the `choices` of the window's `getter`, in pages if
    there are many.

    `on_choice` gets the value, which was one of those offered.
    """

    async def chosen(
        press: CallbackQuery, _select: Any, manager: DialogManager, value: str
    ) -> None:
        offered = (await getter(**manager.middleware_data))["choices"]
        if value not in {choice for choice, _ in offered}:
            raise Refusal("home.form_over")
        await on_choice(manager, value)

    select: Select[str] = Select(label(), name, lambda item: item[0], "choices", on_click=chosen)
    return Pages(select, id=f"{name}_pages", width=width, height=height)


def ending(*buttons: Button) -> Row:
    """The last row of a window: its own buttons and the way out."""
    return Row(*buttons, Button(Label("button.cancel"), "cancel", on_click=_cancel))


def looked_at() -> Row:
    """The last row of a window in which nothing is submitted, as each press is done at once: there
    is nothing to cancel, one is done with it."""
    return Row(Button(Label("button.done"), "done", on_click=_done))


def back_to(state: State) -> SwitchTo:
    """The button that leads to the step before."""
    return SwitchTo(Label("button.back"), "back", state)


async def _cancel(press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    origin = origin_of(manager)
    await _close(press, manager, cancelled(manager))
    await show_origin(origin, manager)
    await offer_unfinished(press.from_user.id, manager)


async def _done(press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    """The window becomes the screen from which it was opened. Raises Refusal if there is none any
    more."""
    origin = origin_of(manager)
    if isinstance(manager.event, Message):  # they typed it: the screen stands below that
        await end(manager, press.from_user.id)
        await show_origin(origin, manager)
    else:
        await _end_here(manager)
        await lead_on(press, origin, manager)
    await offer_unfinished(press.from_user.id, manager)


async def begin(
    event: Message | CallbackQuery,
    manager: DialogManager,
    state: State,
    draft: object = None,
    origin: str = "home",
) -> bool:
    """Open a form at `state` with what is known already: a type of the model, see `draft_of`. One
    of the same kind to which nothing was said is over; one of another kind waits, and is offered
    when this one is over. If one of the same kind, about the same thing, holds something, none is
    opened, and False is returned: whether to go on with it or to begin anew is asked. The same if
    too many are open, which is said.

    `origin` is the press that opens the screen to which "cancel" leads back.
    """
    opener = opener_of(event)
    subject = opener.partition(":")[2].partition(":")[0]
    already = await open_already(manager, state.group, subject)
    if isinstance(event, CallbackQuery):
        await tools_of(manager).chat.toast(event.id)
    if already is not None:
        await _ask_which(event, manager, already, opener)
    elif is_full(manager):
        await _say_full(manager)
    else:
        started = started_with(draft) if draft else {}
        await _open(event, manager, state, {**started, ORIGIN: origin, SUBJECT: subject})
        return True
    return False


async def _open(
    event: Message | CallbackQuery, manager: DialogManager, state: State, data: Json
) -> None:
    if isinstance(event, CallbackQuery):  # after a message the library sees to it
        await strip_window(manager, event.from_user.id, event)
        if stays(event):
            manager.show_mode = ShowMode.SEND
    make_room(manager)
    await manager.start(state, data=data)


async def _say_full(manager: DialogManager) -> None:
    """The one on top is offered: each that is given up brings the next."""
    tools, say, chat_id = tools_of(manager), say_of(manager), person_of(manager).telegram_id
    await tools.chat.send(chat_id, note(say, "home.too_many_open", count=MOST))
    await offer_unfinished(chat_id, manager)
    manager.dialog_data[OFFERED] = True


async def _ask_which(
    event: Message | CallbackQuery, manager: DialogManager, form: str, opener: str
) -> None:
    """The question replies to where the words stand with which the new one would begin."""
    await lift(manager, form)
    said = event.message if isinstance(event, CallbackQuery) else event
    if isinstance(event, CallbackQuery):
        said = said.reply_to_message if isinstance(said, Message) else None
    manager.dialog_data[OFFERED] = True
    name = manager.dialog().name  # type: ignore[attr-defined]
    screen = again(say_of(manager), name, form, opener)
    reply_to = said.message_id if said else None
    await tools_of(manager).chat.send(person_of(manager).telegram_id, screen, reply_to=reply_to)


def opener_of(event: Message | CallbackQuery) -> str:
    """The press that opens what is being opened: a command has the name of one."""
    if isinstance(event, CallbackQuery):
        return (event.data or "").removeprefix(BELOW)
    said = read_command(event.text or "")
    assert said is not None
    return said.command


async def take_draft(start_data: Any, manager: DialogManager) -> None:
    """For a form's `on_start`: what it was begun with becomes its own data, kept once."""
    manager.dialog_data.update(start_data)
    manager.current_context().start_data = None


async def finish(press: CallbackQuery, manager: DialogManager, receipt: Screen) -> None:
    """What the form was for is done. What more comes of its albums is too late."""
    albums = albums_heard(manager.current_context())
    if albums:
        state: FSMContext = manager.middleware_data["state"]
        await remember(state, (await remembered(state)).with_submitted(albums))
    await leave(press, manager, receipt)


async def leave(press: CallbackQuery, manager: DialogManager, receipt: Screen) -> None:
    """End the form; its message becomes the receipt, which stays. Then offers the one below."""
    await _close(press, manager, receipt)
    await offer_unfinished(press.from_user.id, manager)


async def _end_here(manager: DialogManager) -> None:
    """End the form on top; its window is about to become something else."""
    await manager.mark_closed()
    manager.current_stack().last_message_id = None  # or the next form would strip the receipt
    manager.show_mode = ShowMode.NO_UPDATE


async def _close(press: CallbackQuery, manager: DialogManager, receipt: Screen) -> None:
    await _end_here(manager)
    tools = tools_of(manager)
    if press.message is not None:
        here = press.message
        shown = await tools.chat.edit(here.chat.id, here.message_id, receipt)
        manager.message_manager.comes_later = shown is None  # type: ignore[attr-defined]


async def offer_unfinished(chat_id: int, manager: DialogManager) -> None:
    """Offers to go on with the form that is open, if there is one with something to submit."""
    while only_looks(manager):
        await manager.mark_closed()
    form = on_top(manager)
    if form is not None:
        name = manager.dialog().name  # type: ignore[attr-defined]
        screen = unfinished(say_of(manager), name, form)
        await tools_of(manager).chat.send(chat_id, screen)


def text_input(on_text: OnText) -> MessageInput:
    """Takes a text, also one under a picture, which is left out then; commands do not come to
    forms."""

    async def words(message: Message, given: MessageInput, manager: DialogManager) -> None:
        said = said_to(manager)
        if message.text != said.text:
            as_text = {"text": said.text, "entities": None, "caption": None}
            message = message.model_copy(update=as_text)
        kinds = [medium.kind for medium in said.media]
        try:
            await on_text(message, given, manager)
        except Refusal:  # which says nothing of the pictures
            leave_out(manager, kinds, "hearing.left_out_too")
            raise
        leave_out(manager, kinds)

    return MessageInput(words, filter=HasWords())


def leave_out(
    manager: DialogManager, kinds: Iterable[str] = (), key: str = "hearing.left_out"
) -> None:
    """Say which kinds of what was sent are not taken: these, and those that nothing can take."""
    say, found = say_of(manager), dict.fromkeys((*kinds, *said_to(manager).left_out))
    if found:
        remark(manager, key, kinds=[kind_of(say, each) for each in found])


def choice_input(getter: Getter, on_choice: OnChoice) -> MessageInput:
    """Takes a typed text for the one of the `choices` that it names. Raises Refusal for none, or
    for several."""

    async def written(message: Message, _input: MessageInput, manager: DialogManager) -> None:
        found = named((await getter(**manager.middleware_data))["choices"], message.text or "")
        if len(found) != 1:
            raise Refusal("button.none_found", sought=short(message.text or ""))
        await on_choice(manager, found[0][0])

    return text_input(written)


def anything_else(key: str) -> MessageInput:
    """Refuses what cannot be taken here (a sticker, a voice message) with the text `key`."""

    async def refuse(message: Message, _input: MessageInput, manager: DialogManager) -> None:
        raise Refusal(key)

    return MessageInput(refuse)


def tools_of(manager: DialogManager) -> Tools:
    tools: Tools = manager.middleware_data["tools"]
    return tools


def say_of(manager: DialogManager) -> Say:
    say: Say = manager.middleware_data["say"]
    return say


def person_of(manager: DialogManager) -> Person:
    person: Person = manager.middleware_data["person"]
    return person
