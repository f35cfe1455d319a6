"""Attendance: staff tick who came, and the right people are told afterwards."""

import asyncio
from datetime import datetime, timedelta

from bot.simulator import Message, Person
from storage.actions import sign_ups
from storage.model.roles import Role
from storage.queries import people, rosters
from tests.storage.district import ZONE
from tests.stories.conftest import Town
from tests.stories.test_events import an_event

START = datetime.fromisoformat("2026-11-28T09:30:00+08:00")


async def test_who_came_is_ticked_and_each_gets_the_notice_that_is_meant(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    ana, bo = await town.member("ana"), await town.resident("bo")
    li, mei = await town.resident("li"), await town.resident("mei")
    await kim.posts_event("消防演练", day="11月28日", at="9:30")
    for person in (ana, bo, li):
        assert "已报名" in (await person.presses("我要报名") or "")
    await mei.sees("消防演练")
    await kim.presses("名单")
    await kim.sees("周六 11月28日 8:30 起，在这里点名签到")
    await kim.sees("1. ana")

    town.clock.advance(START - town.clock.now())
    await kim.presses("刷新")
    await kim.sees("到场 0 / 报名 3")
    await kim.presses("○ ana")
    await kim.presses("○ bo")
    roster = await kim.sees("到场 2 / 报名 3")
    assert roster.buttons[:4] == ["✅ ana", "✅ bo", "○ li", "全部到场"]
    town.clock.advance(timedelta(seconds=2))  # no second tap, but a second thought
    await kim.presses("✅ bo")
    await kim.sees("到场 1 / 报名 3")
    assert await kim.presses("全部到场") == "又签到 1 人；点掉的 1 人没有改"
    roster = await kim.sees("到场 2 / 报名 3")
    assert roster.buttons[:3] == ["✅ ana", "○ bo", "✅ li"]

    await kim.sends_notice("谢谢您来演练", to=["活动", "消防演练", "到场"])
    for person in (ana, li):
        await person.sees("谢谢您来演练")
    await kim.sends_notice("下次见", to=["活动", "消防演练", "未到场（含未报名）"])
    for person in (bo, mei):
        await person.sees("下次见")
    await kim.sends_notice("没等到您", to=["活动", "消防演练", "报名未到场"])
    await bo.sees("没等到您")
    await town.rests()
    everybody = (ana, bo, li, mei)
    assert [p for p in everybody if got(p, "谢谢您来演练")] == [ana, li]
    assert [p for p in everybody if got(p, "下次见")] == [bo, mei]
    assert [p for p in everybody if got(p, "没等到您")] == [bo]


def got(person: Person, words: str) -> bool:
    return any(words in message.text for message in person.messages)


async def begun(town: Town, *names: str) -> int:
    """An event that begins now, for which people of these names signed up."""
    crowd = [await town.resident(name) for name in names]
    event_id = await an_event(town, capacity=None)
    for person in crowd:
        await town.database.write(sign_ups.sign_up, person.id, event_id, town.clock.now(), ZONE)
    town.clock.advance(timedelta(days=2))
    return event_id


async def ticked(town: Town, event_id: int) -> list[str]:
    seats = (await town.database.read(rosters.roster, event_id, 0)).items
    return [seat.name for seat in seats if seat.came]


def ticks(roster: Message) -> list[str]:
    return [label for label in roster.buttons if label[0] in "○✅"]


async def test_a_press_stays_on_its_page_also_after_a_restart(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    event_id = await begun(town, *(f"bo{n:02}" for n in range(10)))
    await kim.presses_raw(kim.last, f"roster:{event_id}")
    await kim.presses("下一页")
    assert ticks(await kim.sees("到场 0")) == ["○ bo08", "○ bo09"]
    await town.stops()
    await town.starts()
    await kim.presses("○ bo09")
    assert ticks(await kim.sees("到场 1")) == ["○ bo08", "✅ bo09"]
    assert await kim.presses("全部到场") == "又签到 9 人"
    assert ticks(await kim.sees("到场 10")) == ["✅ bo08", "✅ bo09"]
    await kim.presses("上一页")
    assert len(ticks(await kim.sees("到场 10"))) == 8


async def test_forged_and_late_presses_tick_nobody_and_are_answered(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    bo = await town.resident("bo")
    event_id = await begun(town, "ana")
    ana = (await town.database.read(rosters.roster, event_id, 0)).items[0].person_id
    bos = await town.database.read(people.by_telegram_id, bo.id)
    assert bos is not None
    refused = {
        f"came:{event_id}:{bos.id}:0": "没有报名",
        f"came:{event_id}:{2**63 - 1}:0": "没有报名",
        f"came:999:{ana}:0": "没有找到",
        "all_came:999:0": "没有找到",
        "roster:999:0": "没有找到",
        f"came:{event_id}:{ana}": "已经失效",
        f"came:{event_id}:{2**63}:0": "已经失效",
        f"absent:{event_id}:x:0": "已经失效",
        f"all_came:{event_id}:": "已经失效",
    }
    for data, answer in refused.items():
        assert answer in (await kim.presses_raw(kim.last, data) or ""), data
    assert await ticked(town, event_id) == []
    for page in ("-7", "9" * 40):
        await kim.says("/staff")
        desk = await kim.sees("东湖社区 · 今天")
        await kim.presses_raw(desk, f"roster:{event_id}:{page}")
        assert ticks(await kim.sees("到场 0")) == ["○ ana"]


async def test_others_than_the_staff_of_the_place_tick_nobody(town: Town) -> None:
    li = await town.staff("li", Role.COMMUNITY, "西山社区")
    viewer = await town.staff("viewer", Role.VIEWER, "东湖社区")
    event_id = await begun(town, "ana")
    ana = (await town.database.read(rosters.roster, event_id, 0)).items[0].person_id
    bo = await town.resident("bo")
    for data in (
        f"came:{event_id}:{ana}:0",
        f"absent:{event_id}:{ana}:0",
        f"all_came:{event_id}:0",
        f"roster:{event_id}:0",
    ):
        for person in (li, viewer, bo):
            answer = await person.presses_raw(person.last, data)
            assert "没有找到" in (answer or ""), data
    assert "ana" not in li.screen + viewer.screen + bo.screen
    assert await ticked(town, event_id) == []


async def test_an_old_button_says_why_not_and_opens_the_roster_as_it_is(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    ana = await town.resident("ana")
    event_id = await an_event(town)
    await ana.presses("我要报名")
    person_id = (await town.database.read(rosters.roster, event_id, 0)).items[0].person_id
    early = f"came:{event_id}:{person_id}:0"
    assert "周三 11月25日 11:00 起可以" in (await kim.presses_raw(kim.last, early) or "")
    await kim.sees("1. ana")
    town.clock.advance(timedelta(days=1, hours=23))
    await kim.presses("刷新")
    await kim.sees("到场 0 / 报名 1")
    roster = await kim.sees_button("○ ana")
    await ana.presses("取消报名")
    assert "已经取消报名" in (await kim.presses("○ ana") or "")
    await kim.sees("还没有人报名")
    town.clock.advance(timedelta(seconds=1))
    await ana.presses("我要报名")
    await kim.presses("刷新")
    await kim.presses("更多")
    await kim.presses("取消活动")
    await kim.presses("确定取消")
    await kim.sees("活动已取消")
    assert await kim.presses_raw(roster, early) == "活动已取消"
    assert await kim.presses_raw(roster, f"all_came:{event_id}:0") == "活动已取消"
    assert await ticked(town, event_id) == []


async def test_two_staff_tick_at_once_and_it_can_be_put_right_until_it_is_confirmed(
    town: Town,
) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    li = await town.staff("li", Role.DISTRICT)
    event_id = await begun(town, "ana")
    for staff in (kim, li):
        await staff.presses_raw(staff.last, f"roster:{event_id}")
        await staff.sees_button("○ ana")
    await asyncio.gather(kim.presses("○ ana"), li.presses("○ ana"))
    for staff in (kim, li):
        await staff.sees_button("✅ ana")
    town.clock.advance(timedelta(hours=25))
    await kim.presses("✅ ana")
    await kim.sees("到场 0 / 报名 1")
    await kim.presses("办了")
    await kim.sees("已确认：办了")
    town.clock.advance(timedelta(days=365))
    assert "签到在 2026年11月26日 周四 14:00 结束" in (await li.presses("✅ ana") or "")
    await li.sees("1. ○ ana")


async def test_who_came_is_asked_only_of_an_event_that_takes_attendance(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await town.resident("ana")
    await an_event(town)
    await kim.says("/notice")
    await kim.says("谢谢")
    await kim.presses("改对象")
    await kim.presses("活动")
    offered = await kim.sees("按哪个活动来选")
    assert "周三 11月25日 家庭消防演练" in offered.buttons
    await kim.presses("家庭消防演练")
    question = await kim.sees("按报名来选")
    assert question.buttons[:2] == ["已报名", "未报名"]
    assert "到场" not in question.buttons
    town.clock.advance(timedelta(days=2))
    await kim.presses("返回")
    await kim.presses("活动")
    await kim.presses("家庭消防演练")
    await kim.presses("未到场（含未报名）")
    await kim.sees("未到场“家庭消防演练”的（含未报名的） · 1 人：ana")
