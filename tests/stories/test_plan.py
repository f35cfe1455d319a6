"""A year's plan, as a community lives it: planned, behind, told so once, caught up."""

from datetime import datetime
from decimal import Decimal

from storage.actions import ledger
from storage.model.ledger import NewEntry
from storage.model.period import day_of
from storage.model.roles import Role
from storage.queries.people import by_telegram_id
from tests.stories.conftest import Town
from tests.stories.people import Neighbour


async def worked(town: Town, by: Neighbour, visits: int) -> None:
    """Somebody recorded that many visits in the east today."""
    person = await town.database.read(by_telegram_id, by.account.id)
    assert person is not None
    now, zone = town.clock.now(), town.settings.zone
    on, where = day_of(now, zone), town.communities["东湖社区"].id
    new = NewEntry("visits", where, "home_visits", on, Decimal(visits))
    await town.database.write(ledger.record, person.id, new, 0, now, zone)


async def test_a_community_that_is_behind_is_told_so_once_and_catches_up(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await kim.says("/plan")
    await kim.sees("还没有计划")
    await kim.presses("填计划")
    await kim.says("走访慰问 150\n学习活动 0")
    await kim.presses("保存")
    await kim.sees("走访慰问 未填报（计划 150 人次）")
    town.clock.move_to(datetime.fromisoformat("2026-12-01T09:05:00+08:00"))
    await kim.sees("2026 年计划有 1 项落后（时间已过 92 %）")
    await kim.presses("看差距")
    await kim.sees("🔴 走访慰问 未填报（计划 150 人次）")
    await worked(town, kim, 140)
    await kim.says("/plan")
    await kim.sees("🔴 落后 0")
    town.clock.move_to(datetime.fromisoformat("2026-12-02T09:05:00+08:00"))
    await kim.says("/staff")
    await kim.sees("本年完成计划 97 %（时间已过 92 %）")
