"""Broadcasts: beginning one, what staff do with it, and what follows by itself."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    null,
    or_,
    select,
    text,
    true,
    union_all,
    update,
)

from storage.dialects import insert_row
from storage.model.audience import Audience
from storage.model.broadcast import (
    BROADCAST_MOVES,
    PRIORITIES,
    USEFUL_FOR,
    BroadcastState,
    NewBroadcast,
)
from storage.model.delivery import DeliveryKind, DeliveryState
from storage.model.moves import sources_of
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.queries.outbox import FINISHED, WAITING, states
from storage.queries.people import require
from storage.tables import broadcasts, deliveries, nodes, persons, progress

CHUNK = (
    1000  # people in one transaction: a press that comes meanwhile waits for one of them at most
)
Changes = Counter[tuple[int, DeliveryState]]


def begin(connection: Connection, new: NewBroadcast, now: datetime) -> int:
    """Begin a broadcast; the planner turns its audience into deliveries (`fan_out`).

    Returns its id. The same draft begun twice is one.
    """
    if new.draft_key is not None:
        known = connection.execute(
            select(broadcasts.c.id).where(broadcasts.c.draft_key == new.draft_key)
        ).scalar_one_or_none()
        if known is not None:
            return int(known)
    useful = USEFUL_FOR.get(new.kind)
    expires_at = new.expires_at or (new.slot_at + useful if useful else None)
    skipped = new.state is BroadcastState.SKIPPED
    broadcast_id = insert_row(
        connection,
        broadcasts,
        kind=new.kind,
        state=new.state,
        priority=PRIORITIES[new.kind] if new.priority is None else new.priority,
        schedule_id=new.schedule_id,
        slot_at=new.slot_at,
        course_id=new.course_id,
        item_id=new.item_id,
        subject_id=new.subject_id,
        node_id=new.node_id,
        audience=new.audience.to_json(),
        content=new.content,
        of_id=new.of_id,
        at_most_once=new.at_most_once,
        expires_at=expires_at,
        draft_key=new.draft_key,
        created_by=new.created_by,
        created_at=now,
        planned_at=now if skipped else None,
        finished_at=now if skipped else None,
    )
    counts = [{"broadcast_id": broadcast_id, "state": s, "count": 0} for s in DeliveryState]
    connection.execute(insert(progress), counts)
    return broadcast_id


OPEN = (BroadcastState.RUNNING, BroadcastState.PAUSED)


_COUNT = (
    update(progress)
    .where(
        progress.c.broadcast_id == bindparam("of_broadcast"),
        progress.c.state == bindparam("in_state"),
    )
    .values(count=progress.c.count + bindparam("change"))
)


def count(connection: Connection, changes: Changes) -> None:
    """Move the counts of broadcasts in step with their deliveries."""
    rows = [
        {"of_broadcast": broadcast_id, "in_state": state, "change": change}
        for (broadcast_id, state), change in sorted(changes.items())  # one order: no deadlock
        if change
    ]
    if rows:
        connection.execute(_COUNT, rows)


# What staff do with a broadcast


def pause(connection: Connection, by: int, broadcast_id: int) -> None:
    """Send no more of it for now. Raises Refusal if `by` may not, or it is not running."""
    _move(connection, by, broadcast_id, BroadcastState.PAUSED, BroadcastState.RUNNING)


def resume(connection: Connection, by: int, broadcast_id: int) -> None:
    """Go on with a paused one. Raises Refusal."""
    _move(connection, by, broadcast_id, BroadcastState.RUNNING, BroadcastState.PAUSED)


def cancel(connection: Connection, by: int, broadcast_id: int) -> None:
    """Stop it for good: what is queued is not sent any more (`sweep` says so row by row).

    Raises Refusal.
    """
    sources = sources_of(BROADCAST_MOVES, BroadcastState.CANCELLED)
    _move(connection, by, broadcast_id, BroadcastState.CANCELLED, *sources)


def retry(
    connection: Connection, by: int, broadcast_id: int, now: datetime, most: int = CHUNK
) -> int:
    """Queue again what failed, and whoever could not be reached and can be now; returns how many.

    The first `most` at once, all others step by step (`retry_on`); of those, what failed is in the
    number. Raises Refusal if `by` may not, or it was stopped or withdrawn.
    """
    _require(connection, by, broadcast_id)
    _require_not_withdrawn(connection, broadcast_id)
    again, place = _queue_again(connection, broadcast_id, now, now, 0, most)
    if not again and place is None:
        return 0
    begun = connection.execute(
        update(broadcasts)
        .where(
            broadcasts.c.id == broadcast_id,
            broadcasts.c.state.in_((*OPEN, BroadcastState.DONE)),
        )
        .values(
            state=case(
                (broadcasts.c.state == BroadcastState.PAUSED, BroadcastState.PAUSED),
                else_=BroadcastState.RUNNING,
            ),
            finished_at=None,
            expires_at=None,  # who asks for it again wants it still
            **_retry_place(now, place),
        )
    ).rowcount
    if begun != 1:
        raise Refusal("broadcast.over")
    left = states(connection, broadcast_id) if place is not None else {}
    return again + left.get(DeliveryState.FAILED, 0)


def correct(
    connection: Connection, by: int, broadcast_id: int, content: str, draft_key: str, now: datetime
) -> int:
    """Say something else: what is queued goes out as `content`, what was sent is edited.

    Returns the id of the broadcast that edits. Raises Refusal if `by` may not, what it says was not
    written by staff, or it was withdrawn.
    """
    _require(connection, by, broadcast_id)
    _require_not_withdrawn(connection, broadcast_id)
    changed = connection.execute(
        update(broadcasts)
        .where(
            broadcasts.c.id == broadcast_id,
            broadcasts.c.kind == DeliveryKind.NOTICE,
            broadcasts.c.state != BroadcastState.SKIPPED,
        )
        .values(content=content, revision=broadcasts.c.revision + 1)
    ).rowcount
    if changed != 1:
        raise Refusal("broadcast.not_written")
    return _change(connection, by, broadcast_id, DeliveryKind.CORRECTION, draft_key, now)


def withdraw(
    connection: Connection, by: int, broadcast_id: int, draft_key: str, now: datetime
) -> int:
    """Take it back: what is queued is not sent, what was sent is deleted.

    Returns the id of the broadcast that deletes. Raises Refusal if `by` may not.
    """
    _require(connection, by, broadcast_id)
    connection.execute(
        update(broadcasts)
        .where(
            broadcasts.c.id == broadcast_id,
            broadcasts.c.state.in_(sources_of(BROADCAST_MOVES, BroadcastState.CANCELLED)),
        )
        .values(state=BroadcastState.CANCELLED)
    )
    return _change(connection, by, broadcast_id, DeliveryKind.WITHDRAWAL, draft_key, now)


def _change(
    connection: Connection,
    by: int,
    broadcast_id: int,
    kind: DeliveryKind,
    draft_key: str,
    now: datetime,
) -> int:
    """A change is a broadcast to whom the first one reached: with counts, a pause, and a stop.

    An earlier correction that is under way has nothing to say any more.
    """
    connection.execute(
        update(broadcasts)
        .where(
            broadcasts.c.of_id == broadcast_id,
            broadcasts.c.kind == DeliveryKind.CORRECTION,
            broadcasts.c.state.in_(OPEN),
            broadcasts.c.draft_key.is_distinct_from(draft_key),
        )
        .values(state=BroadcastState.CANCELLED)
    )
    node_id = connection.execute(
        select(broadcasts.c.node_id).where(broadcasts.c.id == broadcast_id)
    ).scalar_one()
    change = NewBroadcast(
        kind=kind,
        node_id=node_id,
        audience=Audience(of_broadcast=broadcast_id),
        slot_at=now,
        of_id=broadcast_id,
        draft_key=draft_key,
        created_by=by,
    )
    return begin(connection, change, now)


def _move(
    connection: Connection,
    by: int,
    broadcast_id: int,
    target: BroadcastState,
    *expected: BroadcastState,
    **values: object,
) -> None:
    _require(connection, by, broadcast_id)
    # Claim by a conditional update: not one row means that a colleague was first, or it is over.
    moved = connection.execute(
        update(broadcasts)
        .where(broadcasts.c.id == broadcast_id, broadcasts.c.state.in_(expected))
        .values(state=target, **values)
    ).rowcount
    if moved != 1:
        raise Refusal("broadcast.over")


def _require_not_withdrawn(connection: Connection, broadcast_id: int) -> None:
    withdrawal = select(broadcasts.c.id).where(
        broadcasts.c.of_id == broadcast_id,
        broadcasts.c.kind == DeliveryKind.WITHDRAWAL,
        broadcasts.c.state != BroadcastState.CANCELLED,
    )
    if connection.execute(withdrawal).first() is not None:
        raise Refusal("broadcast.withdrawn_before")


def _require(connection: Connection, by: int, broadcast_id: int) -> None:
    path = connection.execute(
        select(nodes.c.path)
        .join(broadcasts, broadcasts.c.node_id == nodes.c.id)
        .where(broadcasts.c.id == broadcast_id)
        .with_for_update(of=broadcasts)  # one change of a broadcast after the other
    ).scalar_one_or_none()
    if path is None:
        raise Refusal("refused.not_yours")
    require(connection, by, Power.PUSH, path)


# What follows by itself


def finish(connection: Connection, now: datetime) -> int:
    """Note which broadcasts have nothing left to send; returns how many."""
    # PostgreSQL: wait for whoever changes them, and look again at what they left.
    over = select(broadcasts.c.id).where(FINISHED).with_for_update()
    ids = connection.execute(over).scalars().all()
    done = update(broadcasts).where(broadcasts.c.id.in_(ids), FINISHED)
    return int(connection.execute(done.values(state=BroadcastState.DONE, finished_at=now)).rowcount)


def retry_on(connection: Connection, broadcast_id: int, now: datetime, most: int = CHUNK) -> bool:
    """Go on with a `retry`: look at the next `most` that did not arrive; False at the end.

    Where it stopped stands in the row, as with a fan-out.
    """
    # PostgreSQL: of two planners the second waits here, and then sees where the first stopped.
    row = connection.execute(
        select(broadcasts.c.retry_at, broadcasts.c.retry_place)
        .where(
            broadcasts.c.id == broadcast_id,
            broadcasts.c.retry_at.is_not(None),
            broadcasts.c.state.in_(OPEN),
        )
        .with_for_update()
    ).one_or_none()
    if row is None:
        return False
    asked_at, after = row
    _, place = _queue_again(connection, broadcast_id, now, asked_at, after, most)
    here = update(broadcasts).where(broadcasts.c.id == broadcast_id)
    connection.execute(here.values(**_retry_place(asked_at, place)))
    return place is not None


def _retry_place(asked_at: datetime, place: int | None) -> dict[str, Any]:
    return {"retry_at": None if place is None else asked_at, "retry_place": place or 0}


# What a retry looks at, and who of those is tried again.
_LOST: dict[DeliveryState, ColumnElement[bool]] = {
    DeliveryState.FAILED: true(),
    DeliveryState.UNREACHABLE: exists().where(
        persons.c.id == deliveries.c.person_id, persons.c.unreachable_at.is_(None)
    ),
}
# A message goes on where it stopped; a correction begins anew: there may be a later one meanwhile.
_KEPT_IDS = case(
    (deliveries.c.kind == DeliveryKind.CORRECTION, null()), else_=deliveries.c.message_ids
)


def _queue_again(
    connection: Connection,
    broadcast_id: int,
    now: datetime,
    asked_at: datetime,
    after: int,
    most: int,
) -> tuple[int, int | None]:
    """Queue those of the next `most` deliveries in trouble, after one of them, that may be tried
    again; returns how many, and the last one that was looked at, None at the end."""
    found, upto = _next_part(connection, broadcast_id, after, most)
    # What fails after they asked is none of those that they saw; and of a broadcast that must
    # arrive at most once, they were told of how many nobody knows.
    asked = and_(
        deliveries.c.claimed_at <= asked_at,
        or_(deliveries.c.unsure_at.is_(None), deliveries.c.unsure_at <= asked_at),
    )
    changes: Changes = Counter()
    for state, may in _LOST.items() if found else ():
        moved = connection.execute(
            update(deliveries)
            .where(*_in_trouble(broadcast_id, state, after), deliveries.c.id <= upto, asked, may)
            .values(state=DeliveryState.QUEUED, due_at=now, attempts=0, message_ids=_KEPT_IDS)
        ).rowcount
        changes[broadcast_id, state] -= moved
        changes[broadcast_id, DeliveryState.QUEUED] += moved
    count(connection, changes)
    return changes[broadcast_id, DeliveryState.QUEUED], upto if found == most else None


def _next_part(connection: Connection, broadcast_id: int, after: int, most: int) -> tuple[int, int]:
    """How many of the next `most` deliveries in trouble there are, and the last one of them."""
    parts = [
        select(
            select(deliveries.c.id)
            .where(*_in_trouble(broadcast_id, state, after))
            .order_by(deliveries.c.id)
            .limit(most)
            .subquery()
        )
        for state in _LOST
    ]
    every = union_all(*parts).subquery()
    part = select(every.c.id).order_by(every.c.id).limit(most).subquery()
    found = connection.execute(select(func.count(), func.max(part.c.id))).one()
    return int(found[0]), int(found[1] or 0)


def _in_trouble(broadcast_id: int, state: DeliveryState, after: int) -> list[ColumnElement[bool]]:
    """The deliveries of a state after one of them, as they stand in the index of troubled rows."""
    return [
        deliveries.c.broadcast_id == broadcast_id,
        deliveries.c.state == state,
        deliveries.c.reason.is_not(None),
        deliveries.c.id > after,
    ]


def sweep(connection: Connection, broadcast_id: int, now: datetime, most: int = CHUNK) -> bool:
    """Cancel the next `most` queued deliveries of a cancelled broadcast; False at the end."""
    some = (
        select(deliveries.c.id)
        .where(text("state = 'queued'"), deliveries.c.broadcast_id == broadcast_id)
        .order_by(deliveries.c.due_at, deliveries.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    moved = connection.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(some), deliveries.c.state == DeliveryState.QUEUED)
        .values(state=DeliveryState.CANCELLED)
    ).rowcount
    queued, cancelled = DeliveryState.QUEUED, DeliveryState.CANCELLED
    count(connection, Counter({(broadcast_id, queued): -moved, (broadcast_id, cancelled): moved}))
    if moved < most:
        over = update(broadcasts).where(broadcasts.c.id == broadcast_id, ~WAITING)
        connection.execute(over.values(finished_at=now))
    return moved == most
