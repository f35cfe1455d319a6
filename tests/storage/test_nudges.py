"""Nudges: the look at a month's plans is claimed once, by rows."""

from storage.actions.nudges import nudge
from storage.tables import deliveries, nudges

from .district import DAY, NOW, ZONE, District, outcomes


async def test_of_several_who_look_at_once_one_tells(district: District) -> None:
    kim = await district.kim()
    looked = {district.east.id: True, district.west.id: False}
    calls = [district.database.write(nudge, looked, NOW, ZONE) for _ in range(3)]
    assert sorted(await outcomes(calls)) == [0, 0, 1]
    [owed] = await district.rows(deliveries)
    assert (owed.person_id, owed.kind) == (kim.id, "plan_behind")
    assert len(await district.rows(nudges)) == 2


async def test_the_next_month_is_looked_at_anew(district: District) -> None:
    await district.kim()
    for now, told in ((NOW, 1), (NOW + DAY, 0), (NOW + 31 * DAY, 1)):
        looked = {district.east.id: True}
        assert await district.database.write(nudge, looked, now, ZONE) == told
