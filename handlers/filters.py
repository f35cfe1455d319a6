"""Which press is meant."""

from collections.abc import Callable
from typing import Any

from aiogram.filters import Filter
from aiogram.types import CallbackQuery, ChatMemberRestricted, ChatMemberUpdated, Message
from aiogram.types.chat_member_union import ChatMemberUnion


class Pressed(Filter):
    """A press on a button that carries `action` and ids, each read by one of `kinds`.

    Handlers get the ids as `ids`, if there are any. Data of another shape (forged, or from another
    version) is not this press; what matches nothing is answered at the end as an old button.
    """

    def __init__(self, action: str, *kinds: Callable[[str], Any]) -> None:
        self._action = action
        self._kinds = kinds

    async def __call__(self, query: CallbackQuery) -> bool | dict[str, Any]:
        action, *ids = (query.data or "").split(":")
        if action != self._action or len(ids) != len(self._kinds):
            return False
        try:
            read = tuple(kind(i) for kind, i in zip(self._kinds, ids, strict=True))
        except ValueError:
            return False
        return {"ids": read} if read else True


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


def row_id(text: str) -> int:
    """The id of a row. Raises ValueError for what no database has."""
    number = int(text)
    if not 0 <= number < 2**63:
        raise ValueError(text)
    return number
