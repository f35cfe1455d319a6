"""How forms put their windows before people: a window that does not get through is no reason to
forget what was written into it."""

import logging

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import CallbackQuery
from aiogram_dialog.api.entities import NewMessage, OldMessage
from aiogram_dialog.api.protocols import MessageNotModified
from aiogram_dialog.manager.message_manager import MessageManager

logger = logging.getLogger(__name__)


class FormMessages(MessageManager):
    """aiogram-dialog saves a step only after its window was shown; here it is saved anyway."""

    async def show_message(
        self, bot: Bot, new_message: NewMessage, old_message: OldMessage | None
    ) -> OldMessage:
        """Raises MessageNotModified, which the library takes for "nothing new to remember"."""
        try:
            return await super().show_message(bot, new_message, old_message)
        except TelegramAPIError as error:
            logger.warning("a form's window was not shown: %s", error)
            raise MessageNotModified("not shown") from error

    async def answer_callback(self, bot: Bot, callback_query: CallbackQuery) -> None:
        try:
            await super().answer_callback(bot, callback_query)
        except TelegramAPIError as error:
            logger.info("a press in a form was not answered: %s", error)
