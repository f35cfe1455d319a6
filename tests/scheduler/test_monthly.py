"""On the first of each month: who asked for the figures of a place gets them, once."""

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from content.screen import File, Screen
from scheduler.monthly import Monthly
from storage.actions import ledger
from storage.actions.leaving import leave
from storage.actions.outbox import claim_due, record
from storage.actions.staff import end_role
from storage.actions.subscriptions import publish, subscribe, unsubscribe
from storage.model.delivery import DeliveryState, Outcome
from storage.model.kinds import DeliveryKind
from storage.model.ledger import NewEntry
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Role
from storage.queries.subscriptions import count_of, is_subscribed, places_of
from storage.tables import deliveries, editions, roles, subscriptions
from tests.scheduler.post import Post, Telegram
from tests.storage.district import COURIER, ZONE, District


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


class Months:
    """A district in which months pass."""

    def __init__(self, district: District) -> None:
        self.district, self.now = district, at("2026-05-12T10:00")
        self.post = Post(district, Telegram())
        self.monthly = self.anew()
        self.got: list[Screen] = []

    def anew(self) -> Monthly:
        """As after a restart."""
        return Monthly(self.district.database, ZONE, lambda: self.now, lambda: None)

    async def wants(self, person: Person, node: int | None = None) -> None:
        place = node or self.district.east.id
        await self.district.database.write(subscribe, person.id, place, self.now)

    async def wants_no_more(self, person: Person) -> None:
        east = self.district.east.id
        await self.district.database.write(unsubscribe, person.id, east, self.now)

    async def pass_to(self, text: str) -> int:
        """The look at this time; how many messages are owed in all since the beginning."""
        self.now = at(text)
        await self.monthly.look()
        kind = deliveries.c.kind == DeliveryKind.MONTH_FIGURES
        return len(await self.district.rows(deliveries, kind))

    async def sent(self) -> list[Screen]:
        """What everybody got by now. The courier is left out: its time is virtual here, and that
        in which a workbook is written is not."""
        self.post.now, database = self.now, self.district.database
        for claimed in await database.write(claim_due, COURIER, self.now, 99, ZONE):
            screen = await self.post.letters().write(claimed)
            state = DeliveryState.CANCELLED if screen is None else DeliveryState.SENT
            outcome = Outcome(claimed.id, claimed.broadcast_id, state, sent=((1,),))
            await database.write(record, COURIER, [outcome], self.now)
            self.got += [] if screen is None else [screen]
        return self.got


async def test_the_month_before_comes_on_the_first_once_whatever_restarts(
    district: District,
) -> None:
    kim, months = await district.kim(), Months(district)
    for day, number in ((date(2026, 4, 30), 5), (date(2026, 5, 3), 3)):
        new = NewEntry(f"{day}", district.east.id, "home_visits", day, Decimal(number), "=1+1")
        await district.database.write(ledger.record, kim.id, new, 0, months.now, ZONE)
    await months.wants(kim)
    await months.wants(kim)
    assert await months.pass_to("2026-05-31T23:59") == 0
    assert await months.pass_to("2026-06-01T08:59") == 0
    assert await months.pass_to("2026-06-01T09:00") == 1
    months.monthly = months.anew()
    assert await months.pass_to("2026-06-01T09:01") == 1
    [screen] = await months.sent()
    [file] = screen.media
    assert isinstance(file, File)
    assert file.path.name == "统计-东湖社区-2026-05.xlsx"
    assert "东湖社区</b> · 2026年5月统计表" in screen.text
    assert [row[0].label for row in screen.rows] == ["📊 看数字和明细", "不再每月发送"]
    book = load_workbook(BytesIO(file.made))
    assert book.sheetnames == ["当月", "全年", "按月"]
    for sheet, number in (("当月", 3), ("全年", 8)):
        [row] = [row for row in book[sheet].values if row[1] == "走访慰问"]
        assert row[4] == number
    assert await months.pass_to("2026-06-30T10:00") == 1
    assert await months.pass_to("2026-07-01T09:00") == 2
    assert len(await district.rows(editions)) == 2


async def test_a_late_start_sends_it_at_a_sensible_hour(district: District) -> None:
    months = Months(district)
    await months.wants(await district.kim())
    for moment in ("2026-06-01T03:00", "2026-06-02T20:00", "2026-06-02T23:59"):
        assert await months.pass_to(moment) == 0
    assert await months.pass_to("2026-06-03T19:59") == 1


async def test_who_asks_after_the_first_gets_the_next_month(district: District) -> None:
    kim, months = await district.kim(), Months(district)
    months.now = at("2026-06-01T09:00")
    await months.wants(kim)
    assert await months.pass_to("2026-06-01T10:00") == 0
    months.monthly = months.anew()
    assert await months.pass_to("2026-06-15T10:00") == 0
    assert await months.pass_to("2026-07-01T10:00") == 1


async def test_two_processes_at_one_moment_owe_it_once(district: District) -> None:
    months = Months(district)
    await months.wants(await district.kim())
    first = at("2026-06-01T09:00")
    told = [await district.database.write(publish, first, ZONE) for _ in range(2)]
    assert told == [1, 0]


async def test_it_is_ended_with_one_press_and_begun_again(district: District) -> None:
    kim, months = await district.kim(), Months(district)
    await months.wants(kim)
    await months.wants_no_more(kim)
    await months.wants_no_more(kim)
    assert await months.pass_to("2026-06-01T09:00") == 0
    await months.wants(kim)
    assert await months.pass_to("2026-06-01T11:00") == 0
    assert await months.pass_to("2026-07-01T09:00") == 1
    assert len(await district.rows(subscriptions)) == 1


async def test_what_was_ended_before_it_went_out_does_not_go_out(district: District) -> None:
    kim, months = await district.kim(), Months(district)
    await months.wants(kim)
    assert await months.pass_to("2026-06-01T09:00") == 1
    await months.wants_no_more(kim)
    assert await months.sent() == []


async def test_it_ends_with_the_role_also_if_another_one_comes(district: District) -> None:
    kim, months = await district.kim(), Months(district)
    read = district.database.read
    await months.wants(kim)
    [held] = await district.rows(roles, roles.c.person_id == kim.id)
    await district.database.write(end_role, district.mei.id, held.id, months.now, ZONE)
    assert not await read(is_subscribed, kim.id, district.east.id)
    assert await months.pass_to("2026-06-01T09:00") == 0


async def test_whoever_leaves_gets_no_more_and_everybody_else_does(district: District) -> None:
    li, months = await district.staff("li", Role.COMMUNITY, district.east), Months(district)
    await months.wants(li)
    await months.wants(district.mei)
    await months.wants(district.mei, district.west.id)
    assert await district.database.read(count_of, district.mei.id) == 2
    page = await district.database.read(places_of, district.mei.id, 0)
    assert [each.name for each in page.items] == ["东湖社区", "西山社区"]
    await district.database.write(leave, li.id, months.now, ZONE)
    assert await district.database.read(count_of, li.id) == 0
    assert await months.pass_to("2026-06-01T09:00") == 2


async def test_nobody_subscribes_to_what_they_may_not_see(district: District) -> None:
    kim, ana, months = await district.kim(), await district.member(), Months(district)
    for person, node in ((kim, district.west), (ana, district.east)):
        with pytest.raises(Refusal, match="refused.not_yours"):
            await months.wants(person, node.id)


async def test_a_kill_between_owing_and_sending_loses_nothing(district: District) -> None:
    months = Months(district)
    await months.wants(await district.kim())
    assert await months.pass_to("2026-06-01T09:00") == 1
    months.monthly = months.anew()
    assert await months.pass_to("2026-06-01T09:05") == 1
    assert len(await months.sent()) == 1
    assert len(await months.sent()) == 1
