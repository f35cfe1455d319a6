"""Who came to an event: staff tick those who hold a seat, and take a tick back."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, literal, select, update

from storage.dialects import upsert
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.sign_up import SignUpState
from storage.queries import events as event_queries
from storage.queries.nodes import by_id
from storage.queries.people import require
from storage.tables import attendances, sign_ups


def record(connection: Connection, by: int, event_id: int, person_id: int, now: datetime) -> None:
    """Tick that a person came. Ticked twice is ticked once: the first tick stays as it is.

    Raises Refusal if `by` may not, the event takes no attendance now, or the person has no seat
    and was not ticked before they gave it back.
    """
    _check(connection, by, event_id, now)
    again = _ticks(connection, by, event_id, now, sign_ups.c.person_id == person_id)
    ticked = connection.execute(
        again.on_conflict_do_update(
            index_elements=["event_id", "person_id"],
            set_={
                "recorded_by": again.excluded.recorded_by,
                "recorded_at": again.excluded.recorded_at,
                "withdrawn_at": None,
            },
            where=attendances.c.withdrawn_at.is_not(None),
        )
    ).rowcount
    # No row: there is no seat, or a colleague (or the first of two presses) was first.
    if ticked != 1 and not _is_ticked(connection, event_id, person_id):
        raise Refusal("event.no_seat")


def withdraw(connection: Connection, by: int, event_id: int, person_id: int, now: datetime) -> None:
    """Take a tick back; nothing changes for somebody without one.

    Raises Refusal if `by` may not, or the event takes no attendance now.
    """
    _check(connection, by, event_id, now)
    connection.execute(
        update(attendances)
        .where(
            attendances.c.event_id == event_id,
            attendances.c.person_id == person_id,
            attendances.c.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now)
    )


def record_all(connection: Connection, by: int, event_id: int, now: datetime) -> int:
    """Tick everybody who holds a seat, but for those whose tick was taken back; returns how many
    that were. Raises Refusal as `withdraw` does."""
    _check(connection, by, event_id, now)
    every = _ticks(connection, by, event_id, now)
    return int(connection.execute(every.on_conflict_do_nothing()).rowcount)


def _check(connection: Connection, by: int, event_id: int, now: datetime) -> None:
    event = event_queries.by_id(connection, event_id)
    require(connection, by, Power.POST_EVENT, by_id(connection, event.node_id).path)
    event.check_attendance(now)


def _ticks(
    connection: Connection, by: int, event_id: int, now: datetime, *who: ColumnElement[bool]
) -> Any:
    """An INSERT of a tick for each seat held: one statement, so that the seat is there then."""
    values = {
        "event_id": sign_ups.c.event_id,
        "person_id": sign_ups.c.person_id,
        "recorded_by": literal(by, attendances.c.recorded_by.type),
        "recorded_at": literal(now, attendances.c.recorded_at.type),
    }
    seats = select(*values.values()).where(
        sign_ups.c.event_id == event_id, sign_ups.c.state == SignUpState.SIGNED_UP, *who
    )
    return upsert(connection.dialect.name, attendances).from_select(list(values), seats)


def _is_ticked(connection: Connection, event_id: int, person_id: int) -> bool:
    ticked = select(attendances.c.id).where(
        attendances.c.event_id == event_id,
        attendances.c.person_id == person_id,
        attendances.c.withdrawn_at.is_(None),
    )
    return connection.execute(ticked).first() is not None
