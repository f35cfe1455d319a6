"""The report of an event, and its whole roster."""

from typing import Any

from sqlalchemy import Connection, and_, or_, select

from storage.model.event_report import EventReport, Guest
from storage.model.message import media_from_json
from storage.model.person import Person
from storage.model.roster import Way
from storage.model.sign_up import SignUpState
from storage.queries.events import for_staff
from storage.queries.feedback import opinions
from storage.queries.turnouts import turnout
from storage.tables import attendances, events, persons, sign_ups


def report_for(connection: Connection, event_id: int, person: Person) -> EventReport:
    """Of an event that `person` manages. Raises Refusal for any other."""
    event = for_staff(connection, event_id, person)
    row = connection.execute(
        select(events.c.words, events.c.record).where(events.c.id == event_id)
    ).one()
    guests = whole_roster(connection, event_id)
    return EventReport(
        turnout=turnout(connection, event),
        walk_ins=sum(bool(each.came) and not each.signed_up for each in guests),
        no_shows=sum(each.signed_up and not each.came for each in guests),
        opinions=opinions(connection, event_id),
        words=row.words,
        pictures=media_from_json(row.record),
        guests=guests,
    )


def whole_roster(connection: Connection, event_id: int) -> list[Guest]:
    """Everybody who holds a seat or came, in the order in which they signed up, then by name."""
    came = and_(attendances.c.event_id == event_id, attendances.c.person_id == persons.c.id)
    mine = and_(sign_ups.c.event_id == event_id, sign_ups.c.person_id == persons.c.id)
    found = (
        select(
            persons.c.name,
            sign_ups.c.state,
            sign_ups.c.seats,
            attendances.c.way,
            attendances.c.withdrawn_at,
        )
        .select_from(persons)
        .join(sign_ups, mine, isouter=True)
        .join(attendances, came, isouter=True)
        .where(
            persons.c.id.in_(_concerned(event_id)),
            or_(
                sign_ups.c.state == SignUpState.SIGNED_UP,
                and_(attendances.c.way.is_not(None), attendances.c.withdrawn_at.is_(None)),
            ),
        )
        .order_by(sign_ups.c.signed_up_at.is_(None), sign_ups.c.signed_up_at, persons.c.name)
    )
    return [_guest(row) for row in connection.execute(found)]


def _concerned(event_id: int) -> Any:
    signed_up = select(sign_ups.c.person_id).where(sign_ups.c.event_id == event_id)
    ticked = select(attendances.c.person_id).where(attendances.c.event_id == event_id)
    return signed_up.union(ticked)


def _guest(row: Any) -> Guest:
    signed_up = row.state == SignUpState.SIGNED_UP
    ticked = row.way is not None
    return Guest(
        name=row.name,
        signed_up=signed_up,
        came=row.withdrawn_at is None if ticked else None,
        way=Way(row.way) if ticked else None,
        seats=row.seats if signed_up else 1,
    )
