"""When shall it be sent? The windows for a rhythm, which every form that schedules something has.

A form declares the states that `RhythmStates` names, and keeps what is chosen in its draft (its
`dialog_data`). The draft's `zone` says whose clock counts (`take_node` puts it there); with a
`course` in it, a rhythm after joining is offered too.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Protocol

from aiogram import F
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.kbd import Button, Group, Multiselect, Row

from content.screens import schedules as screens
from content.texts import Say
from handlers.forms.rhythm_drafts import Draft, has_interval, read_rhythm, when
from handlers.forms.widgets import (
    Getter,
    ItemLabel,
    Label,
    Ticked,
    Words,
    back_to,
    choices,
    ending,
    tools_of,
)
from handlers.forms.windows import (
    asking,
    day_window,
    number_window,
    read_day,
    time_window,
    zone_of,
)
from handlers.tools import Tools
from storage.model.local_time import instant_of
from storage.model.period import day_of
from storage.model.refusal import Refusal
from storage.model.rhythm import LAST, WEEKDAYS
from storage.model.schedule import FARTHEST

SKIPS_SHOWN = 8
HOW = (
    ("now", "later"),
    ("daily", "weekly"),
    ("monthly", "nth"),
    ("yearly", "joining"),
)
NTHS = (1, 2, 3, 4, LAST)
_CHOSEN = ("how", "day", "days", "month_day", "nth", "weekday", "after", "at", "once_at", "every")
AFTER, USUAL_AFTER = range(366), (0, 1, 2, 3, 5, 7, 14, 30)
EVERY, USUAL_EVERY = range(1, 53), (1, 2, 3, 4)
TIMES, USUAL_TIMES = range(1, 1001), (1, 2, 3, 4, 5, 10, 20, 50)

OnDone = Callable[[DialogManager], Awaitable[None]]
OnClick = Callable[[CallbackQuery, Any, DialogManager], Awaitable[None]]


class RhythmStates(Protocol):
    """The states that a form gives to these windows."""

    how: State
    day: State
    days: State
    month_day: State
    nth: State
    weekday: State
    after: State
    time: State
    more: State
    every: State
    until: State
    times: State
    skips: State


def rhythm_buttons(states: RhythmStates) -> Row:
    """For the window in which a form is confirmed: another time, and what else may be chosen."""
    return Row(
        Button(Label("schedule.change"), "change", on_click=_change(states)),
        _to("schedule.more", "more", states.more, when=F["recurs"]),
    )


def rhythm_windows(
    states: RhythmStates, done: OnDone, before: OnDone | None = None
) -> tuple[Window, ...]:
    """The windows; a form opens the first at `states.how`, and `done` goes on to its next one.

    `before` goes back to what the form asks before the first rhythm; without it there is always
    one, as the draft begins with it.
    """
    questions = _Questions(states, done, before or done)
    to_how, to_more = [back_to(states.how)], [back_to(states.more)]
    return (
        questions.how(),
        day_window("post.which_day", states.day, questions.on_day, back=to_how),
        questions.days(),
        questions.month_day(),
        questions.nth(),
        questions.weekday(),
        number_window(
            "schedule.which_after", states.after, AFTER, _afters, questions.on_after, back=to_how
        ),
        time_window("push.which_time", states.time, questions.on_time, questions.before_time()),
        questions.more(),
        number_window(
            "schedule.which_every", states.every, EVERY, _everies, questions.on_every, back=to_more
        ),
        questions.until(),
        questions.times(),
        questions.skips(),
    )


@dataclass(frozen=True, slots=True)
class _Questions:
    """The windows of one form, and where each of them leads."""

    states: RhythmStates
    done: OnDone
    before: OnDone

    def how(self) -> Window:
        async def chosen(_press: CallbackQuery, button: Any, manager: DialogManager) -> None:
            draft = manager.dialog_data
            if button.widget_id == "joining" and not draft.get("course"):
                raise Refusal("home.form_over")  # that button was not shown
            draft |= {"how": button.widget_id, "every": 1, "page": 0}  # weeks are no days
            await self._follow(manager)

        def one(name: str) -> Button:
            when = F["may_join"] if name == "joining" else None
            return Button(Label(f"schedule.{name}"), name, on_click=chosen, when=when)

        rows = (Row(*map(one, names)) for names in HOW)
        return Window(
            Words("schedule.how"),
            *rows,
            ending(Button(Label("button.back"), "back", on_click=self._keep)),
            state=self.states.how,
            getter=_may_join,
        )

    async def _keep(self, _press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
        """Back with the rhythm as it was, whatever of another was chosen."""
        draft = manager.dialog_data
        if "kept" not in draft:
            await self.before(manager)
            return
        for name in _CHOSEN:
            draft.pop(name, None)
        draft |= draft.pop("kept")
        await self.done(manager)

    async def _follow(self, manager: DialogManager) -> None:
        """To the next question for the chosen kind."""
        how = manager.dialog_data["how"]
        if how == "now":
            await self.done(manager)
        else:
            await manager.switch_to(self._following()[how])

    def _following(self) -> dict[str, State]:
        states = self.states
        return {
            "later": states.day,
            "daily": states.time,
            "weekly": states.days,
            "monthly": states.month_day,
            "nth": states.nth,
            "yearly": states.day,
            "joining": states.after,
        }

    async def on_day(self, manager: DialogManager, day: date) -> None:
        _check(day, manager, every_year=manager.dialog_data["how"] == "yearly")
        manager.dialog_data["day"] = day.isoformat()
        await manager.switch_to(self.states.time)

    def days(self) -> Window:
        async def chosen(_press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
            found = manager.find("weekdays").get_checked()  # type: ignore[union-attr]
            days = [day for day in WEEKDAYS if day in found]
            if not days:
                raise Refusal("schedule.no_day")
            await self._take(manager, days=days)

        select: Multiselect[str] = Multiselect(
            Ticked(), ItemLabel(), "weekdays", lambda item: item[0], "choices"
        )
        return Window(
            Words("schedule.which_days"),
            Group(select, width=4),
            Button(Label("schedule.days_chosen"), "chosen", on_click=chosen),
            ending(back_to(self.states.how)),
            state=self.states.days,
            getter=_weekdays,
        )

    def month_day(self) -> Window:
        async def chosen(manager: DialogManager, number: str) -> None:
            await self._take(manager, month_day=int(number))

        select = choices("month_day", _month_days, chosen, 7)
        words, back = "schedule.which_month_day", back_to(self.states.how)
        return _choosing(words, self.states.month_day, select, _month_days, back)

    def nth(self) -> Window:
        async def chosen(manager: DialogManager, number: str) -> None:
            manager.dialog_data["nth"] = int(number)
            await manager.switch_to(self.states.weekday)

        select, back = choices("nth", _nths, chosen, 2), back_to(self.states.how)
        return _choosing("schedule.which_nth", self.states.nth, select, _nths, back)

    def weekday(self) -> Window:
        async def chosen(manager: DialogManager, day: str) -> None:
            await self._take(manager, weekday=day)

        select, back = choices("weekday", _weekdays, chosen, 4), back_to(self.states.nth)
        return _choosing("schedule.which_weekday", self.states.weekday, select, _weekdays, back)

    async def on_after(self, manager: DialogManager, days: int) -> None:
        await self._take(manager, after=days)

    async def _take(self, manager: DialogManager, **chosen: object) -> None:
        manager.dialog_data.update(chosen)
        await manager.switch_to(self.states.time)

    def before_time(self) -> Button:
        """Back from the time to what was asked before it."""

        async def pressed(_press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
            states, how = self.states, manager.dialog_data["how"]
            asked = {**self._following(), "daily": states.how, "nth": states.weekday}
            await manager.switch_to(asked[how])

        return Button(Label("button.back"), "back", on_click=pressed)

    async def on_time(self, manager: DialogManager, at: time) -> None:
        tools, draft = tools_of(manager), manager.dialog_data
        draft["at"] = at.isoformat()
        if draft["how"] == "later":
            once_at = instant_of(date.fromisoformat(draft["day"]), at, zone_of(draft, tools))
            if once_at <= tools.now():
                raise Refusal("schedule.in_the_past")
            draft["once_at"] = once_at.isoformat()
        await self.done(manager)

    # Behind "more"

    def more(self) -> Window:
        states = self.states
        return Window(
            Words("schedule.more_text"),
            Row(
                _to("schedule.every", "every", states.every, when=F["interval"]),
                _to("schedule.times", "times", states.times),
            ),
            _to("schedule.until", "until", states.until),
            Button(Label("schedule.holidays"), "holidays", on_click=_toggle_holidays),
            _to("schedule.skips", "skips", states.skips),
            ending(Button(Label("button.back"), "back", on_click=self._back)),
            state=states.more,
            getter=_more,
        )

    async def _back(self, _press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
        await self.done(manager)

    async def on_every(self, manager: DialogManager, number: int) -> None:
        await self._limit(manager, "every", number)

    def until(self) -> Window:
        async def on_day(manager: DialogManager, day: date) -> None:
            _check(day, manager)
            await self._limit(manager, "until", day.isoformat())

        unlimited, back = self._unlimited("until"), [back_to(self.states.more)]
        return day_window("schedule.which_until", self.states.until, on_day, unlimited, back=back)

    def times(self) -> Window:
        async def on_number(manager: DialogManager, number: int) -> None:
            await self._limit(manager, "count", number)

        words, unlimited = "schedule.which_times", self._unlimited("count")
        back = [back_to(self.states.more)]
        return number_window(
            words, self.states.times, TIMES, _times, on_number, unlimited, back=back
        )

    def _unlimited(self, name: str) -> Button:
        async def pressed(_press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
            await self._limit(manager, name, None)

        return Button(Label("schedule.no_limit"), f"no_{name}", on_click=pressed)

    async def _limit(self, manager: DialogManager, name: str, value: object) -> None:
        manager.dialog_data[name] = value
        await manager.switch_to(self.states.more)

    def skips(self) -> Window:
        async def chosen(manager: DialogManager, day: str) -> None:
            _toggle_skip(manager.dialog_data, day)

        async def written(message: Message, _input: Any, manager: DialogManager) -> None:
            day = read_day(message, manager)
            _check(day, manager)
            _toggle_skip(manager.dialog_data, day.isoformat())

        return asking(
            "schedule.which_skips",
            self.states.skips,
            _skippable,
            written,
            choices("skip", _skippable, chosen, 2),
            _to("schedule.days_chosen", "chosen", self.states.more),
        )


def _change(states: RhythmStates) -> OnClick:
    async def pressed(_press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
        draft = manager.dialog_data
        draft["kept"] = {name: draft[name] for name in _CHOSEN if name in draft}
        await manager.switch_to(states.how)

    return pressed


def _to(words: str, name: str, state: State, when: Any = None) -> Button:
    """A button that only leads to another window."""

    async def pressed(_press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
        manager.dialog_data["page"] = 0  # of the days to choose from
        await manager.switch_to(state)

    return Button(Label(words), name, on_click=pressed, when=when)


def _choosing(words: str, state: State, select: Any, getter: Getter, back: Button) -> Window:
    """A window with nothing but choices."""
    return Window(Words(words), select, ending(back), state=state, getter=getter)


def _check(day: date, manager: DialogManager, *, every_year: bool = False) -> None:
    """Raise Refusal for a day that is over and does not come `every_year`, or so far away that it
    is a slip of the finger."""
    tools = tools_of(manager)
    today = day_of(tools.now(), zone_of(manager.dialog_data, tools))
    if day < today and not every_year:
        raise Refusal("schedule.in_the_past")
    if day > today + FARTHEST:
        raise Refusal("schedule.too_far")


async def _toggle_holidays(_press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    draft = manager.dialog_data
    draft["holidays"] = not draft.get("holidays", False)


def _toggle_skip(draft: Draft, day: str) -> None:
    draft["skip"] = sorted({day} ^ set(draft.get("skip", ())))


# What the windows show


async def _may_join(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    return {"may_join": bool(dialog_manager.dialog_data.get("course"))}


async def _weekdays(dialog_manager: DialogManager, say: Say, **_: Any) -> dict[str, Any]:
    number = dialog_manager.dialog_data.get("nth")
    return {
        "choices": [(day, say.label(f"day.{day}")) for day in WEEKDAYS],
        "nth": screens.nth(say, number) if number else "",
    }


async def _month_days(**_: Any) -> dict[str, Any]:
    return {"choices": [(str(day), str(day)) for day in range(1, 32)]}


async def _nths(say: Say, **_: Any) -> dict[str, Any]:
    return {"choices": [(str(number), screens.nth(say, number)) for number in NTHS]}


async def _afters(**_: Any) -> dict[str, Any]:
    return {"choices": [(str(n), str(n)) for n in USUAL_AFTER]}


async def _everies(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    weekly = dialog_manager.dialog_data["how"] == "weekly"
    return {"choices": [(str(n), str(n)) for n in USUAL_EVERY], "weekly": weekly}


async def _times(**_: Any) -> dict[str, Any]:
    return {"choices": [(str(n), str(n)) for n in USUAL_TIMES]}


async def _more(dialog_manager: DialogManager, say: Say, tools: Tools, **_: Any) -> dict[str, Any]:
    draft, now = dialog_manager.dialog_data, tools.now()
    until = draft.get("until")
    return {
        "when": when(draft, now, tools, say),
        "interval": has_interval(draft),
        "weekly": draft["how"] == "weekly",
        "every": draft.get("every", 1),
        "until": say.label("day.long", day=date.fromisoformat(until)) if until else None,
        "count": draft.get("count"),
        "skip_holidays": draft.get("holidays", False),
        "skipped": len(draft.get("skip", ())),
    }


async def _skippable(
    dialog_manager: DialogManager, say: Say, tools: Tools, **_: Any
) -> dict[str, Any]:
    """The days of the coming slots, each to be left out or taken back."""
    draft, zone = dialog_manager.dialog_data, zone_of(dialog_manager.dialog_data, tools)
    now, skipped = tools.now(), draft.get("skip", ())
    rhythm = read_rhythm(draft | {"skip": ()}, now, tools)
    slots = tools.next_slots(rhythm, now, zone, SKIPS_SHOWN)
    days = list(dict.fromkeys(day_of(slot, zone) for slot in slots))
    labels = {day.isoformat(): say.label("day.long", day=day) for day in days}
    left_out = [say.label("day.long", day=date.fromisoformat(day)) for day in skipped]
    return {
        "choices": [
            (day, say.label("schedule.skipped", day=label) if day in skipped else label)
            for day, label in labels.items()
        ],
        "days": left_out,
    }
