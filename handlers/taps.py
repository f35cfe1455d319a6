"""A tap too many. Whoever taps twice hits, the second time, the button that took the place of the
first; if that one undoes what the first did, nobody meant it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aiogram.types import CallbackQuery, Message

# Double taps come up to half a second apart; nobody sees what became of a press, thinks again and
# presses once more in less than a second.
MOMENT = timedelta(seconds=1)
MOST = 50_000  # some ten megabytes


@dataclass(frozen=True, slots=True)
class Tap:
    """What a button carried, on which message, and when its press came."""

    message_id: int
    data: str
    at: datetime


class Taps:
    """Remembers the last press of each person by which something could be undone."""

    def __init__(self) -> None:
        self._last: dict[int, Tap] = {}

    def keep(self, press: CallbackQuery, now: datetime) -> None:
        """It was taken at `now`. A message that is too old to change keeps the button it has."""
        if len(self._last) >= MOST:
            self._last.clear()
        if isinstance(press.message, Message):
            tap = Tap(press.message.message_id, press.data or "", now)
            self._last[press.from_user.id] = tap

    def just_pressed(self, press: CallbackQuery, now: datetime) -> str:
        """What was pressed on this very message less than a moment ago; "" if nothing was."""
        tap = self._last.get(press.from_user.id)
        here = press.message.message_id if press.message else None
        if tap is None or tap.message_id != here or abs(now - tap.at) >= MOMENT:
            return ""
        return tap.data
