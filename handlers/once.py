"""A double tap is one tap, whatever stands under the finger the second time: see taps.py."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager

from handlers.taps import TooSoon
from handlers.tools import Tools

CAME_AT = "came_at"  # among what handlers are given: when the update came


def came_at(given: Mapping[str, Any]) -> datetime:
    """When what is handled came to us: it may have waited since."""
    tools: Tools = given["tools"]
    at: datetime = given.get(CAME_AT) or tools.now()
    return at


async def once(
    press: CallbackQuery, given: dict[str, Any], answer: Callable[..., Awaitable[Any]]
) -> Any:
    """Let `answer` answer a press with what is `given`. One that came too soon leads on and answers
    what a form asks, and does nothing else. Raises TooSoon for what it would have done, and for the
    second of two taps."""
    tools, at = given["tools"], came_at(given)
    if tools.taps.is_too_soon(press, at):
        if tools.taps.is_doubled(press, at):
            raise TooSoon
        given = {**given, "tools": tools.only_looking()}
        manager: DialogManager | None = given.get("dialog_manager")
        if manager is not None:
            manager.middleware_data["tools"] = given["tools"]
    result = await answer(**given)
    tools.taps.keep(press, at, tools.now())
    return result
