"""What was owed to somebody who could not be reached, when they are back: news of their own that is
still of use comes after all. What went to many stays as it is."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, or_, select, text, update

from storage.actions import moves
from storage.actions.broadcasts import Changes, count
from storage.model.broadcast import OPEN, BroadcastState
from storage.model.delivery import DeliveryState
from storage.model.kinds import ABOUT_EVENTS, PERSONAL
from storage.model.moves import Step
from storage.tables import broadcasts, deliveries, events

_SUBJECT = func.coalesce(deliveries.c.subject_id, broadcasts.c.subject_id)
_LOST: Select[Any] = (
    select(
        *(deliveries.c.id, deliveries.c.person_id, deliveries.c.kind, deliveries.c.broadcast_id),
        _SUBJECT.label("subject_id"),
        broadcasts.c.state.label("broadcast_state"),
    )
    .join(broadcasts, broadcasts.c.id == deliveries.c.broadcast_id, isouter=True)
    .join(events, events.c.id == _SUBJECT, isouter=True)
    .where(
        text("deliveries.state = 'unreachable'"),  # as written in the partial index
        deliveries.c.kind.in_(PERSONAL),
    )
    .order_by(deliveries.c.id.desc())
)
_WAITING = select(deliveries.c.person_id, deliveries.c.kind, deliveries.c.subject_id).where(
    text("state = 'queued' AND broadcast_id IS NULL"),  # as written in the partial index
    deliveries.c.kind.in_(PERSONAL),
)


def revive(connection: Connection, person_ids: Sequence[int], now: datetime) -> int:
    """Queue again what these people were owed while they were unreachable; returns how much.

    Of several about one thing only the last comes: its words are found when it is sent. What is no
    longer true falls to the last look, what comes in somebody's quiet hours waits for their end.
    """
    if not person_ids:
        return 0
    theirs = deliveries.c.person_id.in_(person_ids)
    about_no_event = deliveries.c.kind.not_in(ABOUT_EVENTS)
    of_use = or_(about_no_event, events.c.starts_at > now)
    lost = connection.execute(_LOST.where(theirs, of_use)).all()
    if not lost:
        return 0
    known = {tuple(row) for row in connection.execute(_WAITING.where(theirs))}
    again, doubled = [], []
    for row in lost:
        what = (row.person_id, row.kind, row.subject_id)
        if what in known:
            doubled.append(row)
        elif row.broadcast_id is None or _goes_on(connection, row, now):
            known.add(what)
            again.append(row)
    _move(connection, again, DeliveryState.QUEUED, due_at=now, attempts=0)
    _move(connection, doubled, DeliveryState.CANCELLED, reason="told by a later one")
    return len(again)


def _goes_on(connection: Connection, row: Row[Any], now: datetime) -> bool:
    """Whether the broadcast of a delivery can be sent on; one that was done begins again."""
    if row.broadcast_state in OPEN:
        return True
    done = broadcasts.c.state == BroadcastState.DONE
    again = Step(BroadcastState.RUNNING, now)
    return moves.move(connection, row.broadcast_id, again, done, finished_at=None)


def _move(
    connection: Connection, rows: Sequence[Row[Any]], to: DeliveryState, **values: Any
) -> None:
    changes: Changes = Counter()
    moved = (
        update(deliveries)
        .where(
            deliveries.c.id.in_([row.id for row in rows]),
            deliveries.c.state == DeliveryState.UNREACHABLE,
        )
        .values(state=to, **values)
        .returning(deliveries.c.broadcast_id)
    )
    for broadcast_id in connection.execute(moved).scalars():
        if broadcast_id is not None:
            changes[broadcast_id, DeliveryState.UNREACHABLE] -= 1
            changes[broadcast_id, to] += 1
    count(connection, changes)
