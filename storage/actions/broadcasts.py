"""Broadcasts: beginning one, what staff do with it, and what follows by itself."""

from collections import Counter
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, insert, or_, select, text, update

from storage.actions import moves
from storage.model.audience import Audience
from storage.model.broadcast import (
    BroadcastState,
    NewBroadcast,
)
from storage.model.correction import only_for
from storage.model.delivery import DeliveryState
from storage.model.kinds import KINDS, DeliveryKind
from storage.model.message import Message
from storage.model.moves import Step
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.sweep import is_past_change
from storage.queries.outbox import FINISHED, WAITING
from storage.queries.people import require
from storage.tables import broadcasts, deliveries, nodes, progress

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
    step = Step(new.state, now, new.created_by)
    broadcast_id = moves.begin(connection, step, **values_of(new, now))
    counts = [{"broadcast_id": broadcast_id, "state": s, "count": 0} for s in DeliveryState]
    connection.execute(insert(progress), counts)
    return broadcast_id


def values_of(new: NewBroadcast, now: datetime) -> dict[str, object]:
    """The row of a broadcast that begins at `now`, without its state."""
    its = KINDS[new.kind]
    skipped = new.state is BroadcastState.SKIPPED
    return {
        "kind": new.kind,
        "priority": its.priority if new.priority is None else new.priority,
        "schedule_id": new.schedule_id,
        "slot_at": new.slot_at,
        "course_id": new.course_id,
        "item_id": new.item_id,
        "subject_id": new.subject_id,
        "node_id": new.node_id,
        "audience": new.audience.to_json(),
        "content": new.content,
        "replaced": new.replaced,
        "of_id": new.of_id,
        "at_most_once": new.at_most_once,
        "expires_at": its.expires_at(new.slot_at, new.event_starts_at),
        "draft_key": new.draft_key,
        "created_by": new.created_by,
        "created_at": now,
        "planned_at": now if skipped else None,
        "finished_at": now if skipped else None,
    }


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


def pause(connection: Connection, by: int, broadcast_id: int, now: datetime) -> None:
    """Send no more of it for now. Raises Refusal if `by` may not, or it is not running."""
    _steer(connection, broadcast_id, Step(BroadcastState.PAUSED, now, by))


def resume(connection: Connection, by: int, broadcast_id: int, now: datetime) -> None:
    """Go on with a paused one; with one that is done a retry does. Raises Refusal."""
    paused = broadcasts.c.state == BroadcastState.PAUSED
    _steer(connection, broadcast_id, Step(BroadcastState.RUNNING, now, by), paused)


def cancel(connection: Connection, by: int, broadcast_id: int, now: datetime) -> None:
    """Stop it for good: what is queued is not sent any more (`sweep` says so row by row).

    Raises Refusal.
    """
    _steer(connection, broadcast_id, Step(BroadcastState.CANCELLED, now, by))


def _steer(
    connection: Connection, broadcast_id: int, step: Step, *conditions: ColumnElement[bool]
) -> None:
    assert step.by is not None  # nothing but staff steers
    require_steering(connection, step.by, broadcast_id)
    if not moves.move(connection, broadcast_id, step, *conditions):
        raise Refusal("broadcast.over")


def correct(
    connection: Connection, by: int, broadcast_id: int, content: str, draft_key: str, now: datetime
) -> int:
    """Say something else: what is queued goes out as `content`, what was sent is edited.

    Returns the id of the broadcast that edits, which keeps what was said before. Raises Refusal if
    `by` may not, what it says was not written by staff, it was withdrawn, or it ended long ago.
    """
    require_steering(connection, by, broadcast_id)
    require_not_withdrawn(connection, broadcast_id)
    _require_known_messages(connection, broadcast_id, now)
    written = (
        broadcasts.c.id == broadcast_id,
        broadcasts.c.kind == DeliveryKind.NOTICE,
        broadcasts.c.state != BroadcastState.SKIPPED,
    )
    before = connection.execute(
        select(broadcasts.c.content).where(*written).with_for_update()
    ).scalar_one_or_none()
    if before is None:
        raise Refusal("broadcast.not_written")
    connection.execute(
        update(broadcasts)
        .where(*written)
        .values(content=content, revision=broadcasts.c.revision + 1)
    )
    _end_corrections(connection, by, broadcast_id, draft_key, now)
    language = only_for(Message.from_json(before), Message.from_json(content))
    if language is not None and _has_stopped(connection, broadcast_id):
        language = None  # some of whom it was for still have what it corrected
    audience = Audience(of_broadcast=broadcast_id, language=language)
    change = _change(connection, by, DeliveryKind.CORRECTION, audience, now)
    return begin(connection, replace(change, draft_key=draft_key, replaced=before), now)


def withdraw(
    connection: Connection, by: int, broadcast_id: int, draft_key: str, now: datetime
) -> int:
    """Take it back: what is queued is not sent, what was sent is deleted.

    Returns the id of the broadcast that deletes. Raises Refusal if `by` may not, or it ended
    long ago.
    """
    require_steering(connection, by, broadcast_id)
    _require_known_messages(connection, broadcast_id, now)
    moves.move(connection, broadcast_id, Step(BroadcastState.CANCELLED, now, by))  # or it is over
    _end_corrections(connection, by, broadcast_id, draft_key, now)
    audience = Audience(of_broadcast=broadcast_id)
    change = _change(connection, by, DeliveryKind.WITHDRAWAL, audience, now)
    return begin(connection, replace(change, draft_key=draft_key), now)


def _require_known_messages(connection: Connection, broadcast_id: int, now: datetime) -> None:
    """Raises Refusal if the ids of a broadcast's messages are forgotten."""
    ended = select(broadcasts.c.finished_at).where(broadcasts.c.id == broadcast_id)
    if is_past_change(connection.execute(ended).scalar_one(), now):
        raise Refusal("broadcast.too_old")


def _end_corrections(
    connection: Connection, by: int, broadcast_id: int, draft_key: str, now: datetime
) -> None:
    """An earlier correction that is under way has nothing to say any more."""
    moves.move_all(
        connection,
        Step(BroadcastState.CANCELLED, now, by),
        broadcasts.c.of_id == broadcast_id,
        broadcasts.c.kind == DeliveryKind.CORRECTION,
        broadcasts.c.draft_key.is_distinct_from(draft_key),
    )


def _has_stopped(connection: Connection, broadcast_id: int) -> bool:
    """Whether a correction of a broadcast did not come to its end."""
    stopped = select(broadcasts.c.id).where(
        broadcasts.c.of_id == broadcast_id,
        broadcasts.c.kind == DeliveryKind.CORRECTION,
        broadcasts.c.state == BroadcastState.CANCELLED,
    )
    return connection.execute(stopped.limit(1)).first() is not None


def _change(
    connection: Connection, by: int, kind: DeliveryKind, audience: Audience, now: datetime
) -> NewBroadcast:
    """A change is a broadcast to those whom the first one reached and that it is about: with
    counts, a pause, and a stop."""
    broadcast_id = audience.of_broadcast
    node_id = connection.execute(
        select(broadcasts.c.node_id).where(broadcasts.c.id == broadcast_id)
    ).scalar_one()
    return NewBroadcast(
        kind=kind,
        node_id=node_id,
        audience=audience,
        slot_at=now,
        of_id=broadcast_id,
        created_by=by,
    )


def require_not_withdrawn(connection: Connection, broadcast_id: int) -> None:
    """Raises Refusal if a broadcast, or what it corrects, was taken back, and that was not
    stopped."""
    corrected = select(broadcasts.c.of_id).where(broadcasts.c.id == broadcast_id)
    withdrawal = select(broadcasts.c.id).where(
        broadcasts.c.id != broadcast_id,
        or_(broadcasts.c.of_id == broadcast_id, broadcasts.c.of_id == corrected.scalar_subquery()),
        broadcasts.c.kind == DeliveryKind.WITHDRAWAL,
        broadcasts.c.state != BroadcastState.CANCELLED,
    )
    if connection.execute(withdrawal).first() is not None:
        raise Refusal("broadcast.withdrawn_before")


def require_steering(connection: Connection, by: int, broadcast_id: int) -> None:
    """Lock a broadcast until the commit. Raises Refusal if `by` may not steer it."""
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


def finish(connection: Connection, now: datetime) -> list[int]:
    """Note which broadcasts have nothing left to send; returns their ids."""
    # PostgreSQL: wait for whoever changes them, and look again at what they left.
    over = select(broadcasts.c.id).where(FINISHED).with_for_update()
    ids = connection.execute(over).scalars().all()
    done = Step(BroadcastState.DONE, now)
    moves.move_all(connection, done, broadcasts.c.id.in_(ids), FINISHED, finished_at=now)
    return list(ids)


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
