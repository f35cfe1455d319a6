"""The one place where something with a history begins or moves to another state.

Rules stay in the model: which states follow which is its tables of legal moves. What else must hold
is for the action that moves something, as are its other values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, insert, literal, select, update

from storage.dialects import insert_row, upsert
from storage.model.broadcast import BROADCAST_MOVES, BroadcastState
from storage.model.closing import CLOSING_MOVES, ClosingState
from storage.model.event import EVENT_MOVES, EventState
from storage.model.ledger import ENTRY_MOVES, EntryState
from storage.model.moves import Step, sources_of
from storage.model.person import REQUEST_MOVES, RequestState
from storage.model.plan import TARGET_MOVES, TargetState
from storage.model.schedule import SCHEDULE_MOVES, ScheduleState
from storage.model.staff import INVITATION_MOVES, ROLE_MOVES, InvitationState, RoleState
from storage.model.subject import SubjectKind
from storage.model.suggestion import SUGGESTION_MOVES, SuggestionState
from storage.receipts import cause
from storage.tables import (
    broadcasts,
    closings,
    entries,
    events,
    invitations,
    membership_requests,
    moves,
    roles,
    schedules,
    suggestions,
    targets,
)


@dataclass(frozen=True, slots=True)
class _History:
    subject: SubjectKind
    table: Table
    moves: Mapping[Any, frozenset[Any]]


# By the type of its state: what moves, where it stands, and how it may move.
HISTORIES: Mapping[type[StrEnum], _History] = {
    SuggestionState: _History(SubjectKind.SUGGESTION, suggestions, SUGGESTION_MOVES),
    EventState: _History(SubjectKind.EVENT, events, EVENT_MOVES),
    RequestState: _History(SubjectKind.MEMBERSHIP_REQUEST, membership_requests, REQUEST_MOVES),
    BroadcastState: _History(SubjectKind.BROADCAST, broadcasts, BROADCAST_MOVES),
    ScheduleState: _History(SubjectKind.SCHEDULE, schedules, SCHEDULE_MOVES),
    RoleState: _History(SubjectKind.ROLE, roles, ROLE_MOVES),
    EntryState: _History(SubjectKind.ENTRY, entries, ENTRY_MOVES),
    TargetState: _History(SubjectKind.TARGET, targets, TARGET_MOVES),
    ClosingState: _History(SubjectKind.CLOSING, closings, CLOSING_MOVES),
    InvitationState: _History(SubjectKind.INVITATION, invitations, INVITATION_MOVES),
}


def begin(connection: Connection, /, step: Step, **values: Any) -> int:
    """Insert something in its first state, with these values; returns its id."""
    kind = HISTORIES[type(step.to)]
    subject_id = insert_row(connection, kind.table, state=step.to, **values)
    first = {"subject_kind": kind.subject, "subject_id": subject_id, "from_state": None}
    connection.execute(insert(moves), first | _told(step))
    return subject_id


def begin_missing(connection: Connection, step: Step, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert many things in their first state, those whose keys are not there yet; returns how many
    were new."""
    kind = HISTORIES[type(step.to)]
    written = upsert(connection.dialect.name, kind.table).on_conflict_do_nothing()
    given = [{"state": step.to, **row} for row in rows]
    ids = connection.execute(written.returning(kind.table.c.id), given).scalars().all()
    first = {"subject_kind": kind.subject, "from_state": None} | _told(step)
    if ids:
        connection.execute(insert(moves), [{"subject_id": each, **first} for each in ids])
    return len(ids)


def move(
    connection: Connection,
    /,
    subject_id: int,
    step: Step,
    *conditions: ColumnElement[bool],
    **values: Any,
) -> bool:
    """Move one thing, if its state allows it and the conditions hold, and set these values too.

    False means that it did not: somebody else was first, it is over, or there is none.
    """
    one = HISTORIES[type(step.to)].table.c.id == subject_id
    return move_all(connection, step, one, *conditions, **values) == 1


def move_all(
    connection: Connection, /, step: Step, *conditions: ColumnElement[bool], **values: Any
) -> int:
    """Move, like `move`, whatever fulfils the conditions; returns how many did."""
    kind = HISTORIES[type(step.to)]
    table, sources = kind.table, sources_of(kind.moves, step.to)
    # 1. Claim: on PostgreSQL a second one waits here, looks again, and finds the state changed.
    claimed = (
        select(
            literal(kind.subject, moves.c.subject_kind.type),
            table.c.id,
            table.c.state,
            *(literal(value, moves.c[name].type) for name, value in _told(step).items()),
        )
        .where(table.c.state.in_(sources), *conditions)
        .order_by(table.c.id)  # one order: no deadlock
        .with_for_update(of=table)
    )
    # 2. The history is written of exactly what was claimed, with the state that it had,
    columns = ["subject_kind", "subject_id", "from_state", *_told(step)]
    written = insert(moves).from_select(columns, claimed).returning(moves.c.subject_id)
    ids = connection.execute(written).scalars().all()
    if not ids:
        return 0
    # 3. and exactly that is moved.
    moved = update(table).where(table.c.id.in_(ids), table.c.state.in_(sources))
    count = connection.execute(moved.values(state=step.to, **values)).rowcount
    if count != len(ids):
        raise RuntimeError(f"moved {count} of {len(ids)} claimed: {kind.subject} to {step.to}")
    return count


def _told(step: Step) -> dict[str, Any]:
    return {
        "to_state": step.to,
        "by": step.by,
        "at": step.at,
        "words": step.words,
        "update_id": cause(),
    }
