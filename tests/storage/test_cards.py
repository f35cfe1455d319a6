"""Progress cards: what they show is true, and costs the same however many were reached."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, literal, select, text, update

from storage.actions import broadcasts as actions
from storage.actions import cards as card_actions
from storage.actions import pauses
from storage.actions.leaving import leave
from storage.actions.outbox import claim_due, record
from storage.actions.study import acknowledge
from storage.model.audience import Audience
from storage.model.broadcast import BroadcastState, NewBroadcast
from storage.model.card import Card, Later, OpenCard, Subject, Trouble, Why, is_over
from storage.model.delivery import Claimed, DeliveryState, Outcome
from storage.model.kinds import DeliveryKind
from storage.model.message import Message
from storage.model.person import Person, Quiet
from storage.model.refusal import Refusal
from storage.model.roles import Role
from storage.queries import broadcasts as broadcast_queries
from storage.queries import cards as queries
from storage.tables import broadcasts, deliveries, persons, roles

from .district import COURIER, NOW, ZONE, District, in_order
from .test_database import plans_of

State = DeliveryState
CROWD = 10**6  # the first telephone of many
NOTICE = Message({"zh": "今晚停水"}).to_json()


async def begin(district: District, **given: Any) -> int:
    """A notice to everybody of the eastern community, unless said otherwise; owed to them."""
    new: dict[str, Any] = {
        "kind": DeliveryKind.NOTICE,
        "node_id": district.east.id,
        "audience": Audience(district.east.id),
        "slot_at": NOW,
        "content": NOTICE,
    }
    broadcast = await district.database.write(actions.begin, NewBroadcast(**(new | given)), NOW)
    await district.owes()
    return broadcast


async def claim(district: District, most: int = 100) -> list[Claimed]:
    return await district.database.write(claim_due, COURIER, NOW, most, ZONE)


async def tell(district: District, claimed: list[Claimed], state: State, **more: Any) -> None:
    found = [Outcome(c.id, c.broadcast_id, state, **more) for c in claimed]
    await district.database.write(record, COURIER, found, NOW)


async def sends_again(district: District, claimed: list[Claimed]) -> None:
    """No answer came to the first try; the second one arrives."""
    await tell(district, claimed, State.QUEUED, reason="TimeoutError", unsure=True)
    await tell(district, await claim(district), State.SENT)


async def card(district: District, broadcast_id: int) -> Card:
    return await district.database.read(queries.card, broadcast_id, NOW)


# What a card shows


async def test_a_card_counts_what_is_being_sent(district: District) -> None:
    for n in range(4):
        await district.resident(f"p{n}")
    broadcast = await begin(district)
    first, second, _ = in_order(await claim(district, 3))
    await tell(district, [first], State.SENT)
    await tell(district, [second], State.FAILED, reason="400 no", unsure=True)
    seen = await card(district, broadcast)
    assert seen.subject == Subject(DeliveryKind.NOTICE, content=NOTICE)
    assert (seen.broadcast.total, seen.broadcast.waiting, seen.broadcast.unsure) == (4, 2, 1)
    assert (seen.later, seen.again_at, seen.resumes_at, seen.is_over) == (None, None, None, False)


async def test_who_has_quiet_hours_waits_for_their_end_and_the_others_are_due(
    district: District,
) -> None:
    noon = Quiet(time(11), time(14))  # it is noon
    for n in range(3):
        await district.resident(f"p{n}", quiet=noon)
    await district.resident("later", quiet=Quiet(time(11), time(15)))
    broadcast = await begin(district)
    ends = NOW + timedelta(hours=2)
    assert (await card(district, broadcast)).later == Later(4, ends)
    bo = await district.resident()
    await begin(district)
    mixed = await begin(district)
    seen = await card(district, mixed)
    assert (seen.later, seen.again_at) == (Later(4, ends), None)
    assert seen.broadcast.waiting == 5
    again = NOW + timedelta(seconds=30)
    [due] = [c for c in await claim(district) if c.broadcast_id == mixed]
    assert due.chat_id == bo.telegram_id
    await tell(district, [due], State.QUEUED, reason="TimeoutError", again_at=again)
    seen = await card(district, mixed)
    assert (seen.later, seen.again_at) == (Later(4, ends), again)


async def test_a_look_at_very_many_does_not_count_them_all(district: District) -> None:
    many = queries.LOOKED_AT + 50
    await district.database.write(move_in, many, node_id=district.east.id, quiet=(11, 14))
    broadcast = await begin(district)
    ends = NOW + timedelta(hours=2)
    assert (await card(district, broadcast)).later == Later(many, ends)
    await district.resident()
    mixed = await begin(district)
    assert (await card(district, mixed)).later == Later(queries.LOOKED_AT, ends, more=True)


def move_in(
    connection: Connection,
    count: int,
    *,
    node_id: int | None = None,
    quiet: tuple[int, int] | None = None,
) -> None:
    """Many people at once; `quiet` are the hours between which they want nothing."""
    person = {"language": "zh", "standing": "resident", "consent_version": 1, "node_id": node_id}
    hours = {"quiet_starts": time(quiet[0]), "quiet_ends": time(quiet[1])} if quiet else {}
    since = {"consented_at": NOW, "joined_at": NOW}
    crowd = [
        person | hours | since | {"name": f"q{n}", "telegram_id": CROWD + n} for n in range(count)
    ]
    connection.execute(insert(persons), crowd)


async def test_a_pause_that_telegram_asked_for_shows_until_it_is_over(district: District) -> None:
    await district.resident()
    broadcast = await begin(district)
    ends = NOW + timedelta(minutes=2)
    await district.database.write(pauses.remember, ends, 20.0)
    assert (await card(district, broadcast)).resumes_at == ends
    later = await district.database.read(queries.card, broadcast, ends)
    assert later.resumes_at is None


async def test_acknowledgements_are_those_of_who_got_the_item_since(district: District) -> None:
    ana, kim = await district.member("ana"), await district.kim()
    li = await district.member("li", district.west)
    await district.resident("bo")
    told = {"course_id": "course", "item_id": "item"}
    await district.database.write(acknowledge, ana.telegram_id, "course", "other", NOW)
    study = await begin(district, kind=DeliveryKind.STUDY_ITEM, content=None, **told)
    read, write = district.database.read, district.database.write
    assert await read(queries.acknowledged, study) == 0
    await tell(district, await claim(district), State.SENT)
    assert await read(queries.acknowledged, study) == 0
    await write(acknowledge, ana.telegram_id, "course", "item", NOW)
    await write(acknowledge, li.telegram_id, "course", "item", NOW)  # it was not sent to them
    assert await read(queries.acknowledged, study) == 1
    seen = await card(district, study)
    assert seen.subject == Subject(DeliveryKind.STUDY_ITEM, **told)
    assert await read(queries.acknowledged, await begin(district)) is None
    assert kim.is_staff


async def test_a_change_is_about_what_it_changes_and_an_event_has_its_title(
    district: District,
) -> None:
    kim = await district.kim()
    notice = await begin(district)
    write = district.database.write
    told = Message({"zh": "明晚停水"}).to_json()
    correction = await write(actions.correct, kim.id, notice, told, "correct", NOW)
    withdrawal = await write(actions.withdraw, kim.id, notice, "withdraw", NOW)
    for change in (correction, withdrawal):
        assert (await card(district, change)).subject == Subject(DeliveryKind.NOTICE, content=told)
    event = await district.event(title="家庭消防演练")
    [row] = await district.rows(broadcasts, broadcasts.c.subject_id == event.id)
    subject = (await card(district, row.id)).subject
    assert subject == Subject(DeliveryKind.EVENT_NOTICE, event_title="家庭消防演练")
    listed = await district.database.read(queries.recent, kim, 0)
    assert [(b.id, s.kind) for b, s in listed.items] == [
        (row.id, DeliveryKind.EVENT_NOTICE),
        (withdrawal, DeliveryKind.NOTICE),
        (correction, DeliveryKind.NOTICE),
        (notice, DeliveryKind.NOTICE),
    ]
    seen = await district.database.read(queries.latest, 2, NOW)
    assert [c.broadcast.id for c in seen] == [row.id, withdrawal]  # it ended the correction


async def test_a_withdrawal_is_known_to_what_it_withdraws_unless_it_was_stopped(
    district: District,
) -> None:
    await district.resident()
    kim, write = await district.kim(), district.database.write
    notice = await begin(district)
    assert (await card(district, notice)).withdrawal_id is None
    withdrawal = await write(actions.withdraw, kim.id, notice, "first", NOW)
    assert (await card(district, notice)).withdrawal_id == withdrawal
    await write(actions.cancel, kim.id, withdrawal, NOW)
    assert (await card(district, notice)).withdrawal_id is None
    assert await district.database.read(queries.stopped_withdrawals, notice) == 1


async def test_a_card_is_over_when_nothing_changes_by_itself_any_more(district: District) -> None:
    await district.resident()
    broadcast = await begin(district)
    expected = {
        BroadcastState.RUNNING: False,
        BroadcastState.PAUSED: False,
        BroadcastState.DONE: True,
        BroadcastState.CANCELLED: False,  # something is queued still
        BroadcastState.SKIPPED: True,
    }
    for state, over in expected.items():

        def put(connection: Connection, to: str = state) -> None:
            connection.execute(update(broadcasts).values(state=to))

        await district.database.write(put)
        assert is_over((await card(district, broadcast)).broadcast) is over, state
    kim = await district.kim()
    again = await begin(district)
    await district.database.write(actions.cancel, kim.id, again, NOW)
    await district.database.write(actions.sweep, again, NOW)
    assert is_over((await card(district, again)).broadcast)


async def test_the_time_left_is_that_of_what_is_due(district: District) -> None:
    for n in range(4):
        await district.resident(f"p{n}")
    seen = await card(district, await begin(district))
    for rate, later, expected in (
        (2.0, None, 2),
        (2.0, Later(3, NOW), 0.5),
        (2.0, Later(4, NOW), None),
        (None, None, None),
        (0.0, None, None),
    ):
        assert replace(seen, rate=rate, later=later).seconds_left == expected
    planning = replace(seen, broadcast=replace(seen.broadcast, planned=False), rate=2.0)
    assert planning.seconds_left is None


async def test_only_who_may_manage_a_broadcast_sees_its_card(district: District) -> None:
    broadcast = await begin(district)
    for name, role, node, may in (
        ("kim", Role.COMMUNITY, district.east, True),
        ("li", Role.COMMUNITY, district.west, False),
        ("bo", Role.VIEWER, district.east, False),
        ("ana", Role.DISTRICT, district.node, True),
    ):
        person = await district.staff(name, role, node)
        look = district.database.read(queries.card_for, broadcast, person, NOW)
        if may:
            assert (await look).broadcast.id == broadcast
        else:
            with pytest.raises(Refusal, match="refused.not_yours"):
                await look
    with pytest.raises(Refusal, match="refused.not_yours"):
        await card(district, 999)


# Which messages are cards


async def follow(
    district: District, broadcast: int, person: Person, message_id: int, shown: str = "as it was"
) -> None:
    given = (broadcast, person.id, message_id, shown)
    await district.database.write(card_actions.follow, *given)


async def opened(district: District) -> list[tuple[int, int, int, str]]:
    found = await district.database.read(queries.open_cards)
    return [(c.broadcast_id, c.person_id, c.message_id, c.shown) for c in found]


async def test_a_person_has_one_card_of_a_broadcast_and_a_message_shows_one(
    district: District,
) -> None:
    kim, write = await district.kim(), district.database.write
    first, second = await begin(district), await begin(district)
    await follow(district, first, kim, 7)
    await follow(district, first, kim, 8, "newer")
    await follow(district, first, district.mei, 8)
    assert await opened(district) == [
        (first, district.mei.id, 8, "as it was"),
        (first, kim.id, 8, "newer"),
    ]
    await follow(district, second, kim, 8)
    assert [o[:3] for o in await opened(district)] == [
        (first, district.mei.id, 8),
        (second, kim.id, 8),
    ]
    [_, mine] = await district.database.read(queries.open_cards)
    await write(card_actions.note_shown, mine, "other")
    assert (await opened(district))[1][3] == "other"
    assert await district.database.read(queries.is_open, mine)
    await write(card_actions.forget, kim.id, 8)
    await write(card_actions.forget, kim.id, 8)
    await write(card_actions.note_shown, mine, "nothing comes back")
    assert not await district.database.read(queries.is_open, mine)
    assert [o[:3] for o in await opened(district)] == [(first, district.mei.id, 8)]


async def test_a_card_knows_whether_its_reader_may_still(district: District) -> None:
    kim, write = await district.kim(), district.database.write
    broadcast = await begin(district)
    await follow(district, broadcast, kim, 7)
    [seen] = await district.database.read(queries.open_cards)
    expected = (broadcast, kim.id, kim.telegram_id, "zh", 7, "as it was", True)
    assert seen == OpenCard(*expected)
    await write(lambda c: c.execute(delete(roles).where(roles.c.person_id == kim.id)) and None)
    [seen] = await district.database.read(queries.open_cards)
    assert not seen.may
    li = await district.staff("li", Role.OWNER, district.node)
    await follow(district, broadcast, li, 9)
    await write(leave, li.id, NOW, ZONE)
    assert [c.may for c in await district.database.read(queries.open_cards)] == [False, False]


# Whom it did not reach


WHYS = [
    (State.UNREACHABLE, "403 Forbidden: bot was blocked by the user", False, Why.BLOCKED),
    (State.UNREACHABLE, "403 Forbidden: user is deactivated", False, Why.GONE),
    (State.UNREACHABLE, "400 Bad Request: chat not found", True, Why.GONE),
    (State.UNREACHABLE, "403 Forbidden: bot was kicked from the group chat", False, Why.REMOVED),
    (State.UNREACHABLE, "400 Bad Request: not enough rights to send text", False, Why.REMOVED),
    (State.UNREACHABLE, "403 Forbidden: bot is not a member of the group", False, Why.REMOVED),
    (State.UNREACHABLE, "400 Bad Request: CHAT_SEND_PLAIN_FORBIDDEN", False, Why.REMOVED),
    (State.UNREACHABLE, "400 Bad Request: CHANNEL_PRIVATE", False, Why.REMOVED),
    (State.FAILED, "400 Bad Request: TOPIC_CLOSED", False, Why.REMOVED),
    (State.EXPIRED, "too late", False, Why.LATE),
    (State.FAILED, "400 Bad Request: message is too long", False, Why.REFUSED),
    (State.FAILED, "400 Bad Request: message can't be deleted for everyone", False, Why.OLD),
    (State.FAILED, "400 Bad Request: message to edit not found", False, Why.DELETED),
    (State.FAILED, "sendMessage: ClientConnectorError", False, Why.NO_ANSWER),
    (State.FAILED, "in flight when the bot stopped", True, Why.UNKNOWN),
    (State.SENT, "", True, Why.TWICE),
    (State.QUEUED, "in flight when the bot stopped", True, Why.TWICE),
]


@pytest.mark.parametrize(("state", "reason", "unsure", "why"), WHYS)
def test_a_reason_is_one_of_a_few(state: State, reason: str, unsure: bool, why: Why) -> None:
    assert Trouble("bo", state, reason, unsure).why is why


async def test_the_troubled_are_listed_once_each_in_pages(district: District) -> None:
    crowd = [await district.resident(f"p{n:02}") for n in range(50)]
    broadcast = await begin(district)
    names = {person.telegram_id: person.name for person in crowd}
    expected = []
    again = []
    for n, each in enumerate(await claim(district)):
        state = (State.SENT, State.FAILED, State.UNREACHABLE, State.EXPIRED, State.SENT)[n % 5]
        unsure = n % 5 in (1, 4)
        reason = None if state is State.SENT else "400 no"
        if state is State.SENT and unsure:
            again.append(each)
        else:
            await tell(district, [each], state, reason=reason, unsure=unsure)
        if n % 5:
            expected.append((names[each.chat_id], state, reason or "", unsure))
    await sends_again(district, again)
    listed = []
    for page, more in ((0, True), (1, False)):
        seen = await district.database.read(broadcast_queries.troubles, broadcast, page)
        assert (len(seen.items), seen.more) == (20, more)
        listed += [(t.name, t.state, t.reason, t.unsure) for t in seen.items]
    assert listed == expected


async def test_of_a_change_nobody_need_be_unsure(district: District) -> None:
    await district.resident()
    kim, write = await district.kim(), district.database.write
    notice = await begin(district)
    await sends_again(district, await claim(district))
    withdrawal = await write(actions.withdraw, kim.id, notice, "withdraw", NOW)
    await district.owes()
    await sends_again(district, await claim(district))
    read = district.database.read
    assert [t.why for t in (await read(broadcast_queries.troubles, notice, 0)).items] == [Why.TWICE]
    assert (await read(broadcast_queries.troubles, withdrawal, 0)).items == []


def pile_up(connection: Connection, broadcast_id: int, reached: int) -> None:
    """Many whom a broadcast reached."""
    move_in(connection, reached)
    told = select(
        literal(broadcast_id),
        persons.c.id,
        literal("notice"),
        literal("sent"),
        literal(NOW, deliveries.c.due_at.type),
    ).where(persons.c.telegram_id >= CROWD)
    columns = ["broadcast_id", "person_id", "kind", "state", "due_at"]
    connection.execute(insert(deliveries).from_select(columns, told))
    connection.execute(text("ANALYZE"))


async def test_neither_the_troubled_nor_the_unsure_are_looked_for_among_all(
    district: District,
) -> None:
    for n in range(6):
        await district.resident(f"p{n}")
    broadcast = await begin(district)
    held = await claim(district, 4)
    for state in (State.FAILED, State.UNREACHABLE, State.EXPIRED):
        await tell(district, [held.pop()], state, reason="400 no")
    await sends_again(district, held)
    await district.database.write(pile_up, broadcast, 5000)
    kim = await district.kim()
    seen: dict[str, str] = {}
    for look in (
        (broadcast_queries.troubles, broadcast, 0),
        (broadcast_queries.troubles, broadcast, 99),  # there is no such page: they are counted
        (broadcast_queries.recent, kim, 0),
        (queries.card, broadcast, NOW),
    ):
        seen |= await district.database.write(plans_of, *look)
    found = [plan for statement, plan in seen.items() if "deliveries" in statement]
    assert all("SCAN deliveries" not in p and "Seq Scan on deliveries" not in p for p in found)
    listed = [plan for statement, plan in seen.items() if "UNION" in statement]
    assert len(listed) == 2
    assert all("ix_deliveries_troubled" in plan for plan in listed)
    assert all("ix_deliveries_unsure" in plan for plan in listed)
    counted = [plan for statement, plan in seen.items() if "AS unsure" in statement]
    assert len(counted) >= 2
    assert all("ix_deliveries_unsure" in plan for plan in counted)
    waiting = [plan for statement, plan in seen.items() if "state = 'queued'" in statement]
    assert waiting
    assert all("ix_deliveries_due" in plan for plan in waiting)
