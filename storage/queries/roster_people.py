"""Somebody on the roster of an event, as staff see them."""

from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, exists, or_, select

from storage.model.answers import answers_from_json
from storage.model.delivery import DeliveryState
from storage.model.event_details import Question, questions_from_json
from storage.model.kinds import DeliveryKind
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roster import OnRoster, Seat, Way
from storage.model.sign_up import SignUpState
from storage.queries import events as event_queries
from storage.queries.rosters import told_apart
from storage.tables import attendances, deliveries, events, no_shows, persons, sign_ups
from storage.tables.attendances import is_noted

# The word of it that was owed then is what tells it from a seat that they gave back themselves.
TAKEN_OFF = and_(
    sign_ups.c.state == SignUpState.CANCELLED,
    exists().where(
        deliveries.c.person_id == sign_ups.c.person_id,
        deliveries.c.subject_id == sign_ups.c.event_id,
        deliveries.c.kind == DeliveryKind.SEAT_TAKEN_OFF,
        deliveries.c.state != DeliveryState.CANCELLED,
        deliveries.c.due_at >= sign_ups.c.cancelled_at,
    ),
)
_ON_ROSTER = (
    select(
        *(persons.c.id, persons.c.name, persons.c.unreachable_at, events.c.questions),
        *(sign_ups.c.state, sign_ups.c.seats, sign_ups.c.answers),
        *(sign_ups.c.signed_up_at, sign_ups.c.confirmed_at, TAKEN_OFF.label("taken_off")),
        *(attendances.c.way, attendances.c.recorded_at, attendances.c.withdrawn_at),
        no_shows.c.id.label("missed"),
    )
    .select_from(persons)
    .join(events, events.c.id == bindparam("of_event"))
    .join(
        sign_ups,
        and_(sign_ups.c.event_id == events.c.id, sign_ups.c.person_id == persons.c.id),
        isouter=True,
    )
    .join(
        attendances,
        and_(attendances.c.event_id == events.c.id, attendances.c.person_id == persons.c.id),
        isouter=True,
    )
    .join(
        no_shows,
        is_noted(events.c.id, persons.c.id),
        isouter=True,
    )
    .where(
        persons.c.id == bindparam("of_person"),
        or_(sign_ups.c.id.is_not(None), attendances.c.id.is_not(None)),
    )
)


def on_roster(connection: Connection, event_id: int, person_id: int, staff: Person) -> OnRoster:
    """Raises Refusal if `staff` may not see it, and for whoever never was on the roster."""
    event = event_queries.for_staff(connection, event_id, staff)
    given = {"of_event": event_id, "of_person": person_id}
    row = connection.execute(_ON_ROSTER, given).one_or_none()
    if row is None:
        raise Refusal("event.no_seat")
    seated = row.state == SignUpState.SIGNED_UP
    [seat] = told_apart(connection, event_id, [_seat(row, seated=seated)])
    return OnRoster(
        event,
        seat,
        signed_up_at=row.signed_up_at if seated else None,
        answers=_answers(row) if seated else (),
        confirmed_at=row.confirmed_at if seated else None,
        way=Way(row.way) if seat.came else None,
        recorded_at=row.recorded_at if seat.came else None,
        taken_off=bool(row.taken_off),
    )


def _seat(row: Row[Any], *, seated: bool) -> Seat:
    came = None if row.way is None else row.withdrawn_at is None
    return Seat(
        row.id,
        row.name,
        came,
        unreached=row.unreachable_at is not None,
        missed=row.missed is not None and not came,
        seated=seated,
        seats=row.seats if seated else 1,
        coming=seated and row.confirmed_at is not None,
    )


def _answers(row: Row[Any]) -> tuple[tuple[str, str], ...]:
    """What they answered, each beside what was asked; of questions that came later, nothing."""
    asked: tuple[Question, ...] = questions_from_json(row.questions)
    given = answers_from_json(row.answers)
    return tuple((q.words, a) for q, a in zip(asked, given, strict=False))
