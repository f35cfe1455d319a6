"""Windows that more than one form has: where, on which day, at what time, which number."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiogram import F
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.kbd import Button, Row

from content.texts import Say
from handlers.forms.widgets import (
    Getter,
    Label,
    Words,
    anything_else,
    choices,
    ending,
    text_input,
    tools_of,
)
from handlers.tools import Tools
from storage.model.local_time import read_clock, read_date
from storage.model.node import Node
from storage.model.period import day_of
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.queries import nodes as node_queries
from storage.queries import schedules as schedule_queries

DAYS_SHOWN = 8
LAST_PAGE = 100
OnText = Callable[[Message, Any, DialogManager], Awaitable[None]]
Clock = Callable[[dict[str, Any], Tools], ZoneInfo]
TIMES = (time(8, 30), time(9, 30), time(12, 30), time(14, 30), time(18, 30), time(19, 30))


async def new_draft(person: Person, power: Power, tools: Tools) -> dict[str, Any]:
    """The beginning of a form's draft: a `key` that makes it count once, and the widest of the
    places where the person has `power` as `take_node` puts it there; `several` says whether there
    are others. Raises Refusal for somebody who has that power nowhere."""
    places = await places_for(person, power, tools)
    draft: dict[str, Any] = {"key": tools.new_secret(), "several": len(places) > 1}
    await take_node(draft, places[0].id, tools)
    return draft


async def places_for(person: Person, power: Power, tools: Tools) -> list[Node]:
    """Where the person has `power`, the widest first. Raises Refusal for nowhere."""
    places = await tools.database.read(node_queries.where_may, person, power)
    if not places:
        raise Refusal("refused.not_yours")
    return places


def place_window(
    words: str,
    state: State,
    power: Power,
    on_place: Callable[[DialogManager, int], Awaitable[None]],
    *back: Button,
) -> Window:
    """Asks for one of the places where the person has `power`, and gives its id to `on_place`.
    `back` leads to the step before, here and in the other windows."""

    async def places(person: Person, tools: Tools, **_: Any) -> dict[str, Any]:
        nodes = await tools.database.read(node_queries.where_may, person, power)
        return {"choices": [(str(node.id), node.name) for node in nodes]}

    async def chosen(manager: DialogManager, node_id: str) -> None:
        await on_place(manager, int(node_id))

    return Window(
        Words(words),
        choices("node", places, chosen, 2),
        anything_else("button.choose"),
        ending(*back),
        state=state,
        getter=places,
    )


def node_window(words: str, state: State, power: Power, *back: Button) -> Window:
    """The same for a draft that keeps the place's id in `node`."""

    async def chosen(manager: DialogManager, node_id: int) -> None:
        await take_node(manager.dialog_data, node_id, tools_of(manager))
        await manager.next()

    return place_window(words, state, power, chosen, *back)


async def take_node(draft: dict[str, Any], node_id: int, tools: Tools) -> None:
    """Puts a place into a draft, and whose clock it goes by."""
    zone = await tools.database.read(schedule_queries.zone_of, node_id, tools.zone)
    draft |= {"node": node_id, "zone": zone.key}


def zone_of(draft: dict[str, Any], tools: Tools) -> ZoneInfo:
    """The zone of a draft's place; the district's before one was chosen."""
    return ZoneInfo(draft["zone"]) if "zone" in draft else tools.zone


def day_window(
    words: str,
    state: State,
    on_day: Callable[[DialogManager, date], Awaitable[None]],
    *buttons: Button,
    clock: Clock = zone_of,
    back: Sequence[Button] = (),
) -> Window:
    """Asks for a day: one of the coming ones, a page of them at a time, or a typed one. `clock`
    says by whose clock it is today: that of the form's place, unless told otherwise."""

    async def coming(**given: Any) -> dict[str, Any]:
        return await _coming_days(clock, **given)

    async def chosen(manager: DialogManager, day: str) -> None:
        await on_day(manager, date.fromisoformat(day))

    async def written(message: Message, _input: Any, manager: DialogManager) -> None:
        await on_day(manager, read_day(message, manager, clock))

    turning = Row(
        Button(Label("button.previous"), "earlier", on_click=_turn, when=~F["first_page"]),
        Button(Label("button.next"), "later", on_click=_turn),
    )
    select = choices("day", coming, chosen, 2)
    return asking(words, state, coming, written, select, turning, *buttons, back=back)


def read_day(message: Message, manager: DialogManager, clock: Clock = zone_of) -> date:
    """The day that a message means, by `clock` as in `day_window`. Raises Refusal."""
    tools = tools_of(manager)
    today = day_of(tools.now(), clock(manager.dialog_data, tools))
    try:
        return read_date(message.text or "", today)
    except ValueError:
        raise Refusal("post.bad_day") from None


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
        anything_else("post.only_text"),
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
        try:
            clock = read_clock(at)
        except ValueError:
            raise Refusal("push.bad_time") from None
        await on_time(manager, clock)

    async def written(message: Message, _input: Any, manager: DialogManager) -> None:
        await chosen(manager, message.text or "")

    select = choices("time", _usual_times, chosen, 3)
    return asking(words, state, _usual_times, written, select, back=back)


def number_window(
    words: str,
    state: State,
    limits: range,
    usual: Getter,
    on_number: Callable[[DialogManager, int], Awaitable[None]],
    *buttons: Button,
    back: Sequence[Button] = (),
) -> Window:
    """Asks for a whole number in `limits`: one of the `choices` of `usual`, or a typed one."""

    async def chosen(manager: DialogManager, number: str) -> None:
        await on_number(manager, int(number))

    async def written(message: Message, _input: Any, manager: DialogManager) -> None:
        text = (message.text or "").strip()
        # isdecimal, because int() reads more than people mean: "1_0", "+1"
        if not (text.isdecimal() and len(text) < 10 and int(text) in limits):
            raise Refusal("schedule.bad_number", least=limits[0], most=limits[-1])
        await on_number(manager, int(text))

    select = choices("number", usual, chosen, 4)
    return asking(words, state, usual, written, select, *buttons, back=back)


async def _coming_days(
    clock: Clock, dialog_manager: DialogManager, tools: Tools, say: Say, **_: Any
) -> dict[str, Any]:
    page = _page(dialog_manager)
    zone = clock(dialog_manager.dialog_data, tools)
    first = day_of(tools.now(), zone) + timedelta(days=page * DAYS_SHOWN)
    days = [first + timedelta(days=i) for i in range(DAYS_SHOWN)]
    return {
        "choices": [(day.isoformat(), say.label("day.long", day=day)) for day in days],
        "first_page": page == 0,
    }


async def _usual_times(**_: Any) -> dict[str, Any]:
    return {"choices": time_choices(TIMES)}


def time_choices(times: Iterable[time]) -> list[tuple[str, str]]:
    """For `choices`: clock times, each read again by `read_clock`."""
    # A value must not hold a colon: it parts the pieces of the button's data.
    return [(f"{at:%H.%M}", f"{at.hour}:{at:%M}") for at in times]


async def _turn(_press: CallbackQuery, button: Any, manager: DialogManager) -> None:
    step = 1 if button.widget_id == "later" else -1
    manager.dialog_data["page"] = min(LAST_PAGE, max(0, _page(manager) + step))


def _page(manager: DialogManager) -> int:
    return int(manager.dialog_data.get("page", 0))
