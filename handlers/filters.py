"""Plain tests of updates."""

from collections.abc import Callable
from typing import Any

from aiogram.filters import Filter
from aiogram.types import ChatMemberRestricted, ChatMemberUpdated, Message, Update
from aiogram.types.chat_member_union import ChatMemberUnion


class When(Filter):
    """A plain test of the event. aiogram runs filters made of `F` in a thread, one for each."""

    def __init__(self, test: Callable[[Any], bool]) -> None:
        self._test = test

    async def __call__(self, event: Any) -> bool:
        return self._test(event)


def is_edit(data: dict[str, Any]) -> bool:
    """Whether a message was sent before, and is edited now; by the `data` of a middleware."""
    update: Update = data["event_update"]
    return update.edited_message is not None


class IsEdit(Filter):
    """The same as a filter."""

    async def __call__(self, _message: Message, event_update: Update) -> bool:
        return event_update.edited_message is not None


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
