"""How long does it go on, and when does it not? The windows behind "more", which nobody has to
open: every few weeks, until a day, so many times, not on holidays, not on single days."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from aiogram import F
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.kbd import Button, Row

from content.texts import Say
from handlers.forms.timing import Timing, in_words
from handlers.forms.widgets import Label, Words, anything_else, back_to, choices, ending, tools_of
from handlers.forms.windows import (
    AskedDay,
    Numbers,
    asking,
    day_window,
    first_page,
    number_window,
    read_day,
)
from handlers.tools import Tools
from storage.model.period import day_of
from storage.model.rhythm_draft import EVERY, TIMES, How

SKIPS_SHOWN = 8

OnDone = Callable[[DialogManager], Awaitable[None]]


class LimitStates(Protocol):
    """The states that a form gives to these windows."""

    more: State
    every: State
    until: State
    times: State
    skips: State


def to_window(words: str, name: str, state: State, when: Any = None) -> Button:
    """A button that only leads to another window."""

    async def pressed(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
        first_page(manager)
        await manager.switch_to(state)

    return Button(Label(words), name, on_click=pressed, when=when)


def limit_windows(timing: Timing, states: LimitStates, done: OnDone) -> tuple[Window, ...]:
    """The windows; a form opens the first at `states.more`, and `done` leads back to the review."""
    limits = _Limits(timing, states, done)
    return (limits.more(), limits.every(), limits.until(), limits.times(), limits.skips())


@dataclass(frozen=True, slots=True)
class _Limits:
    timing: Timing
    states: LimitStates
    done: OnDone

    def more(self) -> Window:
        async def back(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
            await self.done(manager)

        async def holidays(_press: CallbackQuery, _b: Button, manager: DialogManager) -> None:
            when = self.timing.of(manager)
            self.timing.keep(manager, when.with_holidays(skipped=not when.skip_holidays))

        states = self.states
        return Window(
            Words("schedule.more_text"),
            Row(
                to_window("schedule.every", "every", states.every, when=F["interval"]),
                to_window("schedule.times", "times", states.times),
            ),
            to_window("schedule.until", "until", states.until),
            Button(Label("schedule.holidays"), "holidays", on_click=holidays, when=~F["festival"]),
            to_window("schedule.skips", "skips", states.skips),
            anything_else("button.choose"),
            ending(Button(Label("button.back"), "back", on_click=back)),
            state=states.more,
            getter=self._given,
        )

    async def _given(
        self, dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
    ) -> dict[str, object]:
        when = self.timing.of(dialog_manager)
        until = when.until_on
        return {
            "when": in_words(when, tools, say),
            "interval": when.has_interval,
            "festival": when.festival,
            "weekly": when.how is How.WEEKLY,
            "every": when.every,
            "until": say.label("day.long", day=until) if until else None,
            "count": when.count,
            "skip_holidays": when.skip_holidays,
            "skipped": len(when.skip_on),
        }

    def every(self) -> Window:
        async def chosen(manager: DialogManager, number: int) -> None:
            self.timing.keep(manager, self.timing.of(manager).with_every(number))
            await manager.switch_to(self.states.more)

        numbers, back = Numbers(EVERY, (1, 2, 3, 4), self._given), [back_to(self.states.more)]
        return number_window("schedule.which_every", self.states.every, numbers, chosen, back=back)

    def until(self) -> Window:
        async def chosen(manager: DialogManager, day: date | None) -> None:
            when, now = self.timing.of(manager), tools_of(manager).now()
            self.timing.keep(manager, when.with_until(day, now))
            await manager.switch_to(self.states.more)

        unlimited, back = _unlimited(chosen), [back_to(self.states.more)]
        words, asked = "schedule.which_until", AskedDay(self.timing.clock)
        return day_window(words, self.states.until, chosen, unlimited, asked=asked, back=back)

    def times(self) -> Window:
        async def chosen(manager: DialogManager, number: int | None) -> None:
            self.timing.keep(manager, self.timing.of(manager).with_count(number))
            await manager.switch_to(self.states.more)

        numbers = Numbers(TIMES, (1, 2, 3, 4, 5, 10, 20, 50))
        unlimited, back = _unlimited(chosen), [back_to(self.states.more)]
        words, state = "schedule.which_times", self.states.times
        return number_window(words, state, numbers, chosen, unlimited, back=back)

    def skips(self) -> Window:
        async def toggled(manager: DialogManager, day: date) -> None:
            when, now = self.timing.of(manager), tools_of(manager).now()
            self.timing.keep(manager, when.with_skip(day, now))

        async def chosen(manager: DialogManager, day: str) -> None:
            await toggled(manager, date.fromisoformat(day))

        async def written(message: Message, _input: object, manager: DialogManager) -> None:
            await toggled(manager, read_day(message, manager, AskedDay(self.timing.clock)))

        return asking(
            "schedule.which_skips",
            self.states.skips,
            self._skippable,
            written,
            choices("skip", self._skippable, chosen, 2),
            to_window("schedule.days_chosen", "chosen", self.states.more),
        )

    async def _skippable(
        self, dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
    ) -> dict[str, object]:
        """The days of the coming slots, each to be left out or taken back."""
        when, now = self.timing.of(dialog_manager), tools.now()
        skipped = sorted(when.skip_on)
        slots = when.without_skips().slots(now, tools.next_slots, SKIPS_SHOWN)
        labels = {
            day: say.label("day.long", day=day)
            for day in dict.fromkeys(day_of(slot, when.zone) for slot in slots)
        }
        return {
            "choices": [
                (
                    day.isoformat(),
                    say.label("schedule.skipped", day=label) if day in skipped else label,
                )
                for day, label in labels.items()
            ],
            "days": [say.label("day.long", day=day) for day in skipped],
        }


def _unlimited(chosen: Callable[[DialogManager, None], Awaitable[None]]) -> Button:
    async def pressed(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
        await chosen(manager, None)

    return Button(Label("schedule.no_limit"), "no_limit", on_click=pressed)
