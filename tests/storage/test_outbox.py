"""Owing and delivering: who gets what, when it is due, and what becomes of it."""

from collections import Counter
from collections.abc import Awaitable
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import Connection, update

from storage.actions import events as event_actions
from storage.actions import people, updates
from storage.actions.leases import requeue_claimed
from storage.actions.leaving import leave
from storage.actions.outbox import AT_ONCE, claim_due, owe_all, record
from storage.actions.schedules import cancel
from storage.actions.sign_ups import cancel as give_back
from storage.actions.sign_ups import sign_up
from storage.actions.slots import plan_slot
from storage.actions.study import acknowledge, push_now, schedule_push
from storage.model.audience import Lesson
from storage.model.broadcast import BroadcastState
from storage.model.delivery import (
    DELIVERY_MOVES,
    DeliveryState,
    Outcome,
    ids_from_text,
)
from storage.model.kinds import DeliveryKind
from storage.model.person import Quiet, RequestState
from storage.model.push import NewPush
from storage.model.refusal import Refusal
from storage.model.roles import Role
from storage.model.schedule import ScheduleState, Slot, Timetable, study_audience
from storage.queries import audience as audience_queries
from storage.queries import outbox as outbox_queries
from storage.queries import schedules as schedule_queries
from storage.queries.moments import next_moment
from storage.tables import acknowledgements, broadcasts, deliveries, persons, schedules
from storage.tables import updates as updates_table

from .district import COURIER, DAY, NOW, ZONE, District, once, outcomes
from .test_cards import move_in

State = DeliveryState
HOUR = timedelta(hours=1)
CUT_OFF = timedelta(hours=12)  # of study pushes


async def plan(district: District, now: datetime = NOW, slot: datetime = NOW) -> int | None:
    """One slot for the eastern community, planned at `now`."""
    schedule = await district.schedule(once(slot), slot)
    planned = await district.database.write(plan_slot, schedule, Slot(slot, "safe-account"), now)
    await district.owes(now)
    return planned


async def owed(district: District, kind: DeliveryKind) -> dict[int, datetime]:
    """Who is owed a message of a kind, and when it is due."""
    rows = await district.rows(deliveries, deliveries.c.kind == kind)
    assert len({row.person_id for row in rows}) == len(rows)
    return {row.person_id: row.due_at for row in rows}


# Planning


async def test_a_push_goes_to_members_who_are_here_not_paused_and_can_be_reached(
    district: District,
) -> None:
    ana = await district.member("ana")
    await district.resident("a resident")
    await district.member("elsewhere", district.west)
    paused, gone, silent = [await district.member(n) for n in ("paused", "gone", "silent")]
    await district.database.write(people.set_paused, paused.id, True)
    await district.database.write(leave, gone.id, NOW, ZONE)
    await district.database.write(people.set_reachable, silent.telegram_id, False, NOW)
    assert await plan(district) is not None
    assert await owed(district, DeliveryKind.STUDY_ITEM) == {ana.id: NOW}
    members = study_audience(district.east.id, Lesson("another", "item"))
    counted = await district.database.read(audience_queries.count, members)
    assert counted == 1


async def test_an_event_is_told_to_everybody_here_paused_or_not(district: District) -> None:
    ana, bo = await district.member("ana"), await district.resident("bo")
    await district.resident("elsewhere", district.west)
    await district.database.write(people.set_paused, bo.id, True)
    await district.event()
    assert set(await owed(district, DeliveryKind.EVENT_NOTICE)) == {ana.id, bo.id}


async def test_an_event_of_the_district_is_told_to_every_community(district: District) -> None:
    near, far = await district.member(), await district.resident("bo", district.west)
    await district.event(district.node)
    assert set(await owed(district, DeliveryKind.EVENT_NOTICE)) == {near.id, far.id}


async def test_what_falls_into_quiet_hours_is_due_at_their_end(district: District) -> None:
    evening = datetime(2026, 3, 2, 23, 30, tzinfo=ZONE)
    quiets = {
        "none": None,
        "night": Quiet(time(22), time(7)),
        "long": Quiet(time(20), time(9)),
        "noon": Quiet(time(12), time(14)),
    }
    members = {name: await district.member(name, quiet=quiet) for name, quiet in quiets.items()}
    await plan(district, evening, evening)
    due = await owed(district, DeliveryKind.STUDY_ITEM)
    assert {name: due[members[name].id] for name in quiets} == {
        "none": evening,
        "night": datetime(2026, 3, 3, 7, tzinfo=ZONE),
        "long": datetime(2026, 3, 3, 9, tzinfo=ZONE),
        "noon": evening,
    }


async def test_an_answer_waits_for_the_end_of_quiet_hours_too(district: District) -> None:
    ana = await district.resident("ana", quiet=Quiet(time(11), time(13)))
    await district.database.write(people.ask_membership, ana.id, NOW, ZONE)
    await district.database.write(
        people.decide_membership, district.mei.id, 1, RequestState.ACCEPTED, NOW, ZONE
    )
    assert await owed(district, DeliveryKind.MEMBERSHIP_ANSWER) == {ana.id: NOW + HOUR}


async def test_however_many_are_owed_a_message_each_is_once_after_their_own_quiet_hours(
    district: District,
) -> None:
    quiet = await district.resident("ana", quiet=Quiet(time(11), time(13)))
    homeless = await district.kim()
    await district.database.write(move_in, AT_ONCE, node_id=district.east.id)
    everybody = [row.id for row in await district.rows(persons)]
    news = (DeliveryKind.SUPPORTED_ANSWER, 1, NOW, ZONE)
    await district.database.write(owe_all, everybody[:3], *news)
    await district.database.write(owe_all, everybody, *news)
    due = await owed(district, DeliveryKind.SUPPORTED_ANSWER)  # nobody twice
    assert due == dict.fromkeys(everybody, NOW) | {quiet.id: NOW + HOUR}
    rows = await district.rows(deliveries, deliveries.c.node_id.is_(None))
    assert {homeless.id} < {row.person_id for row in rows}
    others = (DeliveryKind.SUPPORTED_ANSWER, 2, NOW, ZONE)
    await district.database.write(owe_all, [quiet.id], *others)
    await district.database.write(owe_all, [], *others)
    assert len(await district.rows(deliveries)) == len(everybody) + 1


async def test_the_news_of_a_cancelled_event_goes_to_whoever_holds_a_seat(
    district: District,
) -> None:
    names = ("holds", "gave back", "never", "moved away", "left")
    crowd = {name: await district.resident(name) for name in names}
    event = await district.event()
    write = district.database.write
    for name in ("holds", "gave back", "moved away", "left"):
        await write(sign_up, crowd[name].telegram_id, event.id, NOW, ZONE)
    await write(give_back, crowd["gave back"].telegram_id, event.id, NOW, ZONE)
    await write(people.choose_community, crowd["moved away"].id, district.west.id, NOW)
    await write(leave, crowd["left"].id, NOW, ZONE)
    await write(event_actions.cancel, district.mei.id, event.id, NOW)
    await district.owes()
    told = set(await owed(district, DeliveryKind.EVENT_CANCELLED))
    assert told == {crowd["holds"].id, crowd["moved away"].id}


async def test_of_many_planners_at_once_one_plans_the_slot(district: District) -> None:
    ana = await district.member()
    schedule = await district.schedule(once(NOW), NOW)
    await outcomes(district.database.read(schedule_queries.due, NOW) for _ in range(8))
    planned = await outcomes(
        district.database.write(
            plan_slot, schedule, Slot(NOW, "safe-account", next_at=NOW + DAY), NOW
        )
        for _ in range(8)
    )
    assert planned.count(None) == 7
    assert len(await district.rows(broadcasts)) == 1
    await outcomes(district.owes() for _ in range(3))
    assert list(await owed(district, DeliveryKind.STUDY_ITEM)) == [ana.id]
    [row] = await district.rows(schedules)
    assert (row.position, row.next_slot_at, row.state) == (1, NOW + DAY, ScheduleState.ACTIVE)


@pytest.mark.parametrize("late", [timedelta(), HOUR, CUT_OFF])
async def test_a_slot_that_is_late_is_sent_up_to_the_cut_off(
    district: District, late: timedelta
) -> None:
    await district.member()
    await plan(district, NOW + late, NOW)
    [sent] = await district.rows(broadcasts)
    assert (sent.state, sent.slot_at) == (BroadcastState.RUNNING, NOW)
    assert len(await district.rows(deliveries)) == 1


async def test_a_slot_that_is_too_late_is_skipped_shown_and_keeps_its_item(
    district: District,
) -> None:
    await district.member()
    now = NOW + CUT_OFF + timedelta(seconds=1)
    schedule = await district.schedule(once(NOW), NOW)
    for last in (False, True):
        broadcast = await district.database.write(
            plan_slot, schedule, Slot(NOW, "safe-account", last, NOW + DAY), now
        )
        assert (broadcast is None) is last  # the second time, the slot has been dealt with
    [skipped] = await district.rows(broadcasts)
    assert (skipped.state, skipped.finished_at) == (BroadcastState.SKIPPED, now)
    assert await district.rows(deliveries) == []
    [row] = await district.rows(schedules)
    assert (row.position, row.next_slot_at, row.state) == (0, NOW + DAY, ScheduleState.ACTIVE)


async def test_a_schedule_ends_with_the_last_item_or_without_a_next_slot(
    district: District,
) -> None:
    await district.member()
    for item, last, next_slot in (
        ("safe-account", True, NOW + DAY),
        ("safe-account", False, None),
        (None, True, NOW + DAY),
    ):
        schedule = await district.schedule(once(NOW), NOW)
        await district.database.write(plan_slot, schedule, Slot(NOW, item, last, next_slot), NOW)
        [row] = await district.rows(schedules, schedules.c.id == schedule.id)
        assert (row.state, row.next_slot_at) == (ScheduleState.ENDED, None)
        assert await district.database.read(schedule_queries.due, NOW + DAY) == []
    assert len(await district.rows(broadcasts)) == 2


async def test_a_cancelled_schedule_is_not_planned_and_cancelled_once(district: District) -> None:
    schedule = await district.schedule(once(NOW), NOW)
    kim, li = await district.kim(), await district.staff("li", Role.COMMUNITY, district.west)
    with pytest.raises(Refusal, match="refused.not_yours"):
        await district.database.write(cancel, li.id, schedule.id, NOW)
    stops = [district.database.write(cancel, kim.id, schedule.id, NOW) for _ in range(3)]
    assert sorted(map(str, await outcomes(stops))) == ["None", "push.ended", "push.ended"]
    assert await district.database.write(plan_slot, schedule, Slot(NOW, "i"), NOW) is None
    assert await district.rows(broadcasts) == []


async def test_the_same_draft_scheduled_many_times_is_one_and_only_at_home(
    district: District,
) -> None:
    kim = await district.kim()
    await district.member()

    def push(key: str, node_id: int) -> Awaitable[int]:
        new = NewPush(key, node_id, "resident-basics", "safe-account", 0)
        given = (kim.id, new, Timetable(once(NOW), NOW), NOW)
        return district.database.write(schedule_push, *given)

    await outcomes(district.database.read(schedule_queries.due, NOW) for _ in range(6))
    made = await outcomes(push("one", district.east.id) for _ in range(6))
    [row] = await district.rows(schedules)
    assert made == [row.id] * 6
    for node in (district.west, district.node):
        assert await outcomes([push("two", node.id)]) == ["refused.not_yours"]


async def test_a_push_now_is_one_broadcast_to_the_members_and_only_at_home(
    district: District,
) -> None:
    kim, ana = await district.kim(), await district.member("ana")
    await district.resident("bo")

    def push(node_id: int) -> Awaitable[int]:
        new = NewPush("draft", node_id, "resident-basics", "safe-account", 0)
        return district.database.write(push_now, kim.id, new, NOW)

    made = await outcomes(push(district.east.id) for _ in range(6))
    [row] = await district.rows(broadcasts)
    assert made == [row.id] * 6
    assert (row.kind, row.course_id, row.item_id, row.schedule_id, row.created_by) == (
        DeliveryKind.STUDY_ITEM,
        "resident-basics",
        "safe-account",
        None,
        kim.id,
    )
    await district.owes()
    assert await owed(district, DeliveryKind.STUDY_ITEM) == {ana.id: NOW}
    for node in (district.west, district.node):
        assert await outcomes([push(node.id)]) == ["refused.not_yours"]


async def test_the_next_moment_is_the_earlier_of_slot_and_delivery(district: District) -> None:
    assert await district.database.read(next_moment) is None
    await district.schedule(once(NOW + DAY), NOW + DAY)
    assert await district.database.read(next_moment) == NOW + DAY
    await district.member(quiet=Quiet(time(11), time(13)))
    await plan(district)
    assert await district.database.read(next_moment) == NOW + HOUR


async def test_done_is_counted_once_however_often_it_is_pressed(district: District) -> None:
    ana = await district.member()
    press = [
        district.database.write(acknowledge, ana.telegram_id, "resident-basics", "i", NOW)
        for _ in range(5)
    ]
    answers = await outcomes(press)
    assert [a.first for a in answers if not isinstance(a, str)].count(True) == 1
    [row] = await district.rows(acknowledgements)
    assert (row.person_id, row.node_id) == (ana.id, district.east.id)
    with pytest.raises(Refusal, match="refused.unknown_person"):
        await district.database.write(acknowledge, 999, "resident-basics", "i", NOW)


# Delivering


async def test_claiming_takes_what_is_due_the_earliest_first_and_no_more(
    district: District,
) -> None:
    for n in range(4):
        await district.member(f"m{n}")
    await district.member("later", quiet=Quiet(time(11), time(13)))
    await plan(district)
    first = await district.database.write(claim_due, COURIER, NOW, 3, ZONE)
    rest = await district.database.write(claim_due, COURIER, NOW, 3, ZONE)
    assert ([c.chat_id for c in first], len(rest)) == ([100, 101, 102], 1)
    assert await district.database.write(claim_due, COURIER, NOW, 3, ZONE) == []
    [late] = await district.database.write(claim_due, COURIER, NOW + HOUR, 3, ZONE)
    assert (late.chat_id, late.kind, late.item_id, late.attempts) == (
        *(104, DeliveryKind.STUDY_ITEM, "safe-account", 0),
    )


async def test_two_couriers_at_once_never_hold_the_same_delivery(district: District) -> None:
    for n in range(30):
        await district.member(f"m{n}")
    await plan(district)
    write = district.database.write
    claims = await outcomes(write(claim_due, n, NOW, 7, ZONE) for n in range(6))
    ids = [claimed.id for claim in claims for claimed in claim]
    assert len(ids) == len(set(ids))
    rest = await district.database.write(claim_due, COURIER, NOW, 100, ZONE)
    assert len(ids) + len(rest) == 30


async def test_what_is_no_longer_wanted_is_cancelled_on_the_way(district: District) -> None:
    paused, left, stays = [await district.member(n) for n in ("paused", "left", "stays")]
    await plan(district)
    await district.event()
    await district.database.write(people.set_paused, paused.id, True)
    await district.database.write(leave, left.id, NOW, ZONE)
    claimed = await district.database.write(claim_due, COURIER, NOW, 100, ZONE)
    who = Counter((c.chat_id, c.kind) for c in claimed)
    assert who == {
        (stays.telegram_id, DeliveryKind.STUDY_ITEM): 1,
        (stays.telegram_id, DeliveryKind.EVENT_NOTICE): 1,
        (paused.telegram_id, DeliveryKind.EVENT_NOTICE): 1,
    }
    cancelled = await district.rows(deliveries, deliveries.c.state == State.CANCELLED)
    assert Counter(row.person_id for row in cancelled) == {paused.id: 1, left.id: 2}


async def test_what_would_come_in_quiet_hours_after_an_outage_waits_for_their_end(
    district: District,
) -> None:
    ana = await district.member("ana", quiet=Quiet(time(22), time(7)))
    await district.member("bo")
    await plan(district)
    late = datetime(2026, 3, 2, 23, 0, tzinfo=ZONE)
    claimed = await district.database.write(claim_due, COURIER, late, 9, ZONE)
    assert [c.chat_id for c in claimed] == [101]
    [waits] = await district.rows(deliveries, deliveries.c.person_id == ana.id)
    morning = datetime(2026, 3, 3, 7, tzinfo=ZONE)
    assert (waits.state, waits.due_at, waits.attempts) == (State.QUEUED, morning, 0)
    [again] = await district.database.write(claim_due, COURIER, morning, 9, ZONE)
    assert again.id == waits.id


async def test_what_became_of_a_delivery_is_recorded(district: District) -> None:
    for n in range(4):
        await district.member(f"m{n}")
    await plan(district)
    sent, later, gone, failed = await district.database.write(claim_due, COURIER, NOW, 9, ZONE)
    now = NOW + timedelta(seconds=5)
    given = [
        Outcome(sent.id, sent.broadcast_id, State.SENT, sent=((2**40,), (7, 8))),
        Outcome(
            *(later.id, later.broadcast_id, State.QUEUED),
            reason="502",
            again_at=NOW + HOUR,
            failed_try=True,
        ),
        Outcome(gone.id, gone.broadcast_id, State.UNREACHABLE, reason="blocked"),
        Outcome(failed.id, failed.broadcast_id, State.FAILED, reason="4" * 1000),
    ]
    await district.database.write(record, COURIER, given, now)
    rows = {row.id: row for row in await district.rows(deliveries)}
    assert (rows[sent.id].state, rows[sent.id].sent_at) == (State.SENT, now)
    assert ids_from_text(rows[sent.id].message_ids) == ((2**40,), (7, 8))
    assert (rows[later.id].state, rows[later.id].due_at) == (State.QUEUED, NOW + HOUR)
    assert (rows[gone.id].state, rows[failed.id].reason) == (State.UNREACHABLE, "4" * 200)
    assert {row.sent_at for row in rows.values()} == {now, None}
    marked = await district.rows(persons, persons.c.unreachable_at.is_not(None))
    assert [row.id for row in marked] == [rows[gone.id].person_id]
    [broadcast] = await district.rows(broadcasts)
    states = await district.database.read(outbox_queries.states, broadcast.id)
    assert states == dict.fromkeys((State.SENT, State.QUEUED, State.UNREACHABLE, State.FAILED), 1)
    assert await district.database.write(claim_due, COURIER, NOW, 9, ZONE) == []
    [again] = await district.database.write(claim_due, COURIER, NOW + HOUR, 9, ZONE)
    assert (again.id, again.attempts) == (later.id, 1)


async def test_what_was_in_flight_at_a_crash_is_sent_again_and_nothing_else(
    district: District,
) -> None:
    for n in range(3):
        await district.member(f"m{n}")
    await plan(district)
    sent, lost = await district.database.write(claim_due, COURIER, NOW, 2, ZONE)
    await district.database.write(
        record, COURIER, [Outcome(sent.id, sent.broadcast_id, State.SENT, sent=((1,),))], NOW
    )
    assert await district.database.write(requeue_claimed, COURIER, NOW) == 1
    assert await district.database.write(requeue_claimed, COURIER, NOW) == 0
    again = await district.database.write(claim_due, COURIER, NOW, 9, ZONE)
    assert lost.id in {c.id for c in again}
    assert sent.id not in {c.id for c in again}
    assert len(again) == 2


async def test_what_was_sent_is_recorded_however_many_went_before(district: District) -> None:
    """Ids beyond the 2,147,483,647 that an INTEGER of PostgreSQL holds."""
    await district.member("ana")
    await plan(district)
    late = 2**31 + 7
    await district.database.write(lambda c: c.execute(update(deliveries).values(id=late)))
    (claimed,) = await district.database.write(claim_due, COURIER, NOW, 10, ZONE)
    sent = Outcome(claimed.id, claimed.broadcast_id, State.SENT, ((2**31 + 9,),))
    await district.database.write(record, COURIER, [sent], NOW)
    (row,) = await district.rows(deliveries)
    assert (row.id, row.state, row.message_ids) == (late, State.SENT, str(2**31 + 9))


@pytest.mark.parametrize("state", [s for s in State if s is not State.CLAIMED])
async def test_only_a_claimed_delivery_is_recorded(district: District, state: State) -> None:
    """Two processes that recorded the same delivery would count it twice."""
    await district.member()
    await plan(district)
    [row] = await district.rows(deliveries)

    def put(connection: Connection) -> None:
        connection.execute(update(deliveries).values(state=state))

    await district.database.write(put)
    outcome = Outcome(row.id, row.broadcast_id, State.SENT, sent=((1,),))
    await district.database.write(record, COURIER, [outcome], NOW)
    [row] = await district.rows(deliveries)
    assert row.state == state
    assert State.SENT in DELIVERY_MOVES[State.CLAIMED]


async def test_whoever_was_unreachable_is_revived_by_their_next_update(district: District) -> None:
    ana, bo = await district.member("ana"), await district.member("bo")
    for person in (ana, bo):
        await district.database.write(people.set_reachable, person.telegram_id, False, NOW)
    stored = await district.database.write(
        updates.store, [(1, "{}")], {ana.telegram_id, 0, 12345}, NOW
    )
    assert stored == [1]
    silent = await district.rows(persons, persons.c.unreachable_at.is_not(None))
    assert [row.id for row in silent] == [bo.id]
    assert await plan(district) is not None
    assert list(await owed(district, DeliveryKind.STUDY_ITEM)) == [ana.id]


# What is said to the bot


async def test_an_update_is_stored_once_and_known_ids_are_told_apart(district: District) -> None:
    store = updates.store
    first = await district.database.write(store, [(7, "a"), (8, "b")], {1}, NOW)
    assert first == [7, 8]
    again = await outcomes(
        district.database.write(store, [(8, "x"), (9, "c")], {1}, NOW) for _ in range(4)
    )
    assert [9] in again
    assert await district.rows(updates_table, updates_table.c.body == "x") == []


async def test_of_the_same_update_stored_at_once_one_is_new(district: District) -> None:
    await outcomes(district.database.read(next_moment) for _ in range(6))
    answers = await outcomes(
        district.database.write(updates.store, [(9, "{}")], {1}, NOW) for _ in range(6)
    )
    assert sorted(answers, key=str) == [[9], [], [], [], [], []]


async def test_being_asked_how_it_was_comes_after_every_broadcast(district: District) -> None:
    ana, bo = await district.resident("ana"), await district.resident("bo")
    write = district.database.write
    await write(owe_all, (ana.id,), DeliveryKind.EVENT_FEEDBACK, 1, NOW - HOUR, ZONE)
    await write(owe_all, (bo.id,), DeliveryKind.SEAT_OFFERED, 1, NOW, ZONE)
    await district.event()  # a notice to both
    claimed = await write(claim_due, COURIER, NOW, 10, ZONE)
    kinds = [each.kind for each in claimed]
    assert kinds[0] is DeliveryKind.SEAT_OFFERED
    assert kinds[-1] is DeliveryKind.EVENT_FEEDBACK
    assert len(kinds) == 4
