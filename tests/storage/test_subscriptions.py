"""Subscriptions, on both databases: begun once, owed once a month, ended with the role."""

from datetime import datetime

import pytest

from storage.actions.staff import end_role
from storage.actions.subscriptions import publish, subscribe, unsubscribe
from storage.model.kinds import DeliveryKind
from storage.model.refusal import Refusal
from storage.model.roles import Role
from storage.queries.subscriptions import edition, is_subscribed
from storage.tables import deliveries, roles, subscriptions
from tests.storage.district import ZONE, District, outcomes

MAY = datetime(2026, 5, 12, 10, tzinfo=ZONE)
FIRST = datetime(2026, 6, 1, 9, tzinfo=ZONE)


async def test_a_month_is_owed_once_however_many_look_at_one_moment(district: District) -> None:
    kim, write = await district.kim(), district.database.write
    for _ in range(2):
        await write(subscribe, kim.id, district.east.id, MAY)
    told = await outcomes(write(publish, FIRST, ZONE) for _ in range(4))
    assert sorted(told) == [0, 0, 0, 1]
    [owed] = await district.rows(deliveries, deliveries.c.kind == DeliveryKind.MONTH_FIGURES)
    found = await district.database.read(edition, owed.subject_id)
    assert (found.month.first_on.month, found.subscription.person_id) == (5, kim.id)
    with pytest.raises(Refusal):
        await district.database.read(edition, found.id + 1)


async def test_it_ends_with_the_role_and_only_where_no_other_role_reaches(
    district: District,
) -> None:
    li, write = await district.staff("li", Role.COMMUNITY, district.east), district.database.write
    await write(subscribe, li.id, district.east.id, MAY)
    [held] = await district.rows(roles, roles.c.person_id == li.id)
    await write(end_role, district.mei.id, held.id, MAY, ZONE)
    assert not await district.database.read(is_subscribed, li.id, district.east.id)
    with pytest.raises(Refusal, match="refused.not_yours"):
        await write(subscribe, li.id, district.east.id, MAY)
    assert await write(publish, FIRST, ZONE) == 0


async def test_ended_and_begun_again_it_is_one_row(district: District) -> None:
    kim, write, east = await district.kim(), district.database.write, district.east.id
    await write(subscribe, kim.id, east, MAY)
    await write(unsubscribe, kim.id, east, MAY)
    assert not await district.database.read(is_subscribed, kim.id, east)
    await write(subscribe, kim.id, east, MAY)
    assert await district.database.read(is_subscribed, kim.id, east)
    assert len(await district.rows(subscriptions)) == 1
