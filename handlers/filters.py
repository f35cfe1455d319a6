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


SLASHES = ("/", "／")  # also that of a Chinese keyboard, which Telegram takes for mere text


def is_command(message: Message) -> bool:
    """Whether a message is meant as a command."""
    return (message.text or "").startswith(SLASHES)


def is_private(event: Message | ChatMemberUpdated) -> bool:
    """Whether something happened in a chat with one person."""
    return event.chat.type == "private"


def is_in(member: ChatMemberUnion) -> bool:
    """Whether somebody is in the chat in which they are this member."""
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status in ("creator", "administrator", "member")


def may_write(bot: ChatMemberUnion) -> bool:
    """Whether the bot may write in the chat in which it is this member."""
    return is_in(bot) and not (isinstance(bot, ChatMemberRestricted) and not bot.can_send_messages)
