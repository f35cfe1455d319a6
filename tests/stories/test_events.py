"""Events: the last seat, second thoughts, and buttons that outlive their moment."""

import asyncio
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.simulator import Person
from storage.actions.events import post
from storage.model.event import NewEvent
from storage.model.roles import Role
from storage.queries import events as queries
from storage.queries import people
from storage.queries.rosters import roster
from storage.tables import events, nodes
from tests.stories.conftest import OWNER, Town


async def an_event(town: Town, capacity: int | None = 10, place: str = "东湖社区") -> int:
    owner = await town.database.read(people.by_telegram_id, OWNER)
    assert owner is not None
    now = town.clock.now()
    event = await town.database.write(
        post,
        owner.id,
        NewEvent(
            draft_key=f"event-{now.timestamp()}",
            node_id=town.communities[place].id,
            category="service",
            title="家庭消防演练",
            place="社区广场",
            starts_at=now + timedelta(days=2),
            capacity=capacity,
        ),
        now,
    )
    return event.id


async def test_the_last_seat_goes_to_exactly_one_of_fifty(town: Town) -> None:
    people_ = [await town.resident(f"li{i}") for i in range(50)]
    event_id = await an_event(town, capacity=1)
    await asyncio.gather(*(person.sees("家庭消防演练") for person in people_))
    answers = await asyncio.gather(*(person.presses("我要报名") for person in people_))
    waiting = [f"名额已满，候补第 {place} 位" for place in range(1, 50)]
    assert sorted(map(str, answers)) == sorted(["已报名，第 1 位", *waiting])
    event = await town.database.read(queries.by_id, event_id)
    assert event.taken == (await town.database.read(roster, event_id, 0)).total == 1


async def test_a_second_thought_is_free(town: Town) -> None:
    bo = await town.resident("bo")
    await an_event(town)
    await bo.sees("还剩 10")
    await bo.presses("我要报名")
    await bo.sees("还剩 9")
    await bo.presses("取消报名")
    await bo.sees("还剩 10")
    town.clock.advance(timedelta(seconds=1))
    await bo.presses("我要报名")
    await bo.sees("您已报名")


async def test_a_double_press_takes_one_seat(town: Town) -> None:
    bo = await town.resident("bo")
    event_id = await an_event(town)
    card = await bo.sees("家庭消防演练")
    answers = await asyncio.gather(*(bo.presses_raw(card, f"join:{event_id}") for _ in range(2)))
    assert sorted(str(answer) for answer in answers) == ["已报名，第 1 位", "您已经报名了"]


async def test_an_event_of_another_community_is_out_of_reach(town: Town) -> None:
    bo = await town.resident("bo", "西山社区")
    mine = await an_event(town, place="西山社区")
    card = await bo.sees("家庭消防演练")
    foreign = await an_event(town, place="东湖社区")
    assert mine != foreign
    assert "没有找到" in (await bo.presses_raw(card, f"join:{foreign}") or "")
    assert (await town.database.read(queries.by_id, foreign)).taken == 0


async def test_a_button_works_after_a_restart_and_says_so_when_its_moment_has_passed(
    town: Town,
) -> None:
    bo = await town.resident("bo")
    await an_event(town)
    await bo.sees("家庭消防演练")
    await town.stops()
    await town.starts()
    assert await bo.presses("我要报名") == "已报名，第 1 位"
    town.clock.advance(timedelta(days=365))
    assert "已经开始" in (await bo.presses("取消报名") or "")


async def test_an_event_goes_by_the_district_s_clock_also_where_another_one_is_kept(
    town: Town,
) -> None:
    east = nodes.update().where(nodes.c.id == town.communities["东湖社区"].id)
    await town.database.write(lambda c: c.execute(east.values(timezone="Asia/Urumqi")) and None)
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    town.clock.advance(datetime.fromisoformat("2026-11-24T00:30:00+08:00") - town.clock.now())
    await kim.says("/post")
    await kim.presses("公共服务")
    await kim.says("消防演练")
    asked = await kim.sees("哪一天")
    assert "11月24日" in asked.buttons[0]  # in Urumqi it is the 23rd still
    await kim.says("11-23")  # over in the district: the next one
    await kim.presses("18:30")
    await kim.says("社区广场")
    await kim.presses("40")
    await kim.sees("2027年11月23日 周二 18:30")
    await kim.presses("发布")
    await kim.sees("2027年11月23日 周二 18:30")
    starts_at = await town.database.read(lambda c: c.execute(select(events.c.starts_at)).scalar())
    assert starts_at == datetime.fromisoformat("2027-11-23T18:30:00+08:00")


async def test_calling_off_tells_those_who_signed_up(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    bo, li = await town.resident("bo"), await town.resident("li")
    event_id = await an_event(town)
    await bo.sees("家庭消防演练")
    await li.sees("家庭消防演练")
    await bo.presses("我要报名")
    await kim.says("/staff")
    await _call_off(kim, event_id)
    await bo.sees("取消了")
    await li.sees_not("取消了")
    assert "已取消" in (await li.presses("我要报名") or "")


async def _call_off(kim: Person, event_id: int) -> None:
    await kim.presses_raw(kim.last, f"roster:{event_id}")
    await kim.sees("1. bo")
    await kim.presses("取消活动")
    await kim.presses("确定取消")


async def test_somebody_who_blocked_the_bot_is_marked_and_revived(town: Town) -> None:
    bo = await town.resident("bo")
    await bo.blocks()
    await town.rests()
    await an_event(town)
    await bo.unblocks()
    await bo.says("/events")
    await bo.sees("近期活动")
    await an_event(town)
    await bo.sees("家庭消防演练")


async def test_the_list_says_what_will_be_there(town: Town) -> None:
    bo = await town.resident("bo")
    await bo.says("/events")
    await bo.sees("现在没有活动")
