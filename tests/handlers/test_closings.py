"""Closing a year in the chat: checked, accepted, closed; what refuses, and what a second tap
does."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest

from storage.actions import ledger
from storage.actions.confirmations import hold
from storage.actions.events import post
from storage.actions.plans import set_targets
from storage.actions.sign_ups import sign_up
from storage.model.event import NewEvent
from storage.model.ledger import NewEntry
from storage.model.plan import NewTargets
from storage.model.roles import Role
from storage.queries.people import by_telegram_id
from tests.handlers.room import OWNER, Room, Talker
from tests.storage.test_closings import ticked

YEAR = 2025


@dataclass
class Office:
    """Kim of the eastern community, li of the district, and a year in which 17 of 20 visits were
    made."""

    room: Room
    kim: Talker
    li: Talker

    async def visited(self, number: int, on: date = date(YEAR, 6, 1)) -> int:
        node = self.room.communities["东湖社区"]
        new = NewEntry(f"{on} {number}", node.id, "home_visits", on, Decimal(number))
        given = (await self.owner(), new, 0, self.room.clock.now(), self.room.tools.zone)
        return await self.room.database.write(ledger.record, *given)

    async def planned(self, **numbers: int) -> None:
        chosen = {each: Decimal(number) for each, number in numbers.items()}
        new = NewTargets(self.room.communities["东湖社区"].id, YEAR, chosen)
        given = (await self.owner(), new, self.room.tools.programme.plannable)
        now, zone = self.room.clock.now(), self.room.tools.zone
        await self.room.database.write(set_targets, *given, now, zone)

    async def owner(self) -> int:
        found = await self.room.database.read(by_telegram_id, OWNER)
        assert found is not None
        return found.id

    async def accepted(self) -> None:
        """The figures are checked and accepted; the district looks at them."""
        await self.kim.says("/close")
        await self.kim.presses("核对无误")
        await self.li.says("/close")
        await self.li.presses("各社区", "东湖社区", "认可")

    async def closed(self) -> None:
        await self.accepted()
        await self.li.presses("封账", "确认封账")


@pytest.fixture
async def office(room: Room) -> Office:
    found = Office(room, await room.staff("kim"), await room.staff("li", Role.DISTRICT, "示范区"))
    await found.visited(17)
    await found.planned(home_visits=20, lectures=4)
    return found


async def test_a_year_is_checked_accepted_and_closed_and_says_by_whom(office: Office) -> None:
    kim, li = office.kim, office.li
    await kim.says("/close")
    assert "东湖社区 · 2025 年度封账" in kim.screen
    assert "还没有核对" in kim.screen
    assert "走访慰问 17/20 人次 · 85 %" in kim.screen
    assert await kim.presses("核对无误") == "已核对，交给区里了"
    assert "☑️ <b>已核对</b>" in kim.screen
    assert "等区里认可" in kim.screen
    await li.says("/close")
    assert "还没有封账" in li.screen
    await li.presses("各社区")
    assert "未报 1 · ☑️ 已核对 1" in li.screen
    assert "▫️ 西山社区 未报" in li.buttons
    await li.presses("东湖社区")
    assert "kim" in li.screen
    assert await li.presses("认可") == "已认可"
    await li.presses("封账")
    assert "不能再记、再改" in li.screen
    assert await li.presses("确认封账") == "已封账"
    assert "🔒 <b>已封账</b>" in li.screen
    assert "校验码" in li.screen
    await kim.says("/close 2025")
    assert "🔒 <b>已封账</b>" in kim.screen
    assert not {"✅ 核对无误", "🔓 重新打开", "↩️ 退回"} & set(kim.buttons)


async def test_a_year_without_figures_does_not_speak_of_others(office: Office) -> None:
    kim = office.kim
    await kim.says("/close 2025")
    assert "另有" in kim.screen
    await kim.says("/close 2024")
    assert "项都是 0，也没有计划" in kim.screen
    assert "另有" not in kim.screen


async def test_a_second_tap_signs_once_and_undoes_nothing(office: Office) -> None:
    kim, li = office.kim, office.li
    await kim.says("/close")
    check = next(data for data in kim.carried if data.startswith("close_check"))
    window = kim.window
    await kim.presses_raw(check, window)
    place = kim.carried.index("score:2:2025")
    assert place == 0, "where the sign stood, nothing undoes it"
    await kim.presses_raw(check, window)
    assert "已核对" in kim.screen
    await li.says("/close")
    await li.presses("各社区", "东湖社区", "认可")
    assert "退回" not in li.buttons[0]


async def test_nobody_signs_what_changed_after_they_looked(office: Office) -> None:
    kim = office.kim
    await kim.says("/close")
    await office.visited(1)
    assert "刚才数字有变化" in await kim.presses("核对无误")
    assert "走访慰问 18/20" in kim.screen
    assert await kim.presses("核对无误") == "已核对，交给区里了"
    office.room.clock.at += timedelta(hours=1)
    await office.visited(2)
    await kim.says("/close")
    assert "核对以后有变化" in kim.screen
    assert "走访慰问 18 → <b>20</b> 人次（1 条记录" in kim.screen
    await kim.presses("核对无误")
    assert "核对以后有变化" not in kim.screen


async def test_the_district_sends_back_with_words_and_a_community_takes_back_without(
    office: Office,
) -> None:
    kim, li = office.kim, office.li
    await kim.says("/close")
    await kim.presses("核对无误")
    assert await kim.presses("撤回核对") == "已撤回"
    assert "已撤回" in kim.screen
    await kim.presses("核对无误")
    await li.says("/close")
    await li.presses("各社区", "东湖社区", "退回")
    assert "为什么退回" in li.screen
    await li.says("  ​ ")
    assert "请写一句原因" in li.screen
    await li.says("走访少了三次")
    await li.presses("退回")
    assert "已退回：东湖社区 2025 年" in li.screen
    await kim.says("/close")
    assert "↩️ <b>已退回</b>" in kim.screen
    assert "li：走访少了三次" in kim.screen
    await kim.presses("核对无误")


async def test_a_year_is_opened_again_with_a_reason_and_its_change_is_seen(
    office: Office,
) -> None:
    kim, li = office.kim, office.li
    await office.closed()
    await li.presses("重新打开")
    await li.says("漏报三次走访")
    await li.presses("重新打开", "打开封账")
    assert "🔓 <b>已重新打开</b>" in li.screen
    assert "漏报三次走访" in li.screen
    await office.visited(3)
    await kim.says("/close")
    await kim.presses("核对无误")
    assert "走访慰问 20/20 人次 · 100 %" in kim.screen


async def test_a_reason_for_what_is_over_already_is_not_asked(office: Office) -> None:
    li = office.li
    await office.accepted()
    old = next(data for data in li.carried if data.startswith("close_send_back"))
    await li.presses("封账", "确认封账")
    await li.presses_raw(old)
    assert "刚才有同事先办了一步" in li.messages[-1].text + str(li.room.phones.toasts)
    assert not await li.forms()


async def test_late_facts_are_told_and_open_to_their_records(office: Office) -> None:
    room, kim = office.room, office.kim
    ana = await room.member("ana")
    now = room.clock.now()
    began = now.replace(year=YEAR, month=6)
    node = room.communities["东湖社区"]
    event = await room.database.write(
        post,
        await office.owner(),
        NewEvent("e", node.id, "study", "防诈骗课", "活动室", began, None),
        began.replace(month=5),
    )
    await room.database.write(sign_up, ana.id, event.id, began.replace(month=5), room.tools.zone)
    await room.database.write(hold, await office.owner(), event.id, began, room.tools.zone)
    await office.closed()
    room.clock.at = now = now + timedelta(hours=1)
    known, person = [await room.database.read(by_telegram_id, each.id) for each in (kim, ana)]
    assert known is not None
    assert person is not None
    await room.database.write(ticked, event.id, person.id, known.id, now)
    await kim.says("/close")
    assert "封账以后有变化" in kim.screen
    assert "学习活动覆盖 0 → <b>1</b> 人次（1 条记录，最后是 周一 11月23日 kim 改的）" in kim.screen
    await kim.presses("明细 学习活动覆盖")
    assert "防诈骗课" in kim.screen


async def test_all_accepted_communities_are_closed_at_once(office: Office) -> None:
    li = office.li
    await office.accepted()
    await li.says("/close")
    await li.presses("各社区", "封已认可的 1 个", "确认封账")
    assert "🔒 已封账 1" in li.screen
    await li.presses("西山社区")
    assert "区里也可以代为核对" in li.screen
    await li.presses("核对无误", "认可", "封账", "确认封账")
    await li.says("/close")
    await li.presses("封账", "确认封账")
    assert "示范区 · 2025 年度封账" in li.screen
    assert "🔒 <b>已封账</b>" in li.screen


async def test_a_score_is_explained_line_by_line(office: Office) -> None:
    kim = office.kim
    await kim.says("/close")
    assert "考核得分 <b>51</b>" in kim.screen
    await kim.presses("考核得分")
    assert "走访慰问 85 % × 3 = 2.55" in kim.screen
    assert "专题讲座 0 % × 2 = 0.00" in kim.screen
    assert "合计 2.55，满分 5，得 <b>51 分</b>（按现在的数）" in kim.screen
    assert "没有计划、不计入的：学习活动、" in kim.screen
    assert " 项</i>" in kim.screen, "how many they are, not all of their names"


async def test_a_year_that_is_not_over_is_shown_and_says_from_when(office: Office) -> None:
    kim, li = office.kim, office.li
    await kim.says("/close 今年")
    assert "2026年12月1日起可以核对" in kim.screen
    assert not any("核对无误" in each for each in kim.buttons)
    await kim.presses_raw("close_check:2:2026:00000000")
    assert "2026 年的数还不能核对，2026年12月1日起可以" in "".join(kim.room.phones.toasts.values())
    office.room.clock.at += timedelta(days=9)
    await kim.says("/close")
    assert "2026 年度封账" in kim.screen
    await kim.presses("核对无误")
    await li.presses_raw("close:2:2026")
    await li.presses("认可")
    assert "这一年过完才能封账" in li.screen
    assert not any("封账" in each for each in li.buttons)
    await li.presses_raw("close_ask:2:2026")
    assert "2026 年还没有过完，2027年1月1日起可以封账" in "".join(li.room.phones.toasts.values())


async def test_a_year_that_is_too_far_back_is_not_offered_to_be_checked(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/close 2016")
    assert "✅ 核对无误" in kim.buttons
    await kim.says("/close 2015")
    assert "2015 年度封账" in kim.screen
    assert "✅ 核对无误" not in kim.buttons
    assert "还没过完" not in kim.screen
    assert "核对无误" not in kim.screen
