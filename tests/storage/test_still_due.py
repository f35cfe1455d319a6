"""What a clock that is set back leaves due."""

from datetime import timedelta

from storage.actions import outbox
from storage.actions.still_due import keep_due
from storage.model.delivery import DeliveryState, Outcome
from storage.model.kinds import DeliveryKind
from storage.tables import deliveries
from tests.storage.district import COURIER, NOW, ZONE, District


async def test_what_had_been_due_or_waits_for_another_try_is_not_put_off_by_the_clock(
    district: District,
) -> None:
    write = district.database.write
    people = [await district.resident(name) for name in ("ana", "bo", "li")]
    for number, person in enumerate(people):  # that of the third is due in the evening
        at = NOW + timedelta(hours=(0, 0, 6)[number])
        await write(outbox.owe, person.id, DeliveryKind.SUGGESTION_ANSWER, number, at, ZONE)
    [first, _, _] = await district.rows(deliveries)
    [claimed, _] = await write(outbox.claim_due, COURIER, NOW, 2, ZONE)
    again_at = NOW + timedelta(minutes=5)
    tried = Outcome(claimed.id, None, DeliveryState.QUEUED, again_at=again_at, failed_try=True)
    await write(outbox.record, COURIER, [tried], NOW)
    assert claimed.id == first.id
    now = NOW - timedelta(hours=2)
    while await write(keep_due, NOW, now):
        pass
    rows = await district.rows(deliveries, deliveries.c.state == DeliveryState.QUEUED)
    assert [row.due_at - now for row in rows] == [timedelta(0), timedelta(hours=8)]


async def test_what_a_courier_holds_and_hands_back_is_due_at_once_too(district: District) -> None:
    write, ana = district.database.write, await district.resident("ana")
    await write(outbox.owe, ana.id, DeliveryKind.SUGGESTION_ANSWER, 1, NOW, ZONE)
    [claimed] = await write(outbox.claim_due, COURIER, NOW, 1, ZONE)
    now = NOW - timedelta(hours=2)
    while await write(keep_due, NOW, now):
        pass
    handed_back = Outcome(claimed.id, None, DeliveryState.QUEUED)
    await write(outbox.record, COURIER, [handed_back], now)
    [row] = await district.rows(deliveries)
    assert (row.state, row.due_at) == (DeliveryState.QUEUED, now)
