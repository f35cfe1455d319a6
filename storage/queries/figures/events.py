"""Events and who took part, by the day on which the event began and at the event's own node."""

from typing import Any

from sqlalchemy import ColumnElement, Select, Table, select

from storage.model.event import EventState
from storage.model.figure import CALLED_OFF, UNTICKED, Adds
from storage.model.sign_up import SignUpState
from storage.model.subject import SubjectKind
from storage.queries.figures.source import LeftOut, Source, columns
from storage.tables import attendances, events, sign_ups

# Which events count: one that was called off does not, and nobody took part in it. Whether those
# that are still to come do, says storage/model/figure.py.
TOOK_PLACE = events.c.state == EventState.OPEN
_CALLED_OFF = events.c.state == EventState.CANCELLED
_WHERE = {"category": events.c.category}


def _taking_part(table: Table) -> Select[Any]:
    """The persons in a table of persons at events."""
    of = columns(
        SubjectKind.EVENT,
        events.c.id,
        node_id=events.c.node_id,
        at=events.c.starts_at,
        person_id=table.c.person_id,
    )
    return select(*of).join_from(events, table, table.c.event_id == events.c.id)


def _persons(table: Table, condition: ColumnElement[bool], *left_out: LeftOut) -> Source:
    rows = _taking_part(table)
    called_off = LeftOut(CALLED_OFF, rows.where(_CALLED_OFF, condition), Adds.SUBJECTS)
    return Source(
        rows.where(TOOK_PLACE, condition), events, _WHERE, left_out=(called_off, *left_out)
    )


_EVENTS = select(
    *columns(SubjectKind.EVENT, events.c.id, node_id=events.c.node_id, at=events.c.starts_at)
)
_TICKED = attendances.c.withdrawn_at.is_(None)
# An event that is not confirmed yet will stand beside those that were called off.
EVENTS = Source(
    _EVENTS.where(TOOK_PLACE),
    events,
    _WHERE,
    left_out=(LeftOut(CALLED_OFF, _EVENTS.where(_CALLED_OFF)),),
)
OCCASIONS = EVENTS
SIGN_UPS = _persons(sign_ups, sign_ups.c.state == SignUpState.SIGNED_UP)
ATTENDANCES = _persons(
    attendances, _TICKED, LeftOut(UNTICKED, _taking_part(attendances).where(TOOK_PLACE, ~_TICKED))
)
