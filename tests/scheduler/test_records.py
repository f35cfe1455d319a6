"""Records: nothing that happened is forgotten while the database has no room."""

import asyncio

from scheduler.records import Records
from storage.actions.outbox import claim_due
from storage.model.delivery import Claimed, DeliveryState, Outcome
from storage.tables import deliveries
from tests.storage.district import NOW, ZONE, District
from tests.storage.test_trouble import make_full, make_room_again

LONG = "x" * 200


async def _claimed(district: District, people: int) -> list[Claimed]:
    for n in range(people):
        await district.resident(f"p{n}")
    await district.event()
    return await district.database.write(claim_due, NOW, people, ZONE)


def _outcome(claimed: Claimed) -> Outcome:
    return Outcome(claimed.id, claimed.broadcast_id, DeliveryState.FAILED, reason=LONG)


async def _failing(records: Records) -> None:
    async with asyncio.timeout(5):
        while not records.failing:  # noqa: ASYNC110 - a flag tells nobody that it changed
            await asyncio.sleep(0.005)


async def test_it_says_that_it_fails_and_writes_everything_once_there_is_room(
    district: District,
) -> None:
    claimed = await _claimed(district, 40)
    await district.database.write(make_full)
    records = Records(district.database, lambda: NOW, 100, lambda: False)
    running = asyncio.ensure_future(records.run())
    for each in claimed:
        await records.put(_outcome(each))
    await _failing(records)
    await district.database.write(make_room_again)
    await records.end()
    await asyncio.wait_for(running, 20)
    assert not records.failing
    rows = await district.rows(deliveries)
    assert [(row.state, row.reason) for row in rows] == [(DeliveryState.FAILED, LONG)] * 40


async def test_a_stop_does_not_wait_for_room(district: District) -> None:
    """What is not recorded counts as in flight at the next start, as after a kill."""
    stopping = False
    claimed = await _claimed(district, 40)
    await district.database.write(make_full)
    records = Records(district.database, lambda: NOW, 10, lambda: stopping)
    running = asyncio.ensure_future(records.run())

    async def bring() -> None:
        for each in claimed:
            await records.put(_outcome(each))

    bringing = asyncio.ensure_future(bring())
    await _failing(records)
    stopping = True
    await asyncio.wait_for(bringing, 20)
    await asyncio.wait_for(records.end(), 20)
    await asyncio.wait_for(running, 20)
    assert len(await district.rows(deliveries, deliveries.c.state == DeliveryState.CLAIMED)) == 40
