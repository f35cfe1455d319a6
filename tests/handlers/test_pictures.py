"""A picture of what stands on a screen of figures comes below it, and the screen stays."""

import io
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from PIL import Image

from storage.actions.nodes import add_community, set_zone
from storage.actions.plans import set_targets
from storage.model.plan import NewTargets
from storage.model.rhythm import Calendar
from storage.model.roles import Role
from tests.handlers.room import OWNER, Room, Shown, Talker
from tests.handlers.test_closed_years import close
from tests.handlers.test_figures import _person, held, recorded
from tests.storage.district import ZONE


async def planned(room: Room, place: str, **numbers: int) -> None:
    owner, node = await _person(room, OWNER), room.communities[place]
    new = NewTargets(node.id, 2026, {name: Decimal(n) for name, n in numbers.items()})
    given = (owner.id, new, room.tools.programme.plannable, room.clock.now(), ZONE)
    await room.database.write(set_targets, *given)


def newest(room: Room, talker: Talker) -> Shown:
    return room.phones.chats[talker.id][max(room.phones.chats[talker.id])]


async def picture_below(room: Room, talker: Talker) -> str:
    """Press the button; the caption of what comes. The screen that has it stays as it is."""
    before, edits = talker.screen, room.phones.edits
    there = set(room.phones.chats[talker.id])
    await talker.presses("🖼")
    shown = newest(room, talker)
    assert set(room.phones.chats[talker.id]) - there == {max(room.phones.chats[talker.id])}
    assert room.phones.edits == edits
    assert before in {each.text for each in room.phones.chats[talker.id].values()}
    [png] = shown.made
    assert Image.open(io.BytesIO(png.made)).width == 750
    assert not shown.buttons
    room.phones.chats[talker.id].pop(max(room.phones.chats[talker.id]))
    return shown.text


async def test_the_figures_of_a_year_are_drawn_against_their_plan(room: Room) -> None:
    kim = await room.staff("kim")
    await held(room, "防诈骗课", room.clock.now() - timedelta(days=5))
    await recorded(room, 84, date(2026, 11, 20))
    await planned(room, "东湖社区", home_visits=150, study_sessions=1)
    await kim.says("/stats")
    assert "走访慰问 <b>84/150 人次</b>" in kim.screen
    caption = await picture_below(room, kim)
    assert "走访慰问：84/150 人次 · 56 % 落后" in caption
    assert "学习活动：1/1 场次 · 100 % 跟上" in caption
    assert "东湖社区 · 2026年 · 数字截至 2026年11月23日 12:00" in caption
    # A section, and other days, are drawn as they are shown.
    await kim.presses("全部指标")
    caption = await picture_below(room, kim)
    assert "<b>学习</b>" in caption
    assert "专题讲座：0 场次 · 没有计划" in caption
    east = room.communities["东湖社区"].id
    await kim.presses_raw(f"draw_more:{east}:20260101-20261231:{10**30}")
    assert "<b>机器人里的工作</b>" in newest(room, kim).text, "the nearest there is"
    await kim.says("/stats 上个月")
    caption = await picture_below(room, kim)
    assert "东湖社区 · 2026年10月 · " in caption
    assert "走访慰问：未填报" in caption


async def test_the_months_are_drawn_as_they_are_shown(room: Room) -> None:
    kim = await room.staff("kim", language="en")
    for month, number in ((3, 12), (9, 40), (11, 3)):
        await recorded(room, number, date(2026, month, 5))
    await kim.presses_raw(f"months:{room.communities['东湖社区'].id}:20261101-20261130:home_visits")
    assert "Sep ▓▓▓▓▓▓▓▓▓▓ 40" in kim.screen
    caption = await picture_below(room, kim)
    assert "March: 12 person-times\nApril: nothing sent" in caption
    assert "September: 40 person-times" in caption
    assert "December: to come" in caption
    assert "as of 23 Nov 2026, 12:00" in caption


async def test_all_places_are_drawn_in_the_order_of_the_table(room: Room) -> None:
    mei = await room.staff("mei", Role.DISTRICT, "示范区")
    owner = await _person(room, OWNER)
    for n in range(10):
        name = f"{n}号院"
        added = await room.database.write(add_community, owner.id, name, room.clock.now())
        room.communities[name] = added
    await recorded(room, 84, date(2026, 11, 20))
    await recorded(room, 9, date(2026, 11, 20), "西山社区")
    await planned(room, "东湖社区", home_visits=150)
    await planned(room, "西山社区", home_visits=100)
    await planned(room, "3号院", home_visits=12)
    district = room.communities["示范区"].id
    await mei.presses_raw(f"compared:{district}:20260101-20261231:home_visits:0")
    caption = await picture_below(room, mei)
    lines = caption.split("\n\n")[1].strip().split("\n")
    assert lines[:3] == [
        "1. 3号院：未填报（计划 12）",
        "2. 西山社区：9/100 人次 · 9 % 落后",
        "3. 东湖社区：84/150 人次 · 56 % 落后",
    ]
    assert len(lines) == 12, "all of them, though the screen shows ten"
    await mei.presses_raw(f"compared_all:{district}:20260101-20261231:0")
    caption = await picture_below(room, mei)
    assert "西山社区：0/1 项跟上 · 9 % 落后" in caption
    assert "项有记录 · 没有计划" in caption


async def test_nobody_gets_a_picture_of_what_they_may_not_see(room: Room) -> None:
    kim = await room.staff("kim")
    west = room.communities["西山社区"].id
    for data in (
        f"draw:{west}:20260101-20261231",
        f"draw_more:{west}:20260101-20261231:0",
        f"draw_months:{west}:20260101-20261231:home_visits",
        f"draw_places:{west}:20260101-20261231:home_visits",
        f"draw_all:{west}:20260101-20261231",
    ):
        await kim.presses_raw(data)
    assert not any(each.made for each in room.phones.chats.get(kim.id, {}).values())


async def test_the_foot_goes_by_the_clock_of_the_persons_own_place(room: Room) -> None:
    kim = await room.staff("kim")
    owner, east = await _person(room, OWNER), room.communities["东湖社区"]
    zone, now = ZoneInfo("Asia/Urumqi"), room.clock.now()
    await room.database.write(
        set_zone, owner.id, east.id, zone, Calendar(ZONE, room.tools.next_slots), now
    )
    await kim.says("/stats")
    assert "2026年11月23日 10:00（乌鲁木齐时间）" in await picture_below(room, kim)


async def test_whatever_is_drawn_of_a_closed_year_says_that_it_is_of_now(room: Room) -> None:
    mei = await room.staff("mei", Role.DISTRICT, "示范区")
    await recorded(room, 12, date(2025, 3, 5))
    await close(room)
    east, district = (room.communities[each].id for each in ("东湖社区", "示范区"))
    at_home = "周一 11月23日 已封账，这里是现在的数"
    for node, action, more in (
        (east, "stats", ""),
        (east, "months", ":home_visits"),
        (district, "compared", ":home_visits:0"),
        (district, "compared_all", ":0"),
    ):
        await mei.presses_raw(f"{action}:{node}:20250101-20251231{more}")
        told = "1 处已封账，这里是现在的数" if node == district else at_home
        if action != "stats":
            assert "已封账，这里是现在的数" in mei.screen, action
        if node == district:
            assert "东湖社区 🔒" in mei.screen
            assert "西山社区 🔒" not in mei.screen
        assert told in await picture_below(room, mei), action
        await mei.presses_raw(f"{action}:{node}:20240101-20241231{more}")
        assert "已封账" not in mei.screen
        assert "已封账" not in await picture_below(room, mei)
