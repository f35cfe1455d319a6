"""Broadcasts: who gets them, in what order, what staff may do, and that the counts are true."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from storage.actions import broadcasts as actions
from storage.actions import groups as group_actions
from storage.actions import people, retries
from storage.actions.fan_out import fan_out
from storage.actions.leases import requeue_claimed
from storage.actions.outbox import claim_due, owe, record
from storage.actions.sign_ups import sign_up
from storage.actions.study import acknowledge
from storage.model.audience import Audience, Behaviour, Deed, audience_from_json
from storage.model.broadcast import BROADCAST_MOVES, BroadcastState, NewBroadcast
from storage.model.delivery import Claimed, DeliveryState, Outcome
from storage.model.kinds import DeliveryKind, Priority
from storage.model.message import Message
from storage.model.person import Person, Quiet, Standing
from storage.model.refusal import Refusal
from storage.model.roles import Role
from storage.queries import audience as audience_queries
from storage.queries import broadcasts as queries
from storage.queries import outbox as outbox_queries
from storage.tables import broadcasts, deliveries, groups, nodes, progress

from .district import COURIER, DAY, NOW, ZONE, District, in_order, outcomes, rows_of

State = DeliveryState
NEW = Message({"zh": "新"}).to_json()


async def begin(district: District, audience: Audience | None = None, **given: Any) -> int:
    """A notice to everybody of the eastern community, unless said otherwise."""
    new: dict[str, Any] = {
        "kind": DeliveryKind.NOTICE,
        "node_id": district.east.id,
        "audience": audience or Audience(district.east.id),
        "slot_at": NOW,
        "content": Message({"zh": "旧"}).to_json(),
    }
    return await district.database.write(actions.begin, NewBroadcast(**(new | given)), NOW)


async def claim(district: District, most: int = 100, now: datetime = NOW) -> list[Claimed]:
    return await district.database.write(claim_due, COURIER, now, most, ZONE)


async def tell(district: District, claimed: list[Claimed], state: State, **more: Any) -> None:
    found = [Outcome(c.id, c.broadcast_id, state, **more) for c in claimed]
    await district.database.write(record, COURIER, found, NOW)


async def audience_of(district: District, broadcast_id: int) -> set[int]:
    rows = await district.rows(deliveries, deliveries.c.broadcast_id == broadcast_id)
    return {row.person_id for row in rows}


def _counted(connection: Connection) -> tuple[dict[Any, int], dict[Any, int]]:
    kept = connection.execute(
        select(progress.c.broadcast_id, progress.c.state, progress.c.count).where(
            progress.c.count > 0
        )
    )
    counted = connection.execute(
        select(deliveries.c.broadcast_id, deliveries.c.state, func.count())
        .where(deliveries.c.broadcast_id.is_not(None))
        .group_by(deliveries.c.broadcast_id, deliveries.c.state)
    )
    return {(b, s): n for b, s, n in kept}, {(b, s): n for b, s, n in counted}


async def states(district: District, broadcast_id: int) -> dict[DeliveryState, int]:
    """The counts of a broadcast, after a look at whether all counts are true."""
    kept, counted = await district.database.read(_counted)
    assert kept == counted
    return await district.database.read(outbox_queries.states, broadcast_id)


# Audiences


async def test_an_audience_survives_its_column(district: District) -> None:
    event = await district.event()
    for audience in (
        Audience(1),
        Audience(of_event=event.id),
        Audience(1, standing=Standing.MEMBER, role=Role.COMMUNITY, language="en", studying=True),
        Audience(1, behaviour=Behaviour(Deed.SIGNED_UP, False, subject_id=event.id)),
        Audience(1, course_id="c", joined_from=NOW, joined_to=NOW + DAY, groups=True),
    ):
        assert audience_from_json(audience.to_json()) == audience
    for text in ("", "[]", '{"what": 1}', '{"behaviour": {"deed": "thinks"}}', "null"):
        with pytest.raises(ValueError, match="not an audience|Expecting value|not a valid"):
            audience_from_json(text)


async def test_each_condition_narrows_the_audience_and_the_count_tells_it(
    district: District,
) -> None:
    write = district.database.write
    ana, bo = await district.member("ana"), await district.resident("bo")
    kim = await district.kim()
    kim = await write(people.choose_community, kim.id, district.east.id, NOW)
    await district.resident("elsewhere", district.west)
    await write(people.set_language, bo.id, "en", NOW)
    event = await district.event()
    await write(sign_up, bo.telegram_id, event.id, NOW, ZONE)
    await write(acknowledge, ana.telegram_id, "course", "item", NOW)
    done = Behaviour(Deed.ACKNOWLEDGED, course_id="course", item_id="item")
    comes = Behaviour(Deed.SIGNED_UP, subject_id=event.id)
    east = district.east.id
    expected: list[tuple[Audience, list[Person]]] = [
        (Audience(east), [ana, bo, kim]),
        (Audience(east, standing=Standing.MEMBER), [ana]),
        (Audience(east, standing=Standing.RESIDENT), [bo, kim]),
        (Audience(east, role=Role.COMMUNITY), [kim]),
        (Audience(east, language="en"), [bo]),
        (Audience(east, behaviour=done), [ana]),
        (
            Audience(
                east, behaviour=Behaviour(*(Deed.ACKNOWLEDGED, False, None), "course", "item")
            ),
            [bo, kim],
        ),
        (Audience(east, behaviour=comes), [bo]),
        (Audience(east, behaviour=replace(comes, done=False)), [ana, kim]),
        (Audience(of_event=event.id), [bo]),
    ]
    for audience, who in expected:
        counted = await district.database.read(audience_queries.count, audience)
        named = await district.database.read(audience_queries.sample, audience)
        broadcast = await begin(district, audience)
        await district.owes()
        assert await audience_of(district, broadcast) == {p.id for p in who}, audience
        assert (counted, sorted(named)) == (len(who), sorted(p.name for p in who))


async def test_groups_of_the_tree_are_an_audience_too(district: District) -> None:
    def add(connection: Connection) -> None:
        for node, chat_id, left in ((2, -1, None), (2, -2, NOW), (3, -3, None)):
            connection.execute(
                groups.insert().values(
                    chat_id=chat_id,
                    title=f"group {chat_id}",
                    node_id=node,
                    added_by=district.mei.id,
                    added_at=NOW,
                    left_at=left,
                )
            )

    await district.database.write(add)
    await district.resident()
    everybody = Audience(district.node.id, groups=True)
    assert await district.database.read(audience_queries.count, everybody) == 2
    assert await district.database.read(audience_queries.sample, everybody) == [
        "group -1",
        "group -3",
    ]
    broadcast = await begin(district, everybody)
    await district.owes()
    first, second = in_order(await claim(district))
    assert {first.chat_id, second.chat_id} == {-1, -3}
    await tell(district, [first], State.QUEUED, moved_to=-1001)
    await tell(district, [second], State.UNREACHABLE, reason="bot was kicked")
    [again] = await claim(district)
    assert again.chat_id == -1001
    assert await states(district, broadcast) == {State.CLAIMED: 1, State.UNREACHABLE: 1}
    assert await district.database.read(audience_queries.count, everybody) == 1


async def test_a_group_that_moved_is_told_so_by_each_of_its_messages(district: District) -> None:
    def add(connection: Connection) -> None:
        connection.execute(
            groups.insert().values(
                chat_id=-1,
                title="group",
                node_id=district.east.id,
                added_by=district.mei.id,
                added_at=NOW,
            )
        )

    await district.database.write(add)
    for _ in range(2):
        await begin(district, Audience(district.east.id, groups=True))
    await district.owes()
    await tell(district, await claim(district), State.QUEUED, moved_to=-1001)
    assert [c.chat_id for c in await claim(district)] == [-1001, -1001]


async def test_a_group_that_is_known_under_its_new_id_already_gets_the_notice_there(
    district: District,
) -> None:
    def add(connection: Connection) -> None:
        for chat_id, left in ((-1, None), (-1001, NOW)):
            connection.execute(
                groups.insert().values(
                    chat_id=chat_id,
                    title="group",
                    node_id=district.east.id,
                    added_by=district.mei.id,
                    added_at=NOW,
                    left_at=left,
                )
            )

    await district.database.write(add)
    broadcast = await begin(district, Audience(district.east.id, groups=True))
    await district.owes()
    await tell(district, await claim(district), State.QUEUED, moved_to=-1001)
    [again] = await claim(district)
    assert again.chat_id == -1001
    assert await states(district, broadcast) == {State.CLAIMED: 1}


# Fanning out


async def test_a_fan_out_goes_in_steps_and_each_person_is_in_once(district: District) -> None:
    crowd = [await district.resident(f"p{n}") for n in range(7)]
    crowd += [await district.resident(f"q{n}", district.west) for n in range(5)]
    broadcast = await begin(district, Audience(district.node.id))
    sums = []
    while await district.database.write(fan_out, broadcast, NOW, ZONE, 3):
        sums.append(sum((await states(district, broadcast)).values()))
    assert sums == sorted(sums)
    assert max(after - before for before, after in pairwise(sums)) <= 3
    assert await audience_of(district, broadcast) == {p.id for p in crowd}
    assert await states(district, broadcast) == {State.QUEUED: 12}
    assert not await district.database.write(fan_out, broadcast, NOW, ZONE, 3)
    [row] = await district.rows(broadcasts)
    assert row.planned_at == NOW


async def test_planners_at_once_share_the_work(district: District) -> None:
    crowd = [await district.resident(f"p{n}") for n in range(12)]
    broadcast = await begin(district)
    for _ in range(4):
        await outcomes(district.database.write(fan_out, broadcast, NOW, ZONE, 2) for _ in range(4))
    assert await audience_of(district, broadcast) == {p.id for p in crowd}
    assert await states(district, broadcast) == {State.QUEUED: 12}


async def test_quiet_hours_are_those_of_the_persons_own_zone(district: District) -> None:
    def move(connection: Connection) -> None:
        west = nodes.c.id == district.west.id
        connection.execute(update(nodes).where(west).values(timezone="Asia/Urumqi"))

    await district.database.write(move)
    night = Quiet(time(22), time(7))
    here = await district.resident("here", quiet=night)
    there = await district.resident("there", district.west, quiet=night)
    evening = datetime(2026, 3, 2, 22, 30, tzinfo=ZONE)  # 20:30 in Urumqi
    await begin(district, Audience(district.node.id))
    await district.owes(evening)
    due = {row.person_id: row.due_at for row in await district.rows(deliveries)}
    assert due == {here.id: datetime(2026, 3, 3, 7, tzinfo=ZONE), there.id: evening}
    late = evening + timedelta(hours=2)  # 22:30 in Urumqi: the courier looks again
    assert await claim(district, now=late) == []
    [waits] = await district.rows(deliveries, deliveries.c.person_id == there.id)
    assert waits.due_at == datetime(2026, 3, 3, 9, tzinfo=ZONE)


# What goes first


async def test_to_one_person_first_then_urgent_then_short_then_study(district: District) -> None:
    for n in range(3):
        await district.member(f"m{n}")
    await district.resident("far", district.west)
    here, far = Audience(district.east.id), Audience(district.west.id)
    study = await begin(district, here, kind=DeliveryKind.STUDY_ITEM)
    long = await begin(district, here)
    short = await begin(district, far)
    urgent = await begin(district, here, priority=Priority.URGENT)
    await district.owes()
    ana = await district.resident("ana")
    await district.database.write(owe, ana.id, DeliveryKind.SUGGESTION_ANSWER, 1, NOW, ZONE)
    order = [c.broadcast_id for c in await claim(district)]
    assert order == [None, *[urgent] * 3, short, *[long] * 3, *[study] * 3]


async def test_a_paused_broadcast_waits_and_goes_on(district: District) -> None:
    for n in range(3):
        await district.resident(f"p{n}")
    kim = await district.kim()
    broadcast = await begin(district)
    await district.owes()
    first = await claim(district, 1)
    await district.database.write(actions.pause, kim.id, broadcast, NOW)
    assert await claim(district) == []
    await tell(district, first, State.SENT, sent=((1,),))  # what was in our hands arrived
    assert await states(district, broadcast) == {State.SENT: 1, State.QUEUED: 2}
    await district.database.write(actions.resume, kim.id, broadcast, NOW)
    assert len(await claim(district)) == 2


async def test_a_stopped_broadcast_sends_nothing_more_and_says_so(district: District) -> None:
    for n in range(5):
        await district.resident(f"p{n}")
    kim = await district.kim()
    broadcast = await begin(district)
    await district.owes()
    await tell(district, await claim(district, 1), State.SENT)
    held = await claim(district, 1)
    await district.database.write(actions.cancel, kim.id, broadcast, NOW)
    assert await claim(district) == []
    assert await district.database.read(outbox_queries.unswept) == [broadcast]
    while await district.database.write(actions.sweep, broadcast, NOW, 2):
        await states(district, broadcast)
    await tell(district, held, State.SENT)
    assert await states(district, broadcast) == {State.SENT: 2, State.CANCELLED: 3}
    assert not await district.database.write(actions.sweep, broadcast, NOW)
    assert await district.database.read(outbox_queries.unswept) == []


async def test_a_broadcast_stopped_in_the_middle_of_its_planning_grows_no_more(
    district: District,
) -> None:
    for n in range(5):
        await district.resident(f"p{n}")
    kim = await district.kim()
    broadcast = await begin(district)
    assert await district.database.write(fan_out, broadcast, NOW, ZONE, 2)
    await district.database.write(actions.cancel, kim.id, broadcast, NOW)
    assert not await district.database.write(fan_out, broadcast, NOW, ZONE, 2)
    assert await district.database.read(outbox_queries.unplanned) == []
    while await district.database.write(actions.sweep, broadcast, NOW):
        continue
    assert await states(district, broadcast) == {State.CANCELLED: 2}


async def test_every_move_that_the_model_does_not_know_is_refused(district: District) -> None:
    kim, li = await district.kim(), await district.staff("li", Role.COMMUNITY, district.west)
    viewer = await district.staff("bo", Role.VIEWER, district.east)
    moves: dict[BroadcastState, Any] = {
        BroadcastState.PAUSED: actions.pause,
        BroadcastState.RUNNING: actions.resume,
        BroadcastState.CANCELLED: actions.cancel,
    }
    for state in BroadcastState:
        for target, action in moves.items():
            broadcast = await begin(district)

            def put(connection: Connection, at: int = broadcast, to: str = state) -> None:
                connection.execute(update(broadcasts).where(broadcasts.c.id == at).values(state=to))

            await district.database.write(put)
            for stranger in (li, viewer):
                with pytest.raises(Refusal, match="refused.not_yours"):
                    await district.database.write(action, stranger.id, broadcast, NOW)
            legal = target in BROADCAST_MOVES[state]
            if state is BroadcastState.DONE:
                legal = False  # done goes on by a retry only
            [told] = await outcomes([district.database.write(action, kim.id, broadcast, NOW)])
            assert told == (None if legal else "broadcast.over"), (state, target)
            [row] = await district.rows(broadcasts, broadcasts.c.id == broadcast)
            assert row.state == (target if legal else state)


async def test_a_broadcast_is_done_when_nothing_waits_and_again_after_a_retry(
    district: District,
) -> None:
    _, _, li = [await district.resident(n) for n in ("ana", "bo", "li")]
    kim = await district.kim()
    broadcast = await begin(district)
    await district.owes()
    assert not await district.database.read(outbox_queries.finished)
    first, second, third = in_order(await claim(district))
    await tell(district, [first], State.SENT)
    await tell(district, [second], State.FAILED, reason="400")
    await tell(district, [third], State.UNREACHABLE, reason="blocked")
    assert await district.database.read(outbox_queries.finished)
    assert await district.database.write(actions.finish, NOW) != []
    [row] = await district.rows(broadcasts)
    assert (row.state, row.finished_at) == (BroadcastState.DONE, NOW)
    assert await district.database.write(retries.retry, kim.id, broadcast, NOW) == 1
    assert await states(district, broadcast) == {
        State.SENT: 1,
        State.UNREACHABLE: 1,
        State.QUEUED: 1,
    }
    await tell(district, await claim(district), State.SENT)
    await district.database.write(people.set_reachable, li.telegram_id, True, NOW)
    assert await district.database.write(retries.retry, kim.id, broadcast, NOW) == 1
    await tell(district, await claim(district), State.SENT)
    assert await states(district, broadcast) == {State.SENT: 3}
    assert await district.database.write(retries.retry, kim.id, broadcast, NOW) == 0


# Trying again


async def lost(district: District, failed: int, **given: Any) -> tuple[Person, int]:
    """A broadcast of which so many failed and nothing else became of any; and who may retry it."""
    for n in range(failed):
        await district.resident(f"p{n}")
    kim = await district.kim()
    broadcast = await begin(district, **given)
    await district.owes()
    await tell(district, await claim(district), State.FAILED, reason="400")
    await district.database.write(actions.finish, NOW)
    return kim, broadcast


async def test_a_retry_goes_in_steps_and_its_place_survives_a_kill(district: District) -> None:
    kim, broadcast = await lost(district, 7)
    write, read = district.database.write, district.database.read
    assert await write(retries.retry, kim.id, broadcast, NOW, 3) == 7
    queued = [3]
    assert await states(district, broadcast) == {State.QUEUED: 3, State.FAILED: 4}
    assert await read(outbox_queries.unretried) == [broadcast]
    # A process that knows nothing goes on; meanwhile what is queued goes out, and it is not over.
    while await write(retries.retry_on, broadcast, NOW + DAY, 3):
        await tell(district, await claim(district, now=NOW + DAY), State.SENT)
        assert not await read(outbox_queries.finished)
        seen = await states(district, broadcast)
        assert sum(seen.values()) == 7
        queued.append(7 - seen[State.FAILED] if State.FAILED in seen else 7)
    assert queued == [3, 6]
    await tell(district, await claim(district, now=NOW + DAY), State.SENT)
    assert await states(district, broadcast) == {State.SENT: 7}
    assert await read(outbox_queries.unretried) == []
    assert await read(outbox_queries.finished)
    assert not await write(retries.retry_on, broadcast, NOW + DAY, 3)


async def test_only_who_is_back_is_tried_again_however_many_are_not(district: District) -> None:
    crowd = [await district.resident(f"p{n}") for n in range(7)]
    kim, write = await district.kim(), district.database.write
    broadcast = await begin(district)
    await district.owes()
    await tell(district, await claim(district), State.UNREACHABLE, reason="blocked")
    assert await write(retries.retry, kim.id, broadcast, NOW) == 0
    await write(people.set_reachable, crowd[5].telegram_id, True, NOW)
    assert await write(retries.retry, kim.id, broadcast, NOW, 2) == 0  # not among the first
    while await write(retries.retry_on, broadcast, NOW, 2):
        continue
    assert await states(district, broadcast) == {State.UNREACHABLE: 6, State.QUEUED: 1}
    assert [c.chat_id for c in await claim(district)] == [crowd[5].telegram_id]


async def test_a_group_that_is_back_is_tried_again_and_one_that_is_not_is_left_alone(
    district: District,
) -> None:
    kim, write = await district.kim(), district.database.write
    for chat_id in (-1, -2):
        await write(group_actions.bring, kim.id, chat_id, f"group {chat_id}", NOW)
    broadcast = await begin(district, Audience(district.east.id, groups=True))
    await district.owes()
    await tell(district, await claim(district), State.UNREACHABLE, reason="CHAT_WRITE_FORBIDDEN")
    await write(actions.finish, NOW)
    assert await write(retries.retry, kim.id, broadcast, NOW) == 0
    await write(group_actions.bring, kim.id, -2, "group -2", NOW)
    assert await write(retries.retry, kim.id, broadcast, NOW) == 1
    assert await states(district, broadcast) == {State.UNREACHABLE: 1, State.QUEUED: 1}
    [again] = await claim(district)
    assert again.chat_id == -2
    await tell(district, [again], State.SENT)
    assert await states(district, broadcast) == {State.UNREACHABLE: 1, State.SENT: 1}
    assert await write(retries.retry, kim.id, broadcast, NOW) == 0


async def test_what_fails_while_a_retry_goes_on_is_not_retried_by_it(district: District) -> None:
    """Nobody was asked: of what must arrive at most once it may have arrived."""
    later = NOW + timedelta(minutes=1)
    kim, broadcast = await lost(district, 4, at_most_once=True)
    write = district.database.write
    new = [await district.resident(f"new{n}") for n in range(2)]
    await write(lambda c: c.execute(update(broadcasts).values(planned_at=None)) and None)
    assert await write(retries.retry, kim.id, broadcast, NOW, 2) == 4
    await district.owes(NOW)
    claimed = await claim(district, now=NOW)
    assert {p.telegram_id for p in new} < {c.chat_id for c in claimed}
    unknown = [Outcome(c.id, broadcast, State.FAILED, reason="502", unsure=True) for c in claimed]
    await write(record, COURIER, unknown, later)
    while await write(retries.retry_on, broadcast, later, 2):
        continue
    assert await states(district, broadcast) == {State.FAILED: 4, State.QUEUED: 2}


async def test_a_retry_that_is_stopped_goes_no_further(district: District) -> None:
    kim, broadcast = await lost(district, 5)
    write = district.database.write
    assert await write(retries.retry, kim.id, broadcast, NOW, 2) == 5
    await write(actions.cancel, kim.id, broadcast, NOW)
    assert not await write(retries.retry_on, broadcast, NOW, 2)
    assert await district.database.read(outbox_queries.unretried) == []
    while await write(actions.sweep, broadcast, NOW):
        continue
    assert await states(district, broadcast) == {State.FAILED: 3, State.CANCELLED: 2}
    with pytest.raises(Refusal, match="broadcast.over"):
        await write(retries.retry, kim.id, broadcast, NOW)


async def test_planners_at_once_share_a_retry(district: District) -> None:
    kim, broadcast = await lost(district, 12)
    write = district.database.write
    await write(retries.retry, kim.id, broadcast, NOW, 2)
    for _ in range(4):
        await outcomes(write(retries.retry_on, broadcast, NOW, 2) for _ in range(4))
    assert await states(district, broadcast) == {State.QUEUED: 12}


async def test_a_message_that_is_retried_goes_on_where_it_stopped_and_a_correction_does_not(
    district: District,
) -> None:
    """There may have been another correction since, with other words in the parts before."""
    await district.resident()
    kim, write = await district.kim(), district.database.write
    first = await begin(district)
    await district.owes()
    await tell(district, await claim(district), State.FAILED, reason="400", sent=((1,),))
    assert await write(retries.retry, kim.id, first, NOW) == 1
    [again] = await claim(district)
    assert again.sent == ((1,),)
    await tell(district, [again], State.SENT, sent=((1,), (2,)))
    change = await write(actions.correct, kim.id, first, NEW, "draft", NOW)
    await district.owes()
    await tell(district, await claim(district), State.FAILED, reason="400", sent=((1,),))
    assert await write(retries.retry, kim.id, change, NOW) == 1
    [again] = await claim(district)
    assert (again.sent, again.before) == ((), ((1,), (2,)))


async def test_what_half_a_correction_added_belongs_to_what_it_corrects(district: District) -> None:
    await district.resident()
    kim, write = await district.kim(), district.database.write
    first = await begin(district)
    await district.owes()
    await tell(district, await claim(district), State.SENT, sent=((1,),))
    await write(actions.correct, kim.id, first, NEW, "draft", NOW)
    await district.owes()
    there = ((1,), (2,))
    given: dict[str, Any] = {"sent": ((1,),), "corrects": first, "there": there}
    await tell(district, await claim(district), State.QUEUED, **given)
    [again] = await claim(district)
    assert (again.sent, again.before) == (((1,),), there)


async def test_the_same_draft_begun_many_times_is_one(district: District) -> None:
    await outcomes(district.database.read(outbox_queries.unplanned) for _ in range(4))
    ids = await outcomes(begin(district, draft_key="one") for _ in range(5))
    assert len(set(ids)) == 1
    assert len(await district.rows(broadcasts)) == 1


# What nobody can know


async def test_after_a_crash_at_most_once_means_not_again(district: District) -> None:
    for n in range(2):
        await district.resident(f"p{n}")
    usual = await begin(district)
    careful = await begin(district, at_most_once=True)
    await district.owes()
    await claim(district)
    assert await district.database.write(requeue_claimed, COURIER, NOW) == 4
    assert await states(district, usual) == {State.QUEUED: 2}
    assert await states(district, careful) == {State.FAILED: 2}
    assert [c.broadcast_id for c in await claim(district)] == [usual] * 2
    for broadcast in (usual, careful):
        seen = await district.database.read(queries.by_id, broadcast)
        assert seen.unsure == 2
        listed = await district.database.read(queries.troubles, broadcast, 0)
        assert [t.unsure for t in listed.items] == [True, True]


async def test_what_was_claimed_and_surely_not_sent_is_queued_as_if_nothing_had_happened(
    district: District,
) -> None:
    await district.resident()
    ids = [await begin(district), await begin(district, at_most_once=True)]
    await district.owes()
    await claim(district)
    assert await district.database.write(requeue_claimed, COURIER, NOW, unsure=False) == 2
    for broadcast in ids:
        assert await states(district, broadcast) == {State.QUEUED: 1}
        seen = await district.database.read(queries.by_id, broadcast)
        assert seen.unsure == 0
        assert (await district.database.read(queries.troubles, broadcast, 0)).items == []


async def test_what_comes_too_late_expires(district: District) -> None:
    await district.resident()
    broadcast = await begin(district, kind=DeliveryKind.EVENT_NOTICE, event_starts_at=NOW + DAY)
    await district.owes()
    assert await claim(district, now=NOW + DAY) == []
    assert await states(district, broadcast) == {State.EXPIRED: 1}


# Correcting and withdrawing


async def test_a_correction_goes_to_whom_the_first_one_reached_or_is_reaching(
    district: District,
) -> None:
    for n in range(4):
        await district.resident(f"p{n}")
    first = await begin(district)
    await district.owes()
    sent, under_way, failed = in_order(await claim(district, 3))
    await tell(district, [sent], State.SENT, sent=((7,), (8, 9)))
    await tell(district, [failed], State.FAILED, reason="400")
    change = await begin(
        district, Audience(of_broadcast=first), kind=DeliveryKind.CORRECTION, of_id=first
    )
    await district.owes()
    got = {c.chat_id: c for c in await claim(district) if c.broadcast_id == change}
    assert set(got) == {sent.chat_id, under_way.chat_id}
    assert got[sent.chat_id].before == ((7,), (8, 9))
    assert got[under_way.chat_id].before == ()
    assert got[sent.chat_id].content_id == first


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"zh": "停水", "en": "water"}, {"zh": "停电", "en": "water"}, {"ana", "mei", "new", -1}),
        ({"zh": "停水", "en": "water"}, {"zh": "停水", "en": "power"}, {"bo", "new"}),
        ({"zh": "停水", "en": "water"}, {"zh": "停电", "en": "power"}, "all"),
        ({"zh": "停水"}, {"zh": "停电"}, "all"),  # all read it
        ({"en": "water"}, {"zh": "停水", "en": "water"}, {"ana", "mei", "new", -1}),
    ],
)
async def test_a_correction_is_for_those_who_see_something_else(
    district: District, before: dict[str, str], after: dict[str, str], told: Any
) -> None:
    """And for whoever may have been sent it in another language than they read now ("new")."""
    write = district.database.write
    crowd = {name: await district.resident(name) for name in ("ana", "mei", "bo", "new")}
    await write(people.set_language, crowd["bo"].id, "en", NOW - DAY)
    await write(group_actions.link, district.mei.id, -1, "群", district.east.id, NOW)
    where = (Audience(district.east.id), Audience(district.east.id, groups=True))
    names = {person.telegram_id: name for name, person in crowd.items()}
    for audience in where:
        first = await begin(district, audience, content=Message(before).to_json())
        await district.owes()
        await tell(district, await claim(district), State.SENT, sent=((1,),))
        await write(people.set_language, crowd["new"].id, "en", NOW + DAY)
        changed = Message(after).to_json()
        change = await write(actions.correct, district.mei.id, first, changed, str(first), NOW)
        await district.owes()
        got = {names.get(c.chat_id, c.chat_id) for c in await claim(district)}
        everybody = {-1} if audience.groups else set(names.values())
        assert got == (everybody if told == "all" else told & everybody)
        assert sum((await district.database.read(outbox_queries.states, change)).values()) == len(
            got
        )
        await write(actions.cancel, district.mei.id, change, NOW)


async def test_a_correction_that_was_stopped_is_made_good_by_the_next(district: District) -> None:
    ana, bo = await district.resident("ana"), await district.resident("bo")
    write, mei = district.database.write, district.mei.id
    await write(people.set_language, bo.id, "en", NOW - DAY)
    texts = {"zh": "停水", "en": "water"}
    first = await begin(district, content=Message(texts).to_json())
    await district.owes()
    await tell(district, await claim(district), State.SENT, sent=((1,),))
    for key, more in (("one", {"zh": "停电"}), ("two", {"zh": "停电", "en": "power"})):
        content = Message(texts | more).to_json()
        await write(actions.correct, mei, first, content, key, NOW)
    await district.owes()
    assert {c.chat_id for c in await claim(district)} == {ana.telegram_id, bo.telegram_id}


async def test_a_change_is_silent_so_it_waits_for_no_quiet_hours(district: District) -> None:
    await district.resident()
    sleeper = await district.resident("bo", quiet=Quiet(time(13), time(14)))
    first = await begin(district)
    await district.owes()
    await tell(district, await claim(district), State.SENT, sent=((1,),))
    noon = NOW + timedelta(minutes=90)
    kim = await district.kim()
    await district.database.write(actions.withdraw, kim.id, first, "draft", noon)
    await district.owes(noon)
    assert sleeper.telegram_id in {c.chat_id for c in await claim(district, now=noon)}


async def test_a_change_reaches_the_groups_that_the_first_one_reached(district: District) -> None:
    def add(connection: Connection) -> None:
        for chat_id in (-1, -2):
            connection.execute(
                groups.insert().values(
                    chat_id=chat_id,
                    title="group",
                    node_id=district.east.id,
                    added_by=district.mei.id,
                    added_at=NOW,
                )
            )

    await district.database.write(add)
    first = await begin(district, Audience(district.east.id, groups=True))
    await district.owes()
    sent, failed = in_order(await claim(district))
    await tell(district, [sent], State.SENT, sent=((5,), (6,)))
    await tell(district, [failed], State.FAILED, reason="400")
    kim = await district.kim()
    change = await district.database.write(actions.correct, kim.id, first, NEW, "draft", NOW)
    await district.owes()
    [delivery] = await claim(district)
    assert (delivery.broadcast_id, delivery.chat_id) == (change, sent.chat_id)
    assert delivery.before == ((5,), (6,))


async def test_what_was_withdrawn_is_neither_corrected_nor_sent_again(district: District) -> None:
    await district.resident()
    kim = await district.kim()
    first = await begin(district)
    await district.owes()
    await tell(district, await claim(district), State.FAILED, reason="400")
    back = await district.database.write(actions.withdraw, kim.id, first, "draft", NOW)
    write = district.database.write
    changes = [
        write(retries.retry, kim.id, first, NOW),
        write(actions.correct, kim.id, first, NEW, "other", NOW),
    ]
    assert await outcomes(changes) == ["broadcast.withdrawn_before"] * 2
    await write(actions.cancel, kim.id, back, NOW)
    assert await write(actions.correct, kim.id, first, NEW, "other", NOW)


async def test_staff_see_their_broadcasts_the_newest_first(district: District) -> None:
    kim, li = await district.kim(), await district.staff("li", Role.COMMUNITY, district.west)
    ids = [await begin(district) for _ in range(7)]
    mine = await district.database.read(queries.recent, kim, 0)
    assert [b.id for b in mine.items] == ids[:1:-1]
    assert (await district.database.read(queries.recent, li, 0)).items == []
    assert (await district.database.read(queries.for_staff, ids[0], kim)).id == ids[0]
    with pytest.raises(Refusal, match="refused.not_yours"):
        await district.database.read(queries.for_staff, ids[0], li)
    assert [b.id for b in await district.database.read(queries.latest, 2)] == ids[::-1]
    assert Counter(b.state for b in mine.items) == {BroadcastState.RUNNING: 5}
    assert await district.database.read(rows_of, progress, progress.c.count > 0) == []


async def test_a_withdrawal_waits_for_what_is_on_its_way(district: District) -> None:
    """A part arrived before a pause, the others are being sent: all of them are to go."""
    kim = await district.kim()
    await district.resident("ana")
    first = await begin(district)
    await district.owes()
    await tell(district, await claim(district), State.QUEUED, sent=((1,),), again_at=NOW)
    held = await claim(district)
    await district.database.write(actions.withdraw, kim.id, first, "draft", NOW)
    await district.owes()
    [early] = await claim(district)
    assert early.before == ()
    await tell(district, [early], State.QUEUED, again_at=NOW)
    await tell(district, held, State.SENT, sent=((1,), (2,), (3,)))
    [now] = await claim(district)
    assert now.before == ((1,), (2,), (3,))


async def test_a_withdrawal_waits_for_a_correction_that_is_being_made(district: District) -> None:
    kim = await district.kim()
    await district.resident("ana")
    first = await begin(district)
    await district.owes()
    await tell(district, await claim(district), State.SENT, sent=((1,),))
    write = district.database.write
    await write(actions.correct, kim.id, first, NEW, "one", NOW)
    await district.owes()
    correction = await claim(district)
    assert correction[0].before == ((1,),)
    await write(actions.withdraw, kim.id, first, "two", NOW)
    await district.owes()
    [early] = await claim(district)
    assert early.before == ()


async def test_a_correction_of_what_was_withdrawn_is_not_tried_again(district: District) -> None:
    kim = await district.kim()
    await district.resident("ana")
    first = await begin(district)
    await district.owes()
    await tell(district, await claim(district), State.SENT, sent=((1,),))
    write = district.database.write
    correction = await write(actions.correct, kim.id, first, NEW, "one", NOW)
    await district.owes()
    await tell(district, await claim(district), State.FAILED, reason="400")
    await write(actions.finish, NOW)
    await write(actions.withdraw, kim.id, first, "two", NOW)
    with pytest.raises(Refusal, match="withdrawn"):
        await write(retries.retry, kim.id, correction, NOW)


# Changes of what is half sent


async def half_sent(district: District, **given: Any) -> tuple[Person, int, str]:
    """A notice that begins to arrive at one of two people; the rest waits for better times, and the
    other (below: bo) for his turn. Returns the staff, the notice, and the one's name."""
    kim = await district.kim()
    people = [await district.resident(name) for name in ("ana", "bo")]
    first = await begin(district, **given)
    await district.owes()
    [held] = await claim(district, 1)
    [name] = [person.name for person in people if person.telegram_id == held.chat_id]
    later = {"again_at": NOW + timedelta(seconds=1), "reason": "502"}
    await tell(district, [held], State.QUEUED, sent=((1001,),), **later)
    return kim, first, name


async def ids_and_states(district: District, broadcast_id: int) -> list[tuple[str | None, str]]:
    rows = await district.rows(deliveries, deliveries.c.broadcast_id == broadcast_id)
    return [(row.message_ids, row.state) for row in rows]


async def test_a_withdrawal_takes_back_what_is_half_sent_and_waits(district: District) -> None:
    kim, first, name = await half_sent(district)
    reached = Audience(of_broadcast=first)
    assert await district.database.read(audience_queries.count, reached) == 1
    assert await district.database.read(audience_queries.sample, reached) == [name]
    back = await district.database.write(actions.withdraw, kim.id, first, "draft", NOW)
    await district.owes()
    await district.database.write(actions.sweep, first, NOW)
    assert await ids_and_states(district, first) == [
        ("1001", State.CANCELLED),
        (None, State.CANCELLED),
    ]
    [now] = await claim(district, now=NOW + DAY)
    assert (now.broadcast_id, now.before, now.before_is_whole) == (back, ((1001,),), False)


async def test_what_is_half_sent_waits_for_its_correction_and_finds_all_parts_there(
    district: District,
) -> None:
    kim, first, _ = await half_sent(district)
    write = district.database.write
    change = await write(actions.correct, kim.id, first, NEW, "draft", NOW)
    now = NOW + timedelta(seconds=1)
    [bo] = await claim(district, now=now)
    assert (bo.broadcast_id, bo.sent) == (first, ()), "the planner has not been there yet"
    await tell(district, [bo], State.FAILED, reason="400")
    await district.owes(now)
    now += timedelta(seconds=2)
    [correction] = await claim(district, now=now)  # both are due
    assert (correction.broadcast_id, correction.before) == (change, ((1001,),))
    assert not correction.before_is_whole
    now += timedelta(seconds=2)
    assert await claim(district, now=now) == [], "while it is being corrected, too"
    there = ((1001,), (1002,), (1003,))
    await tell(district, [correction], State.SENT, sent=there, corrects=first, there=there)
    [again] = await claim(district, now=now + timedelta(seconds=2))
    assert (again.broadcast_id, again.sent, again.attempts) == (first, there, 0)
    await tell(district, [again], State.SENT, sent=there)
    assert await states(district, first) == {State.SENT: 1, State.FAILED: 1}
    assert await states(district, change) == {State.SENT: 1}


async def test_what_is_half_sent_waits_for_a_paused_correction_but_not_for_one_that_is_over(
    district: District,
) -> None:
    kim, first, _ = await half_sent(district)
    write, soon = district.database.write, timedelta(seconds=2)
    await tell(district, await claim(district), State.FAILED, reason="400")  # bo's
    change = await write(actions.correct, kim.id, first, NEW, "draft", NOW)
    await district.owes()
    await write(actions.pause, kim.id, change, NOW)
    assert await claim(district, now=NOW + soon) == []
    await write(actions.cancel, kim.id, change, NOW)
    [on] = await claim(district, now=NOW + 2 * soon)
    assert (on.broadcast_id, on.sent) == (first, ((1001,),))


@pytest.mark.parametrize("end", [State.FAILED, State.UNREACHABLE, State.CANCELLED])
async def test_a_correction_that_came_to_nothing_holds_up_nothing(
    district: District, end: DeliveryState
) -> None:
    kim, first, _ = await half_sent(district)
    await tell(district, await claim(district), State.FAILED, reason="400")  # bo's
    await district.database.write(actions.correct, kim.id, first, NEW, "draft", NOW)
    await district.owes()
    await tell(district, await claim(district), end, reason="400")
    assert len(await claim(district, now=NOW + timedelta(seconds=2))) == 1


async def test_what_failed_half_way_and_is_retried_waits_for_its_correction(
    district: District,
) -> None:
    kim, write = await district.kim(), district.database.write
    await district.resident("ana")
    first = await begin(district)
    await district.owes()
    await tell(district, await claim(district), State.FAILED, reason="400", sent=((1,),))
    await write(actions.correct, kim.id, first, NEW, "draft", NOW)
    await district.owes()
    [correction] = await claim(district)
    assert (correction.before, correction.before_is_whole) == (((1,),), False)
    assert await write(retries.retry, kim.id, first, NOW) == 1
    assert await claim(district) == []
    there = ((1,), (2,))
    await tell(district, [correction], State.SENT, sent=there, corrects=first, there=there)
    [again] = await claim(district, now=NOW + timedelta(seconds=2))
    assert (again.broadcast_id, again.sent) == (first, there)


async def test_the_fan_out_of_a_change_looks_at_few_rows_in_a_step(district: District) -> None:
    """However few of them are in its audience: a step that passed them all would hold up others."""
    for n in range(12):
        await district.resident(f"p{n}")
    first = await begin(district)
    await district.owes()
    people = sorted(await audience_of(district, first))
    sent, *others = in_order(await claim(district, 2))
    [reached] = await district.rows(deliveries, deliveries.c.id == sent.id)
    await tell(district, [sent], State.SENT, sent=((1,),))
    await tell(district, others, State.FAILED, reason="400")
    kim = await district.kim()
    change = await district.database.write(actions.withdraw, kim.id, first, "draft", NOW)
    places = []
    while await district.database.write(fan_out, change, NOW, ZONE, 4):
        [row] = await district.rows(broadcasts, broadcasts.c.id == change)
        places.append(row.planned_person)
    assert places == [people[n] for n in (3, 7, 11)]
    assert await audience_of(district, change) == {reached.person_id}
    assert await district.database.read(audience_queries.count, Audience(of_broadcast=first)) == 1
