"""Why a figure is another one than was signed: who changed which of its records since.

Only changes that leave a row can be told: moves of entries, suggestions and events, ticks, what was
sent or taken back, acknowledgements, and who came onto a register or left it. Of the others the
difference stands alone.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    case,
    cast,
    func,
    null,
    select,
    true,
    union_all,
)

from storage.model.closing import Cause
from storage.model.delivery import DeliveryState
from storage.model.figure import LEDGER, Count, Measure
from storage.model.kinds import DeliveryKind
from storage.model.node import Node
from storage.model.period import Days
from storage.model.subject import SubjectKind
from storage.queries.nodes import below
from storage.tables import (
    acknowledgements,
    attendances,
    broadcasts,
    deliveries,
    entries,
    events,
    headcounts,
    memberships,
    moves,
    nodes,
    persons,
    suggestions,
)

_NOBODY = cast(null(), persons.c.id.type)  # who did it: PostgreSQL takes a bare NULL for a text


def cause(
    connection: Connection, measure: Measure, node: Node, days: Days, since: datetime
) -> Cause | None:
    """What changed after the instant `since` of the records of these days, for a node and all below
    it. None if no row tells."""
    counts = [*measure.counts, *([measure.share_of] if measure.share_of else [])]
    told = [
        each
        for count in counts
        if count.source in _CHANGES
        for each in _CHANGES[count.source](count, since)
    ]
    if not told:
        return None
    every = union_all(*told).subquery()
    began, ended = days.bounds()
    here = select(nodes.c.id).where(below(node.path))
    of_these = (
        every.c.node_id.in_(here),
        every.c.day >= began,
        every.c.day < ended,
        every.c.at > since,
    )
    # There may be many: they are counted where they are.
    count = select(func.count(every.c.subject_id.distinct())).where(*of_these)
    last = (
        select(every.c.at, persons.c.name)
        .join_from(every, persons, persons.c.id == every.c.by, isouter=True)
        .where(*of_these)
        .order_by(every.c.at.desc(), every.c.subject_id.desc())
        .limit(1)
    )
    row = connection.execute(last).one_or_none()
    if row is None:
        return None
    return Cause(connection.execute(count).scalar_one(), row.at, row.name)


def _told(
    subject: Table, day: ColumnElement[Any], at: ColumnElement[Any], by: ColumnElement[Any]
) -> tuple[ColumnElement[Any], ...]:
    """The columns of a change: of what, at which node, counted by which day, and when and by whom
    it was made."""
    of = subject.c
    return (
        of.id.label("subject_id"),
        of.node_id.label("node_id"),
        day.label("day"),
        at.label("at"),
        by.label("by"),
    )


def _moved(
    kind: SubjectKind, table: Table, day: ColumnElement[Any], by: ColumnElement[Any]
) -> Select[Any]:
    of = (moves.c.subject_kind == kind) & (moves.c.subject_id == table.c.id)
    return select(*_told(table, day, moves.c.at, by)).join_from(table, moves, of)


# A better entry and the one that it replaced are one change.
_ENTRIES = _moved(SubjectKind.ENTRY, entries, entries.c.at, moves.c.by).where(
    moves.c.from_state.is_not(None) | entries.c.replaces_id.is_(None)
)
# Whoever asked not to be named is not named here either.
_STAFF = case((moves.c.by == suggestions.c.author_id, None), else_=moves.c.by)
_SUGGESTIONS = _moved(SubjectKind.SUGGESTION, suggestions, suggestions.c.submitted_at, _STAFF)
_EVENTS = _moved(SubjectKind.EVENT, events, events.c.starts_at, moves.c.by)
_TICKS = tuple(
    select(*_told(events, events.c.starts_at, at, by)).join_from(
        events, table, table.c.event_id == events.c.id
    )
    for table in (attendances, headcounts)
    for at, by in (
        (table.c.recorded_at, table.c.recorded_by),
        (table.c.withdrawn_at, _NOBODY),  # by whom, is not kept
    )
)


_withdrawals = broadcasts.alias("withdrawals")


def _reached(at: ColumnElement[Any], by: ColumnElement[Any]) -> Select[Any]:
    """The broadcasts at the places of those whom they reached."""
    of = broadcasts.c
    return (
        select(
            of.id.label("subject_id"),
            deliveries.c.node_id.label("node_id"),
            of.slot_at.label("day"),
            at.label("at"),
            by.label("by"),
        )
        .join_from(broadcasts, deliveries, deliveries.c.broadcast_id == of.id)
        .where(deliveries.c.state == DeliveryState.SENT)
    )


def _where(count: Count, keys: Mapping[str, ColumnElement[Any]]) -> ColumnElement[bool]:
    """What of a count's `where` stays as it is whatever moves: all but the state."""
    asked = (keys[key].in_(sorted(v)) for key, v in count.where.items() if key in keys)
    return and_(true(), *asked)


def _of_ledger(count: Count, _since: datetime) -> list[Select[Any]]:
    return [_ENTRIES.where(_where(count, {"indicator": entries.c.indicator}))]


def _of_suggestions(count: Count, _since: datetime) -> list[Select[Any]]:
    return [_SUGGESTIONS.where(_where(count, {"category": suggestions.c.category}))]


def _of_events(count: Count, _since: datetime) -> list[Select[Any]]:
    return [_EVENTS.where(_where(count, {"category": events.c.category}))]


def _of_ticks(count: Count, _since: datetime) -> list[Select[Any]]:
    some = _where(count, {"category": events.c.category})
    return [each.where(some) for each in (*_TICKS, _EVENTS)]


def _of_broadcasts(count: Count, since: datetime) -> list[Select[Any]]:
    """What arrived late, and what was taken back, each at the places that it reached."""
    arrived = _reached(deliveries.c.sent_at, _NOBODY)
    taking_back = _withdrawals.c.kind == DeliveryKind.WITHDRAWAL
    taken_back = _reached(_withdrawals.c.created_at, _withdrawals.c.created_by).join(
        _withdrawals, (_withdrawals.c.of_id == broadcasts.c.id) & taking_back
    )
    some = _where(count, {"kind": broadcasts.c.kind})
    # Millions of deliveries are not looked at: nothing arrived of what was over by then.
    late = broadcasts.c.finished_at.is_(None) | (broadcasts.c.finished_at > since)
    return [arrived.where(some, late), taken_back.where(some, _withdrawals.c.created_at > since)]


def _of_acknowledgements(_count: Count, since: datetime) -> list[Select[Any]]:
    """Who pressed "done", and when, is one moment; it was the members themselves."""
    at = acknowledgements.c.acknowledged_at
    return [select(*_told(acknowledgements, at, at, _NOBODY)).where(at > since)]


def _of_members(_count: Count, since: datetime) -> list[Select[Any]]:
    """Who came onto the register, and who left it."""
    return [
        select(*_told(memberships, at, at, _NOBODY)).where(at > since)
        for at in (memberships.c.since_at, memberships.c.until_at)
    ]


_CHANGES: Mapping[str, Callable[[Count, datetime], list[Select[Any]]]] = {
    LEDGER: _of_ledger,
    "suggestions": _of_suggestions,
    "events": _of_events,
    "occasions": _of_events,
    "attendances": _of_ticks,
    "broadcasts": _of_broadcasts,
    "acknowledgements": _of_acknowledgements,
    "members": _of_members,
}
