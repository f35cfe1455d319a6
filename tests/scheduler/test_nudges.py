"""Once a month: who is behind hears of it once, and nobody else does."""

from datetime import datetime
from decimal import Decimal

from content.programme import SHIPPED, load_programme
from scheduler.nudges import Nudges
from storage.actions import ledger
from storage.actions.plans import set_targets
from storage.model.holidays import Holidays
from storage.model.kinds import DeliveryKind
from storage.model.ledger import NewEntry
from storage.model.plan import NewTargets
from storage.model.roles import Role
from storage.tables import deliveries, nudges
from tests.scheduler.post import Post, Telegram
from tests.storage.district import ZONE, District

PLANNABLE = load_programme(SHIPPED).plannable


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


class Months:
    """A district that plans, and the months that pass."""

    def __init__(self, district: District) -> None:
        self.district, self.now = district, at("2026-06-01T09:30")
        self.post = Post(district, Telegram())
        self.nudges = self.anew()

    def anew(self) -> Nudges:
        """As after a restart."""
        given = (self.district.database, ZONE, lambda: self.now, lambda: None)
        return Nudges(*given, PLANNABLE, Holidays())

    async def plan(self, number: int, indicator: str = "home_visits") -> None:
        new = NewTargets(self.district.east.id, 2026, {indicator: Decimal(number)})
        given = (self.district.mei.id, new, PLANNABLE, self.now, ZONE)
        await self.district.database.write(set_targets, *given)

    async def work(self, number: int) -> None:
        new = NewEntry(
            str(number), self.district.east.id, "home_visits", self.now.date(), Decimal(number)
        )
        given = (self.district.mei.id, new, 0, self.now, ZONE)
        await self.district.database.write(ledger.record, *given)

    async def pass_to(self, text: str) -> int:
        """The month's look at this time; how many messages are owed in all since the beginning."""
        self.now = at(text)
        await self.nudges.look()
        kind = deliveries.c.kind == DeliveryKind.PLAN_BEHIND
        return len(await self.district.rows(deliveries, kind))

    async def told(self) -> list[str]:
        """What everybody got by now."""
        self.post.now = self.now
        await self.post.deliver()
        return [screen.text for _, screen in self.post.telegram.sent]


async def test_who_is_behind_is_told_once_a_month_also_after_a_restart(district: District) -> None:
    await district.kim()
    months = Months(district)
    await months.plan(150)
    assert await months.pass_to("2026-06-01T08:59") == 0, "before the morning begins"
    assert await months.pass_to("2026-06-01T09:30") == 1
    assert await months.pass_to("2026-06-02T09:30") == 1
    months.nudges = months.anew()
    assert await months.pass_to("2026-06-03T09:30") == 1
    (text,) = await months.told()
    assert "东湖社区</b>：2026 年计划有 1 项落后" in text
    assert "走访慰问 未填报（计划 150 人次）" in text
    assert months.post.telegram.sent[0][1].rows[0][0].label == "🔴 看差距"
    assert await months.pass_to("2026-07-01T09:30") == 2
    assert len(await district.rows(nudges)) == 4


async def test_nobody_is_told_on_a_day_off_or_at_night(district: District) -> None:
    await district.kim()
    months = Months(district)
    await months.plan(150)
    for moment in ("2026-08-01T10:00", "2026-08-02T10:00", "2026-08-03T12:00", "2026-08-03T23:00"):
        assert await months.pass_to(moment) == 0
    assert await months.pass_to("2026-08-04T11:59") == 1


async def test_who_is_on_plan_or_nearly_hears_nothing(district: District) -> None:
    await district.kim()
    months = Months(district)
    await months.plan(150)
    await months.work(55)  # of 62 that are due
    assert await months.pass_to("2026-06-01T09:30") == 0


async def test_who_caught_up_before_it_was_sent_hears_nothing(district: District) -> None:
    await district.kim()
    months = Months(district)
    await months.plan(150)
    assert await months.pass_to("2026-06-01T09:30") == 1
    await months.work(70)
    assert await months.told() == []


async def test_without_a_plan_one_line_a_month_comes_in_the_first_quarter_only(
    district: District,
) -> None:
    await district.kim()
    months = Months(district)
    assert await months.pass_to("2026-02-02T09:30") == 1
    (text,) = await months.told()
    assert "东湖社区还没有 2026 年的计划" in text
    assert months.post.telegram.sent[0][1].rows[0][0].label == "✏️ 填计划"
    assert await months.pass_to("2026-03-02T09:30") == 2
    assert await months.pass_to("2026-04-01T09:30") == 2


async def test_only_those_are_told_who_plan_for_the_place_itself(district: District) -> None:
    await district.staff("li", Role.VIEWER, district.east)
    await district.staff("bo", Role.DISTRICT, district.node)
    await district.staff("ana", Role.COMMUNITY, district.west)
    months = Months(district)
    await months.plan(150)
    assert await months.pass_to("2026-06-01T09:30") == 0
