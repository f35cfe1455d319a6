"""The menus of commands, for each scope and language. Staff get theirs when they use /start."""

import logging
from collections.abc import Iterable

from bot.telegram.client import Telegram, TelegramRefused, TelegramUnavailable, command_list
from content.texts import Texts
from handlers.commands import Command
from handlers.menus import menu_for
from storage.model.person import LANGUAGES

logger = logging.getLogger(__name__)


async def publish_menus(
    telegram: Telegram, commands: Iterable[Command], texts: Texts, default: str
) -> None:
    """Tell Telegram the common menu in every language, and in the `default` one for people whose
    language the bot does not speak; groups get none."""
    try:
        for language in (*LANGUAGES, ""):
            menu = menu_for(None, texts.in_(language or default), commands)
            scope = {"type": "all_private_chats"}
            body = {"commands": command_list(menu), "scope": scope, "language_code": language}
            await telegram.call("setMyCommands", body)
        await telegram.call("deleteMyCommands", {"scope": {"type": "all_group_chats"}})
    except (TelegramRefused, TelegramUnavailable) as error:
        logger.warning("the menus of commands could not be set: %s", error)
