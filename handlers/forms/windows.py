"""Windows that more than one form has: where, on which day, at what time, which number."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from aiogram import F
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.kbd import Button, Row

from content.splitting import short
from content.texts import Say
from handlers.forms.saying import is_heard, remark
from handlers.forms.searching import Search
from handlers.forms.widgets import (
    Getter,
    Label,
    OnText,
    Words,
    anything_else,
    choices,
    ending,
    text_input,
    tools_of,
)
from handlers.tools import Tools
from storage.model.period import day_of
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.rhythm_draft import whole_number
from storage.model.roles import Power
from storage.model.typed.clocks import read_time
from storage.model.typed.days import is_other_half, read_date, read_when
from storage.model.typed.years import Lean
from storage.queries import nodes as node_queries
from storage.queries import schedules as schedule_queries

DAYS_SHOWN = 8
LAST_PAGE = 100
Clock = Callable[[DialogManager], ZoneInfo]


@dataclass(frozen=True, slots=True)
class AskedDay:
    """By whose `clock` it is today, and who takes a clock time that is typed behind the day, or
    (`on_text`) whatever is typed. `on_name` is given it first, and says
    whether it took it. With `lean` back, the day is one that was: today, or before."""

    clock: Clock
    on_time: Callable[[DialogManager, time], Awaitable[None]] | None = None
    lean: Lean = Lean.AHEAD
    on_text: Callable[[DialogManager, str], Awaitable[None]] | None = None
    on_name: Callable[[DialogManager, str], Awaitable[bool]] | None = None


class OnDay(NamedTuple):
    """A day, and perhaps a clock time on it."""

    day: date
    at: time | None


TIMES = (time(8, 30), time(9, 30), time(12, 30), time(14, 30), time(18, 30), time(19, 30))


async def zone_at(node_id: int, tools: Tools) -> ZoneInfo:
    """Whose clock a place goes by."""
    return await tools.database.read(schedule_queries.zone_of, node_id, tools.zone)


def place_window(
    words: str,
    state: State,
    power: Power,
    on_place: Callable[[DialogManager, int], Awaitable[None]],
    *back: Button,
) -> Window:
    """Asks for one of the places where the person has `power`, and gives its id to `on_place`.
    `back` leads to the step before, here and in the other windows."""

    async def places(person: Person, tools: Tools, **_: object) -> dict[str, object]:
        nodes = await tools.database.read(node_queries.where_may, person, power)
        return {"choices": [(str(node.id), node.name) for node in nodes]}

    async def chosen(manager: DialogManager, node_id: str) -> None:
        await on_place(manager, int(node_id))

    return Search("node", places, chosen, 2).window(Words(words), state, *back)


def day_window(
    words: str,
    state: State,
    on_day: Callable[[DialogManager, date], Awaitable[None]],
    *buttons: Any,
    asked: AskedDay,
    back: Sequence[Button] = (),
) -> Window:
    """Asks for a day: one of the coming ones (or of those that were, the latest first), a page of
    them at a time, or a typed one."""

    async def coming(**given: Any) -> dict[str, object]:
        return await _days(asked, **given)

    async def chosen(manager: DialogManager, day: str) -> None:
        await on_day(manager, date.fromisoformat(day))

    async def written(message: Message, _input: object, manager: DialogManager) -> None:
        if asked.on_text is not None:
            await asked.on_text(manager, message.text or "")
        else:
            await _take_when(message, manager, asked, on_day)

    turning = Row(
        Button(Label("button.previous"), "earlier", on_click=_turn, when=~F["first_page"]),
        Button(Label("button.next"), "later", on_click=_turn),
    )
    select = choices("day", coming, chosen, 2)
    return asking(words, state, coming, written, select, turning, *buttons, back=back)


async def _take_when(
    message: Message,
    manager: DialogManager,
    asked: AskedDay,
    on_day: Callable[[DialogManager, date], Awaitable[None]],
) -> None:
    if asked.on_name is not None and await asked.on_name(manager, message.text or ""):
        return
    when = _read_when(message, manager, asked)
    await on_day(manager, when.day)
    if when.at is not None and asked.on_time is not None:
        await asked.on_time(manager, when.at)
        tell_half(manager, message.text or "", when.at)


def read_day(message: Message, manager: DialogManager, asked: AskedDay) -> date:
    """The day that a message means, as in `day_window`. Raises Refusal."""
    calendar = tools_of(manager).calendar(asked.clock(manager))
    try:
        return read_date(message.text or "", calendar.today, asked.lean, calendar.holidays)
    except ValueError:
        was = asked.lean is Lean.BACK
        raise Refusal("ledger.bad_day" if was else "day.not_understood") from None


def _read_when(message: Message, manager: DialogManager, asked: AskedDay) -> OnDay:
    """A day, with a clock time behind it if that is asked next. Raises Refusal."""
    try:
        day = read_day(message, manager, asked)
    except Refusal as refusal:
        if asked.on_time is None or refusal.key != "day.not_understood":
            raise
    else:
        return OnDay(day, None)
    calendar = tools_of(manager).calendar(asked.clock(manager))
    try:
        when = read_when(message.text or "", calendar.today, calendar.holidays)
    except ValueError:
        raise Refusal("day.not_understood") from None
    if when.day is None:
        raise Refusal("day.not_understood")
    return OnDay(when.day, when.by_day)


def tell_half(manager: DialogManager, text: str, at: time | None) -> None:
    """Say so, where an hour that was typed without one was taken for one of the afternoon."""
    tools = tools_of(manager)
    if at is None or not is_heard(manager):
        return
    if is_other_half(text, at, tools.calendar(tools.zone)):
        remark(manager, "day.other_half", said=short(text), at=at)


def asking(
    words: str,
    state: State,
    getter: Getter,
    written: OnText,
    *buttons: Any,
    back: Sequence[Button] = (),
) -> Window:
    """A window that takes one of its buttons, or a text."""
    return Window(
        Words(words),
        *buttons,
        text_input(written),
        anything_else("button.only_text"),
        ending(*back),
        state=state,
        getter=getter,
    )


def time_window(
    words: str,
    state: State,
    on_time: Callable[[DialogManager, time], Awaitable[None]],
    *back: Button,
) -> Window:
    """Asks for a clock time: one of the usual ones, or a typed one."""

    async def chosen(manager: DialogManager, at: str) -> None:
        await on_time(manager, _read_time(at))

    async def written(message: Message, _input: object, manager: DialogManager) -> None:
        at = _read_time(message.text or "")
        await on_time(manager, at)
        tell_half(manager, message.text or "", at)

    select = choices("time", _usual_times, chosen, 3)
    return asking(words, state, _usual_times, written, select, back=back)


def _read_time(text: str) -> time:
    """Raises Refusal."""
    try:
        return read_time(text).by_day
    except ValueError:
        raise Refusal("push.bad_time") from None


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a number may be, and which are usual; `given` has what else the window's text names."""

    limits: range
    usual: Sequence[int]
    given: Getter | None = None

    async def getter(self, **data: Any) -> dict[str, object]:
        shown = await self.given(**data) if self.given else {}
        return {**shown, "choices": [(str(number), str(number)) for number in self.usual]}


def number_window(
    words: str,
    state: State,
    numbers: Numbers,
    on_number: Callable[[DialogManager, int], Awaitable[None]],
    *buttons: Button,
    back: Sequence[Button] = (),
) -> Window:
    """Asks for a whole number: one of the usual ones, or a typed one."""

    async def chosen(manager: DialogManager, number: str) -> None:
        await on_number(manager, int(number))

    async def written(message: Message, _input: object, manager: DialogManager) -> None:
        await on_number(manager, whole_number(message.text or "", numbers.limits))

    select = choices("number", numbers.getter, chosen, 4)
    return asking(words, state, numbers.getter, written, select, *buttons, back=back)


async def _days(
    asked: AskedDay, dialog_manager: DialogManager, tools: Tools, say: Say, **_: object
) -> dict[str, object]:
    page, today = _page(dialog_manager), day_of(tools.now(), asked.clock(dialog_manager))
    away = range(page * DAYS_SHOWN, (page + 1) * DAYS_SHOWN)
    days = [today + asked.lean.value * timedelta(days=n) for n in away]
    named = {today: "ledger.today", today - timedelta(days=1): "ledger.yesterday"}
    keys = named if asked.lean is Lean.BACK else {}
    return {
        "choices": [(d.isoformat(), say.label(keys.get(d, "day.long"), day=d)) for d in days],
        "first_page": page == 0,
    }


async def _usual_times(**_: object) -> dict[str, object]:
    return {"choices": time_choices(TIMES)}


def time_choices(times: Iterable[time]) -> list[tuple[str, str]]:
    """For `choices`: clock times, each read again as it stands."""
    # A value must not hold a colon: it parts the pieces of the button's data.
    return [(f"{at:%H.%M}", f"{at.hour}:{at:%M}") for at in times]


def first_page(manager: DialogManager) -> None:
    """The days are shown from today on again."""
    manager.dialog_data.pop("page", None)


async def _turn(_press: CallbackQuery, button: Button, manager: DialogManager) -> None:
    step = 1 if button.widget_id == "later" else -1
    manager.dialog_data["page"] = min(LAST_PAGE, max(0, _page(manager) + step))


def _page(manager: DialogManager) -> int:
    return int(manager.dialog_data.get("page", 0))
