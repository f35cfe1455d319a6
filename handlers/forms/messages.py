"""How forms put their windows before people: as screens, like everything else that is said.

A window that does not get through is no reason to forget what was written into it: aiogram-dialog
saves a step only after its window was shown; here it is saved anyway.
"""

import logging
from typing import Any

from aiogram import Bot, Router
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, MaybeInaccessibleMessageUnion
from aiogram_dialog import ChatEvent, DialogManager, ShowMode
from aiogram_dialog.api.entities import NewMessage, OldMessage
from aiogram_dialog.api.internal import DialogManagerFactory
from aiogram_dialog.api.protocols import (
    DialogRegistryProtocol,
    MessageManagerProtocol,
    MessageNotModified,
)
from aiogram_dialog.context.media_storage import MediaIdStorage
from aiogram_dialog.manager.manager import ManagerImpl

from content.screen import Button, NobodyThere, NotShown, Rows, Screen
from content.screens.kit import note
from content.texts import Say
from handlers.answering import redraw
from handlers.tools import Tools

logger = logging.getLogger(__name__)


class FormManagers(DialogManagerFactory):
    """Makes the library's managers, whose windows go through the `chat` of the handlers' tools."""

    def __init__(self) -> None:
        self._media = MediaIdStorage()  # type: ignore[no-untyped-call]

    def __call__(
        self,
        event: ChatEvent,
        data: dict[str, Any],
        registry: DialogRegistryProtocol,
        router: Router,
    ) -> DialogManager:
        pressed = event.message if isinstance(event, CallbackQuery) else None
        messages = FormMessages(data["tools"], data.get("say"), pressed)
        return _Manager(event, messages, self._media, registry, router, data, None)


class _Manager(ManagerImpl):
    """The library's, which ends no form by a tap too many."""

    async def mark_closed(self) -> None:
        """Raises TooSoon."""
        tools: Tools = self.middleware_data["tools"]
        tools.may_change()
        await super().mark_closed()


class FormMessages(MessageManagerProtocol):
    """Windows are texts with buttons, in chats with one person. `say` is their voice, where it is
    known who they are; `pressed` the message whose button they pressed, if they did."""

    def __init__(
        self, tools: Tools, say: Say | None, pressed: MaybeInaccessibleMessageUnion | None
    ) -> None:
        self._chat = tools.chat
        self._drawn = tools.drawn
        self._say = say
        self._pressed = pressed
        self.comes_later = False  # what the press is answered with says so

    async def show_message(
        self, bot: Bot, new_message: NewMessage, old_message: OldMessage | None
    ) -> OldMessage:
        """Raises MessageNotModified, which the library takes for "nothing new to remember"."""
        screen = Screen(new_message.text or "", _rows(new_message.reply_markup))
        try:
            shown = await self._show(
                new_message.chat.id, screen, new_message.show_mode, old_message
            )
        except NotShown as error:
            await self._told(new_message.chat.id, error)
            raise MessageNotModified("not shown") from error
        if shown is None:
            self.comes_later = True
            raise MessageNotModified("not shown yet")
        return OldMessage(new_message.chat, shown, None, None, new_message.text)

    async def _told(self, chat_id: int, error: NotShown) -> None:
        """Telegram will never take a window: say that something went wrong, if they are there."""
        if isinstance(error, NobodyThere):
            return
        logger.warning("a form's window was not shown: %s", error)
        if self._say is not None:
            await self._chat.send(chat_id, note(self._say, "refused.broken"))

    async def _show(
        self, chat_id: int, screen: Screen, mode: ShowMode, old: OldMessage | None
    ) -> int | None:
        """Put a window before the person; returns the id of its message, None if it is owed: then
        the one before keeps its buttons."""
        if old is not None and mode is ShowMode.EDIT:
            pressed = self._pressed
            if pressed is not None and pressed.message_id == old.message_id:
                return await redraw(pressed, screen, self._chat, self._drawn)
            return await self._chat.edit(chat_id, old.message_id, screen)
        shown = await self._chat.send(chat_id, screen)
        self._drawn.keep(chat_id, shown, screen)
        if shown is None or old is None:
            return shown
        if mode is ShowMode.DELETE_AND_SEND:
            await self._chat.delete(chat_id, old.message_id)
        else:
            await self._chat.strip(chat_id, old.message_id)
        return shown

    async def remove_kbd(
        self, bot: Bot, show_mode: ShowMode, old_message: OldMessage | None
    ) -> None:
        if old_message is not None:
            await self._chat.strip(old_message.chat.id, old_message.message_id)

    async def answer_callback(self, bot: Bot, callback_query: CallbackQuery) -> None:
        """Answer a press; where its window or receipt is owed, say that it comes."""
        text = self._say.label("refused.later") if self._say and self.comes_later else ""
        await self._chat.toast(callback_query.id, text)


def _rows(markup: object) -> Rows:
    """The buttons of a window as those of a screen."""
    assert isinstance(markup, InlineKeyboardMarkup)
    return tuple(
        tuple(Button(each.text, each.callback_data or "", each.url or "") for each in row)
        for row in markup.inline_keyboard
    )
