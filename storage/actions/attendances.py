"""Who came to an event, and who did not: staff tick those who hold a seat, add who walked in, note
no-shows, and take all of that back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    exists,
    literal,
    select,
    update,
)

from storage.dialects import upsert
from storage.model.event import Event
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.roster import Way
from storage.model.sign_up import SignUpState
from storage.queries import events as event_queries
from storage.queries.nodes import below, by_id
from storage.queries.people import require
from storage.tables import attendances, no_shows, nodes, persons, sign_ups
from storage.tables.attendances import is_noted

_AT_ONCE = 1_000  # rows of one statement


def record(connection: Connection, by: int, event_id: int, person_id: int, now: datetime) -> None:
    """Tick that a person came who is on the roster. Ticked twice is ticked once: the first tick
    stays as it is.

    Raises Refusal if `by` may not, the event takes no attendance now, or the person has no seat
    and neither was ticked before they gave it back nor walked in.
    """
    check(connection, by, event_id, now)
    _take_back_no_shows(connection, event_id, now, no_shows.c.person_id == person_id)
    again = _ticks(connection, by, event_id, now, sign_ups.c.person_id == person_id)
    ticked = connection.execute(_set_again(again)).rowcount
    # No row: a colleague (or the first of two presses) was first, they walked in, or have no seat.
    if ticked == 1 or _is_ticked(connection, event_id, person_id):
        return
    walked_in = and_(attendances.c.person_id == person_id, attendances.c.way != Way.TICKED)
    values = {"recorded_by": by, "recorded_at": now, "withdrawn_at": None}
    of_event = attendances.c.event_id == event_id
    changed = connection.execute(update(attendances).where(of_event, walked_in).values(values))
    if changed.rowcount != 1:
        raise Refusal("event.no_seat")


def walk_in(connection: Connection, by: int, event_id: int, person_id: int, now: datetime) -> None:
    """Record that somebody of the event's place came, also without a seat; who holds one is ticked.

    Raises Refusal if `by` may not, the event takes no attendance now, or nobody of that place is
    meant.
    """
    event = check(connection, by, event_id, now)
    try:
        record(connection, by, event_id, person_id, now)
    except Refusal as refusal:
        if refusal.key != "event.no_seat":
            raise
    else:
        return
    path = by_id(connection, event.node_id).path
    here = (
        select(persons.c.id)
        .join(nodes, nodes.c.id == persons.c.node_id)
        .where(persons.c.id == person_id, persons.c.left_at.is_(None), below(path))
    )
    if connection.execute(here).first() is None:
        raise Refusal("door.not_of_here")
    put(connection, event_id, [(person_id, Way.WALKED_IN)], by, now)


def put(
    connection: Connection, event_id: int, who: Sequence[tuple[int, Way]], by: int, now: datetime
) -> int:
    """Record that people came, and how that is known; returns how many were not recorded yet."""
    new = 0
    for start in range(0, len(who), _AT_ONCE):
        some = who[start : start + _AT_ONCE]
        ids = [person_id for person_id, _ in some]
        _take_back_no_shows(connection, event_id, now, no_shows.c.person_id.in_(ids))
        same = {"event_id": event_id, "recorded_by": by, "recorded_at": now}
        rows = [{**same, "person_id": person_id, "way": way} for person_id, way in some]
        insert = upsert(connection.dialect.name, attendances).values(rows)
        new += connection.execute(_set_again(insert)).rowcount
    return new


def withdraw(connection: Connection, by: int, event_id: int, person_id: int, now: datetime) -> None:
    """Take a tick back; nothing changes for somebody without one. Where it took the place of a
    no-show, that stands again.

    Raises Refusal if `by` may not, or the event takes no attendance now.
    """
    check(connection, by, event_id, now)
    _give_back(connection, no_shows, attendances, (event_id, person_id))
    _withdraw(connection, event_id, attendances.c.person_id == person_id, now)


def _withdraw(
    connection: Connection, event_id: int, who: ColumnElement[bool], now: datetime
) -> None:
    ticked = and_(attendances.c.event_id == event_id, attendances.c.withdrawn_at.is_(None), who)
    connection.execute(update(attendances).where(ticked).values(withdrawn_at=now))


def record_all(connection: Connection, by: int, event_id: int, now: datetime) -> int:
    """Tick everybody who holds a seat, but for those whose tick was taken back and no-shows;
    returns how many that were. Raises Refusal as `withdraw` does."""
    check(connection, by, event_id, now)
    every = _ticks(connection, by, event_id, now, ~_is_noted())
    return int(connection.execute(every.on_conflict_do_nothing()).rowcount)


def miss(connection: Connection, by: int, event_id: int, person_id: int, now: datetime) -> None:
    """Note of somebody who holds a seat that they did not come; a tick of theirs is taken back.

    Raises Refusal as `record` does.
    """
    check(connection, by, event_id, now)
    if note(connection, event_id, [person_id], by, now):
        return
    # No row: it is noted already, or they have no seat.
    own = and_(no_shows.c.event_id == event_id, no_shows.c.person_id == person_id)
    there = select(no_shows.c.id).where(own, no_shows.c.withdrawn_at.is_(None))
    if connection.execute(there).first() is None:
        raise Refusal("event.no_seat")


def note(connection: Connection, event_id: int, ids: Sequence[int], by: int, now: datetime) -> int:
    """Note that these who hold a seat did not come; returns of how many that is new."""
    new = 0
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        noted = _notes(connection, by, event_id, now, sign_ups.c.person_id.in_(some))
        new += connection.execute(_set_again(noted, no_shows)).rowcount
        _withdraw(connection, event_id, attendances.c.person_id.in_(some), now)
    return new


def miss_all(connection: Connection, by: int, event_id: int, now: datetime) -> int:
    """The same of everybody who holds a seat and of whom nothing was said; returns how many that
    were. Raises Refusal as `withdraw` does."""
    check(connection, by, event_id, now)
    rest = _notes(connection, by, event_id, now, ~_was_ticked(), ~_is_noted())
    return int(connection.execute(_set_again(rest, no_shows)).rowcount)


def unmiss(connection: Connection, by: int, event_id: int, person_id: int, now: datetime) -> None:
    """Take back that somebody did not come; where that took the place of a tick, they are ticked
    again. Raises Refusal as `withdraw` does."""
    check(connection, by, event_id, now)
    _give_back(connection, attendances, no_shows, (event_id, person_id))
    _take_back_no_shows(connection, event_id, now, no_shows.c.person_id == person_id)


def check(connection: Connection, by: int, event_id: int, now: datetime) -> Event:
    """The event. Raises Refusal if `by` may not say who came, or not now."""
    event = event_queries.by_id(connection, event_id)
    require(connection, by, Power.POST_EVENT, by_id(connection, event.node_id).path)
    event.check_ticks(now)
    return event


def _ticks(
    connection: Connection, by: int, event_id: int, now: datetime, *who: ColumnElement[bool]
) -> Any:
    """An INSERT of a tick for each seat held: one statement, so that the seat is there then."""
    values = _by_seats(by, event_id, now) | {"way": literal(Way.TICKED, attendances.c.way.type)}
    return _insert(connection, attendances, values, event_id, who)


def _notes(
    connection: Connection, by: int, event_id: int, now: datetime, *who: ColumnElement[bool]
) -> Any:
    """The same of a no-show."""
    return _insert(connection, no_shows, _by_seats(by, event_id, now), event_id, who)


def _by_seats(by: int, event_id: int, now: datetime) -> dict[str, Any]:
    return {
        "event_id": sign_ups.c.event_id,
        "person_id": sign_ups.c.person_id,
        "recorded_by": literal(by, attendances.c.recorded_by.type),
        "recorded_at": literal(now, attendances.c.recorded_at.type),
    }


def _insert(
    connection: Connection,
    table: Any,
    values: dict[str, Any],
    event_id: int,
    who: tuple[ColumnElement[bool], ...],
) -> Any:
    seats = select(*values.values()).where(
        sign_ups.c.event_id == event_id, sign_ups.c.state == SignUpState.SIGNED_UP, *who
    )
    return upsert(connection.dialect.name, table).from_select(list(values), seats)


def _set_again(insert: Any, table: Any = attendances) -> Any:
    """What was taken back is so again; what is so already stays as it is."""
    names = ["recorded_by", "recorded_at", *(["way"] if table is attendances else [])]
    return insert.on_conflict_do_update(
        index_elements=["event_id", "person_id"],
        set_={name: insert.excluded[name] for name in names} | {"withdrawn_at": None},
        where=table.c.withdrawn_at.is_not(None),
    )


def _was_ticked() -> ColumnElement[bool]:
    """Of a seat: whether it was ever ticked."""
    return exists().where(
        attendances.c.event_id == sign_ups.c.event_id,
        attendances.c.person_id == sign_ups.c.person_id,
    )


def _is_noted() -> ColumnElement[bool]:
    """Of a seat: whether they are a no-show."""
    return exists().where(is_noted(sign_ups.c.event_id, sign_ups.c.person_id))


def _take_back_no_shows(
    connection: Connection, event_id: int, now: datetime, who: ColumnElement[bool]
) -> None:
    noted = and_(no_shows.c.event_id == event_id, no_shows.c.withdrawn_at.is_(None), who)
    connection.execute(update(no_shows).where(noted).values(withdrawn_at=now))


def _give_back(
    connection: Connection, table: Table, instead: Table, whose: tuple[int, int]
) -> None:
    """Let stand again in `table` what was taken back, at the same moment, by what stands in
    `instead` of it now; `whose`: of an event and a person."""

    def own(of: Table) -> ColumnElement[bool]:
        return and_(of.c.event_id == whose[0], of.c.person_id == whose[1])

    stands = and_(own(instead), instead.c.withdrawn_at.is_(None))
    at = select(instead.c.recorded_at).where(stands).scalar_subquery()
    again = update(table).where(own(table), table.c.withdrawn_at == at)
    connection.execute(again.values(withdrawn_at=None))


def _is_ticked(connection: Connection, event_id: int, person_id: int) -> bool:
    ticked = select(attendances.c.id).where(
        attendances.c.event_id == event_id,
        attendances.c.person_id == person_id,
        attendances.c.withdrawn_at.is_(None),
    )
    return connection.execute(ticked).first() is not None
