"""Records: nothing that happened is forgotten while the database has no room."""

import asyncio

import pytest

from scheduler.claims import Claims
from scheduler.records import Records
from storage.actions.outbox import claim_due
from storage.database import Database
from storage.model.delivery import Claimed, DeliveryState, Outcome
from storage.tables import broadcasts, deliveries
from tests.storage.district import COURIER, NOW, ZONE, District
from tests.storage.test_trouble import make_full, make_room_again
from tests.waiting import until

LONG = "x" * 200


def claims_on(database: Database) -> Claims:
    return Claims(database, COURIER, lambda: NOW, ZONE)


async def _claimed(district: District, people: int) -> list[Claimed]:
    for n in range(people):
        await district.resident(f"p{n}")
    await district.event()
    return await district.database.write(claim_due, COURIER, NOW, people, ZONE)


def _outcome(claimed: Claimed) -> Outcome:
    return Outcome(claimed.id, claimed.broadcast_id, DeliveryState.FAILED, reason=LONG)


async def test_it_says_that_it_fails_and_writes_everything_once_there_is_room(
    district: District,
) -> None:
    claimed = await _claimed(district, 40)
    await district.database.write(make_full)
    records = Records(claims_on(district.database), 100, lambda: False)
    running = asyncio.ensure_future(records.run())
    for each in claimed:
        await records.put(_outcome(each))
    await until(lambda: records.failing)
    await make_room_again(district.database)
    await records.end()
    await asyncio.wait_for(running, 20)
    assert not records.failing
    rows = await district.rows(deliveries)
    assert [(row.state, row.reason) for row in rows] == [(DeliveryState.FAILED, LONG)] * 40


async def test_a_stop_does_not_wait_for_room(district: District) -> None:
    """What is not recorded counts as in flight at the next start, as after a kill."""
    stopping = False
    claimed = await _claimed(district, 80)
    await district.database.write(make_full)
    # Each lot is more than what a page has left.
    records = Records(claims_on(district.database), 40, lambda: stopping)
    running = asyncio.ensure_future(records.run())

    async def bring() -> None:
        for each in claimed:
            await records.put(_outcome(each))

    bringing = asyncio.ensure_future(bring())
    await until(lambda: records.failing)
    stopping = True
    await asyncio.wait_for(bringing, 20)
    await asyncio.wait_for(records.end(), 20)
    await asyncio.wait_for(running, 20)
    assert len(await district.rows(deliveries, deliveries.c.state == DeliveryState.CLAIMED)) == 80


async def test_an_outcome_that_the_database_refuses_keeps_no_other_from_being_written(
    district: District, caplog: pytest.LogCaptureFixture
) -> None:
    """It is not sent again: nobody can know, and staff find it among what failed."""
    claimed = await _claimed(district, 5)
    records = Records(claims_on(district.database), 100, lambda: False)
    for number, each in enumerate(claimed):
        sent = Outcome(each.id, each.broadcast_id, DeliveryState.SENT, sent=((number,),))
        poison = number == 2
        await records.put(_outcome(each)._replace(reason="\ud800") if poison else sent)
    await records.end()
    await asyncio.wait_for(records.run(), 5)
    assert not records.failing
    assert not records.gave_up
    assert f"refuses what became of deliveries [{claimed[2].id}]" in caplog.text
    rows = await district.rows(deliveries)
    assert [row.state for row in rows].count(DeliveryState.SENT) == 4
    assert (rows[2].state, rows[2].reason) == (DeliveryState.FAILED, "not recorded")
    assert rows[2].unsure_at == NOW


async def test_what_cannot_be_written_in_any_words_stays_in_flight_and_stops_nothing(
    district: District,
) -> None:
    """Its broadcast counts none that is on its way, and no count is ever below nothing."""
    first, *others = await _claimed(district, 3)
    other = await district.event()
    records = Records(claims_on(district.database), 100, lambda: False)
    assert first.broadcast_id is not None
    wrong = first.broadcast_id + 1
    assert other.id != wrong or await district.rows(broadcasts, broadcasts.c.id == wrong)
    await records.put(_outcome(first)._replace(broadcast_id=wrong))
    for each in others:
        await records.put(_outcome(each))
    await records.end()
    await asyncio.wait_for(records.run(), 5)
    assert records.gave_up
    assert not records.failing
    rows = await district.rows(deliveries, deliveries.c.broadcast_id == first.broadcast_id)
    states = [DeliveryState.CLAIMED, DeliveryState.FAILED, DeliveryState.FAILED]
    assert [row.state for row in rows] == states


async def test_it_is_known_when_everything_is_written(district: District) -> None:
    claimed = await _claimed(district, 3)
    records = Records(claims_on(district.database), 100, lambda: False)
    await records.written()  # there is nothing yet
    for each in claimed:
        await records.put(_outcome(each))
    waiting = asyncio.ensure_future(records.written())
    await asyncio.sleep(0.02)
    assert not waiting.done()
    running = asyncio.ensure_future(records.run())
    await asyncio.wait_for(waiting, 5)
    assert len(await district.rows(deliveries, deliveries.c.state == DeliveryState.FAILED)) == 3
    await records.end()
    await asyncio.wait_for(running, 5)
