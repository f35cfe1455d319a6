"""An event that was posted is changed: what is kept, who is told, and that nothing untrue is."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from storage.actions import outbox
from storage.actions.event_changes import change
from storage.actions.events import cancel
from storage.actions.reminders import choose
from storage.actions.sign_ups import cancel as give_back
from storage.actions.sign_ups import sign_up
from storage.model.delivery import DeliveryState, Outcome
from storage.model.event import Event
from storage.model.event_change import EventChange, EventNews, Facts, facts_of
from storage.model.event_details import Details
from storage.model.kinds import DeliveryKind
from storage.model.person import Person
from storage.model.quiet_hours import USUAL
from storage.model.refusal import Refusal
from storage.model.schedule import ScheduleState
from storage.queries import event_changes as queries_of_changes
from storage.queries import events as queries
from storage.queries.event_changes import news_for
from storage.tables import broadcasts, deliveries, event_changes, schedules, sign_ups

from .district import COURIER, DAY, NOW, ZONE, District

HOUR = timedelta(hours=1)


async def facts(district: District, event: Event) -> Facts:
    """As it is."""
    return await district.database.read(queries_of_changes.facts, event.id)


async def changes(district: District, event: Event, minutes: int = 0, **given: Any) -> Event:
    """Staff change an event, so many minutes after it was posted, from how it is."""
    now = NOW + timedelta(minutes=minutes)
    was = await facts(district, event)
    wanted = EventChange(was, replace(was, **given))
    return await district.database.write(change, district.mei.id, event.id, wanted, now, ZONE)


async def comes(district: District, event: Event, name: str = "ana") -> Person:
    person = await district.resident(name)
    await district.database.write(sign_up, person.telegram_id, event.id, NOW, ZONE)
    return person


async def hears(
    district: District, event: Event, person: Person, minutes: int = 0
) -> EventNews | None:
    """What they are told so many minutes after the event was posted."""
    now = NOW + timedelta(minutes=minutes)
    return await district.database.read(news_for, event.id, person.telegram_id, now)


async def is_told(district: District, minutes: int) -> None:
    """Whatever is owed arrives."""
    now = NOW + timedelta(minutes=minutes)
    await district.owes(now)
    claimed = await district.database.write(outbox.claim_due, COURIER, now, 100, ZONE)
    sent = [Outcome(each.id, each.broadcast_id, DeliveryState.SENT) for each in claimed]
    await district.database.write(outbox.record, COURIER, sent, now)


async def owed(district: District) -> list[int]:
    """Who is owed news of a change, by their ids."""
    rows = await district.rows(deliveries, deliveries.c.kind == DeliveryKind.EVENT_CHANGED)
    return [row.person_id for row in rows]


async def test_whoever_holds_a_seat_is_told_what_is_otherwise_and_nobody_else(
    district: District,
) -> None:
    event = await district.event()
    ana = await comes(district, event)
    await district.resident("bo")
    later = await changes(district, event, 1, starts_at=event.starts_at + HOUR, place="一楼大厅")
    await district.owes()
    assert await owed(district) == [ana.id]
    news = await hears(district, event, ana, 2)
    assert news is not None
    assert (news.known.starts_at, news.known.place) == (event.starts_at, event.place)
    assert (news.event.starts_at, news.event.place) == (event.starts_at + HOUR, "一楼大厅")
    assert later.revision == 1


@pytest.mark.parametrize(
    "given", [{"title": "防火演练"}, {"category": "study"}, {"capacity": 60}, {"remind_hours": 2}]
)
async def test_what_nobody_has_to_know_is_told_nobody(
    district: District, given: dict[str, Any]
) -> None:
    event = await district.event()
    await comes(district, event)
    after = await changes(district, event, **given)
    before = facts_of(event, Details())
    assert facts_of(after, Details()) == replace(before, **given)
    await district.owes()
    assert await owed(district) == []


async def test_what_it_was_before_is_kept(district: District) -> None:
    event = await district.event()
    await changes(district, event, place="一楼大厅")
    await changes(district, event, place="二楼")
    kept = await district.rows(event_changes)
    assert [event.place in kept[0].was, "一楼大厅" in kept[1].was] == [True, True]
    assert {row.by for row in kept} == {district.mei.id}


async def test_a_change_that_is_taken_back_before_it_was_sent_tells_nothing(
    district: District,
) -> None:
    event = await district.event()
    ana = await comes(district, event)
    await changes(district, event, 1, starts_at=event.starts_at + HOUR)
    await changes(district, event, 2, starts_at=event.starts_at)
    assert await hears(district, event, ana, 3) is None


async def test_a_change_that_is_taken_back_afterwards_is_told_from_what_they_know(
    district: District,
) -> None:
    event = await district.event()
    ana = await comes(district, event)
    await changes(district, event, 1, starts_at=event.starts_at + HOUR)
    await is_told(district, 2)
    assert await hears(district, event, ana, 3) is None
    await changes(district, event, 4, starts_at=event.starts_at)
    news = await hears(district, event, ana, 5)
    assert news is not None
    assert news.known.starts_at == event.starts_at + HOUR


async def test_two_changes_are_told_at_once_and_once(district: District) -> None:
    event = await district.event()
    ana = await comes(district, event)
    await changes(district, event, 1, starts_at=event.starts_at + HOUR)
    await changes(district, event, 2, place="一楼大厅")
    news = await hears(district, event, ana, 3)
    assert news is not None
    assert (news.known.starts_at, news.known.place) == (event.starts_at, event.place)
    await is_told(district, 3)
    assert await hears(district, event, ana, 4) is None


async def test_whoever_signed_up_since_knows_it(district: District) -> None:
    event = await district.event()
    await changes(district, event, 1, starts_at=event.starts_at + HOUR)
    bo = await district.resident("bo")
    when = NOW + timedelta(minutes=2)
    await district.database.write(sign_up, bo.telegram_id, event.id, when, ZONE)
    assert await hears(district, event, bo, 3) is None


async def test_whoever_gave_back_their_seat_or_whose_event_is_called_off_is_not_told(
    district: District,
) -> None:
    event = await district.event()
    ana, bo = await comes(district, event), await comes(district, event, "bo")
    await changes(district, event, 1, place="一楼大厅")
    await district.database.write(give_back, ana.telegram_id, event.id, NOW, ZONE)
    assert await hears(district, event, ana, 2) is None
    assert await hears(district, event, bo, 2) is not None
    await district.database.write(cancel, district.mei.id, event.id, NOW)
    assert await hears(district, event, bo, 2) is None


async def test_another_time_to_remind_leaves_those_that_were_chosen_beside_it(
    district: District,
) -> None:
    event = await district.event(starts_at=NOW + 9 * DAY, remind_hours=48)
    chosen = (district.mei.id, event, (48, 2), NOW, ZONE)
    await district.database.write(choose, *chosen)
    changed = await changes(district, event, remind_hours=168)
    assert set(changed.reminders) == {168, 2}
    assert (await changes(district, event, remind_hours=0)).reminders == ()


async def test_reminders_and_what_still_waits_go_by_the_new_time(district: District) -> None:
    event = await district.event(starts_at=NOW + 5 * DAY, remind_hours=24)
    await changes(district, event, starts_at=event.starts_at + DAY)
    (row,) = await district.rows(schedules, schedules.c.state == ScheduleState.ACTIVE)
    assert row.next_slot_at == event.starts_at
    (notice,) = await district.rows(broadcasts, broadcasts.c.kind == DeliveryKind.EVENT_NOTICE)
    assert notice.expires_at == event.starts_at + DAY


async def test_fewer_places_than_people_come_are_refused_and_nobody_is_dropped(
    district: District,
) -> None:
    event = await district.event(capacity=10)
    for n in range(3):
        await comes(district, event, f"li{n}")
    with pytest.raises(Refusal) as refused:
        await changes(district, event, capacity=2)
    assert refused.value.key == "posting.more_come"
    assert refused.value.names == {"capacity": 2, "taken": 3, "over": 1}
    after = await changes(district, event, capacity=3)
    assert (after.capacity, after.taken) == (3, 3)


async def test_two_colleagues_change_different_things_and_both_hold(district: District) -> None:
    event = await district.event()
    was = await facts(district, event)
    for to in (replace(was, title="防火演练"), replace(was, place="一楼大厅")):
        wanted = EventChange(was, to)
        await district.database.write(change, district.mei.id, event.id, wanted, NOW, ZONE)
    after = await district.database.read(queries.by_id, event.id)
    assert (after.title, after.place) == ("防火演练", "一楼大厅")
    wanted = EventChange(was, replace(was, place="二楼"))
    with pytest.raises(Refusal, match="changed_meanwhile"):
        await district.database.write(change, district.mei.id, event.id, wanted, NOW, ZONE)


async def test_slips_of_what_is_over_are_put_right_and_nobody_is_told(district: District) -> None:
    event = await district.event()
    ana = await comes(district, event)
    over = 2 * 24 * 60
    after = await changes(
        district, event, over, title="防火演练", starts_at=event.starts_at - 2 * HOUR
    )
    assert (after.title, after.starts_at) == ("防火演练", event.starts_at - 2 * HOUR)
    assert await owed(district) == []
    assert await hears(district, event, ana, over) is None
    with pytest.raises(Refusal, match="was_held"):
        await changes(district, event, over, starts_at=NOW + 9 * DAY)


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"starts_at": NOW - DAY}, "in_the_past"),
        ({"starts_at": NOW + 3000 * DAY}, "too_far"),
        ({"ends_at": NOW + HOUR}, "end_is_no_end"),
        ({"title": ""}, "title_length"),
        ({"capacity": 0}, "capacity_range"),
        ({"capacity": 10**6}, "capacity_range"),
    ],
)
async def test_what_cannot_be_changes_nothing(
    district: District, given: dict[str, Any], key: str
) -> None:
    event = await district.event()
    with pytest.raises(Refusal, match=key):
        await changes(district, event, **given)
    assert await district.database.read(queries.by_id, event.id) == event


async def test_a_colleague_of_elsewhere_and_a_cancelled_event_change_nothing(
    district: District,
) -> None:
    event = await district.event(district.west)
    kim, was = await district.kim(), await facts(district, event)
    wanted = EventChange(was, replace(was, title="防火演练"))
    with pytest.raises(Refusal, match="not_yours"):
        await district.database.write(change, kim.id, event.id, wanted, NOW, ZONE)
    await district.database.write(cancel, district.mei.id, event.id, NOW)
    with pytest.raises(Refusal, match="event.cancelled"):
        await changes(district, event, title="防火演练")


async def test_more_places_are_offered_in_order_and_news_reaches_the_line(
    district: District,
) -> None:
    event = await district.event(capacity=1)
    ana, bo, li = [await comes(district, event, name) for name in ("ana", "bo", "li")]
    await changes(district, event, 1, capacity=2, place="一楼大厅")
    rows = {row.person_id: row.state for row in await district.rows(sign_ups)}
    assert rows == {ana.id: "signed_up", bo.id: "offered", li.id: "waiting"}
    await district.owes()
    assert sorted(await owed(district)) == sorted([ana.id, bo.id, li.id])
    news = await hears(district, event, li, 2)
    assert news is not None
    assert not news.signed_up


@pytest.mark.parametrize(
    ("given", "until"),
    [
        ({"starts_at": NOW + HOUR}, NOW + HOUR / 4),
        ({"starts_at": NOW + 4 * HOUR}, NOW + HOUR),
        ({"deadline_at": NOW + 2 * HOUR}, NOW + HOUR / 2),
        ({"deadline_at": NOW + HOUR / 10}, NOW + HOUR / 10),
        ({"deadline_at": NOW - HOUR}, NOW + 2 * HOUR),  # it was promised before
        ({"starts_at": NOW + 5 * DAY}, NOW + 2 * HOUR),
        ({"place": "礼堂"}, NOW + 2 * HOUR),
    ],
)
async def test_no_offer_outlives_an_earlier_start(
    district: District, given: dict[str, Any], until: Any
) -> None:
    event = await district.event(capacity=1, starts_at=NOW + 3 * DAY)
    ana = await comes(district, event)
    await comes(district, event, "bo")
    await district.database.write(give_back, ana.telegram_id, event.id, NOW, ZONE)
    await changes(district, event, **given)
    [offered] = await district.rows(sign_ups, sign_ups.c.state == "offered")
    assert offered.offered_until == until


async def test_who_would_hear_of_an_offer_in_the_morning_hears_at_once_if_it_is_sooner(
    district: District,
) -> None:
    night = datetime(2026, 3, 2, 23, tzinfo=ZONE)
    event = await district.event(capacity=1, starts_at=NOW + 3 * DAY)
    ana = await comes(district, event)
    bo = await district.resident("bo", quiet=USUAL)
    await district.database.write(sign_up, bo.telegram_id, event.id, NOW, ZONE)
    await district.database.write(give_back, ana.telegram_id, event.id, night, ZONE)
    kind = deliveries.c.kind == DeliveryKind.SEAT_OFFERED
    [word] = await district.rows(deliveries, kind)
    assert word.due_at == datetime(2026, 3, 3, 7, tzinfo=ZONE)
    minutes = (night - NOW) / timedelta(minutes=1)
    await changes(district, event, int(minutes), starts_at=night + 12 * HOUR)
    [word] = await district.rows(deliveries, kind)
    assert word.due_at == night


async def test_news_of_a_new_time_says_what_else_they_do_then(district: District) -> None:
    event = await district.event(starts_at=NOW + 3 * DAY)
    other = await district.event(title="讲座", starts_at=NOW + 4 * DAY)
    ana = await comes(district, event)
    await district.database.write(sign_up, ana.telegram_id, other.id, NOW, ZONE)
    await changes(district, event, place="礼堂")
    news = await hears(district, event, ana)
    assert news is not None
    assert news.overlaps is None
    await changes(district, event, starts_at=NOW + 4 * DAY + HOUR)
    news = await hears(district, event, ana)
    assert news is not None
    assert news.overlaps == ("讲座", NOW + 4 * DAY)
