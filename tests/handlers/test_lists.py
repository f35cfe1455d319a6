"""What lists and first screens tell: who, when, and what is due."""

from datetime import datetime, timedelta

import pytest

from storage.model.period import year_of
from storage.model.roles import Role
from tests.handlers.room import Room
from tests.handlers.test_post import at_the_review


async def test_the_home_of_staff_says_what_they_are(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/start")
    assert "您是<b>东湖社区</b>的社区工作人员" in kim.screen
    kim = await room.staff("li", Role.DISTRICT, "示范区", language="en")
    await kim.says("/start")
    assert "You are district staff of <b>示范区</b>" in kim.screen
    bo = await room.resident("bo", language="en")
    await bo.says("/start")
    assert "You are a resident of <b>东湖社区</b>" in bo.screen


async def test_the_desk_shows_the_events_of_today(room: Room) -> None:
    kim = await at_the_review(room)
    await kim.presses("发布")
    await kim.says("/staff")
    assert "消防" not in kim.screen
    room.clock.at = datetime.fromisoformat("2026-11-28T08:00:00+08:00")
    await kim.says("/staff")
    assert "🎫 9:30 家庭消防演练 · 0/40 人" in kim.screen


async def test_the_desk_says_which_suggestions_wait_for_too_long(room: Room) -> None:
    kim, bo = await room.staff("kim"), await room.resident("bo")
    await bo.says("/suggest")
    await bo.presses("设施维修")
    await bo.says("路灯坏了")
    await bo.presses("提交")
    assert "3 个工作日内答复" in bo.screen
    for days, late in ((1, False), (3, False), (4, True)):  # from Monday to Friday
        room.clock.at = datetime.fromisoformat("2026-11-23T12:00:00+08:00") + timedelta(days=days)
        await kim.says("/staff")
        assert ("1 条已超期" in kim.screen) is late, days


async def test_a_notice_says_who_sends_it_and_its_line_who_did_when(room: Room) -> None:
    kim, _ = await room.staff("kim"), await room.resident("bo")
    await kim.says("/notice")
    await kim.says("明天停水")
    assert "明天停水\n\n—— 东湖社区" in kim.screen
    await kim.presses("📣 发送")
    await kim.says("/broadcasts")
    assert "📣 明天停水 · 周一 11月23日 kim · 发送中" in kim.buttons[0]


async def test_a_notice_of_the_district_to_one_community_is_signed_by_the_district(
    room: Room,
) -> None:
    mei, _ = await room.staff("mei", Role.DISTRICT, "示范区"), await room.resident("bo")
    await mei.says("/notice")
    await mei.says("明天停水")
    await mei.presses("改对象", "地点", "东湖社区", "选好了")
    assert "对象：东湖社区" in mei.screen
    assert "—— 示范区" in mei.screen


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_each_figure_has_a_line_of_its_own(room: Room, language: str) -> None:
    kim = await room.staff("kim", language=language)
    lines: list[str] = []
    year = year_of(room.clock.now().date()).compact
    for number in range(len(room.tools.programme.sections) + 1):
        await kim.presses_raw(f"stats_more:2:{year}:{number}")
        lines += kim.form.splitlines()
    for indicator in room.tools.programme.indicators:
        name = f"{indicator.name.in_(language)}{':' if language == 'en' else ''} <b>"
        own = [each for each in lines if each.partition(". ")[2].startswith(name)]
        assert set(own), name
        assert len(set(own)) == 1, name
        assert own[0].count("<b>") == 1
