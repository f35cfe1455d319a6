"""The last two beats: put the screen before the person who asked for it."""

from aiogram.types import CallbackQuery, Message

from content.screen import Screen
from content.screens.kit import note
from content.texts import Say
from handlers.tools import Tools
from storage.model.refusal import Refusal


async def show(
    event: Message | CallbackQuery, screen: Screen, tools: Tools, *, toast: str = ""
) -> None:
    """Answer a message with a new screen; after a press the message becomes the screen."""
    if isinstance(event, Message):
        await tools.chat.send(event.chat.id, screen)
        return
    await tools.chat.toast(event.id, toast)
    if event.message is not None:
        await tools.chat.edit(event.message.chat.id, event.message.message_id, screen)


async def show_below(
    press: CallbackQuery, screen: Screen, tools: Tools, *, toast: str = ""
) -> None:
    """After a press: leave the message as it is, and put the screen below."""
    await tools.chat.toast(press.id, toast)
    await tools.chat.send(press.from_user.id, screen)


def leads_to(press: CallbackQuery, place: str) -> bool:
    """Whether the message that was pressed has a button that carries `place`: the way back that it
    came with, which the next screen keeps."""
    markup = press.message.reply_markup if isinstance(press.message, Message) else None
    rows = markup.inline_keyboard if markup else []
    return any(each.callback_data == place for row in rows for each in row)


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
