"""Checking oneself in at an event, with the code that is shown there."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, literal, update

from storage.dialects import upsert
from storage.model.door import Door, Entrance, Guesses, Pass, Wrong
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.roster import Way
from storage.queries import doors as queries
from storage.queries import events as event_queries
from storage.queries.nodes import by_id
from storage.queries.people import require
from storage.tables import attendances, doors, guesses, no_shows
from storage.tables.attendances import is_noted

_LET_IN = {
    dialect: insert.values(
        event_id=bindparam("event_id"),
        person_id=bindparam("person_id"),
        recorded_by=bindparam("person_id"),
        recorded_at=bindparam("recorded_at"),
        way=bindparam("way"),
    ).on_conflict_do_update(
        index_elements=["event_id", "person_id"],
        set_={
            "recorded_by": insert.excluded.recorded_by,
            "recorded_at": insert.excluded.recorded_at,
            "way": insert.excluded.way,
            "withdrawn_at": None,
        },
        where=attendances.c.withdrawn_at.is_not(None),
    )
    for dialect in ("sqlite", "postgresql")
    for insert in (upsert(dialect, attendances),)
}
_THEY_ARE_HERE = (
    update(no_shows)
    .where(is_noted(bindparam("of_event"), bindparam("of_person")))
    .values(withdrawn_at=bindparam("now"))
)


def show_code(connection: Connection, by: int, event_id: int, secret: str, now: datetime) -> Door:
    """The door of an event, whose code is shown now; `secret` is for one that has none yet.

    Raises Refusal if `by` may not, or the event takes no attendance now.
    """
    event = event_queries.by_id(connection, event_id)
    require(connection, by, Power.POST_EVENT, by_id(connection, event.node_id).path)
    event.check_attendance(now)
    insert = upsert(connection.dialect.name, doors)
    statement = insert.values(event_id=event_id, secret=secret, shown_at=now)
    kept = statement.on_conflict_do_update(
        index_elements=["event_id"], set_={"shown_at": insert.excluded.shown_at}
    ).returning(doors.c.secret)
    return Door(event_id, connection.execute(kept).scalar_one())


def enter(
    connection: Connection, person_id: int, given: Pass, scanned_at: datetime, now: datetime
) -> Entrance:
    """Let in somebody who scanned a code. Scanned twice is come once.

    Raises Refusal for a code that was not shown at that moment or is of another event, and if the
    event is out of their reach or takes no attendance.
    """
    here = queries.arriving(connection, given.event_id, person_id)
    if here is None:
        door = queries.door(connection, given.event_id)
        known = door is not None and door.made(given)
        raise Refusal("door.out_of_reach" if known else "door.bad_link")
    if not here.door.made(given):
        raise Refusal("door.bad_link")
    event = here.card.event
    if here.came:
        return Entrance(event, again=True, walked_in=not here.card.signed_up)
    event.check_attendance(now)
    if not here.door.lets_in(given, scanned_at):
        raise Refusal("door.old_link")
    return _let_in(connection, person_id, here, now)


def enter_by_digits(
    connection: Connection, person_id: int, digits: str, typed_at: datetime, now: datetime
) -> Entrance | Wrong:
    """Let in somebody who typed a code, or note that it is wrong: who does that often has to wait.

    Raises Refusal if two events show the same code at this moment.
    """
    tried = queries.guesses_of(connection, person_id) or Guesses(0, now)
    until = tried.waits_until(now)
    if until is not None:
        return Wrong(0, until)
    shown = queries.shown_to(connection, person_id, now)
    found = [each for each in shown if each.door.knows(digits, typed_at)]
    # Of several it is the one that they signed up for.
    found = [each for each in found if each.card.signed_up] or found
    if not found:
        return _note(connection, person_id, tried, now)
    if len(found) > 1:
        raise Refusal("door.several")
    if tried.wrong:
        connection.execute(delete(guesses).where(guesses.c.person_id == person_id))
    return _let_in(connection, person_id, found[0], now)


def _note(connection: Connection, person_id: int, tried: Guesses, now: datetime) -> Wrong:
    after = tried.after(now)
    insert = upsert(connection.dialect.name, guesses)
    values = insert.values(person_id=person_id, wrong=after.wrong, last_at=now)
    # Of two at once, both count.
    more = guesses.c.wrong + 1 if after.wrong > 1 else literal(1)
    counted = values.on_conflict_do_update(
        index_elements=["person_id"], set_={"wrong": more, "last_at": now}
    ).returning(guesses.c.wrong)
    after = replace(after, wrong=connection.execute(counted).scalar_one())
    return Wrong(after.left, after.waits_until(now))


def _let_in(
    connection: Connection, person_id: int, here: queries.Arriving, now: datetime
) -> Entrance:
    event, signed_up = here.card.event, here.card.signed_up
    if here.missed:
        of = {"of_event": event.id, "of_person": person_id, "now": now}
        connection.execute(_THEY_ARE_HERE, of)
    given = {
        "event_id": event.id,
        "person_id": person_id,
        "recorded_at": now,
        "way": Way.CHECKED_IN if signed_up else Way.WALKED_IN,
    }
    # Last: from here on everybody else at this door waits (decision 40).
    new = connection.execute(_LET_IN[connection.dialect.name], given).rowcount
    # No row: staff ticked them, or they were in already.
    return Entrance(event, again=new != 1, walked_in=not signed_up)
