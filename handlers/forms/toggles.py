"""The buttons of forms that take back, at the same place, what was just done by them: a second tap
of theirs is none. What else stands at the place of a button only leads on."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import CallbackQuery, TelegramObject

from handlers.once import came_at, once
from handlers.taps import TooSoon
from handlers.tools import Tools

_PAIRS = (
    ("anonymous", "named"),
    ("urgent", "not_urgent"),
    ("once", "not_once"),
)
_TICKS = ("weekdays", "holidays", "skip", "swap")
# By the name of a widget, the one that takes back what it did.
UNDONE_BY: Mapping[str, str] = {
    **dict(_PAIRS),
    **{second: first for first, second in _PAIRS},
    **{name: name for name in _TICKS},
}


Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Once(BaseMiddleware):
    """Lets a press of a form through, unless it only takes back what a tap before did. Raises
    TooSoon then."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        assert isinstance(event, CallbackQuery)
        tools: Tools = data["tools"]
        name, value = _widget(event.data or "")
        before = _widget(tools.taps.just_pressed(event, came_at(data)))
        if UNDONE_BY.get(before[0]) == name and before[1] == value:
            raise TooSoon
        return await once(event, data, lambda **given: handler(event, given))


def _widget(data: str) -> tuple[str, str]:
    """Which button of a form it is: its name, and its value if there are several of that name."""
    name, _, value = data.partition("\x1d")[2].partition(":")
    return name, value
