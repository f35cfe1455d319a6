"""The figures in chat: what matters first, each one's records, and the way back."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from storage.actions import attendances, confirmations, events, ledger, sign_ups
from storage.actions.nodes import add_community
from storage.actions.plans import set_targets
from storage.actions.study import acknowledge
from storage.actions.suggestions import submit
from storage.model.event import NewEvent
from storage.model.ledger import EntryState, NewEntry
from storage.model.message import utf16_length
from storage.model.moves import Step
from storage.model.person import Person
from storage.model.plan import NewTargets
from storage.model.roles import Role
from storage.model.sign_up import Wish
from storage.model.suggestion import NewSuggestion
from storage.queries.people import by_telegram_id
from tests.handlers.room import OWNER, Room, Talker
from tests.storage.district import ZONE

YEAR = "20260101-20261231"


async def _person(room: Room, telegram_id: int) -> Person:
    person = await room.database.read(by_telegram_id, telegram_id)
    assert person is not None
    return person


async def held(room: Room, title: str, at: datetime, *guests: Talker, **given: Any) -> int:
    """An event in the east that `guests` came to, and that staff said was held if it has begun;
    `said` False: nobody said so."""
    write, owner = room.database.write, await _person(room, OWNER)
    before = at - timedelta(days=3)
    node = room.communities[given.get("place", "东湖社区")]
    new = NewEvent(title, node.id, given.get("category", "study"), title, "广场", at, None)
    event = await write(events.post, owner.id, new, before)
    for guest in guests:
        person = await _person(room, guest.id)
        await write(sign_ups.sign_up, guest.id, event.id, before, ZONE, Wish(anyway=True))
        await write(attendances.record, owner.id, event.id, person.id, at)
    if given.get("called_off"):
        await write(events.cancel, owner.id, event.id, before)
    elif given.get("said", at < room.clock.now()):
        await write(confirmations.hold, owner.id, event.id, at, ZONE)
    return event.id


async def recorded(room: Room, number: int, on: date, place: str = "东湖社区") -> int:
    """Home visits in the ledger."""
    owner, node = await _person(room, OWNER), room.communities[place]
    new = NewEntry(
        draft_key=f"{place} {on} {number}",
        node_id=node.id,
        indicator="home_visits",
        on=on,
        number=Decimal(number),
        place="3号楼",
        note="送药",
    )
    now = room.clock.now()
    return await room.database.write(ledger.record, owner.id, new, 0, now, ZONE)


async def test_every_figure_leads_to_its_records_and_back(room: Room) -> None:
    """kim looks at the year, opens study sessions, their records, one event, and comes back."""
    kim, ana, bo = await room.staff("kim"), await room.member("ana"), await room.resident("bo")
    now = room.clock.now()
    await held(room, "防诈骗课", now - timedelta(days=5), ana, bo)
    await held(room, "用电安全", now - timedelta(days=40), ana)
    await held(room, "去年的课", now - timedelta(days=400), ana)
    await held(room, "取消的课", now - timedelta(days=9), called_off=True)
    await held(room, "下周的课", now + timedelta(days=7))
    await kim.says("/stats")
    assert "<b>东湖社区</b> · 2026年（截至 11月23日）" in kim.screen
    assert "学习活动 <b>2 场次</b>（去年同期 1）" in kim.screen
    assert "学习覆盖率 <b>100.0 %（1/1 人）</b>" in kim.screen
    assert "✓ 全年" in kim.buttons
    assert "‹ 2025年" in kim.buttons

    await kim.presses("全部指标", "1")
    assert "<b>2 场次</b>\n去年同期：1 场次" in kim.screen
    assert "另有 1 场已取消、1 场还没开始，未计入" in kim.screen
    await kim.presses("明细")
    assert "1. 周三 11月18日 防诈骗课\n2. 周三 10月14日 用电安全\n" in kim.screen
    assert "另有 1 场已取消、1 场还没开始，未计入" in kim.screen
    await kim.presses("1")
    assert "防诈骗课" in kim.screen
    await kim.presses("返回")
    assert "1. 周三 11月18日 防诈骗课" in kim.screen
    await kim.presses("返回", "按月")
    assert "10月 ▓▓▓▓▓▓▓▓▓▓ 1\n11月 ▓▓▓▓▓▓▓▓▓▓ 1\n12月 ·" in kim.screen
    await kim.presses("返回", "‹ 2025年")
    assert "<b>1 场次</b>\n去年同期：0 场次" in kim.screen


async def test_the_records_of_each_kind_are_named_in_words(room: Room) -> None:
    kim, ana = await room.staff("kim"), await room.member("ana")
    now, write = room.clock.now(), room.database.write
    east = room.communities["东湖社区"].id
    await held(room, "防诈骗课", now - timedelta(days=5), ana)
    await recorded(room, 3, date(2026, 11, 20))
    wrong = await recorded(room, 30, date(2026, 11, 19))
    owner = await _person(room, OWNER)
    void = Step(EntryState.VOIDED, now, owner.id, "记错了")
    await write(ledger.void, wrong, void, room.tools.zone)
    person = await _person(room, ana.id)
    said = NewSuggestion("s", "repairs", "3号楼东侧路灯坏了，晚上很黑", (), anonymous=True)
    await write(submit, person.id, said, now, ZONE)

    async def shows(indicator: str) -> str:
        await kim.presses_raw(f"records:{east}:{YEAR}:{indicator}:0")
        return kim.screen

    assert "1. 周五 11月20日 3 人次 · 3号楼 · 送药" in await shows("home_visits")
    assert "另有 1 条已作废，未计入" in kim.screen
    assert "1. 周三 11月18日 防诈骗课 · ana" in await shows("study_attendance")
    assert "1. 周一 11月23日 起在册" in await shows("members_registered")
    assert "1. 2026-0001 3号楼东侧路灯坏了" in await shows("suggestions_received")
    assert "ana" not in kim.screen, "an anonymous author is nobody"
    await kim.presses("1")
    assert "3号楼东侧路灯坏了，晚上很黑" in kim.screen
    await kim.presses("返回")
    assert "1. 2026-0001" in kim.screen
    assert "100.0 %（1/1 人）" in await shows("study_coverage")
    assert "防诈骗课" in kim.screen


async def test_a_viewer_reads_no_names_and_no_words_of_others(room: Room) -> None:
    lin, ana = await room.staff("lin", Role.VIEWER), await room.member("ana")
    now, east = room.clock.now(), room.communities["东湖社区"].id
    await held(room, "防诈骗课", now - timedelta(days=5), ana)
    person = await _person(room, ana.id)
    said = NewSuggestion("s", "repairs", "路灯坏了", (), anonymous=False)
    await room.database.write(submit, person.id, said, now, ZONE)
    await lin.presses_raw(f"records:{east}:{YEAR}:study_attendance:0")
    assert "1. 周三 11月18日 防诈骗课\n" in f"{lin.screen}\n"
    assert "1" not in lin.buttons
    await lin.presses_raw(f"records:{east}:{YEAR}:suggestions_received:0")
    assert "1. 2026-0001 设施维修 · " in lin.screen
    assert "路灯" not in lin.screen
    assert not any(data.startswith("review") for data in lin.carried)


async def test_the_records_of_the_district_say_of_which_community_they_are(room: Room) -> None:
    mei = await room.staff("mei", Role.DISTRICT, "示范区")
    for n in range(12):
        await recorded(room, n + 1, date(2026, 3, n + 1), ("东湖社区", "西山社区")[n % 2])
    district = room.communities["示范区"].id
    await mei.presses_raw(f"records:{district}:{YEAR}:home_visits:0")
    assert "78 人次" in mei.screen
    assert "1. 周四 3月12日 12 人次 · 3号楼 · 送药 · 西山社区" in mei.screen
    await mei.presses("下一页")
    assert "12. 周日 3月1日 1 人次 · 3号楼 · 送药 · 东湖社区" in mei.screen


async def plans(room: Room, number: int, place: str = "东湖社区", **given: Any) -> None:
    """A target for the home visits of this year."""
    owner = await _person(room, OWNER)
    node, tools = room.communities[place], room.tools
    new = NewTargets(node.id, 2026, {given.get("indicator", "home_visits"): Decimal(number)})
    step = (owner.id, new, tools.programme.plannable, room.clock.now(), tools.zone)
    await room.database.write(set_targets, *step)


async def test_places_stand_side_by_side_and_who_is_behind_is_first(room: Room) -> None:
    mei = await room.staff("mei", Role.DISTRICT, "示范区")
    owner = await _person(room, OWNER)
    for name in ("南园社区", "北桥社区"):
        now = room.clock.now()
        room.communities[name] = await room.database.write(add_community, owner.id, name, now)
    await recorded(room, 127, date(2026, 3, 2))
    await recorded(room, 12, date(2026, 3, 2), "西山社区")
    await recorded(room, 4, date(2026, 3, 2), "南园社区")
    await recorded(room, 9, date(2025, 3, 2), "南园社区")
    await plans(room, 150)
    await plans(room, 60, "西山社区")
    await plans(room, 20, "北桥社区")
    await mei.says("/stats")
    assert "走访慰问 <b>143/230 人次</b> 📒（去年同期 9）\n▓▓▓▓▓▓░░░░ 62 %" in mei.screen
    await mei.presses("各社区")
    assert "1. 🔴 北桥社区 <b>0/1</b> · 0 %" in mei.screen
    assert "4. ⚪ 南园社区 <b>1/" in mei.screen
    await mei.presses("返回")
    district = room.communities["示范区"].id
    await mei.presses_raw(f"figure:{district}:{YEAR}:home_visits")
    assert "🔴 ▓▓▓▓▓▓░░░░ 62 %（时间已过 90 %）" in mei.screen
    await mei.presses("各社区")
    assert mei.screen.splitlines()[3:7] == [
        "1. 🔴 北桥社区 <b>未填报（计划 20）</b> · 0 %",
        "2. 🔴 西山社区 <b>12/60</b> · 20 %",
        "3. 🟡 东湖社区 <b>127/150</b> · 85 %",
        "4. ⚪ 南园社区 <b>4</b> · 去年 9",
    ]
    await mei.presses("2")
    assert "<b>西山社区</b> · 2026年" in mei.screen
    assert "<b>12/60 人次</b>" in mei.screen
    # Without a plan, as for a month: by the number, and who sent nothing is missing.
    await mei.presses_raw(f"compared:{district}:20260301-20260331:home_visits:0")
    assert [line.split(" <b>")[0] for line in mei.screen.splitlines()[3:7]] == [
        "1. ⚪ 北桥社区",
        "2. ⚪ 南园社区",
        "3. ⚪ 西山社区",
        "4. ⚪ 东湖社区",
    ]
    assert "北桥社区 <b>未填报</b>" in mei.screen


async def test_nobody_compares_places_that_are_not_theirs(room: Room) -> None:
    kim = await room.staff("kim")
    east = room.communities["东湖社区"].id
    await recorded(room, 3, date(2026, 3, 2), "西山社区")
    await kim.presses_raw(f"compared:{east}:{YEAR}:home_visits:0")
    assert "东湖社区" in kim.screen
    assert "西山社区" not in kim.screen
    await kim.says("/stats")
    assert "各社区" not in kim.buttons


async def test_what_the_programme_has_no_longer_says_so(room: Room) -> None:
    kim = await room.staff("kim")
    east = room.communities["东湖社区"].id
    for data in (
        "figure:{0}:{1}:gone",
        "months:{0}:{1}:gone",
        "records:{0}:{1}:gone:0",
        "compared:{0}:{1}:gone:0",
    ):
        toast = await kim.presses_raw(data.format(east, YEAR))
        assert "没有这一项了" in toast


async def test_no_screen_of_figures_is_too_long_for_a_phone(room: Room) -> None:
    """Whatever stands in the programme: few rows, short buttons, one message."""
    for language in ("zh", "en"):
        mei = await room.staff(f"mei {language}", Role.DISTRICT, "示范区", language=language)
        node = room.communities["示范区"].id
        screens = [f"stats:{node}:{YEAR}", *(f"stats_more:{node}:{YEAR}:{n}" for n in range(9))]
        for each in room.tools.programme.indicators:
            screens += [f"figure:{node}:{YEAR}:{each.id}", f"months:{node}:{YEAR}:{each.id}"]
        for data in screens:
            await mei.presses_raw(data)
            assert utf16_length(mei.screen) < 4096, data
            assert all(len(label) <= 24 for label in mei.buttons), data


async def test_a_figure_is_asked_in_words(room: Room) -> None:
    kim = await room.staff("kim")
    await recorded(room, 7, date(2026, 3, 2))
    await recorded(room, 5, date(2026, 3, 3), "西山社区")
    await kim.says("今年走访慰问多少")
    assert "走访慰问" in kim.screen
    assert "<b>7 人次</b>" in kim.screen
    assert {"明细", "按月", "‹ 2025年"} <= set(kim.buttons)
    await kim.says("/stats 东湖去年走访慰问")
    assert "2025年" in kim.screen
    assert "<b>未填报</b>" in kim.screen, "nobody sent anything, and that is no 0"
    # Who could mean several is asked, beside what else it could be; nothing is lost.
    await kim.says("走访多少")
    assert "📊 走访慰问 · 东湖社区" in kim.buttons
    assert "📊 走访企业 · 东湖社区" in kim.buttons
    assert any("建议" in label or "问工作人员" in label for label in kim.buttons)
    await kim.presses("走访慰问")
    assert "<b>7 人次</b>" in kim.screen
    await kim.says("/stats 走访")
    assert "要看哪一项" in kim.screen
    assert kim.buttons == ["📊 走访企业 · 东湖社区", "📊 走访慰问 · 东湖社区", "全部数字"]
    await kim.says("/stats 东湖 上半年")
    assert "<b>东湖社区</b> · 2026年上半年" in kim.screen
    # Of another place nothing is told, and no place is guessed silently.
    await kim.says("西山走访慰问多少")
    assert "12" not in kim.screen
    assert "5 人次" not in kim.screen
    assert "📊 走访慰问 · 东湖社区" in kim.buttons
    # Of a day that cannot be nothing is told, nor of another one.
    for asked in ("2月29日走访慰问多少", "/stats 走访慰问 2月29日"):
        await kim.says(asked)
        assert "2026年没有2月29日" in kim.screen


async def test_two_years_in_one_question_are_offered_both(room: Room) -> None:
    kim = await room.staff("kim")
    await recorded(room, 7, date(2026, 3, 2))
    await recorded(room, 4, date(2025, 3, 2))
    for said in ("今年和去年走访慰问多少", "/stats 走访慰问 今年和去年"):
        await kim.says(said)
        assert kim.buttons[:2] == ["📊 走访慰问 · 2026年", "📊 走访慰问 · 2025年"], (
            "no notice first"
        )
        await kim.presses("走访慰问 · 2025年")
        assert "<b>4 人次</b>" in kim.screen
    mei = await room.staff("mei", Role.DISTRICT, "示范区")
    await mei.says("/stats 东湖和西山")
    assert {"📊 东湖社区", "📊 西山社区"} <= set(mei.buttons)
    await mei.says("/report 东湖社区和西山社区")
    assert "可能是几个地方：东湖社区、西山社区" in mei.screen


async def test_the_whole_district_and_its_communities_are_asked_for_by_name(room: Room) -> None:
    mei, kim = await room.staff("mei", Role.DISTRICT, "示范区"), await room.staff("kim")
    await recorded(room, 7, date(2026, 3, 2))
    await recorded(room, 5, date(2026, 3, 3), "西山社区")
    await mei.says("/stats 全区 上半年")
    assert "<b>示范区</b> · 2026年上半年" in mei.screen
    await mei.says("全区今年走访慰问多少")
    assert "<b>12 人次</b>" in mei.screen
    await mei.says("/stats 各社区")
    assert "东湖社区" in mei.screen
    assert "西山社区" in mei.screen
    await mei.says("各社区今年走访慰问多少")
    assert "走访慰问" in mei.screen
    assert "东湖社区 <b>7</b>" in mei.screen
    for said in ("/stats 全区", "/stats 各社区", "全区走访慰问多少"):
        await kim.says(said)
        assert "不在您的范围内" in kim.screen
        assert "东湖社区" in kim.screen
        assert "12" not in kim.screen


async def test_what_a_resident_asks_goes_where_it_always_went(room: Room) -> None:
    bo, kim = await room.resident("bo"), await room.staff("kim")
    await bo.says("今年走访慰问多少")
    assert "问工作人员" in " ".join(bo.buttons)
    assert "走访慰问" not in " ".join(bo.buttons)
    # A notice that mentions a lecture stays one.
    await kim.says("本周三上午组织专题讲座，请大家准时参加")
    assert "📊" not in " ".join(kim.buttons)


@pytest.mark.parametrize("said", ["明年", "2031年", "下个月"])
async def test_days_that_did_not_begin_say_so(room: Room, said: str) -> None:
    mei = await room.staff("mei", Role.DISTRICT, "示范区")
    await mei.says(f"/stats {said}")
    assert "（还没到）" in mei.screen
    await mei.presses("各社区")
    assert "（还没到）；落后的在前" in mei.screen


async def test_a_share_says_of_whom_it_is(room: Room) -> None:
    """Of those who are members on the last day that is counted: of days that go on, today."""
    kim = await room.staff("kim")
    room.clock.at = datetime.fromisoformat("2026-11-10T12:00:00+08:00")
    ana = await room.member("ana")
    await room.database.write(acknowledge, ana.id, "basics", "safe-account", room.clock.now())
    room.clock.at = datetime.fromisoformat("2026-11-20T12:00:00+08:00")
    await room.member("bo")
    room.clock.at = datetime.fromisoformat("2026-11-23T12:00:00+08:00")
    for days, told, on in (
        ("今年", "<b>50.0 %（1/2 人）</b>", "2026年11月23日"),
        ("本月", "<b>50.0 %（1/2 人）</b>", "2026年11月23日"),
        ("11月5日至11月30日", "<b>50.0 %（1/2 人）</b>", "2026年11月23日"),
        ("11月5日至11月15日", "<b>100.0 %（1/1 人）</b>", "2026年11月15日"),
        ("11月12日至11月23日", "<b>0.0 %（0/2 人）</b>", "2026年11月23日"),
        ("上个月", "<b>—</b>", "2026年10月31日"),
    ):
        await kim.says(f"/stats 学习覆盖率 {days}")
        assert told in kim.screen, days
        assert f"按 {on} 在册的人算" in kim.screen, days
    await kim.says("/stats 学习覆盖率 明年")
    assert "在册的人算" not in kim.screen


@pytest.mark.parametrize(
    "text", ["今年打麻将多少次", "今年多少", "how many mahjong games this year"]
)
async def test_a_number_of_what_there_is_not_leads_to_all_figures(room: Room, text: str) -> None:
    kim = await room.staff("kim")
    await kim.says(text)
    assert any(label.startswith("📊 东湖社区") for label in kim.buttons)
    bo = await room.resident("bo")
    await bo.says(text)
    assert not any("📊" in label for label in bo.buttons)
