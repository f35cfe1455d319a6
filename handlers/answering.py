"""The last two beats: put the screen before the person who asked for it."""

from aiogram.types import CallbackQuery, Message

from content.screen import Screen
from handlers.tools import Tools


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
