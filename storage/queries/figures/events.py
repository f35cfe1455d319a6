"""Events and who took part, by the day on which the event began and at the event's own node.

An event is an occasion once staff said that it was held, and only then do those count who came.
What nobody has said it of is no occasion, and is told beside the figure.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, Table, select

from storage.model.event import GOING_AHEAD, STANDING, EventState
from storage.model.figure import CALLED_OFF, NOT_HELD, TO_COME, UNCONFIRMED, UNTICKED, Adds
from storage.model.sign_up import SignUpState
from storage.model.subject import SubjectKind
from storage.queries.figures.source import LeftOut, Source, columns
from storage.tables import attendances, events, headcounts, sign_ups

# The one place that says which events took place.
TOOK_PLACE = events.c.state == EventState.HELD
_PLANNED = events.c.state.in_(sorted(STANDING))
_GOES_AHEAD = events.c.state.in_(sorted(GOING_AHEAD))
_WHERE = {"category": events.c.category}


def _taking_part(
    table: Table, kind: SubjectKind = SubjectKind.EVENT, **others: ColumnElement[Any]
) -> Select[Any]:
    """The rows of a table of people at events."""
    at = {"node_id": events.c.node_id, "at": events.c.starts_at}
    of = columns(kind, events.c.id, **at, **others)
    return select(*of).join_from(events, table, table.c.event_id == events.c.id)


def _off(rows: Select[Any]) -> tuple[LeftOut, ...]:
    """What of `rows` is of events that did not take place."""
    return tuple(
        LeftOut(why, rows.where(events.c.state == state), Adds.SUBJECTS)
        for why, state in ((NOT_HELD, EventState.NOT_HELD), (CALLED_OFF, EventState.CANCELLED))
    )


_EVENTS = select(
    *columns(SubjectKind.EVENT, events.c.id, node_id=events.c.node_id, at=events.c.starts_at)
)
_UNCONFIRMED = LeftOut(UNCONFIRMED, _EVENTS.where(_GOES_AHEAD), begun=True)
_TO_COME = LeftOut(TO_COME, _EVENTS.where(_GOES_AHEAD), begun=False)


EVENTS = Source(_EVENTS.where(_PLANNED), events, _WHERE, left_out=_off(_EVENTS))
OCCASIONS = Source(
    _EVENTS.where(TOOK_PLACE),
    events,
    _WHERE,
    left_out=(_UNCONFIRMED, *_off(_EVENTS), _TO_COME),
)
_SEATS = _taking_part(sign_ups, person_id=sign_ups.c.person_id).where(
    sign_ups.c.state == SignUpState.SIGNED_UP
)
SIGN_UPS = Source(_SEATS.where(_PLANNED), events, _WHERE, left_out=_off(_SEATS))
_TICKS = _taking_part(attendances, person_id=attendances.c.person_id)
_TICKED = attendances.c.withdrawn_at.is_(None)
# A number that was taken back was another number; a tick, another person.
ATTENDANCES = Source(
    _TICKS.where(TOOK_PLACE, _TICKED),
    events,
    _WHERE,
    nameless=_taking_part(headcounts, SubjectKind.HEADCOUNT, weight=headcounts.c.count).where(
        TOOK_PLACE, headcounts.c.withdrawn_at.is_(None)
    ),
    left_out=(
        _UNCONFIRMED,
        *_off(_TICKS.where(_TICKED)),
        LeftOut(UNTICKED, _TICKS.where(TOOK_PLACE, ~_TICKED)),
    ),
)
