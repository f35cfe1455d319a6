"""Scheduling study pushes: once or weekly, to a community or to all."""

from datetime import date, datetime, time
from typing import Any

from aiogram import Router
from aiogram.filters import Command
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.kbd import Button, Column, Group, Multiselect

from content.screens import study as screens
from content.texts import Say
from handlers.answering import show
from handlers.filters import Pressed, row_id
from handlers.tools import Tools
from handlers.widgets import (
    ItemLabel,
    Label,
    Ticked,
    Words,
    begin,
    choices,
    ending,
    finish,
    person_of,
    say_of,
    take_draft,
    tools_of,
)
from handlers.windows import day_window, node_window, time_window
from storage.actions.study import cancel_schedule, schedule_push
from storage.model.local_time import instant_of
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.study import WEEKDAYS, Rhythm, ScheduleKind
from storage.queries import nodes as node_queries
from storage.queries import study as study_queries

router = Router(name="pushes")

SLOTS_SHOWN = 5


class PushForm(StatesGroup):
    course = State()
    item = State()
    node = State()
    how = State()
    day = State()
    days = State()
    time = State()
    confirm = State()


@router.callback_query(Pressed("pushes"))
async def pushes(press: CallbackQuery, person: Person, say: Say, tools: Tools) -> None:
    schedules = await tools.database.read(study_queries.active, person)
    await show(press, screens.schedules(say, schedules, tools.courses), tools)


@router.callback_query(Pressed("stop_push", row_id))
async def stop_push(press: CallbackQuery, ids: tuple[int], say: Say, tools: Tools) -> None:
    await show(press, screens.confirm_stop(say, *ids), tools)


@router.callback_query(Pressed("stopped_push", row_id))
async def stopped_push(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    await tools.database.write(cancel_schedule, person.id, *ids)
    schedules = await tools.database.read(study_queries.active, person)
    screen = screens.schedules(say, schedules, tools.courses)
    await show(press, screen, tools, toast=say.label("push.stopped"))


@router.message(Command("push"))
@router.callback_query(Pressed("push"))
async def push(
    event: Message | CallbackQuery, person: Person, tools: Tools, dialog_manager: DialogManager
) -> None:
    if not person.may(Power.PUSH):
        raise Refusal("refused.not_yours")
    nodes = await tools.database.read(node_queries.where_may, person, Power.PUSH)
    only = nodes[0].id if len(nodes) == 1 else None
    data = {"key": tools.new_secret(), "node": only}
    await begin(event, dialog_manager, PushForm.course, data)


async def _courses(say: Say, tools: Tools, **_: Any) -> dict[str, Any]:
    return {"choices": [(c.id, c.title.in_(say.language)) for c in tools.courses]}


async def _choose_course(manager: DialogManager, course_id: str) -> None:
    manager.dialog_data["course"] = course_id
    await manager.next()


async def _items(dialog_manager: DialogManager, say: Say, tools: Tools, **_: Any) -> dict[str, Any]:
    course = tools.courses.require(dialog_manager.dialog_data["course"])
    titles = [item.title.in_(say.language) for item in course.items]
    return {
        "course": course.title.in_(say.language),
        "choices": [(str(n), f"{n + 1}. {title}") for n, title in enumerate(titles)],
    }


async def _choose_item(manager: DialogManager, position: str) -> None:
    draft = manager.dialog_data
    draft["position"] = int(position)
    await manager.switch_to(PushForm.how if draft["node"] else PushForm.node)


async def _choose_how(_press: CallbackQuery, button: Any, manager: DialogManager) -> None:
    draft = manager.dialog_data
    draft["how"] = button.widget_id
    following = {"now": PushForm.confirm, "later": PushForm.day, "weekly": PushForm.days}
    await manager.switch_to(following[draft["how"]])


async def _set_day(manager: DialogManager, day: date) -> None:
    manager.dialog_data["day"] = day.isoformat()
    await manager.switch_to(PushForm.time)


async def _weekdays(say: Say, **_: Any) -> dict[str, Any]:
    return {"choices": [(day, say.label(f"day.{day}")) for day in WEEKDAYS]}


async def _chose_days(_press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    days = manager.find("weekdays").get_checked()  # type: ignore[union-attr]
    chosen = [day for day in WEEKDAYS if day in days]
    if not chosen:
        raise Refusal("push.no_day")
    manager.dialog_data["days"] = chosen
    await manager.switch_to(PushForm.time)


async def _set_time(manager: DialogManager, at: time) -> None:
    tools, draft = tools_of(manager), manager.dialog_data
    draft["at"] = at.isoformat()
    if draft["how"] == "later":
        once_at = instant_of(date.fromisoformat(draft["day"]), at, tools.zone)
        if once_at <= tools.now():
            raise Refusal("push.in_the_past")
        draft["once_at"] = once_at.isoformat()
    await manager.switch_to(PushForm.confirm)


def _rhythm(draft: dict[str, Any], now: datetime) -> Rhythm:
    if draft["how"] == "weekly":
        at = time.fromisoformat(draft["at"])
        return Rhythm(ScheduleKind.WEEKLY, days=tuple(draft["days"]), at=at)
    if draft["how"] == "now":
        return Rhythm(ScheduleKind.ONCE, once_at=now)
    return Rhythm(ScheduleKind.ONCE, once_at=datetime.fromisoformat(draft["once_at"]))


def _slots(draft: dict[str, Any], now: datetime, tools: Tools) -> list[datetime]:
    """The coming slots; of a push "now" this moment."""
    rhythm = _rhythm(draft, now)
    if draft["how"] == "now" and rhythm.once_at is not None:
        return [rhythm.once_at]
    return tools.next_slots(rhythm, now, tools.zone, SLOTS_SHOWN)


async def _draft(dialog_manager: DialogManager, say: Say, tools: Tools, **_: Any) -> dict[str, Any]:
    draft = dialog_manager.dialog_data
    course = tools.courses.require(draft["course"])
    node = await tools.database.read(node_queries.by_id, draft["node"])
    return {
        "course": course.title.in_(say.language),
        "number": draft["position"] + 1,
        "title": course.items[draft["position"]].title.in_(say.language),
        "node": node.name,
        "people": await tools.database.read(study_queries.audience_count, node.path),
        "rhythm": screens.describe(say, _rhythm(draft, tools.now())),
        "slots": _slots(draft, tools.now(), tools),
    }


async def _preview(press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    tools, draft = tools_of(manager), manager.dialog_data
    course = tools.courses.require(draft["course"])
    position = draft["position"]
    screen = screens.item(say_of(manager), course, position + 1, course.items[position])
    await tools.chat.send(press.from_user.id, screens.without_buttons(screen))


async def _save(press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    tools, draft = tools_of(manager), manager.dialog_data
    now = tools.now()
    rhythm, slots = _rhythm(draft, now), _slots(draft, now, tools)
    if not slots:
        raise Refusal("push.in_the_past")
    people = await tools.database.write(
        schedule_push,
        person_of(manager).id,
        draft["key"],
        draft["course"],
        draft["position"],
        draft["node"],
        rhythm,
        slots[0],
        now,
    )
    item = tools.courses.require(draft["course"]).items[draft["position"]]
    receipt = screens.scheduled(say_of(manager), item, rhythm, slots, people)
    await finish(press, manager, receipt)


form = Dialog(
    Window(
        Words("push.which_course"),
        choices("course", _courses, _choose_course, 1),
        ending(),
        state=PushForm.course,
        getter=_courses,
    ),
    Window(
        Words("push.which_item"),
        choices("item", _items, _choose_item, 1),
        ending(),
        state=PushForm.item,
        getter=_items,
    ),
    node_window("push.to_whom", PushForm.node, Power.PUSH),
    Window(
        Words("push.how"),
        Column(
            Button(Label("push.once_now"), "now", on_click=_choose_how),
            Button(Label("push.once_later"), "later", on_click=_choose_how),
            Button(Label("push.weekly"), "weekly", on_click=_choose_how),
        ),
        ending(),
        state=PushForm.how,
    ),
    day_window(PushForm.day, _set_day),
    Window(
        Words("push.which_days"),
        Group(
            Multiselect(Ticked(), ItemLabel(), "weekdays", lambda item: item[0], "choices"),
            width=4,
        ),
        Button(Label("push.days_chosen"), "chosen", on_click=_chose_days),
        ending(),
        state=PushForm.days,
        getter=_weekdays,
    ),
    time_window("push.which_time", PushForm.time, _set_time),
    Window(
        Words("push.confirm"),
        Button(Label("push.save"), "save", on_click=_save),
        Button(Label("push.preview"), "preview", on_click=_preview),
        ending(),
        state=PushForm.confirm,
        getter=_draft,
    ),
    on_start=take_draft,
    name="form_push",
)
