"""Owing messages and sending them: planning happens at most once, delivery at least once."""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Column,
    Connection,
    Row,
    Select,
    Update,
    bindparam,
    exists,
    func,
    insert,
    literal,
    null,
    select,
    text,
    update,
)

from storage.actions.broadcasts import Changes, count
from storage.actions.group_cards import follow
from storage.actions.groups import move_group
from storage.actions.polls import belong
from storage.dialects import given_rows
from storage.model.delivery import (
    DELIVERY_MOVES,
    REASON_LIMIT,
    Claimed,
    DeliveryState,
    Outcome,
    ids_to_text,
)
from storage.model.kinds import LAST, DeliveryKind
from storage.model.moves import sources_of
from storage.model.quiet_hours import next_allowed
from storage.queries import last_look
from storage.queries import outbox as outbox_queries
from storage.queries.people import quiet_of
from storage.queries.zones import zones
from storage.tables import deliveries, groups, nodes, persons

logger = logging.getLogger(__name__)

AT_ONCE = 1000  # people in one statement; databases bound its parameters (SQLite: 32,766)


def owe(
    connection: Connection,
    person_id: int,
    kind: DeliveryKind,
    subject_id: int,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Owe one person a message about `subject_id`, as `owe_all` does."""
    owe_all(connection, (person_id,), kind, subject_id, now, zone)


def owe_all(
    connection: Connection,
    person_ids: Sequence[int],
    kind: DeliveryKind,
    subject_id: int,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Owe each of these people a message about `subject_id`, outside their quiet hours.

    Words are found when it is sent, so one that still waits will tell the newest state too.
    """
    clocks = zones(connection, zone)
    for start in range(0, len(person_ids), AT_ONCE):
        found = _not_waiting(connection, person_ids[start : start + AT_ONCE], kind, subject_id)
        rows = [
            {
                "person_id": row.id,
                "node_id": row.node_id,
                "kind": kind,
                "subject_id": subject_id,
                "state": DeliveryState.QUEUED,
                "due_at": next_allowed(now, quiet_of(row), clocks.at(row.path)),
            }
            for row in found
        ]
        if rows:
            made = insert(deliveries).returning(deliveries.c.id)
            ids = connection.execute(made, rows).scalars().all()
            span = f"{min(ids)} to {max(ids)}" if len(ids) > 1 else str(ids[0])
            logger.info("owed: %s about %d, as delivery %s", kind, subject_id, span)


def _not_waiting(
    connection: Connection, person_ids: Sequence[int], kind: DeliveryKind, subject_id: int
) -> Sequence[Row[Any]]:
    """Where they live and when they are quiet, of those for whom no such message waits."""
    waiting = exists().where(
        text("state = 'queued' AND broadcast_id IS NULL"),  # as written in the partial index
        deliveries.c.person_id == persons.c.id,
        deliveries.c.kind == kind,
        deliveries.c.subject_id == subject_id,
    )
    found: Select[Any] = select(
        persons.c.id,
        persons.c.node_id,
        persons.c.quiet_starts,
        persons.c.quiet_ends,
        nodes.c.path,
    ).join(nodes, nodes.c.id == persons.c.node_id, isouter=True)
    those = found.where(persons.c.id.in_(person_ids), ~waiting)
    return connection.execute(those.order_by(persons.c.id)).all()


_DUE = (
    select(deliveries.c.id)
    .where(text("state = 'queued'"), deliveries.c.due_at <= bindparam("now"))
    .order_by(deliveries.c.due_at, deliveries.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_DUE_ALONE = _DUE.where(deliveries.c.broadcast_id.is_(None))
_DUE_TO_ONE = _DUE_ALONE.where(deliveries.c.kind.not_in(LAST))
_DUE_AT_LAST = _DUE_ALONE.where(deliveries.c.kind.in_(LAST))
_DUE_OF_BROADCAST = _DUE.where(deliveries.c.broadcast_id == bindparam("broadcast_id"))
_CLAIM = (
    update(deliveries)
    .where(
        deliveries.c.id.in_(bindparam("ids", expanding=True)),
        deliveries.c.state.in_(sources_of(DELIVERY_MOVES, DeliveryState.CLAIMED)),
    )
    .values(
        state=DeliveryState.CLAIMED, claimed_at=bindparam("now"), claimed_by=bindparam("courier")
    )
)


def claim_due(
    connection: Connection, courier: int, now: datetime, most: int, zone: ZoneInfo
) -> list[Claimed]:
    """Take up to `most` due deliveries for a courier, after a last look at whether they may go out.

    They are its own while its lease runs (storage.actions.leases).

    Messages to one person come first, then the running broadcasts in their order, and what is in no
    hurry last. What is no longer
    wanted is cancelled, what is too late expires; what would come in somebody's quiet hours (after
    an outage, say, or because they changed them) waits for their end.
    """
    ids: list[int] = []
    for due, names in _lanes(connection):
        ids += connection.execute(due, {**names, "now": now, "most": most - len(ids)}).scalars()
        if len(ids) == most:
            break
    if not ids:
        return []
    connection.execute(_CLAIM, {"ids": ids, "now": now, "courier": courier})
    claimed, outcomes = [], []
    of_broadcast: Counter[int | None] = Counter()
    for delivery, obstacle in last_look.claimed(connection, ids, now, zone):
        of_broadcast[delivery.broadcast_id] += 1
        if obstacle is None:
            claimed.append(delivery)
        else:
            outcomes.append(obstacle)
    changes: Changes = Counter()
    for broadcast_id, number in of_broadcast.items():
        if broadcast_id is not None:
            changes[broadcast_id, DeliveryState.QUEUED] -= number
            changes[broadcast_id, DeliveryState.CLAIMED] += number
    count(connection, changes)
    record(connection, courier, outcomes, now)
    return claimed


def _lanes(connection: Connection) -> Iterator[tuple[Any, dict[str, int]]]:
    """Where to look for due deliveries, in the order of what is to go first."""
    yield _DUE_TO_ONE, {}
    for broadcast_id in outbox_queries.running(connection):
        yield _DUE_OF_BROADCAST, {"broadcast_id": broadcast_id}
    yield _DUE_AT_LAST, {}


_HELD = (
    select(deliveries.c.id)
    .where(
        deliveries.c.id.in_(bindparam("ids", expanding=True)),
        deliveries.c.state == "claimed",
        deliveries.c.claimed_by == bindparam("courier"),
    )
    .with_for_update()
)
_HELD_COUNT = select(func.count()).select_from(_HELD.subquery())


@cache
def _sent(dialect: str) -> Update:
    """What becomes of nearly all of them, in one statement for many."""
    delivery_id, message_ids = given_rows(dialect, "sent")
    return (
        update(deliveries)
        .where(deliveries.c.id == delivery_id)
        .values(
            state=literal(DeliveryState.SENT, deliveries.c.state.type),
            sent_at=bindparam("now"),
            message_ids=message_ids,
            reason=null(),
            claimed_by=null(),
        )
    )


def _corrected(addressee: Column[Any]) -> Update:
    """After a correction the messages of the first delivery may be others than before."""
    change = deliveries.alias("change")
    whose = select(change.c[addressee.key]).where(change.c.id == bindparam("delivery_id"))
    return (
        update(deliveries)
        .where(deliveries.c.broadcast_id == bindparam("of_id"))
        .where(addressee == whose.scalar_subquery())
        .values(message_ids=bindparam("to_message_ids"))
    )


_CORRECTED = (_corrected(deliveries.c.person_id), _corrected(deliveries.c.group_id))
_GOES_ON = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("delivery_id"))
    .values(message_ids=bindparam("to_message_ids"))
)
_OTHERWISE = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("delivery_id"))
    .values(
        state=bindparam("to_state"),
        message_ids=func.coalesce(bindparam("to_message_ids"), deliveries.c.message_ids),
        reason=bindparam("to_reason"),
        claimed_by=null(),
        attempts=deliveries.c.attempts + bindparam("tried"),
        unsure_at=func.coalesce(
            bindparam("to_unsure_at", type_=deliveries.c.unsure_at.type), deliveries.c.unsure_at
        ),
        due_at=func.coalesce(
            bindparam("again_at", type_=deliveries.c.due_at.type), deliveries.c.due_at
        ),
    )
)


def record(
    connection: Connection, courier: int, outcomes: Sequence[Outcome], now: datetime
) -> None:
    """Write what became of a courier's claimed deliveries; who cannot be reached is marked so.

    At most one outcome for each of them.
    """
    outcomes = _of_claimed(connection, courier, outcomes)
    sent = [o for o in outcomes if o.state is DeliveryState.SENT]
    going_on = [o for o in outcomes if o.state is DeliveryState.CLAIMED]
    others = [o for o in outcomes if o.state not in (DeliveryState.SENT, DeliveryState.CLAIMED)]
    if sent:
        rows = [(o.delivery_id, ids_to_text(o.sent)) for o in sent]
        connection.execute(_sent(connection.dialect.name), {"sent": rows, "now": now})
        copies = {o.poll_id: o.broadcast_id for o in sent if o.poll_id is not None}
        belong(connection, copies, now)
        shown = {o.delivery_id: o.shown for o in sent if o.shown is not None}
        if shown:
            follow(connection, shown, now)
    corrections = [
        {"delivery_id": o.delivery_id, "of_id": o.corrects, "to_message_ids": ids_to_text(o.there)}
        for o in outcomes
        if o.corrects is not None
    ]
    for corrected in _CORRECTED if corrections else ():
        connection.execute(corrected, corrections)
    if going_on:
        parts = [
            {"delivery_id": o.delivery_id, "to_message_ids": ids_to_text(o.sent)} for o in going_on
        ]
        connection.execute(_GOES_ON, parts)
    if others:
        connection.execute(_OTHERWISE, [_as_row(outcome, now) for outcome in others])
        _see_to_addresses(connection, others, now)
    changes: Changes = Counter()
    for (broadcast_id, state), number in Counter(
        (o.broadcast_id, o.state) for o in outcomes
    ).items():
        if broadcast_id is not None:
            changes[broadcast_id, DeliveryState.CLAIMED] -= number
            changes[broadcast_id, state] += number
    count(connection, changes)


def _of_claimed(
    connection: Connection, courier: int, outcomes: Sequence[Outcome]
) -> Sequence[Outcome]:
    """Without those of what it holds no more, because another courier took it up when the lease had
    run out, say: what two recorded would be counted twice."""
    ids = [outcome.delivery_id for outcome in outcomes]
    given = {"ids": ids, "courier": courier}
    if not ids or connection.execute(_HELD_COUNT, given).scalar_one() == len(ids):
        return outcomes
    held = set(connection.execute(_HELD, given).scalars())
    return [outcome for outcome in outcomes if outcome.delivery_id in held]


def _see_to_addresses(connection: Connection, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Note who cannot be reached any more, or where a group is now."""
    for outcome in outcomes:
        if outcome.moved_to is not None:
            _readdress(connection, outcome.delivery_id, outcome.moved_to, now)
    gone = [o.delivery_id for o in outcomes if o.state is DeliveryState.UNREACHABLE]
    if gone:
        _mark_unreachable(connection, gone, now)


def _as_row(outcome: Outcome, now: datetime) -> dict[str, Any]:
    return {
        "delivery_id": outcome.delivery_id,
        "to_state": outcome.state,
        "to_message_ids": ids_to_text(outcome.sent) or None,
        "to_reason": outcome.reason and outcome.reason[:REASON_LIMIT],
        "tried": int(outcome.failed_try),
        "to_unsure_at": now if outcome.unsure else None,
        "again_at": outcome.again_at,
    }


def _mark_unreachable(connection: Connection, delivery_ids: Sequence[int], now: datetime) -> None:
    those = deliveries.c.id.in_(delivery_ids)
    people = select(deliveries.c.person_id).where(those)
    connection.execute(update(persons).where(persons.c.id.in_(people)).values(unreachable_at=now))
    chats = select(deliveries.c.group_id).where(those)
    connection.execute(update(groups).where(groups.c.id.in_(chats)).values(left_at=now))


def _readdress(connection: Connection, delivery_id: int, chat_id: int, now: datetime) -> None:
    """A group became a supergroup, which has another id; perhaps it is known under that one."""
    old = connection.execute(
        select(groups.c.chat_id)
        .join(deliveries, deliveries.c.group_id == groups.c.id)
        .where(deliveries.c.id == delivery_id)
    ).scalar_one_or_none()
    if old is None:
        return
    move_group(connection, old, chat_id, now)
    new = select(groups.c.id).where(groups.c.chat_id == chat_id).scalar_subquery()
    there = deliveries.alias("there")
    owed = exists().where(
        there.c.group_id == new, there.c.broadcast_id == deliveries.c.broadcast_id
    )
    moved = update(deliveries).where(deliveries.c.id == delivery_id, ~owed)
    connection.execute(moved.values(group_id=new))
