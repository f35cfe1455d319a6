"""A year is closed, as a community and its district live it: sent back once, accepted, closed, and
a late change is seen."""

from datetime import date, datetime
from decimal import Decimal

from storage.actions import ledger
from storage.model.ledger import NewEntry
from storage.model.roles import Role
from storage.queries.people import by_telegram_id
from tests.stories.conftest import Town
from tests.stories.people import Neighbour


async def visited(town: Town, by: Neighbour, number: int) -> None:
    """Somebody records what was done in the east in June."""
    person = await town.database.read(by_telegram_id, by.account.id)
    assert person is not None
    where = town.communities["东湖社区"].id
    new = NewEntry(f"{number}", where, "home_visits", date(2026, 6, 1), Decimal(number))
    given = (person.id, new, 0, town.clock.now(), town.settings.zone)
    await town.database.write(ledger.record, *given)


async def test_a_year_is_sent_back_put_right_and_closed_for_good(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    mei = await town.staff("mei", Role.DISTRICT)
    await visited(town, kim, 12)
    town.clock.move_to(datetime.fromisoformat("2027-01-04T10:00:00+08:00"))
    await kim.says("/close")
    await kim.sees("走访慰问 12 人次")
    await kim.presses("核对无误")
    await kim.sees("已核对")
    await mei.says("/close")
    await mei.presses("各社区")
    await mei.presses("东湖社区")
    await mei.presses("退回")
    await mei.says("少报了一次走访")
    await mei.presses("退回")
    await kim.sees("区里退回了你们核对的数：少报了一次走访")
    await visited(town, kim, 1)
    await kim.says("/close")
    await kim.sees("走访慰问 13 人次")
    await kim.presses("核对无误")
    await mei.says("/close")
    await mei.presses("各社区")
    await mei.presses("东湖社区")
    await mei.presses("认可")
    await kim.sees("区里认可了你们核对的数")
    await mei.presses("封账")
    await mei.presses("确认封账")
    await kim.sees("区里已经封账，这一年不能再记、再改")
    await kim.says("/log 走访慰问 2 2026年12月31日")
    await kim.sees("东湖社区 2026 年已经封账")
