"""When shall it be sent? The windows for a rhythm, which every form that schedules something has.

A form declares the states that `RhythmStates` names; its draft is `Timed`. The limits of what comes
again and again, which nobody has to set, stand in rhythm_limits.py.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Protocol

from aiogram import F
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.kbd import Button, Group, Multiselect, Row

from content.screens import schedules as screens
from content.texts import Say
from handlers.forms.rhythm_limits import LimitStates, limit_windows, to_window
from handlers.forms.timing import Timing
from handlers.forms.widgets import (
    Getter,
    ItemLabel,
    Label,
    OnChoice,
    Ticked,
    Words,
    anything_else,
    back_to,
    choice_input,
    choices,
    ending,
    say_of,
    text_input,
    tools_of,
)
from handlers.forms.windows import (
    AskedDay,
    Numbers,
    asking,
    day_window,
    first_page,
    number_window,
    tell_half,
    time_window,
)
from storage.model.naming import named
from storage.model.refusal import Refusal
from storage.model.rhythm import LAST, WEEKDAYS
from storage.model.rhythm_draft import (
    AFTER,
    MONTH_DAYS,
    QUESTIONS,
    Asked,
    How,
    RhythmDraft,
    Timed,
    read_month_day,
)
from storage.model.typed.moving import read_moving
from storage.model.typed.weekdays import read_weekdays

HOW = (
    (How.NOW, How.LATER),
    (How.DAILY, How.WEEKLY),
    (How.MONTHLY, How.NTH),
    (How.YEARLY, How.JOINING),
)
NTHS = (1, 2, 3, 4, LAST)

OnDone = Callable[[DialogManager], Awaitable[None]]
OnWords = Callable[[DialogManager, str], Awaitable[None]]


class RhythmStates(LimitStates, Protocol):
    """The states that a form gives to these windows."""

    how: State
    day: State
    days: State
    month_day: State
    nth: State
    weekday: State
    after: State
    time: State


def rhythm_buttons(kind: type[Timed], states: RhythmStates) -> Row:
    """For the window in which a form is confirmed: another time, and what else may be chosen."""

    async def change(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
        timing = Timing(kind)
        timing.keep(manager, timing.of(manager).as_before())
        await manager.switch_to(states.how)

    return Row(
        Button(Label("schedule.change"), "change", on_click=change),
        to_window("schedule.more", "more", states.more, when=F["recurs"]),
    )


def rhythm_input(kind: type[Timed], states: RhythmStates, done: OnDone) -> OnWords:
    """For the window in which a form is confirmed: takes a text that is plainly a time. Raises
    ValueError for any other, and Refusal for a time that cannot be."""
    return _Questions(Timing(kind), states, done, done).typed


def rhythm_windows(
    kind: type[Timed], states: RhythmStates, done: OnDone, before: OnDone | None = None
) -> tuple[Window, ...]:
    """The windows; a form opens the first at `states.how`, and `done` goes on to its next one.

    `before` goes back to what the form asks before the first rhythm; without it there is always
    one, as the draft begins with it.
    """
    questions = _Questions(Timing(kind), states, done, before or done)
    return (
        questions.how(),
        questions.day(),
        questions.days(),
        questions.month_day(),
        questions.nth(),
        questions.weekday(),
        questions.after(),
        time_window("push.which_time", states.time, questions.on_time, questions.back()),
        *limit_windows(questions.timing, states, done),
    )


@dataclass(frozen=True, slots=True)
class _Questions:
    """The windows of one form, and where each of them leads."""

    timing: Timing
    states: RhythmStates
    done: OnDone
    before: OnDone

    # From one question to the next

    async def take(self, manager: DialogManager, when: RhythmDraft) -> None:
        """Keep an answer, and ask what is missing still."""
        self.timing.keep(manager, when)
        if when.asked is None:
            await self.done(manager)
        else:
            await manager.switch_to(self._states()[when.asked.missing()[0]])

    async def typed(self, manager: DialogManager, text: str) -> None:
        """Take a text for when it shall be sent. Raises ValueError for what is no time."""
        tools = tools_of(manager)
        draft = self.timing.of(manager).typed(text, tools.now(), tools.holidays)
        choice = draft.asked or draft.chosen
        await self.take(manager, draft)
        tell_half(manager, text, choice.at if choice else None)

    def _states(self) -> Mapping[Asked, State]:
        states = self.states
        return {
            Asked.DAY: states.day,
            Asked.DAYS: states.days,
            Asked.MONTH_DAY: states.month_day,
            Asked.NTH: states.nth,
            Asked.WEEKDAY: states.weekday,
            Asked.AFTER: states.after,
            Asked.AT: states.time,
        }

    def back(self) -> Button:
        """To the question before; from the first one, to the ways."""

        async def pressed(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
            asked = [self._states()[each] for each in QUESTIONS[self._asked(manager)]]
            state = manager.current_context().state
            here = asked.index(state) if state in asked else 0
            await manager.switch_to(asked[here - 1] if here else self.states.how)

        return Button(Label("button.back"), "back", on_click=pressed)

    def _asked(self, manager: DialogManager) -> How:
        return self.timing.of(manager).required().how

    # The questions

    def how(self) -> Window:
        async def chosen(_press: CallbackQuery, button: Button, manager: DialogManager) -> None:
            first_page(manager)
            await self.take(manager, self.timing.of(manager).asking(How(button.widget_id or "")))

        async def written(message: Message, _input: object, manager: DialogManager) -> None:
            try:
                await self.typed(manager, message.text or "")
            except ValueError:
                await self._way(manager, message.text or "")

        async def kept(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
            when = self.timing.of(manager).as_before()
            self.timing.keep(manager, when)
            await (self.done if when.chosen else self.before)(manager)

        def one(how: How) -> Button:
            when = F["may_join"] if how is How.JOINING else None
            return Button(Label(f"schedule.{how}"), how, on_click=chosen, when=when)

        return Window(
            Words("schedule.how"),
            *(Row(*map(one, ways)) for ways in HOW),
            text_input(written),
            anything_else("button.choose"),
            ending(Button(Label("button.back"), "back", on_click=kept)),
            state=self.states.how,
            getter=self._may_join,
        )

    async def _way(self, manager: DialogManager, text: str) -> None:
        """Begin the way whose button says `text`. Raises Refusal for none."""
        say = say_of(manager)
        found = named([(how, say.label(f"schedule.{how}")) for how in How], text)
        if len(found) != 1:
            raise Refusal("schedule.not_understood")
        first_page(manager)
        await self.take(manager, self.timing.of(manager).asking(How(found[0][0])))

    async def _may_join(self, dialog_manager: DialogManager, **_: object) -> dict[str, object]:
        return {"may_join": bool(self.timing.of(dialog_manager).course_id)}

    def day(self) -> Window:
        async def on_day(manager: DialogManager, day: date) -> None:
            when = self.timing.of(manager)
            await self.take(manager, when.with_day(day, tools_of(manager).now()))

        asked = AskedDay(self.timing.clock, self.on_time, on_name=self._on_festival)
        back = [self.back()]
        return day_window("day.which", self.states.day, on_day, asked=asked, back=back)

    async def _on_festival(self, manager: DialogManager, text: str) -> bool:
        """What is sent every year follows a festival that is on another day each year."""
        when = self.timing.of(manager)
        named = read_moving(text) if when.required().how is How.YEARLY else None
        if named is None:
            return False
        when = when.with_festival(named.name, named.away)
        if named.at is not None and when.asked is not None:
            when = when.with_time(named.at, tools_of(manager).now())
        await self.take(manager, when)
        tell_half(manager, text, named.at)
        return True

    def days(self) -> Window:
        async def chosen(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
            found = manager.find("weekdays").get_checked()  # type: ignore[union-attr]
            await self.take(manager, self.timing.of(manager).with_weekdays(frozenset(found)))

        async def written(message: Message, _input: object, manager: DialogManager) -> None:
            try:
                days = read_weekdays(message.text or "")
            except ValueError:
                raise Refusal("schedule.days_not_understood") from None
            found = frozenset(WEEKDAYS[day] for day in days)
            await self.take(manager, self.timing.of(manager).with_weekdays(found))

        select: Multiselect[str] = Multiselect(
            Ticked(), ItemLabel(), "weekdays", lambda item: item[0], "choices"
        )
        return Window(
            Words("schedule.which_days"),
            Group(select, width=4),
            Button(Label("schedule.days_chosen"), "chosen", on_click=chosen),
            text_input(written),
            anything_else("button.choose"),
            ending(back_to(self.states.how)),
            state=self.states.days,
            getter=_weekdays,
        )

    def month_day(self) -> Window:
        async def chosen(manager: DialogManager, number: int) -> None:
            await self.take(manager, self.timing.of(manager).with_month_day(number))

        async def pressed(manager: DialogManager, number: str) -> None:
            await chosen(manager, int(number))

        async def written(message: Message, _input: object, manager: DialogManager) -> None:
            await chosen(manager, read_month_day(message.text or ""))

        words, state, back = "schedule.which_month_day", self.states.month_day, [self.back()]
        select = choices("month_day", _month_days, pressed, 7)
        return asking(words, state, _month_days, written, select, back=back)

    def nth(self) -> Window:
        async def chosen(manager: DialogManager, number: str) -> None:
            await self.take(manager, self.timing.of(manager).with_nth(int(number)))

        return self._choosing("schedule.which_nth", self.states.nth, ("nth", 2, chosen), _nths)

    def weekday(self) -> Window:
        async def chosen(manager: DialogManager, day: str) -> None:
            await self.take(manager, self.timing.of(manager).with_weekday(day))

        async def given(dialog_manager: DialogManager, say: Say, **_: object) -> dict[str, object]:
            nth = self.timing.of(dialog_manager).required().nth
            return {**await _weekdays(say), "nth": screens.nth(say, nth) if nth else ""}

        select = ("weekday", 4, chosen)
        return self._choosing("schedule.which_weekday", self.states.weekday, select, given)

    def after(self) -> Window:
        async def chosen(manager: DialogManager, days: int) -> None:
            await self.take(manager, self.timing.of(manager).with_after(days))

        numbers, back = Numbers(AFTER, (0, 1, 2, 3, 5, 7, 14, 30)), [self.back()]
        words, state = "schedule.which_after", self.states.after
        return number_window(words, state, numbers, chosen, back=back)

    async def on_time(self, manager: DialogManager, at: time) -> None:
        when = self.timing.of(manager)
        await self.take(manager, when.with_time(at, tools_of(manager).now()))

    def _choosing(
        self, words: str, state: State, select: tuple[str, int, OnChoice], getter: Getter
    ) -> Window:
        """A window with nothing but choices: their name, how many in a row, and who takes one."""
        name, width, on_choice = select
        return Window(
            Words(words),
            choices(name, getter, on_choice, width),
            choice_input(getter, on_choice),
            anything_else("button.choose"),
            ending(self.back()),
            state=state,
            getter=getter,
        )


async def _weekdays(say: Say, **_: object) -> dict[str, object]:
    return {"choices": [(day, say.label(f"day.{day}")) for day in WEEKDAYS]}


async def _month_days(**_: object) -> dict[str, object]:
    return {"choices": [(str(day), str(day)) for day in MONTH_DAYS]}


async def _nths(say: Say, **_: object) -> dict[str, object]:
    return {"choices": [(str(number), screens.nth(say, number)) for number in NTHS]}
