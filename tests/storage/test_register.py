"""The register remembers: who was a member of which community, from when to when."""

from typing import Any

from storage.actions import people
from storage.actions.leaving import leave
from storage.model.figure import Adds, Measure
from storage.model.node import Node
from storage.model.period import Days, Period, day_of, year_of
from storage.queries.figures.counting import by_month, figure
from storage.tables import memberships

from .district import DAY, NOW, ZONE, District

MEMBERS = Measure.of("members", Adds.PERSONS)


async def stays(district: District) -> list[tuple[Any, ...]]:
    rows = await district.rows(memberships)
    return [(row.node_id, row.since_at, row.until_at) for row in rows]


async def on(district: District, node: Node, days_later: int) -> int:
    """How many members there were on the last day of such a period."""
    at = NOW + days_later * DAY
    day = day_of(at, ZONE)
    days = Days(Period(day, day), ZONE, NOW + 100 * DAY)
    return int((await district.database.read(figure, MEMBERS, node, days)).number)


async def test_a_stay_begins_once_and_ends_by_moving_away(district: District) -> None:
    bo, write = await district.resident("bo"), district.database.write
    await write(people.enrol, bo.id, district.east, NOW)
    await write(people.enrol, bo.id, district.east, NOW + DAY)
    assert await stays(district) == [(district.east.id, NOW, None)]
    await write(people.choose_community, bo.id, district.west.id, NOW + 2 * DAY)
    assert await stays(district) == [(district.east.id, NOW, NOW + 2 * DAY)]
    await write(people.enrol, bo.id, district.west, NOW + 3 * DAY)
    await write(leave, bo.id, NOW + 5 * DAY, ZONE)
    east, west = (district.east.id, NOW, NOW + 2 * DAY), (
        district.west.id, NOW + 3 * DAY, NOW + 5 * DAY
    )  # fmt: skip
    assert await stays(district) == [east, west]
    days = range(-1, 7)
    assert [await on(district, district.east, n) for n in days] == [0, 1, 1, 0, 0, 0, 0, 0]
    assert [await on(district, district.west, n) for n in days] == [0, 0, 0, 0, 1, 1, 0, 0]


async def test_whoever_is_taken_over_by_another_community_is_on_one_register(
    district: District,
) -> None:
    ana, write = await district.member("ana"), district.database.write
    await write(people.enrol, ana.id, district.west, NOW + DAY)
    [first, second] = await stays(district)
    assert (first[0], first[2], second) == (
        district.east.id, NOW + DAY, (district.west.id, NOW + DAY, None)
    )  # fmt: skip


async def test_a_month_that_is_still_to_come_has_no_members(district: District) -> None:
    await district.member("ana")
    year = Days(year_of(NOW.date()), ZONE, NOW)
    months = await district.database.read(by_month, MEMBERS, district.east, year)
    counted = [figure.number for figure in months.values()]
    assert counted == [0] * (NOW.month - 1) + [1] + [0] * (12 - NOW.month)
