"""Owing messages and sending them: planning happens at most once, delivery at least once."""

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    func,
    literal,
    select,
    update,
)

from storage.dialects import insert_row, upsert
from storage.model.delivery import (
    DELIVERY_MOVES,
    REASON_LIMIT,
    STUDY_CUT_OFF,
    Claimed,
    DeliveryKind,
    DeliveryState,
    Outcome,
)
from storage.model.event import SignUpState
from storage.model.moves import sources_of
from storage.model.node import Node
from storage.model.person import Quiet, Standing
from storage.model.quiet_hours import next_allowed
from storage.model.study import Schedule, ScheduleState
from storage.queries import outbox as outbox_queries
from storage.queries.nodes import below, by_id
from storage.queries.people import by_id as person_by_id
from storage.tables import broadcasts, deliveries, nodes, persons, schedules, sign_ups


def owe(
    connection: Connection,
    person_id: int,
    kind: DeliveryKind,
    subject_id: int,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Owe one person a message about `subject_id`, outside their quiet hours.

    Words are found when it is sent, so one that still waits will tell the newest state too.
    """
    person = person_by_id(connection, person_id)
    waiting = select(deliveries.c.id).where(
        deliveries.c.person_id == person_id,
        deliveries.c.kind == kind,
        deliveries.c.subject_id == subject_id,
        deliveries.c.state == DeliveryState.QUEUED,
    )
    if connection.execute(waiting).first() is not None:
        return
    insert_row(
        connection,
        deliveries,
        person_id=person_id,
        node_id=person.node_id,
        kind=kind,
        subject_id=subject_id,
        state=DeliveryState.QUEUED,
        due_at=next_allowed(now, person.quiet, zone),
    )


def broadcast_event(
    connection: Connection, event_id: int, node: Node, now: datetime, zone: ZoneInfo
) -> None:
    """Owe everybody of `node` a notice about an event."""
    everybody = [below(node.path)]
    _broadcast(connection, DeliveryKind.EVENT_NOTICE, event_id, node, now, zone, everybody)


def broadcast_cancellation(
    connection: Connection, event_id: int, node: Node, now: datetime, zone: ZoneInfo
) -> None:
    """Owe everybody who holds a seat at an event the news that it is called off.

    Also to those who moved to another community since.
    """
    holders = select(sign_ups.c.person_id).where(
        sign_ups.c.event_id == event_id, sign_ups.c.state == SignUpState.SIGNED_UP
    )
    _broadcast(
        connection,
        DeliveryKind.EVENT_CANCELLED,
        event_id,
        node,
        now,
        zone,
        [persons.c.id.in_(holders)],
    )


def _broadcast(
    connection: Connection,
    kind: DeliveryKind,
    event_id: int,
    node: Node,
    now: datetime,
    zone: ZoneInfo,
    conditions: Sequence[ColumnElement[bool]],
) -> None:
    broadcast_id = insert_row(
        connection,
        broadcasts,
        kind=kind,
        slot_at=now,
        subject_id=event_id,
        node_id=node.id,
        created_at=now,
    )
    _fan_out(connection, broadcast_id, kind, now, zone, conditions)


def plan_slot(
    connection: Connection,
    schedule: Schedule,
    slot_at: datetime,
    item_id: str | None,
    last: bool,
    next_slot_at: datetime | None,
    now: datetime,
    zone: ZoneInfo,
) -> int | None:
    """Turn the slot of `schedule` that has come into a broadcast and its deliveries.

    `slot_at` is the slot to serve: the last one that has come, so a long outage means one catch-up.
    `item_id` is the item to push, None if the course has ended; `last` whether none comes after
    it; `next_slot_at` the slot that follows. A slot that is too late is skipped and keeps its item.
    Returns the broadcast's id, or None if another planner was first or nothing was left to push.
    """
    skipped = now - slot_at > STUDY_CUT_OFF
    # 1. Claim the slot by a conditional update: no row means that another planner was first.
    going_on = next_slot_at is not None and item_id is not None and (skipped or not last)
    claimed = connection.execute(
        update(schedules)
        .where(
            schedules.c.id == schedule.id,
            schedules.c.state == ScheduleState.ACTIVE,
            schedules.c.next_slot_at == schedule.next_slot_at,
        )
        .values(
            next_slot_at=next_slot_at if going_on else None,
            position=schedules.c.position + (0 if skipped else 1),
            state=ScheduleState.ACTIVE if going_on else ScheduleState.ENDED,
        )
    ).rowcount
    if claimed != 1 or item_id is None:
        return None
    # 2. The broadcast, under a unique key of schedule and slot; too late, it is only noted.
    broadcast_id: int = insert_row(
        connection,
        broadcasts,
        kind=DeliveryKind.STUDY_ITEM,
        schedule_id=schedule.id,
        slot_at=slot_at,
        course_id=schedule.course_id,
        item_id=item_id,
        node_id=schedule.node_id,
        skipped_at=now if skipped else None,
        created_at=now,
    )
    # 3. One row for each member.
    if not skipped:
        node = by_id(connection, schedule.node_id)
        members = [
            below(node.path),
            persons.c.standing == Standing.MEMBER,
            persons.c.paused.is_(False),
        ]
        _fan_out(connection, broadcast_id, DeliveryKind.STUDY_ITEM, now, zone, members)
    return broadcast_id


def _fan_out(
    connection: Connection,
    broadcast_id: int,
    kind: DeliveryKind,
    now: datetime,
    zone: ZoneInfo,
    conditions: Sequence[ColumnElement[bool]],
) -> None:
    """Owe a broadcast to whoever meets `conditions`: one INSERT … SELECT for each quiet setting.

    There are few settings and many people, so the rule stays in the model and the rows in SQL.
    """
    audience = [
        persons.c.left_at.is_(None),
        persons.c.unreachable_at.is_(None),
        persons.c.telegram_id.is_not(None),
        *conditions,
    ]
    people = persons.join(nodes, nodes.c.id == persons.c.node_id)
    settings = connection.execute(
        select(persons.c.quiet_starts, persons.c.quiet_ends)
        .select_from(people)
        .where(*audience)
        .distinct()
    ).all()
    for starts, ends in settings:
        quiet = Quiet(starts, ends) if starts is not None else None
        owed = (
            select(
                literal(broadcast_id, deliveries.c.broadcast_id.type),
                persons.c.id,
                persons.c.node_id,
                literal(kind, deliveries.c.kind.type),
                literal(DeliveryState.QUEUED, deliveries.c.state.type),
                literal(next_allowed(now, quiet, zone), deliveries.c.due_at.type),
            )
            .select_from(people)
            .where(*audience, _same(starts, ends))
        )
        columns = ["broadcast_id", "person_id", "node_id", "kind", "state", "due_at"]
        connection.execute(
            upsert(connection.dialect.name, deliveries)
            .from_select(columns, owed)
            .on_conflict_do_nothing()
        )


def _same(starts: time | None, ends: time | None) -> ColumnElement[bool]:
    if starts is None:
        return persons.c.quiet_starts.is_(None)
    return (persons.c.quiet_starts == starts) & (persons.c.quiet_ends == ends)


_DUE = (
    select(deliveries.c.id)
    .where(deliveries.c.state == "queued", deliveries.c.due_at <= bindparam("now"))
    .order_by(deliveries.c.due_at, deliveries.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


def claim_due(connection: Connection, now: datetime, most: int, zone: ZoneInfo) -> list[Claimed]:
    """Take up to `most` due deliveries, after a last look at whether they may go out.

    What is no longer wanted is cancelled; what would come in somebody's quiet hours (after an
    outage, say, or because they changed them) waits for their end.
    """
    ids = list(connection.execute(_DUE, {"now": now, "most": most}).scalars())
    if not ids:
        return []
    connection.execute(
        update(deliveries)
        .where(
            deliveries.c.id.in_(ids),
            deliveries.c.state.in_(sources_of(DELIVERY_MOVES, DeliveryState.CLAIMED)),
        )
        .values(state=DeliveryState.CLAIMED, claimed_at=now)
    )
    wanted = outbox_queries.claimed(connection, ids)
    unwanted = sorted(set(ids) - {delivery.id for delivery, _ in wanted})
    outcomes = [Outcome(i, DeliveryState.CANCELLED, reason="no longer wanted") for i in unwanted]
    claimed = []
    for delivery, quiet in wanted:
        allowed_at = next_allowed(now, quiet, zone)
        if allowed_at > now:
            outcomes.append(Outcome(delivery.id, DeliveryState.QUEUED, again_at=allowed_at))
        else:
            claimed.append(delivery)
    record(connection, outcomes, now)
    return claimed


_RECORD = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("delivery_id"), deliveries.c.state == "claimed")
    .values(
        state=bindparam("to_state"),
        message_id=bindparam("to_message_id"),
        reason=bindparam("to_reason"),
        sent_at=bindparam("to_sent_at"),
        attempts=deliveries.c.attempts + bindparam("tried"),
        due_at=func.coalesce(
            bindparam("again_at", type_=deliveries.c.due_at.type), deliveries.c.due_at
        ),
    )
)


def record(connection: Connection, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Write what became of claimed deliveries; who cannot be reached is marked so."""
    if not outcomes:
        return
    connection.execute(
        _RECORD,
        [
            {
                "delivery_id": outcome.delivery_id,
                "to_state": outcome.state,
                "to_message_id": outcome.message_id,
                "to_reason": outcome.reason and outcome.reason[:REASON_LIMIT],
                "tried": int(outcome.failed_try),
                "to_sent_at": now if outcome.state is DeliveryState.SENT else None,
                "again_at": outcome.again_at,
            }
            for outcome in outcomes
        ],
    )
    gone = [o.delivery_id for o in outcomes if o.state is DeliveryState.UNREACHABLE]
    if gone:
        theirs = select(deliveries.c.person_id).where(deliveries.c.id.in_(gone))
        connection.execute(
            update(persons).where(persons.c.id.in_(theirs)).values(unreachable_at=now)
        )


def requeue_claimed(connection: Connection) -> int:
    """After a crash: what was in flight is sent again. Returns how many."""
    return int(
        connection.execute(
            update(deliveries)
            .where(deliveries.c.state == "claimed")
            .values(state=DeliveryState.QUEUED, reason="in flight when the bot stopped")
        ).rowcount
    )
