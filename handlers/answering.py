"""The last two beats: put the screen before the person who asked for it."""

from aiogram.types import CallbackQuery, MaybeInaccessibleMessageUnion, Message

from content.screen import BELOW, Screen
from content.screens.kit import note
from content.splitting import plain
from content.texts import Say
from handlers.drawn import Drawn
from handlers.tools import Chat, Tools
from storage.model.refusal import Refusal

TRACE = "records:"  # what the address of a list of records begins with


async def show(
    event: Message | CallbackQuery, screen: Screen, tools: Tools, *, toast: str = ""
) -> int | None:
    """Answer a message with a new screen; after a press the message becomes the screen, unless it
    is one that stays. Returns the id of the message that shows it; None if it is owed."""
    if isinstance(event, Message):
        return await _send(event.chat.id, screen, tools)
    if stays(event):
        return await show_below(event, screen, tools, toast=toast)
    await tools.chat.toast(event.id, toast)
    if event.message is None:
        return None
    return await redraw(event.message, screen, tools.chat, tools.drawn)


async def show_below(
    press: CallbackQuery, screen: Screen, tools: Tools, *, toast: str = ""
) -> int | None:
    """After a press: leave the message as it is, and put the screen below."""
    await tools.chat.toast(press.id, toast)
    return await _send(press.from_user.id, screen, tools)


async def _send(chat_id: int, screen: Screen, tools: Tools) -> int | None:
    shown = await tools.chat.send(chat_id, screen)
    tools.drawn.keep(chat_id, shown, screen)
    return shown


async def redraw(
    message: MaybeInaccessibleMessageUnion, screen: Screen, chat: Chat, drawn: Drawn
) -> int | None:
    """Let a message that was pressed become the screen; returns the id of the one that shows it,
    None if it is owed. One that is it already is left alone: by what it was given last and, because
    others change progress cards, by what it was when it was pressed."""
    chat_id, message_id = message.chat.id, message.message_id
    if drawn.shows(chat_id, message_id, screen) and _looks_like(message, screen):
        return message_id
    drawn.forget(chat_id, message_id)
    shown = await chat.edit(chat_id, message_id, screen)
    drawn.keep(chat_id, shown, screen)
    return shown


def _looks_like(message: MaybeInaccessibleMessageUnion, screen: Screen) -> bool:
    if not isinstance(message, Message) or message.text != plain(screen.text).strip():
        return False
    markup = message.reply_markup
    there = [each.text for row in markup.inline_keyboard for each in row] if markup else []
    return there == [each.label for row in screen.rows for each in row]


def stays(press: CallbackQuery) -> bool:
    """Whether the message that was pressed is to stay as it is."""
    return (press.data or "").startswith(BELOW)


def leads_to(press: CallbackQuery, place: str) -> bool:
    """Whether the message that was pressed has a button that carries `place`: the way back that it
    came with, which the next screen keeps."""
    markup = press.message.reply_markup if isinstance(press.message, Message) else None
    rows = markup.inline_keyboard if markup else []
    carried = {(each.callback_data or "").removeprefix(BELOW) for row in rows for each in row}
    return place in carried


def way_back(press: CallbackQuery, place: str) -> str:
    """Where the back button of what a press opens leads: to the list of a figure's records, if it
    was opened there, else to `place`. A list has its own address last, what was opened has it as
    its way back."""
    markup = press.message.reply_markup if isinstance(press.message, Message) else None
    rows = markup.inline_keyboard if markup else []
    carried = [(each.callback_data or "").removeprefix(BELOW) for row in rows for each in row]
    return next((data for data in reversed(carried) if data.startswith(TRACE)), place)


async def tell(event: Message | CallbackQuery, say: Say, refusal: Refusal, tools: Tools) -> None:
    """Why something cannot be: a toast after a press (the screen stays as it is), a message after a
    message, or after a press that cannot be answered any more."""
    if isinstance(event, CallbackQuery):
        if await tools.chat.toast(event.id, say.label(refusal.key, **refusal.names)):
            return
        chat_id = event.from_user.id
    else:
        chat_id = event.chat.id
    await tools.chat.send(chat_id, note(say, refusal.key, **refusal.names))
