"""Whoever types what a button says means the button: in every window of every form."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from aiogram.enums import MessageOriginType
from aiogram.fsm.state import State
from aiogram.types import MessageOriginHiddenUser

from handlers.forms.drafts import started_with
from handlers.forms.heard import HEARD
from handlers.forms.open import OFFERED, TOUCHED
from storage.model.person import LANGUAGES
from storage.model.roles import Role
from tests.handlers.content import file, photo
from tests.handlers.room import Room, Talker
from tests.handlers.test_post import at_the_review
from tests.handlers.test_windows import SAMPLES, WINDOWS, ground

# What shows a value of the draft, or is one of many to choose from: typed, it is an answer.
_LINES = {"title", "category", "day", "on", "at", "ends", "place", "capacity", "came", "reminder"}
_LINES |= {"node_id", "indicator", "number", "note", "media", "reason", "item", "lines"}
_LINES |= {f"answer_{n}" for n in range(1, 6)}
ANSWERS = _LINES | {"weekdays", "similar", "question", "event", "seat", "person"}
WAYS_OUT = {"cancel", "done"}


@pytest.mark.parametrize(
    ("name", "state"), WINDOWS, ids=[f"{name}-{state.state}" for name, state in WINDOWS]
)
async def test_a_typed_label_does_what_its_button_does_up_to_what_it_would_submit(
    room: Room, name: str, state: State
) -> None:
    given = await ground(room)
    for language in LANGUAGES:
        tried = set[str]()
        for draft in SAMPLES[name](given) or [None]:
            stand = _Stand(room, state, started_with(draft) if draft else {}, language)
            for number, (label, widget) in enumerate(await stand.buttons()):
                if widget not in tried:
                    await stand.tries(number, label, widget)
                    tried.add(widget)


@dataclass
class _Stand:
    """A window of a form, before which people stand."""

    room: Room
    state: State
    data: dict[str, Any]
    language: str

    async def opened(self) -> tuple[Talker, str]:
        """Somebody before it, and the id of their form."""
        secret = self.room.tools.new_secret()
        mei = await self.room.staff(secret, Role.DISTRICT, "示范区", self.language)
        form = await mei.has_open(self.state, self.data)
        await mei.presses_raw(f"continue:{form}")
        return mei, form

    async def buttons(self) -> list[tuple[str, str]]:
        """Their labels, and the names of their widgets."""
        mei, _ = await self.opened()
        names = [each.partition("\x1d")[2].partition(":")[0] for each in mei.carried]
        return list(zip(mei.buttons, names, strict=True))

    async def pressed(self, number: int) -> object:
        """What a form holds after a press that could submit nothing."""
        mei, form = await self.opened()
        tools = replace(self.room.tools, new_secret=lambda: "secret")
        self.room.dispatcher["tools"] = tools.only_looking()
        await mei.presses_raw(mei.carried[number], mei.window)
        self.room.dispatcher["tools"] = tools
        return await _held(mei, form)

    async def tries(self, number: int, label: str, widget: str) -> None:
        """The label is typed, and does what the press does."""
        expected = await self.pressed(number)
        mei, form = await self.opened()
        before, said = await _held(mei, form), len(mei.messages)
        await mei.says(f"  【{label}】 ")
        became, say = await _held(mei, form), self.room.tools.texts.in_(self.language)
        assert became != before or len(mei.messages) > said, "it was not answered"
        assert mei.screen != say("button.only_text"), label
        if widget in WAYS_OUT:
            assert became is None, (label, mei.screen)
        elif widget not in ANSWERS:
            assert became == expected, (label, mei.screen)


async def _held(talker: Talker, form: str) -> object:
    """Where a form stands, and what it holds; None if it is over."""
    context = await talker.stands(form)
    if context is None:
        return None
    beside = {HEARD, TOUCHED, OFFERED}
    data = {key: value for key, value in context.dialog_data.items() if key not in beside}
    return context.state, data, context.widget_data


async def test_what_is_submitted_is_submitted_by_its_button(room: Room) -> None:
    bo = await room.resident("bo")
    await bo.says("/suggest")
    await bo.says("设施维修")
    await bo.says("路灯坏了")
    await bo.says("提交")
    assert "打字不会提交" in bo.screen
    await bo.says("加照片")
    assert "请发照片" in bo.screen
    await bo.says("‹返回›")
    assert "路灯坏了" in bo.screen
    await bo.says("改为匿名")
    assert "署名：匿名" in bo.screen
    await bo.presses("提交")
    assert "已收到" in bo.screen


async def test_a_typed_label_can_be_edited_into_an_answer_and_back(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/post")
    await kim.presses("公共服务")
    await kim.says("家庭消防演练")
    said = await kim.says("返回")
    assert "叫什么名字" in kim.screen
    await kim.edits(said, text="周六 9:30")
    assert "在哪里" in kim.screen
    await kim.edits(said, text="下一页")
    assert "12月1日" in "".join(kim.buttons)


async def test_what_is_forwarded_is_no_press(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/notice 明天停水")
    await kim.sends(
        text="重写",
        forward_origin=MessageOriginHiddenUser(
            type=MessageOriginType.HIDDEN_USER, sender_user_name="ana", date=room.clock.now()
        ),
    )
    assert "请确认" in kim.screen
    assert "重写" in kim.screen


async def test_where_one_only_looks_done_is_typed_too(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/staff")
    await kim.presses_raw("find_managed")
    await kim.says("消防")
    await kim.says("好了")
    assert await kim.forms() == []
    assert "取消" not in kim.screen


@pytest.mark.parametrize("said", ["返回", "‹ 上一页", "下一页"])
async def test_a_way_that_there_is_not_is_no_text(room: Room, said: str) -> None:
    kim = await room.staff("kim")
    await kim.says("/notice")
    await kim.says(said)
    assert "这一步没有" in kim.screen
    assert "想通知什么" in kim.form


async def test_where_it_is_asked_what_was_meant_the_review_is_heard_too(room: Room) -> None:
    kim = await at_the_review(room)
    await kim.says("一楼大厅")
    assert "要改哪一项" in kim.screen
    await kim.says("说明、照片")
    assert "还可以写什么" in kim.screen
    await kim.says("回到核对")
    await kim.says("一楼大厅")
    await kim.says("地点")
    assert "9:30 · 一楼大厅" in kim.screen


@pytest.mark.parametrize("said", ["2", "２", "第二课", "第2课"])
async def test_a_numbered_choice_is_called_by_its_number(room: Room, said: str) -> None:
    kim = await room.staff("kim")
    await kim.says("/push")
    await kim.presses("居民安全与权益")
    await kim.says(said)
    await kim.says("现在发一次")
    assert "第 2 课" in kim.screen


async def test_a_category_typed_on_the_review_is_the_category(room: Room) -> None:
    kim = await at_the_review(room)
    await kim.says("专题讲座")
    assert "专题讲座 · 东湖社区" in kim.screen
    await kim.says("/log 走访慰问 3 昨天")
    await kim.says("短视频")
    assert "短视频 3 个" in kim.screen


async def test_a_picture_and_a_place_are_taken_on_the_review_of_an_event(room: Room) -> None:
    kim = await at_the_review(room)
    await kim.sends(**photo("p", "带水杯"))
    await kim.sends(location={"latitude": 31.2, "longitude": 121.4})
    assert "带水杯" in kim.screen
    assert "请确认" in kim.screen
    await kim.sends(**photo("q", "带毛巾"))
    assert "照片下面的字没有收" in kim.screen
    await kim.sends(**file("voice", "v"))
    assert "只收照片" in kim.screen
    await kim.presses("说明、照片")
    assert {"🖼 照片 2 张", "🗺 地图位置 ✓", "📝 带水杯"} <= {*kim.buttons}


async def test_what_stands_before_a_value_calls_its_button(room: Room) -> None:
    kim = await room.staff("kim", Role.DISTRICT, "示范区")
    await kim.says("/notice 明天停水")
    for said in ("改时间", "每周定时", "周一", "8:30", "更多", "次数", "5", "间隔"):
        await kim.says(said)
    assert "每几周一次" in kim.screen


async def test_days_are_shown_from_the_first_again_where_they_are_asked_again(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/log")
    for said in ("走访慰问", "下一页", "返回", "走访慰问"):
        await kim.says(said)
    assert "今天" in kim.buttons
    for said in ("下一页", "昨天", "3"):
        await kim.says(said)
    await kim.presses("11月22日")
    assert "今天" in kim.buttons
