"""Plain tests of updates."""

from collections.abc import Callable
from typing import Any

from aiogram.filters import Filter
from aiogram.types import ChatMemberRestricted, ChatMemberUpdated, Message
from aiogram.types.chat_member_union import ChatMemberUnion


class When(Filter):
    """A plain test of the event. aiogram runs filters made of `F` in a thread, one for each."""

    def __init__(self, test: Callable[[Any], bool]) -> None:
        self._test = test

    async def __call__(self, event: Any) -> bool:
        return self._test(event)


def is_command(message: Message) -> bool:
    """Whether a message is meant as a command."""
    return (message.text or "").startswith("/")


def is_private(event: Message | ChatMemberUpdated) -> bool:
    """Whether something happened in a chat with one person."""
    return event.chat.type == "private"


def may_write(bot: ChatMemberUnion) -> bool:
    """Whether the bot may write in the chat in which it is this member."""
    if isinstance(bot, ChatMemberRestricted):
        return bot.is_member and bot.can_send_messages
    return bot.status in ("creator", "administrator", "member")
