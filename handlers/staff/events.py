"""Posting an event, its roster, calling it off."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from aiogram import F
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.kbd import Button

from content.screens import events as screens
from content.texts import Say
from handlers.answering import show
from handlers.commands import command
from handlers.explaining import toast_of
from handlers.forms.widgets import (
    Label,
    Words,
    anything_else,
    begin,
    choices,
    ending,
    finish,
    person_of,
    say_of,
    take_draft,
    text_input,
    tools_of,
)
from handlers.forms.windows import day_window, new_draft, node_window, time_window
from handlers.ids import event_id, page, row_id
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import attendances
from storage.actions import events as actions
from storage.model.event import CAPACITY_LIMIT, FARTHEST, PLACE_LIMIT, TITLE_LIMIT
from storage.model.local_time import instant_of
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.rhythm import before_event, slot_before
from storage.model.roles import Power
from storage.model.schedule import possible_reminders, usual_reminder
from storage.model.visible import is_visible
from storage.queries import events as event_queries
from storage.queries import nodes as node_queries

CAPACITIES = ("10", "20", "30", "40", "60", "100")
# Why a tick cannot be, as the roster explains it: it has changed since it was shown.
NOT_NOW = ("event.cancelled", "event.not_begun", "event.no_seat")


class PostForm(StatesGroup):
    node = State()
    category = State()
    title = State()
    day = State()
    time = State()
    place = State()
    capacity = State()
    confirm = State()


@command("post", power=Power.POST_EVENT)
@press("post", power=Power.POST_EVENT)
async def post(
    event: Message | CallbackQuery, person: Person, tools: Tools, dialog_manager: DialogManager
) -> None:
    draft = await new_draft(person, Power.POST_EVENT, tools)
    first = PostForm.node if draft["several"] else PostForm.category
    await begin(event, dialog_manager, first, draft)


@press("posted", power=Power.POST_EVENT)
@press("posted", page, power=Power.POST_EVENT)
async def posted(
    press: CallbackQuery, person: Person, say: Say, tools: Tools, ids: tuple[int] = (0,)
) -> None:
    events = await tools.database.read(event_queries.managed, person, tools.now())
    await show(press, screens.managed(say, events, *ids), tools)


async def _categories(say: Say, tools: Tools, **_: Any) -> dict[str, Any]:
    every = tools.programme.event_categories
    return {"choices": [(c.id, c.name.in_(say.language)) for c in every]}


async def _choose_category(manager: DialogManager, category: str) -> None:
    manager.dialog_data["category"] = category
    await manager.next()


async def _write_title(message: Message, _input: Any, manager: DialogManager) -> None:
    manager.dialog_data["title"] = _line(message, TITLE_LIMIT, "event.title_length")
    await manager.next()


async def _set_day(manager: DialogManager, day: date) -> None:
    manager.dialog_data["day"] = day.isoformat()
    await manager.next()


def _district_clock(_draft: dict[str, Any], tools: Tools) -> ZoneInfo:
    """Events go by the district's clock, also in a community that has its own."""
    return tools.zone


async def _set_time(manager: DialogManager, at: time) -> None:
    tools = tools_of(manager)
    day = date.fromisoformat(manager.dialog_data["day"])
    starts_at = instant_of(day, at, _district_clock(manager.dialog_data, tools))
    if starts_at <= tools.now():
        raise Refusal("event.in_the_past")
    if starts_at > tools.now() + FARTHEST:
        raise Refusal("event.too_far")
    manager.dialog_data["starts_at"] = starts_at.isoformat()
    await manager.next()


async def _write_place(message: Message, _input: Any, manager: DialogManager) -> None:
    manager.dialog_data["place"] = _line(message, PLACE_LIMIT, "event.place_length")
    await manager.next()


async def _capacities(say: Say, **_: Any) -> dict[str, Any]:
    numbers = [(number, number) for number in CAPACITIES]
    return {"choices": [*numbers, ("0", say.label("post.no_limit"))]}


async def _choose_capacity(manager: DialogManager, number: str) -> None:
    await _set_capacity(manager, int(number) or None)


async def _write_capacity(message: Message, _input: Any, manager: DialogManager) -> None:
    text = (message.text or "").strip()
    if not (text.isdecimal() and len(text) < 10):
        raise Refusal("post.bad_number")
    if not 0 < int(text) <= CAPACITY_LIMIT:
        raise Refusal("event.capacity_range", limit=CAPACITY_LIMIT)
    await _set_capacity(manager, int(text))


async def _set_capacity(manager: DialogManager, capacity: int | None) -> None:
    manager.dialog_data["capacity"] = capacity
    await manager.next()


def _line(message: Message, limit: int, refusal: str) -> str:
    line = " ".join((message.text or "").split())
    if not is_visible(line) or len(line) > limit:
        raise Refusal(refusal, limit=limit)
    return line


async def _draft(dialog_manager: DialogManager, say: Say, tools: Tools, **_: Any) -> dict[str, Any]:
    draft, now = dialog_manager.dialog_data, tools.now()
    node = await tools.database.read(node_queries.by_id, draft["node"])
    starts_at = datetime.fromisoformat(draft["starts_at"])
    hours = draft.get("remind", usual_reminder(starts_at, now))
    return {
        "title": draft["title"],
        "place": draft["place"],
        "starts_at": starts_at,
        "remind": hours,
        "remind_at": slot_before(before_event(hours), starts_at),
        "can_remind": bool(possible_reminders(starts_at, now)),
        "category": tools.programme.category_name(draft["category"], say.language),
        "node": node.name,
        "capacity": draft["capacity"],
    }


async def _other_reminder(_press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    """None, 2 hours, a day, two days, and round again: those that are still to come."""
    draft, now = manager.dialog_data, tools_of(manager).now()
    starts_at = datetime.fromisoformat(draft["starts_at"])
    hours = draft.get("remind", usual_reminder(starts_at, now))
    later = [each for each in possible_reminders(starts_at, now) if each > hours]
    draft["remind"] = later[0] if later else 0


async def _post(press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    tools, draft = tools_of(manager), manager.dialog_data
    new = actions.NewEvent(
        draft_key=draft["key"],
        node_id=draft["node"],
        category=draft["category"],
        title=draft["title"],
        place=draft["place"],
        starts_at=datetime.fromisoformat(draft["starts_at"]),
        capacity=draft["capacity"],
        remind_hours=draft.get("remind"),
    )
    event = await tools.database.write(actions.post, person_of(manager).id, new, tools.now())
    await finish(press, manager, screens.posted(say_of(manager), event, tools.programme))


form = Dialog(
    node_window("post.where", PostForm.node, Power.POST_EVENT),
    Window(
        Words("post.what"),
        choices("category", _categories, _choose_category, 3),
        ending(),
        state=PostForm.category,
        getter=_categories,
    ),
    Window(
        Words("post.title"),
        text_input(_write_title),
        anything_else("post.only_text"),
        ending(),
        state=PostForm.title,
    ),
    day_window("post.which_day", PostForm.day, _set_day, clock=_district_clock),
    time_window("post.which_time", PostForm.time, _set_time),
    Window(
        Words("post.place"),
        text_input(_write_place),
        anything_else("post.only_text"),
        ending(),
        state=PostForm.place,
    ),
    Window(
        Words("post.capacity"),
        choices("capacity", _capacities, _choose_capacity, 3),
        text_input(_write_capacity),
        anything_else("post.only_text"),
        ending(),
        state=PostForm.capacity,
        getter=_capacities,
    ),
    Window(
        Words("post.confirm"),
        Button(Label("post.post"), "post", on_click=_post),
        Button(
            Label("post.other_reminder"),
            "reminder",
            on_click=_other_reminder,
            when=F["can_remind"],
        ),
        ending(),
        state=PostForm.confirm,
        getter=_draft,
    ),
    on_start=take_draft,
    name="form_post",
)


@press("roster", event_id, power=Power.POST_EVENT)
@press("roster", event_id, page, power=Power.POST_EVENT)
async def roster(
    press: CallbackQuery, ids: tuple[int, ...], person: Person, say: Say, tools: Tools
) -> None:
    await _show_roster(press, person, say, tools, *ids)


@press("came", event_id, row_id, page, power=Power.POST_EVENT)
async def came(
    press: CallbackQuery, ids: tuple[int, int, int], person: Person, say: Say, tools: Tools
) -> None:
    await _tick(press, attendances.record, ids, person, say, tools)


@press("absent", event_id, row_id, page, power=Power.POST_EVENT)
async def absent(
    press: CallbackQuery, ids: tuple[int, int, int], person: Person, say: Say, tools: Tools
) -> None:
    await _tick(press, attendances.withdraw, ids, person, say, tools)


async def _tick(
    press: CallbackQuery,
    action: Callable[[Any, int, int, int, datetime], None],
    ids: tuple[int, int, int],
    person: Person,
    say: Say,
    tools: Tools,
) -> None:
    """Set a tick or take it back; if that cannot be, say why and show the roster as it is now."""
    event_id, person_id, page = ids
    ticking = tools.database.write(action, person.id, event_id, person_id, tools.now())
    toast = await toast_of(ticking, say, *NOT_NOW)
    await _show_roster(press, person, say, tools, event_id, page, toast=toast)


@press("all_came", event_id, page, power=Power.POST_EVENT)
async def all_came(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools
) -> None:
    event_id, page = ids
    _, seats = await tools.database.read(event_queries.roster_for, event_id, person)
    left = sum(seat.came is False for seat in seats)
    ticking = tools.database.write(attendances.record_all, person.id, event_id, tools.now())
    toast = await toast_of(
        ticking,
        say,
        *NOT_NOW,
        done=lambda ticked: say.label("post.ticked", count=ticked, left=left),
    )
    await _show_roster(press, person, say, tools, event_id, page, toast=toast)


async def _show_roster(
    press: CallbackQuery,
    person: Person,
    say: Say,
    tools: Tools,
    event_id: int,
    page: int = 0,
    *,
    toast: str = "",
) -> None:
    event, seats = await tools.database.read(event_queries.roster_for, event_id, person)
    await show(press, screens.roster(say, event, seats, tools.now(), page), tools, toast=toast)


@press("call_off", event_id, power=Power.POST_EVENT)
async def call_off(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    event, _ = await tools.database.read(event_queries.roster_for, *ids, person)
    await show(press, screens.confirm_call_off(say, event), tools)


@press("called_off", event_id, power=Power.POST_EVENT)
async def called_off(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    await tools.database.write(actions.cancel, person.id, *ids, tools.now())
    toast = say.label("post.called_off")
    await _show_roster(press, person, say, tools, *ids, toast=toast)
