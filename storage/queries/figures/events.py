"""Events and who took part, by the day on which the event began and at the event's own node."""

from sqlalchemy import ColumnElement, Table, select

from storage.model.event import EventState, SignUpState
from storage.model.subject import SubjectKind
from storage.queries.figures.source import Source, columns
from storage.tables import attendances, events, sign_ups

# Which events count: one that was called off does not, and nobody took part in it. Whether those
# that are still to come do, says storage/model/figure.py.
_COUNTED = events.c.state == EventState.OPEN
_WHERE = {"category": events.c.category}


def _taking_part(table: Table, condition: ColumnElement[bool]) -> Source:
    """The persons in a table of persons at events."""
    of = columns(
        SubjectKind.EVENT,
        events.c.id,
        node_id=events.c.node_id,
        at=events.c.starts_at,
        person_id=table.c.person_id,
    )
    rows = select(*of).join_from(events, table, table.c.event_id == events.c.id)
    return Source(rows.where(_COUNTED, condition), events, _WHERE)


EVENTS = Source(
    select(
        *columns(SubjectKind.EVENT, events.c.id, node_id=events.c.node_id, at=events.c.starts_at)
    ).where(_COUNTED),
    events,
    _WHERE,
)
OCCASIONS = EVENTS
SIGN_UPS = _taking_part(sign_ups, sign_ups.c.state == SignUpState.SIGNED_UP)
ATTENDANCES = _taking_part(attendances, attendances.c.withdrawn_at.is_(None))
