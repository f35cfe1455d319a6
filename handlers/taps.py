"""A tap too many. Whoever taps twice hits, the second time, the button that took the place of the
first: one that undoes what the first did, or the "yes" of the question that it asked. Nobody meant
it, so the second of two taps does nothing, and a button that came under the finger less than a
moment ago only leads on. Whoever knows a form answers it faster than that: an answer, which can be
changed on the review, counts as soon as it can be no second tap."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aiogram.types import CallbackQuery, Message

# Double taps come up to half a second apart; nobody sees what became of a press, thinks again and
# presses once more in less than a second.
MOMENT = timedelta(seconds=1)
# From tap to tap of a double tap, and from a new screen to a finger that was aimed at it.
DOUBLE, GLANCE = timedelta(seconds=0.6), timedelta(seconds=0.4)
MOST = 20_000  # some twenty megabytes

Place = tuple[int, int, str]  # row, column, and what the button there carries


class TooSoon(Exception):
    """What a press would change stays as it is: nobody can have chosen that button."""


@dataclass(frozen=True, slots=True)
class Tap:
    """A press: when it came and was answered, on which message, and what stood there before."""

    came_at: datetime
    answered_at: datetime
    message_id: int
    data: str
    seen: frozenset[Place]

    def is_recent(self, came_at: datetime) -> bool:
        """Whether another press came before a moment had passed since this was answered. If the
        clock was set back meanwhile, it did not."""
        return self.came_at <= came_at < self.answered_at + MOMENT

    def is_doubled(self, came_at: datetime) -> bool:
        """Whether another press came so soon that it may be the second tap of this one."""
        until = max(self.came_at + DOUBLE, self.answered_at + GLANCE)
        return self.came_at <= came_at < until


class Taps:
    """Remembers the last press of each person."""

    def __init__(self) -> None:
        self._last: dict[int, Tap] = {}

    def keep(self, press: CallbackQuery, came_at: datetime, answered_at: datetime) -> None:
        """It came and was answered. What stood there when a press came too soon has still not been
        there for long."""
        if len(self._last) >= MOST:
            self._last.clear()
        if not press.id or not isinstance(press.message, Message):  # see leaving.py; too old
            return
        if press.message.chat.type != "private":  # its messages have numbers of their own
            return
        before = self._before(press, came_at)
        soon = before is not None and self.is_too_soon(press, came_at)
        self._last[press.from_user.id] = Tap(
            came_at,
            max(came_at, answered_at),
            press.message.message_id,
            press.data or "",
            before.seen if before and soon else frozenset(_places(press.message)),
        )

    def just_pressed(self, press: CallbackQuery, came_at: datetime) -> str:
        """What was pressed on this very message less than a moment ago; "" if nothing was."""
        before = self._before(press, came_at)
        here = press.message.message_id if press.message else None
        return before.data if before and before.message_id == here else ""

    def is_too_soon(self, press: CallbackQuery, came_at: datetime) -> bool:
        """Whether the button came to where it is by a press of a moment ago. What was pressed
        itself did not: it is pressed twice, which is once."""
        before, message = self._before(press, came_at), press.message
        if before is None or not isinstance(message, Message) or press.data == before.data:
            return False
        if message.chat.type != "private":
            return False
        if message.message_id != before.message_id:
            # Telegram tells whole seconds, by a clock of its own.
            sent_since = before.came_at - MOMENT <= message.date
            return sent_since and message.message_id > before.message_id
        here = {each for each in _places(message) if each[2] == press.data}
        if not here:  # it stands there no more: seen by whoever looks at what was there before
            return press.data not in {data for *_, data in before.seen}
        return here.isdisjoint(before.seen)

    def is_doubled(self, press: CallbackQuery, came_at: datetime) -> bool:
        """Whether a press that is too soon may be the second tap of the one before."""
        before = self._before(press, came_at)
        return before is not None and before.is_doubled(came_at)

    def _before(self, press: CallbackQuery, came_at: datetime) -> Tap | None:
        tap = self._last.get(press.from_user.id)
        return tap if press.id and tap is not None and tap.is_recent(came_at) else None


def _places(message: Message) -> set[Place]:
    rows = message.reply_markup.inline_keyboard if message.reply_markup else []
    return {
        (row, column, button.callback_data or "")
        for row, buttons in enumerate(rows)
        for column, button in enumerate(buttons)
    }
