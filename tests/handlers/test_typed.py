"""What people type is read alike everywhere: in commands and in forms."""

from datetime import datetime

import pytest

from tests.handlers.room import Room
from tests.handlers.test_post import at_the_review, posted


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("/stats 2026年3月", "东湖社区</b> · 2026年3月"),
        ("／ｓｔａｔｓ　去年", "东湖社区</b> · 2025年"),
        ("/Stats 上个月", "东湖社区</b> · 2026年10月"),
        ("/stats 3月1日至5月31日", "2026年3月1日–2026年5月31日"),
        ("/stats 12月5日（周六）", "东湖社区</b> · 2026年12月5日"),
        ("/stats 12月5日（周日）", "2025年12月5日是周五，周日是 2025年12月7日"),
        ("/stats 5月至3月", "2025年5月1日–2026年3月31日"),
        ("/stats 2026-05-31 2026-03-01", "早于开头"),
        ("/stats 那阵子", "没看懂这个时间"),
        ("/stats 国庆", "2026年10月1日–2026年10月7日"),
        ("/stats 26.11.1-26.11.15", "2026年11月1日–2026年11月15日"),
        ("/stats 2024年国庆", "2024年国庆是哪几天，放假安排里还没有"),
    ],
)
async def test_the_figures_are_asked_in_the_words_of_people(room: Room, typed: str, shown: str):
    kim = await room.staff("kim")
    await kim.says(typed)
    assert shown in kim.screen


@pytest.mark.parametrize("number", ["#2026-0001", "２０２６－０００１", "编号：2026—0001"])
async def test_a_suggestion_is_found_by_its_number_however_it_is_typed(room: Room, number: str):
    bo = await room.resident("bo")
    await bo.says("/suggest")
    await bo.presses("设施维修")
    await bo.says("3号楼东侧路灯坏了")
    await bo.presses("提交")
    await bo.says(f"/track {number}")
    assert "3号楼东侧路灯坏了" in bo.screen


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("周六 12月5日 8:30", "周六 12月5日 8:30 · 社区广场"),
        ("明晚7点半", "周二 11月24日 19:30 · 社区广场"),
        ("12月5日（周六）", "周六 12月5日 9:30 · 社区广场"),
        ("11-22", "2027年11月22日 周一 9:30 · 社区广场"),
        ("8时30分", "周六 11月28日 8:30 · 社区广场"),
        ("四十五人", "名额 45"),
        ("不限", "不限名额"),
        ("12月5日（周日）", "2026年12月5日是周六，周日是 2026年12月6日"),
        ("元旦下午两点半", "2027年1月1日 周五 14:30 · 社区广场"),
        ("月底", "周一 11月30日 9:30 · 社区广场"),
        ("26.12.5", "周六 12月5日 9:30 · 社区广场"),
        ("端午", "2027年端午是哪几天，放假安排里还没有"),
        ("下周末", "不止一天"),
        ("2-29", "2027年没有2月29日。下一个是 2028年2月29日"),
        ("9:30-11:00", "周六 11月28日 9:30–11:00 · 社区广场"),
    ],
)
async def test_what_is_typed_on_the_review_of_an_event_is_taken_or_told(
    room: Room, typed: str, shown: str
):
    kim = await at_the_review(room)
    await kim.says(typed)
    assert shown in kim.screen
    await kim.says("60")  # nothing was lost
    assert "名额 60" in kim.screen


async def test_day_and_time_may_be_typed_at_once_where_the_day_is_asked(room: Room):
    kim = await room.staff("kim")
    await kim.says("/post")
    await kim.presses("公共服务")
    await kim.says("家庭消防演练")
    await kim.says("2027年1月2日（周六）上午9点半")
    assert "在哪里" in kim.screen
    await kim.says("社区广场")
    await kim.says("４０人")
    assert "2027年1月2日 周六 9:30 · 社区广场" in kim.screen
    await kim.presses("发布")
    assert "2027年1月2日 周六 9:30" in kim.screen
    (event,) = await posted(room, kim)
    assert event.starts_at == datetime.fromisoformat("2027-01-02T09:30:00+08:00")
    assert event.capacity == 40


async def test_a_link_and_a_moment_are_typed_into_a_notice(room: Room):
    kim = await room.staff("kim")
    await kim.says("/notice")
    await kim.says("明天停水")
    await kim.presses("选项", "加按钮")
    await kim.says("报名：https://example.org")
    assert "按钮“报名” https://example.org" in kim.screen
    await kim.presses("返回", "改时间", "选时间")
    await kim.says("周六 12月5日 8:30")
    assert "周六 12月5日 8:30" in kim.screen


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("两点半", "周六 11月28日 14:30"),
        ("2:30", "周六 11月28日 14:30"),
        ("周日两点", "周日 11月29日 14:00"),
        ("差一刻三点", "周六 11月28日 14:45"),
    ],
)
async def test_a_bare_hour_of_the_night_is_taken_for_the_afternoon_and_that_is_said(
    room: Room, typed: str, shown: str
):
    kim = await at_the_review(room)
    await kim.says(typed)
    assert shown in kim.form
    assert f"“{typed}”记成了 14:" in kim.screen
    await kim.says("凌晨两点半")
    assert " 2:30 · 社区广场" in kim.form
    await kim.says("02:45")
    assert " 2:45 · 社区广场" in kim.form
    assert "记成了" not in kim.screen


async def test_so_is_that_of_what_is_sent(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/notice")
    await kim.says("明天停水")
    await kim.presses("改时间")
    await kim.says("明天两点半")
    assert "周二 11月24日 14:30" in kim.form
    assert "“明天两点半”记成了 14:30" in kim.screen
