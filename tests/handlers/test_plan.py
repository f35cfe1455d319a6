"""The plan in the chat: setting targets, revising them, seeing who is behind and who is missing."""

from datetime import date
from decimal import Decimal

import pytest

from storage.actions import ledger
from storage.actions.plans import set_targets
from storage.model.ledger import NewEntry
from storage.model.plan import NewTargets
from storage.model.roles import Role
from storage.queries import plans as queries
from storage.queries.people import by_telegram_id
from tests.handlers.room import OWNER, Room, Talker

YEAR = 2026


async def owner(room: Room) -> int:
    found = await room.database.read(by_telegram_id, OWNER)
    assert found is not None
    return found.id


async def visited(room: Room, number: int, on: date = date(2026, 6, 1)) -> None:
    """Somebody of the eastern community recorded that many visits."""
    node = room.communities["东湖社区"]
    new = NewEntry(f"{on} {number}", node.id, "home_visits", on, Decimal(number))
    given = (await owner(room), new, 0, room.clock.now(), room.tools.zone)
    await room.database.write(ledger.record, *given)


async def plans(room: Room, place: str = "东湖社区", reason: str = "", **numbers: int) -> None:
    """The owner plans for a place."""
    chosen = {each: Decimal(number) for each, number in numbers.items()}
    new = NewTargets(room.communities[place].id, YEAR, chosen, reason)
    given = (await owner(room), new, room.tools.programme.plannable)
    await room.database.write(set_targets, *given, room.clock.now(), room.tools.zone)


async def planned(room: Room, place: str = "东湖社区", year: int = YEAR) -> dict[str, int]:
    node = room.communities[place]
    found = await room.database.read(queries.own_targets, node, year)
    return {indicator: int(number) for indicator, number in found[node.id].items()}


async def kim_sets(room: Room, text: str) -> Talker:
    kim = await room.staff("kim")
    await kim.says("/plan")
    await kim.presses("填计划")
    await kim.says(text)
    return kim


async def test_a_plan_is_typed_in_lines_and_saved_as_it_was_shown(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/plan")
    assert "还没有计划" in kim.screen
    await kim.presses("填计划")
    await kim.says("走访慰问 150\n学习活动：24 场次\n学习覆盖率 85.5%")
    for line in ("走访慰问 <b>150</b> 人次", "学习活动 <b>24</b> 场次", "学习覆盖率 <b>85.5</b> %"):
        assert line in kim.screen
    assert await planned(room) == {}
    await kim.presses("保存")
    assert "已保存" in kim.screen
    assert await planned(room) == {"home_visits": 150, "study_sessions": 24, "study_coverage": 85}
    await kim.presses("看计划")
    assert "完成计划" in kim.screen
    assert "时间已过 90 %" in kim.screen


async def test_a_line_is_pressed_and_its_number_typed(room: Room) -> None:
    await visited(room, 80)
    kim = await room.staff("kim")
    await kim.says("/plan")
    await kim.presses("工作机制", "走访慰问", "填这一项")
    await kim.says("一百五十")
    await kim.presses("保存", "看计划")
    assert "🔴 走访慰问 80/150 人次 · 53 %" in kim.screen
    await kim.presses("工作机制", "走访慰问")
    assert "到今天应有 134 人次，差 <b>54</b>" in kim.screen


async def test_a_revision_asks_why_and_both_stay_to_be_read(room: Room) -> None:
    await plans(room, home_visits=150)
    kim = await room.staff("kim")
    await kim.says("/plan")
    await kim.presses("工作机制", "走访慰问", "调整")
    assert "现在的计划是 150" in kim.screen
    await kim.says("180")
    assert "为什么调整" in kim.screen
    await kim.says("新增两个小区")
    assert "150 → <b>180</b>" in kim.screen
    await kim.presses("保存", "看计划", "工作机制", "走访慰问")
    assert "kim：180 人次（新增两个小区）" in kim.screen
    assert "150 人次" in kim.screen


async def test_next_year_is_proposed_from_this_one_and_every_number_can_be_changed(
    room: Room,
) -> None:
    await visited(room, 127)
    kim = await room.staff("kim")
    await kim.says("/plan 明年")
    await kim.presses("填计划", "照 2026 年的实际拟")
    assert "走访慰问 <b>130</b> 人次" in kim.screen
    assert "志愿" not in kim.screen
    await kim.presses("走访慰问 130")
    await kim.says("140")
    await kim.says("学习活动 20")
    await kim.presses("学习活动 20", "不列这一项")
    await kim.presses("保存")
    assert await planned(room, year=2027) == {"home_visits": 140}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("走访慰问 -5", "不能是负数"),
        ("走访慰问 2.5", "只能是整数"),
        ("学习覆盖率 120", "最多 100 %"),
        ("走访慰问 999999999", "多打了几位"),
        ("发布活动 5", "没看懂这几行"),
        ("今年好好干", "没看懂这几行"),
        ("走访 5", "没看懂这几行"),
    ],
)
async def test_what_cannot_be_planned_is_told_and_the_rest_is_kept(
    room: Room, typed: str, told: str
) -> None:
    kim = await kim_sets(room, f"学习活动 24\n{typed}")
    assert any(told in each.text for each in kim.messages[-2:])
    await kim.presses("保存")
    assert await planned(room) == {"study_sessions": 24}


@pytest.mark.parametrize("typed", ["-5", "2.5", "很多", "999999999"])
async def test_a_number_that_makes_no_sense_is_asked_again(room: Room, typed: str) -> None:
    kim = await kim_sets(room, "走访慰问 150")
    await kim.presses("走访慰问 150")
    await kim.says(typed)
    await kim.says("160")
    await kim.presses("保存")
    assert await planned(room) == {"home_visits": 160}


async def test_who_comes_second_sees_what_the_first_planned_and_loses_nothing(room: Room) -> None:
    kim = await kim_sets(room, "走访慰问 150\n学习活动 24")
    await plans(room, home_visits=120)
    assert "刚才有同事" in await kim.presses("保存")
    assert await planned(room) == {"home_visits": 120}
    await kim.says("按去年的实际")
    assert "120 → <b>150</b>" in kim.screen
    await kim.presses("保存")
    assert await planned(room) == {"home_visits": 150, "study_sessions": 24}


async def test_a_year_that_is_not_open_has_a_plan_to_read_and_none_to_fill_in(room: Room) -> None:
    kim = await room.staff("kim")
    for year in ("2019", "2024", "2028", "2031"):
        await kim.says(f"/plan {year}")
        assert f"{year} 年计划" in kim.screen
        assert "还没有计划" in kim.screen
        assert "填计划" not in kim.screen, "what cannot be done is not proposed"
        assert not [each for each in kim.buttons if each in ("✏️ 填计划", "📄 用表格填")]
        await kim.presses("工作机制", "走访慰问")
        assert kim.buttons == ["‹ 返回"], "nothing can be set"
    for year in ("2025", "2026", "2027"):
        await kim.says(f"/plan {year}")
        assert "点“填计划”" in kim.screen
        assert "✏️ 填计划" in kim.buttons


async def test_who_may_not_plan_is_not_told_to(room: Room) -> None:
    bo = await room.staff("bo", Role.VIEWER)
    await bo.says("/plan")
    assert "还没有计划" in bo.screen
    assert "填计划" not in bo.screen


@pytest.mark.parametrize("said", ["3000", "1500", "3000 走访慰问 3", "2019 走访慰问 3"])
async def test_a_year_that_nobody_plans_is_told_which_are(room: Room, said: str) -> None:
    kim = await room.staff("kim")
    await kim.says(f"/plan {said}")
    assert "只能填 2025 年到 2027 年的计划" in kim.screen


async def test_the_years_stop_where_nothing_is_counted(room: Room) -> None:
    kim = await room.staff("kim")
    for year, there in (("1900", ["1901 年"]), ("2200", ["2199 年"])):
        await kim.says(f"/plan {year}")
        assert [each for each in kim.buttons if each.endswith(" 年")] == there


async def test_the_district_sees_who_sent_nothing_and_where_its_plan_differs(room: Room) -> None:
    await plans(room, home_visits=150)
    li = await room.staff("li", Role.DISTRICT, "示范区")
    await li.says("/plan")
    assert "还没报计划</b>：西山社区" in li.screen
    await li.presses("工作机制", "走访慰问")
    assert "计划是各社区之和" in li.screen
    await plans(room, "示范区", home_visits=200)
    await li.presses("返回", "走访慰问")
    assert "各社区之和是 150" in li.screen
    await li.presses("返回", "看计划", "看其他社区")
    assert any("西山社区 还没报" in each for each in li.buttons)
    assert any("东湖社区 0 %" in each for each in li.buttons)
    await li.presses("西山社区")
    assert "还没有计划" in li.screen


async def test_a_viewer_reads_the_plan_and_cannot_set_it(room: Room) -> None:
    await plans(room, home_visits=150)
    bo = await room.staff("bo", Role.VIEWER)
    await bo.says("/plan")
    assert "填计划" not in "".join(bo.buttons)
    await bo.presses("工作机制", "走访慰问")
    assert "调整" not in "".join(bo.buttons)


async def test_the_desk_says_how_far_the_plan_is_and_leads_to_what_is_behind(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/staff")
    assert "本年完成计划" not in kim.screen
    await plans(room, home_visits=150, study_sessions=0)
    await visited(room, 84)
    await kim.says("/staff")
    assert "本年完成计划 78 %（时间已过 90 %）" in kim.screen
    await kim.presses("看差距")
    assert "🔴 走访慰问 84/150 人次 · 56 %" in kim.screen
    await visited(room, 60, date(2026, 7, 1))
    await kim.says("/staff")
    assert "看差距" not in "".join(kim.buttons)


async def test_a_target_is_taken_away_with_a_reason_and_its_history_stays(room: Room) -> None:
    kim = await room.staff("kim")
    await plans(room, home_visits=150, study_sessions=24)
    await kim.says("/plan")
    await kim.presses("工作机制", "走访慰问", "调整", "取消这项计划")
    assert "为什么调整" in kim.screen
    await kim.says("改由街道统一走访")
    assert "走访慰问 150 → <b>不列计划</b>" in kim.screen
    assert "走访慰问 不列" in kim.buttons
    assert await planned(room) == {"home_visits": 150, "study_sessions": 24}
    await kim.presses("保存")
    assert "没有计划" in kim.screen
    assert await planned(room) == {"study_sessions": 24}
    await kim.presses("看计划", "工作机制", "走访慰问")
    assert "：150 人次；" in kim.screen
    assert "kim：不再列计划（改由街道统一走访）" in kim.screen
    # What was not planned cannot be taken away, and it can be planned anew.
    await kim.presses("填这一项")
    assert not any("取消这项" in label for label in kim.buttons)
    await kim.says("90")
    await kim.presses("保存")
    assert await planned(room) == {"home_visits": 90, "study_sessions": 24}


async def test_a_removal_that_was_chosen_can_be_thought_over(room: Room) -> None:
    kim = await room.staff("kim")
    await plans(room, home_visits=150)
    await kim.says("/plan")
    await kim.presses("工作机制", "走访慰问", "调整", "取消这项计划")
    await kim.says("改由街道统一走访")
    await kim.presses("走访慰问 不列")
    await kim.says("160")
    assert "走访慰问 150 → <b>160</b>" in kim.screen
    await kim.presses("保存")
    assert await planned(room) == {"home_visits": 160}


@pytest.mark.parametrize(
    ("text", "place", "year", "numbers"),
    [
        ("走访慰问 150", "东湖社区", 2026, {"home_visits": 150}),
        ("home and condolence visits 150", "东湖社区", 2026, {"home_visits": 150}),
        ("明年 走访慰问 150 人次", "东湖社区", 2027, {"home_visits": 150}),
        ("2027年计划 走访慰问150", "东湖社区", 2027, {"home_visits": 150}),
        ("2027 走访慰问 2026", "东湖社区", 2027, {"home_visits": 2026}),
        ("东湖 走访慰问 一百五十", "东湖社区", 2026, {"home_visits": 150}),
        ("走访慰问 150\n学习活动 24", "东湖社区", 2026, {"home_visits": 150, "study_sessions": 24}),
        ("走访慰问 150；学习活动 24", "东湖社区", 2026, {"home_visits": 150, "study_sessions": 24}),
        ("走访慰问 150，学习活动 24", "东湖社区", 2026, {"home_visits": 150, "study_sessions": 24}),
        (
            "home visits 150, short videos 9",
            "东湖社区",
            2026,
            {"home_visits": 150, "short_videos": 9},
        ),
        ("study sessions 24 for 2027", "东湖社区", 2027, {"study_sessions": 24}),
        ("next year condolence visits 30", "东湖社区", 2027, {"home_visits": 30}),
    ],
)
async def test_a_plan_behind_the_command_is_asked_back(
    room: Room, text: str, place: str, year: int, numbers: dict[str, int]
) -> None:
    kim = await room.staff("kim")
    await kim.says(f"/plan {text}")
    assert f"{place} · {year} 年计划" in kim.screen
    assert "请确认" in kim.screen
    assert await planned(room, place, year) == {}
    await kim.presses("保存")
    assert await planned(room, place, year) == numbers


async def test_what_a_line_could_mean_is_asked(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/plan 明年 走访 150")
    assert "东湖社区 · 2027 年计划：是哪一项？" in kim.screen
    assert "走访企业" in kim.buttons
    await kim.presses("走访慰问")
    assert "走访慰问 <b>150</b> 人次" in kim.screen
    await kim.presses("保存")
    assert await planned(room, year=2027) == {"home_visits": 150}


async def test_a_district_names_the_place_in_the_line(room: Room) -> None:
    mei = await room.staff("mei", Role.DISTRICT, "示范区")
    await mei.says("/plan 西山 走访慰问 120")
    assert "西山社区 · 2026 年计划" in mei.screen
    await mei.presses("保存")
    assert await planned(room, "西山社区") == {"home_visits": 120}


async def test_lines_of_two_places_are_not_put_into_one(room: Room) -> None:
    """The number of the second place stood in the plan of the first."""
    mei = await room.staff("mei", Role.DISTRICT, "示范区")
    await mei.says("/plan 东湖 走访慰问 150；西山 走访慰问 120")
    assert "东湖社区 · 2026 年计划" in mei.form
    assert "走访慰问 <b>150</b>" in mei.form
    assert "没有记下：西山 走访慰问 120" in mei.screen


async def test_a_line_that_revises_asks_why_and_the_same_is_told(room: Room) -> None:
    kim = await room.staff("kim")
    await plans(room, home_visits=150)
    await kim.says("/plan 走访慰问 150")
    assert "和现在的计划一样" in kim.screen
    await kim.says("/plan 走访慰问 160")
    assert "为什么调整" in kim.screen
    await kim.says("人手增加")
    await kim.presses("保存")
    assert await planned(room) == {"home_visits": 160}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("天气 150", "没看懂这几行"),
        ("走访 -3", "计划数不能是负数"),
        ("走访慰问 -3", "计划数不能是负数"),
        ("学习覆盖率 120", "比率最多 100"),
        ("2031年 走访慰问 150", "只能填 2025 年到 2027 年的计划"),
        ("什么是计划", "可以写年份，例如 /plan 2026；或者写一项计划，例如 /plan 走访慰问 150"),
        ("走访慰问", "例如 /plan 走访慰问 150"),
        ("走访慰问 1e9", "没看懂这几行"),
        ("走访慰问 150 160", "没看懂这几行"),
        (
            "走访慰问 每月 40",
            "没看懂这几行，没有记下：走访慰问 每月 40。请一行一项，只写名称和全年的数",
        ),
        ("走访慰问 150 西山社区", "没看懂这几行"),
        ("北山 走访慰问 150", "没看懂这几行"),
        ("走访慰问 比去年多 10", "没看懂这几行"),
        ("走访慰问 50%", "这一项按数量计"),
        ("走访 50%", "这一项按数量计"),
        ("学习覆盖率 0.8", "“0.8”不到 1 %。百分之八十请写 80 或 80%"),
    ],
)
async def test_a_line_that_cannot_be_is_told_and_nothing_is_planned(
    room: Room, text: str, told: str
) -> None:
    kim = await room.staff("kim")
    await kim.says(f"/plan {text}")
    assert told in kim.screen
    assert await planned(room) == {}


async def test_a_viewer_plans_nothing_with_a_line(room: Room) -> None:
    lin = await room.staff("lin", Role.VIEWER)
    await lin.says("/plan 走访慰问 150")
    assert "请确认" not in lin.screen
    assert await planned(room) == {}
