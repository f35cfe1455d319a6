"""Pushing study items, now or scheduled, to a community or to all; the list of schedules."""

from typing import Any

from aiogram import F
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.kbd import Button

from content.courses import Item
from content.screen import Screen
from content.screens import schedules as schedule_screens
from content.screens import study as screens
from content.texts import Say
from handlers.answering import show
from handlers.commands import command
from handlers.forms.audience import told
from handlers.forms.rhythm import rhythm_buttons, rhythm_windows
from handlers.forms.rhythm_drafts import clock_of, coming, coming_slots, read_rhythm, rhythm_names
from handlers.forms.widgets import (
    Label,
    Words,
    back_to,
    begin,
    choices,
    ending,
    finish,
    person_of,
    say_of,
    take_draft,
    tools_of,
)
from handlers.forms.windows import new_draft, node_window
from handlers.ids import page, schedule_id
from handlers.presses import press
from handlers.staff.broadcasts import open_card
from handlers.tools import Tools
from storage.actions.schedules import cancel
from storage.actions.study import push_now, schedule_push
from storage.model.person import Person
from storage.model.push import NewPush
from storage.model.roles import Power
from storage.model.schedule import Timetable, study_audience
from storage.queries import audience as audience_queries
from storage.queries import schedules as schedule_queries


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


@press("pushes", power=Power.PUSH)
@press("pushes", page, power=Power.PUSH)
async def pushes(
    press: CallbackQuery, person: Person, say: Say, tools: Tools, ids: tuple[int] = (0,)
) -> None:
    await show(press, await _plans(person, say, tools, *ids), tools)


@press("stop_push", schedule_id, power=Power.PUSH)
async def stop_push(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    now, zone = tools.now(), tools.zone
    meant = await tools.database.read(schedule_queries.planned_one, *ids, person, now, zone)
    clock = schedule_screens.Clock(now, meant.zone, zone)
    await show(press, schedule_screens.confirm_stop(say, meant, tools.courses, clock), tools)


@press("stopped_push", schedule_id, power=Power.PUSH)
async def stopped_push(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    await tools.database.write(cancel, person.id, *ids, tools.now())
    screen = await _plans(person, say, tools)
    await show(press, screen, tools, toast=say.label("schedule.stopped"))


async def _plans(person: Person, say: Say, tools: Tools, page: int = 0) -> Screen:
    now, zone = tools.now(), tools.zone
    planned = await tools.database.read(schedule_queries.planned, person, now, zone, page)
    return schedule_screens.plans(say, planned, tools.courses, now, zone)


@command("push", power=Power.PUSH)
@press("push", power=Power.PUSH)
async def push(
    event: Message | CallbackQuery, person: Person, tools: Tools, dialog_manager: DialogManager
) -> None:
    draft = await new_draft(person, Power.PUSH, tools)
    await begin(event, dialog_manager, PushForm.course, draft)


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
    await manager.switch_to(PushForm.node if draft["several"] else PushForm.how)


async def _before_rhythm(manager: DialogManager) -> None:
    several = manager.dialog_data["several"]
    await manager.switch_to(PushForm.node if several else PushForm.item)


async def _confirm(manager: DialogManager) -> None:
    await manager.switch_to(PushForm.confirm)


async def _draft(dialog_manager: DialogManager, say: Say, tools: Tools, **_: Any) -> dict[str, Any]:
    draft = dialog_manager.dialog_data
    course = tools.courses.require(draft["course"])
    return {
        "course": course.title.in_(say.language),
        "number": draft["position"] + 1,
        "title": course.items[draft["position"]].title.in_(say.language),
        **await _told(draft, say, tools),
        "now": draft["how"] == "now",
        "joining": draft["how"] == "joining",
        **rhythm_names(draft, tools, say),
    }


async def _told(draft: dict[str, Any], say: Say, tools: Tools) -> dict[str, Any]:
    """As for a notice: whom it is for, with a few names, and how many."""
    joined = draft["course"] if draft["how"] == "joining" else ""
    draft["audience"] = study_audience(draft["node"], joined).to_json()
    return await told(draft, say, tools)


async def _preview(press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    tools, draft = tools_of(manager), manager.dialog_data
    course = tools.courses.require(draft["course"])
    position = draft["position"]
    screen = screens.item(say_of(manager), course, position + 1, course.items[position])
    await tools.chat.send(press.from_user.id, screens.without_buttons(screen))


async def _send(press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    tools, draft = tools_of(manager), manager.dialog_data
    course, by = tools.courses.require(draft["course"]), person_of(manager).id
    item = course.items[draft["position"]]
    await tools.database.read(audience_queries.require_somebody, study_audience(draft["node"]))
    broadcast_id = await tools.database.write(push_now, by, _filled_in(draft, item), tools.now())
    await open_card(press, manager, broadcast_id)


def _filled_in(draft: dict[str, Any], item: Item) -> NewPush:
    return NewPush(draft["key"], draft["node"], draft["course"], item.id, draft["position"])


async def _schedule(press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    tools, draft, say = tools_of(manager), manager.dialog_data, say_of(manager)
    now = tools.now()
    item = tools.courses.require(draft["course"]).items[draft["position"]]
    first_at = coming_slots(draft, now, tools)[0]
    timetable = Timetable(read_rhythm(draft, now, tools), first_at)
    await tools.database.write(
        schedule_push, person_of(manager).id, _filled_in(draft, item), timetable, now
    )
    found, clock = coming(draft, now, tools), clock_of(draft, now, tools)
    people = (await _told(draft, say, tools))["count"]
    await finish(press, manager, screens.scheduled(say, item, found, clock, people))


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
        ending(back_to(PushForm.course)),
        state=PushForm.item,
        getter=_items,
    ),
    node_window("push.to_whom", PushForm.node, Power.PUSH, back_to(PushForm.item)),
    *rhythm_windows(PushForm, _confirm, _before_rhythm),
    Window(
        Words("push.confirm"),
        # Two buttons, so that what happens is what the screen says.
        Button(Label("compose.send"), "send", on_click=_send, when=F["now"]),
        Button(Label("compose.schedule"), "schedule", on_click=_schedule, when=~F["now"]),
        Button(Label("compose.preview"), "preview", on_click=_preview),
        rhythm_buttons(PushForm),
        ending(),
        state=PushForm.confirm,
        getter=_draft,
    ),
    on_start=take_draft,
    name="form_push",
)
