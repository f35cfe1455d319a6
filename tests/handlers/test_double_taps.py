"""A double tap does what one tap does: what takes the place of a button undoes nothing."""

from datetime import timedelta

import pytest
from aiogram.fsm.state import State

from handlers import FORM_MARK
from handlers.forms.drafts import started_with
from handlers.forms.toggles import UNDONE_BY
from handlers.ids import broadcast_id, event_id, suggestion_id
from handlers.people.suggest import SuggestForm
from handlers.staff.notices import NoticeForm
from storage.actions.suggestions import decide
from storage.model.roles import Role
from storage.model.suggestion import Answer, SuggestionState
from tests.handlers.matrix import PRESSES
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


def test_whatever_takes_something_back_stands_in_this_table() -> None:
    named = {each.partition(":")[0] for row in TOGGLES for each in row[1:]}
    undoing = {each.action: each.undoes for each in PRESSES if each.undoes}
    assert undoing.keys() == named
    for _, first, second in TOGGLES:
        pair = first.partition(":")[0], second.partition(":")[0]
        assert undoing[pair[0]] == pair[1]
        assert undoing[pair[1]] == pair[0]


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
    assert "刚刚点过了" in await kim.presses_raw(kim.carried[place], window)
    assert shown(kim) == done
    room.clock.at += A_SECOND
    await kim.presses_raw(kim.carried[place], window)
    assert shown(kim) != done


def shown(kim: Talker) -> tuple[str, list[str]]:
    return kim.form, kim.buttons


def named(data: str) -> str:
    """Which button of a form it is."""
    return data.partition(FORM_MARK)[2].partition(":")[0]
