"""Pushing study items, now or scheduled, to a community or to all; the list of schedules."""

from typing import Any

from aiogram import Router
from aiogram.filters import Command
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.kbd import Button

from content.screen import Screen
from content.screens import schedules as schedule_screens
from content.screens import study as screens
from content.texts import Say
from handlers.answering import show
from handlers.filters import Pressed, row_id
from handlers.rhythm_windows import (
    clock_of,
    coming,
    coming_slots,
    read_rhythm,
    rhythm_buttons,
    rhythm_names,
    rhythm_windows,
)
from handlers.staff.broadcasts import open_card
from handlers.tools import Tools
from handlers.widgets import (
    Label,
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
from handlers.windows import node_window, take_node
from storage.actions.schedules import cancel
from storage.actions.study import push_now, schedule_push
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.schedule import study_audience
from storage.queries import audience as audience_queries
from storage.queries import nodes as node_queries
from storage.queries import schedules as schedule_queries

router = Router(name="pushes")


class PushForm(StatesGroup):
    course = State()
    item = State()
    node = State()
    how = State()
    day = State()
    days = State()
    month_day = State()
    nth = State()
    weekday = State()
    after = State()
    time = State()
    more = State()
    every = State()
    until = State()
    times = State()
    skips = State()
    confirm = State()


@router.callback_query(Pressed("pushes"))
@router.callback_query(Pressed("pushes", int))
async def pushes(
    press: CallbackQuery, person: Person, say: Say, tools: Tools, ids: tuple[int] = (0,)
) -> None:
    await show(press, await _plans(person, say, tools, *ids), tools)


@router.callback_query(Pressed("stop_push", row_id))
async def stop_push(press: CallbackQuery, ids: tuple[int], say: Say, tools: Tools) -> None:
    await show(press, schedule_screens.confirm_stop(say, *ids), tools)


@router.callback_query(Pressed("stopped_push", row_id))
async def stopped_push(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    await tools.database.write(cancel, person.id, *ids)
    screen = await _plans(person, say, tools)
    await show(press, screen, tools, toast=say.label("schedule.stopped"))


async def _plans(person: Person, say: Say, tools: Tools, page: int = 0) -> Screen:
    now, zone = tools.now(), tools.zone
    planned = await tools.database.read(schedule_queries.planned, person, now, zone)
    return schedule_screens.plans(say, planned, tools.courses, now, zone, page)


@router.message(Command("push"))
@router.callback_query(Pressed("push"))
async def push(
    event: Message | CallbackQuery, person: Person, tools: Tools, dialog_manager: DialogManager
) -> None:
    if not person.may(Power.PUSH):
        raise Refusal("refused.not_yours")
    nodes = await tools.database.read(node_queries.where_may, person, Power.PUSH)
    data: dict[str, Any] = {"key": tools.new_secret(), "node": None}
    if len(nodes) == 1:
        await take_node(data, nodes[0].id, tools)
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


async def _confirm(manager: DialogManager) -> None:
    await manager.switch_to(PushForm.confirm)


async def _draft(dialog_manager: DialogManager, say: Say, tools: Tools, **_: Any) -> dict[str, Any]:
    draft = dialog_manager.dialog_data
    course = tools.courses.require(draft["course"])
    node = await tools.database.read(node_queries.by_id, draft["node"])
    rhythm = read_rhythm(draft, tools.now(), tools)
    audience = study_audience(node.id, rhythm.course_id)
    return {
        "course": course.title.in_(say.language),
        "number": draft["position"] + 1,
        "title": course.items[draft["position"]].title.in_(say.language),
        "node": node.name,
        "people": await tools.database.read(audience_queries.count, audience),
        "joining": draft["how"] == "joining",
        **rhythm_names(draft, tools, say),
    }


async def _preview(press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    tools, draft = tools_of(manager), manager.dialog_data
    course = tools.courses.require(draft["course"])
    position = draft["position"]
    screen = screens.item(say_of(manager), course, position + 1, course.items[position])
    await tools.chat.send(press.from_user.id, screens.without_buttons(screen))


async def _save(press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    if manager.dialog_data["how"] == "now":
        await _send(press, manager)
    else:
        await _schedule(press, manager)


async def _send(press: CallbackQuery, manager: DialogManager) -> None:
    tools, draft = tools_of(manager), manager.dialog_data
    course, by = tools.courses.require(draft["course"]), person_of(manager).id
    item = course.items[draft["position"]]
    await tools.database.read(audience_queries.require_somebody, study_audience(draft["node"]))
    broadcast_id = await tools.database.write(
        push_now, by, draft["key"], course.id, item.id, draft["node"], tools.now()
    )
    await open_card(press, manager, broadcast_id)


async def _schedule(press: CallbackQuery, manager: DialogManager) -> None:
    tools, draft = tools_of(manager), manager.dialog_data
    now = tools.now()
    rhythm = read_rhythm(draft, now, tools)
    await tools.database.write(
        schedule_push,
        person_of(manager).id,
        draft["key"],
        draft["course"],
        draft["position"],
        draft["node"],
        rhythm,
        coming_slots(draft, now, tools)[0],
        now,
    )
    item = tools.courses.require(draft["course"]).items[draft["position"]]
    found, clock = coming(draft, now, tools), clock_of(draft, now, tools)
    audience = study_audience(draft["node"], rhythm.course_id)
    people = await tools.database.read(audience_queries.count, audience)
    await finish(press, manager, screens.scheduled(say_of(manager), item, found, clock, people))


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
    *rhythm_windows(PushForm, _confirm),
    Window(
        Words("push.confirm"),
        Button(Label("push.save"), "save", on_click=_save),
        Button(Label("push.preview"), "preview", on_click=_preview),
        rhythm_buttons(PushForm),
        ending(),
        state=PushForm.confirm,
        getter=_draft,
    ),
    on_start=take_draft,
    name="form_push",
)
