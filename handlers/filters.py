"""Which press is meant."""

from collections.abc import Callable
from typing import Any

from aiogram.filters import Filter
from aiogram.types import CallbackQuery


class Pressed(Filter):
    """A press on a button that carries `action` and ids, each read by one of `kinds`.

    Handlers get the ids as `ids`. Data of another shape (forged, or from another version) is not
    this press; what matches nothing is answered at the end as an old button.
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
        return {"ids": read}


def row_id(text: str) -> int:
    """The id of a row. Raises ValueError for what no database has."""
    number = int(text)
    if not 0 <= number < 2**63:
        raise ValueError(text)
    return number
