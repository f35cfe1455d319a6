"""Pushing study items, now or scheduled, to a community or to all; the list of schedules."""

from typing import Any

from aiogram import F
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.kbd import Button, Row

from content.screen import Screen
from content.screens import schedules as schedule_screens
from content.screens import study as screens
from content.texts import Say
from handlers.answering import show
from handlers.commands import command
from handlers.forms.audience import told
from handlers.forms.drafts import keep
from handlers.forms.hub import Hub
from handlers.forms.rhythm import rhythm_buttons, rhythm_input, rhythm_windows
from handlers.forms.searching import Search, begin_anew
from handlers.forms.timing import clock_of, coming, rhythm_names
from handlers.forms.widgets import (
    Label,
    Words,
    anything_else,
    begin,
    ending,
    finish,
    person_of,
    say_of,
    text_input,
    tools_of,
)
from handlers.forms.windows import place_window, zone_at
from handlers.ids import page, schedule_id
from handlers.presses import press
from handlers.staff.broadcasts import open_card
from handlers.tools import Tools
from storage.actions.schedules import cancel
from storage.actions.study import push_now, schedule_push
from storage.model.naming import named
from storage.model.person import Person
from storage.model.push import PushDraft, new_push
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.queries import audience as audience_queries
from storage.queries import nodes as node_queries
from storage.queries import schedules as schedule_queries


class PushForm(StatesGroup):
    """The steps by the names that PushDraft gives them, those of the rhythm, and the review."""

    course = State()
    item = State()
    place = State()
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
    review = State()


hub = Hub(PushDraft, PushForm)


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


@command("push", "push.command", power=Power.PUSH)
async def push(
    message: Message, person: Person, tools: Tools, dialog_manager: DialogManager
) -> None:
    draft = await _new(person, tools)
    await begin(message, dialog_manager, PushForm.course, draft, "staff")


@press("push", power=Power.PUSH)
async def push_pressed(
    press: CallbackQuery, person: Person, tools: Tools, dialog_manager: DialogManager
) -> None:
    draft = await _new(person, tools)
    await begin(press, dialog_manager, PushForm.course, draft, "pushes")


async def _new(person: Person, tools: Tools) -> PushDraft:
    """An empty draft, for the widest of the person's places until another is chosen. Raises
    Refusal."""
    reach = await tools.database.read(node_queries.reach, person, Power.PUSH)
    zone = await zone_at(reach.widest.id, tools)
    return new_push(tools.new_secret(), reach.widest.id, zone, several=reach.others)


# What is pushed


async def _courses(say: Say, tools: Tools, **_: object) -> dict[str, Any]:
    return {"choices": [(c.id, c.title.in_(say.language)) for c in tools.courses]}


async def _choose_course(manager: DialogManager, course_id: str) -> None:
    await begin_anew(manager, "item")
    await hub.take(manager, hub.draft(manager).asking_course(course_id))


async def _items(
    dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
) -> dict[str, Any]:
    course = tools.courses.require(hub.draft(dialog_manager).course_id)
    numbered = enumerate(course.items, start=1)
    return {
        "course": course.title.in_(say.language),
        "choices": [(item.id, f"{n}. {item.title.in_(say.language)}") for n, item in numbered],
    }


async def _choose_item(manager: DialogManager, item_id: str) -> None:
    draft = hub.draft(manager)
    course = tools_of(manager).courses.require(draft.course_id)
    position = [item.id for item in course.items].index(item_id)
    await hub.take(manager, draft.with_item(item_id, position))


async def _back_from_item(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    """To the courses; to the review, if the item was asked there."""
    draft = hub.draft(manager)
    keep(manager, draft.as_before())
    whole = draft.asked_course is None and not draft.missing()
    await manager.switch_to(PushForm.review if whole else PushForm.course)


async def _choose_place(manager: DialogManager, node_id: int) -> None:
    zone = await zone_at(node_id, tools_of(manager))
    await hub.take(manager, hub.draft(manager).with_place(node_id, zone))


async def _places(
    dialog_manager: DialogManager, person: Person, tools: Tools, **_: object
) -> dict[str, Any]:
    """Those that may be chosen, if there is a choice."""
    if not hub.draft(dialog_manager).several:
        return {"choices": []}
    nodes = await tools.database.read(node_queries.where_may, person, Power.PUSH)
    return {"choices": [(str(node.id), node.name) for node in nodes]}


async def _placed(manager: DialogManager, node_id: str) -> None:
    await _choose_place(manager, int(node_id))


async def _before_rhythm(manager: DialogManager) -> None:
    several = hub.draft(manager).several
    await manager.switch_to(PushForm.place if several else PushForm.item)


async def _review_again(manager: DialogManager) -> None:
    await manager.switch_to(hub.next(hub.draft(manager)))


# The review


async def _said(message: Message, _input: object, manager: DialogManager) -> None:
    """Change what a text plainly means: the time, the item, the course, the place."""
    text = message.text or ""
    try:
        await _typed_time(manager, text)
    except ValueError:
        await _named(manager, text)


async def _named(manager: DialogManager, text: str) -> None:
    for offers, choose in ((_items, _choose_item), (_courses, _choose_course), (_places, _placed)):
        found = named((await offers(**manager.middleware_data))["choices"], text)
        if len(found) == 1:
            await choose(manager, found[0][0])
            return
    raise Refusal("push.not_understood")


async def _review(
    dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    draft = hub.draft(dialog_manager)
    item = draft.chosen()
    course = tools.courses.require(item.course_id)
    place = await tools.database.read(node_queries.by_id, draft.node_id)
    audience = await told(draft.key, draft.audience, say, tools)
    everybody = await tools.counts.of(draft.key, draft.everybody, tools.database, tools.now())
    return {
        "course": course.title.in_(say.language),
        "number": item.position + 1,
        "title": course.items[item.position].title.in_(say.language),
        "place": place.name,
        "several": draft.several,
        **await _others(draft, say, tools),
        "again": draft.again,
        "had": everybody - audience.count,
        "may_again": draft.again or everybody > audience.count or draft.when.recurs,
        **audience.names(),
        **rhythm_names(draft.when, tools, say),
    }


async def _others(draft: PushDraft, say: Say, tools: Tools) -> dict[str, object]:
    """The schedules that push the same to some of the same people, in words."""
    now, zone = tools.now(), tools.zone
    items = draft.items(draft.when.rhythm(now, tools.next_slots))
    given = draft.chosen().course_id, draft.node_id, items, zone
    found = await tools.database.read(schedule_queries.pushing, *given)
    shown = found.map(
        lambda each: schedule_screens.one_of_others(say, each, tools.courses, now, zone)
    )
    return {"others": shown.items, "more": (found.total or 0) - len(shown.items)}


async def _again(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    draft = hub.draft(manager)
    keep(manager, draft.with_again(again=not draft.again))


async def _preview(press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    tools, item = tools_of(manager), hub.draft(manager).chosen()
    course = tools.courses.require(item.course_id)
    screen = screens.item(say_of(manager), course, item.position + 1, course.items[item.position])
    await tools.chat.send(press.from_user.id, screens.without_buttons(screen))


async def _send(press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    tools, draft = tools_of(manager), hub.draft(manager)
    await tools.database.read(audience_queries.require_somebody, draft.audience)
    by, now = person_of(manager).id, tools.now()
    broadcast_id = await tools.database.write(push_now, by, draft.complete(), now)
    await open_card(press, manager, broadcast_id)


async def _schedule(press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    tools, draft, say = tools_of(manager), hub.draft(manager), say_of(manager)
    now = tools.now()
    new, timetable = draft.complete(), draft.when.complete(now, tools.next_slots)
    await tools.database.write(schedule_push, person_of(manager).id, new, timetable, now)
    item = tools.courses.require(new.course_id).items[new.position]
    found, clock = coming(draft.when, tools), clock_of(draft.when, tools)
    people = (await told(draft.key, draft.audience, say, tools)).count
    await finish(press, manager, screens.scheduled(say, item, found, clock, people))


_typed_time = rhythm_input(PushDraft, PushForm, _review_again)

form = Dialog(
    Search("course", _courses, _choose_course, 1).window(
        Words("push.which_course"), PushForm.course, hub.back()
    ),
    Search("item", _items, _choose_item, 1).window(
        Words("push.which_item"),
        PushForm.item,
        Button(Label("button.back"), "back", on_click=_back_from_item),
    ),
    place_window("push.to_whom", PushForm.place, Power.PUSH, _choose_place, hub.back()),
    *rhythm_windows(PushDraft, PushForm, _review_again, _before_rhythm),
    Window(
        Words("push.review"),
        # Two buttons, so that what happens is what the screen says.
        Button(Label("compose.send"), "send", on_click=_send, when=F["now"]),
        Button(Label("compose.schedule"), "schedule", on_click=_schedule, when=~F["now"]),
        Row(
            Button(Label("compose.preview"), "preview", on_click=_preview),
            hub.line("push.line_place", "place", when=F["several"]),
        ),
        hub.line("push.line_course", "course"),
        hub.line("push.line_item", "item"),
        Button(Label("push.line_again"), "again", on_click=_again, when=F["may_again"]),
        rhythm_buttons(PushDraft, PushForm),
        text_input(_said),
        anything_else("button.only_text"),
        ending(),
        state=PushForm.review,
        getter=_review,
    ),
    name="push.form",
)
