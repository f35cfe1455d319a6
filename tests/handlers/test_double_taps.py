"""A double tap does what one tap does: what takes the place of a button undoes nothing, and is no
"yes" to a question."""

from datetime import timedelta

import pytest
from aiogram.fsm.state import State
from aiogram.types import (
    CallbackQuery,
    Chat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    User,
)

from handlers import FORM_MARK
from handlers.forms.drafts import started_with
from handlers.forms.toggles import UNDONE_BY
from handlers.ids import broadcast_id, event_id, suggestion_id
from handlers.people.suggest import SuggestForm
from handlers.staff.notices import NoticeForm
from handlers.taps import Taps
from storage.actions.suggestions import decide
from storage.model.roles import Role
from storage.model.suggestion import Answer, SuggestionState
from tests.handlers.matrix import PRESSES, data_of
from tests.handlers.places import EAST, Places
from tests.handlers.room import Room, Talker
from tests.handlers.scene import Scene
from tests.handlers.test_windows import FORMS, SAMPLES, ground
from tests.storage.district import DAY, NOW, ZONE

HALF_A_SECOND = timedelta(milliseconds=500)
A_SECOND = timedelta(seconds=1)
# Who can do and take back what, by the buttons that take each other's place.
TOGGLES = [
    ("resident", "join:{event}", "unjoin:{event}"),
    ("resident", "support:{suggestion}", "withdraw:{suggestion}"),
    ("member", "join_course:resident-basics:0", "leave_course:resident-basics:0"),
    ("member", "pause_study:resident-basics:0:1", "pause_study:resident-basics:0:0"),
    ("resident", "pause:1", "pause:0"),
    ("community", "came:{event}:{person}:0", "absent:{event}:{person}:0"),
    ("community", "broadcast_pause:{broadcast}", "broadcast_resume:{broadcast}"),
]


# What answers a question with "yes", and what else must be among what changes something.
ANSWERS = {
    *("agree", "left", "called_off", "unlinked", "role_ended", "recall", "group_at"),
    *("broadcast_stopped", "broadcast_withdrawn", "broadcast_retried", "stopped_push"),
    *("admit", "reject", "done"),
}


async def test_no_press_changes_anything_by_a_button_that_has_just_come_under_the_finger(
    scene: Scene, places: Places
) -> None:
    say, met = scene.tools.texts.in_("zh"), set()
    for role, before in (("stranger", "hello:zh"), ("member", "home"), ("owner", "home")):
        who = places.telephone(role)
        for press in PRESSES:
            data = data_of(press, EAST, places)
            await scene.presses(who, data)
            writes = scene.written()
            scene.again()
            await scene.presses(who, before)
            scene.settle()
            calls = await scene.taps(who, data)
            assert not scene.written(), data
            if writes:
                assert calls == [("toast", say.label("button.pressed_twice"))], data
                met.add(press.action)
            scene.again()
    assert met >= ANSWERS, ANSWERS - met


@pytest.mark.parametrize("name", FORMS)
async def test_no_form_changes_or_ends_by_a_button_that_has_just_come_under_the_finger(
    room: Room, name: str
) -> None:
    kim, given = await room.staff("kim", Role.DISTRICT, "示范区"), await ground(room)
    for draft in SAMPLES[name](given)[:1]:
        for state in FORMS[name]:
            form = await kim.has_open(state, started_with(draft))
            await kim.presses_raw(f"continue:{form}")
            held = await kim.holds(form)
            # One button of each name; "back" only leads on.
            for data in {
                named(each): each for each in kim.carried if named(each) != "back"
            }.values():
                await kim.presses_raw(f"continue:{form}")
                room.clock.at += HALF_A_SECOND
                await kim.taps(data, kim.window)
                assert await kim.holds(form) == held, data


async def test_who_knows_a_form_answers_it_fast_and_looks_before_it_ends(room: Room) -> None:
    await room.member("ana")
    kim = await room.staff("kim", Role.DISTRICT, "示范区")
    await kim.says("/push")
    for label in ("居民安全与权益", "2.", "东湖社区", "现在发一次"):
        room.clock.at += timedelta(seconds=0.6)
        [data] = [
            each for each, text in zip(kim.carried, kim.buttons, strict=True) if label in text
        ]
        assert await kim.taps(data, kim.window) == ""
    assert "请确认" in kim.form
    for label in ("发送", "取消"):
        [data] = [
            each for each, text in zip(kim.carried, kim.buttons, strict=True) if label in text
        ]
        room.clock.at += timedelta(seconds=0.1)
        assert "刚刚点过了" in await kim.taps(data, kim.window)
    room.clock.at += A_SECOND
    await kim.presses("取消")
    assert await kim.forms() == []


async def test_who_taps_everything_twice_comes_as_far_as_with_one_tap(room: Room) -> None:
    await ground(room)
    ana = await room.resident("ana")
    await ana.says("/suggest 路灯坏了")
    for label, place, then in (("停车交通", 2, "请确认"), ("提交", 0, "已收到")):
        at = ana.window
        await ana.presses(label)
        room.clock.at += HALF_A_SECOND
        await ana.taps(ana.carried[place], at)
        assert then in ana.form
    await ana.says("/events")
    [event, *_] = ana.buttons
    await ana.presses_raw("home", ana.window)
    await ana.presses("近期活动")
    room.clock.at += HALF_A_SECOND
    await ana.taps(ana.carried[0], ana.window)
    assert ana.buttons[0] == event


async def test_a_second_tap_is_no_yes(room: Room) -> None:
    given, kim = await ground(room), await room.staff("kim")
    await kim.presses_raw(f"call_off:{given.event}")
    yes = f"called_off:{given.event}"
    room.clock.at += HALF_A_SECOND
    assert "刚刚点过了" in await kim.taps(yes, kim.window)
    room.clock.at += HALF_A_SECOND
    assert "刚刚点过了" not in await kim.taps(yes, kim.window)
    assert "已取消" in kim.screen


AT, ON = NOW, 5  # when the first tap came, and on which message
SLOW = timedelta(seconds=2)


@pytest.mark.parametrize(
    ("came_after", "message_id", "data", "soon"),
    [
        (0.3, ON, "new", True),
        (1.9, ON, "new", True),  # the screen stood for no moment yet, however slow it was
        (2.9, ON, "new", True),
        (3.0, ON, "new", False),
        (-60, ON, "new", False),  # the clock was set back
        (0.3, ON, "first", False),  # the same once more
        (0.3, ON, "stayed", False),  # it stood there before
        (0.3, ON, "moved", True),  # not there
        (0.3, ON, "gone", False),  # an old screen was looked at
        (0.3, ON + 1, "new", True),  # what was asked stands in a message of its own
        (0.3, ON - 1, "new", False),
    ],
)
def test_a_button_is_pressed_too_soon_if_it_came_less_than_a_moment_ago(
    came_after: float, message_id: int, data: str, *, soon: bool
) -> None:
    taps, came_at = Taps(), AT + timedelta(seconds=came_after)
    taps.keep(tap("first", ON, "first", "stayed", "gone", "moved"), AT, AT + SLOW)
    press = tap(data, message_id, "new", "stayed", "moved")
    assert taps.is_too_soon(press, came_at) is soon
    assert not taps.is_too_soon(tap(data, message_id, account=2), came_at)


@pytest.mark.parametrize(
    ("answered_after", "came_after", "doubled"),
    [
        (0.1, 0.15, True),
        (0.1, 0.5, True),
        (0.1, 0.59, True),
        (0.1, 0.6, False),
        (2, 2.3, True),  # the question stood for no glance yet
        (2, 2.4, False),
        (2, -60, False),  # the clock was set back
    ],
)
def test_a_second_tap_is_as_fast_as_no_finger_that_chooses(
    answered_after: float, came_after: float, *, doubled: bool
) -> None:
    taps, came_at = Taps(), AT + timedelta(seconds=came_after)
    taps.keep(tap("first", ON, "first"), AT, AT + timedelta(seconds=answered_after))
    assert taps.is_doubled(tap("new", ON, "new"), came_at) is doubled


def test_pressing_on_and_on_makes_no_button_older() -> None:
    taps = Taps()
    taps.keep(tap("first", ON, "first"), AT, AT)
    looked = tap("next", ON, "next", "yes")
    assert taps.is_too_soon(looked, AT + HALF_A_SECOND)
    taps.keep(looked, AT + HALF_A_SECOND, AT + HALF_A_SECOND)
    assert taps.is_too_soon(tap("yes", ON, "next", "yes"), AT + HALF_A_SECOND * 1.5)


def tap(data: str, message_id: int, *there: str, account: int = 1) -> CallbackQuery:
    rows = [[InlineKeyboardButton(text="…", callback_data=each)] for each in there]
    markup = InlineKeyboardMarkup(inline_keyboard=rows)
    chat = Chat(id=account, type="private")
    message = Message(message_id=message_id, date=AT, chat=chat, text="…", reply_markup=markup)
    user = User(id=account, is_bot=False, first_name="…")
    return CallbackQuery(id="1", from_user=user, chat_instance="1", message=message, data=data)


@pytest.mark.parametrize(("role", "do", "undo"), TOGGLES, ids=[row[1] for row in TOGGLES])
async def test_what_was_just_done_is_not_undone_by_a_second_tap(
    scene: Scene, places: Places, role: str, do: str, undo: str
) -> None:
    known = {"event": event_id, "suggestion": suggestion_id, "broadcast": broadcast_id}
    ids = {name: places.ids[reader][EAST] for name, reader in known.items()}
    adopted, mei = Answer(SuggestionState.ADOPTED, "好"), places.people["owner"].id
    await scene.database.write(decide, mei, ids["suggestion"], adopted, NOW, ZONE)
    scene.settle()
    do, undo = [each.format(**ids, person=places.seated) for each in (do, undo)]
    who, say = places.telephone(role), scene.tools.texts.in_("zh")
    if "came" in do:
        scene.at = NOW + DAY  # the event has begun
    await scene.presses(who, do)
    assert scene.written(), scene.calls
    for other in (undo, do):
        scene.settle()
        scene.at += HALF_A_SECOND
        assert await scene.taps(who, other) == [("toast", say.label("button.pressed_twice"))]
        assert not scene.written(), other
        scene.at += A_SECOND
        await scene.taps(who, other)
        assert scene.written(), other


# Where each toggle of a form stands, and which of its samples shows it.
WIDGETS = [
    (SuggestForm.review, 0, "anonymous"),
    (NoticeForm.options, 0, "not_urgent"),
    (NoticeForm.options, 0, "once"),
    (NoticeForm.confirm, 0, "swap"),
    (NoticeForm.days, 0, "weekdays"),
    (NoticeForm.more, 2, "holidays"),
    (NoticeForm.skips, 2, "skip"),
]


def test_every_toggle_of_a_form_stands_in_this_table() -> None:
    assert {*UNDONE_BY} == {each for *_, name in WIDGETS for each in (name, UNDONE_BY[name])}


async def test_signing_up_keeps_the_way_back_to_the_list(room: Room) -> None:
    given, ana = await ground(room), await room.resident("ana")
    await ana.says("/events")
    await ana.presses("家庭消防演练")
    for press in ("我要报名", "取消报名", "我要报名"):
        await ana.presses(press)
        room.clock.at += A_SECOND
        assert ana.buttons[-1] == "‹ 返回"
    await ana.presses("返回")
    assert "✅" in ana.buttons[0]
    await ana.presses_raw(f"join:{given.event}")  # under the news of it, which led to no list
    assert "‹ 返回" not in ana.buttons


@pytest.mark.parametrize(("state", "sample", "widget"), WIDGETS, ids=[row[2] for row in WIDGETS])
async def test_what_was_just_chosen_in_a_form_is_not_undone_by_a_second_tap(
    room: Room, state: State, sample: int, widget: str
) -> None:
    kim = await room.staff("kim", Role.DISTRICT, "示范区")
    [name] = [name for name, states in FORMS.items() if state in states]
    draft = SAMPLES[name](await ground(room))[sample]
    await kim.presses_raw(f"continue:{await kim.has_open(state, started_with(draft))}")
    window, at_first = kim.window, shown(kim)
    [place, *_] = [at for at, data in enumerate(kim.carried) if named(data) == widget]
    await kim.presses_raw(kim.carried[place], window)
    done = shown(kim)
    assert done != at_first
    room.clock.at += HALF_A_SECOND
    assert named(kim.carried[place]) == UNDONE_BY[widget]
    assert "刚刚点过了" in await kim.taps(kim.carried[place], window)
    assert shown(kim) == done
    room.clock.at += A_SECOND
    await kim.presses_raw(kim.carried[place], window)
    assert shown(kim) != done


def shown(kim: Talker) -> tuple[str, list[str]]:
    return kim.form, kim.buttons


def named(data: str) -> str:
    """Which button of a form it is."""
    return data.partition(FORM_MARK)[2].partition(":")[0]
