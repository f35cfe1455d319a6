"""Rosters: who holds a seat at an event and who came to it, page by page, and by name."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from storage.model.event import Event
from storage.model.naming import apart, folded
from storage.model.page import Page, look_up
from storage.model.page import page_of as one_page
from storage.model.person import Person
from storage.model.roster import NAME_LIMIT, Headcount, Nameless, Roster, Seat, Way
from storage.model.sign_up import SignUpState
from storage.queries import events as event_queries
from storage.queries.nodes import below
from storage.queries.nodes import by_id as node_by_id
from storage.queries.pages import Listing, chain
from storage.tables import attendances, headcounts, no_shows, nodes, persons, sign_ups
from storage.tables.attendances import is_noted

TICKS = 8  # people of a roster on one screen, each a button to tick,
NAMES = 20  # or a line to read
NUMBERS = 3  # below the buttons that add more

_OF_EVENT = bindparam("of_event", type_=attendances.c.event_id.type)
_TICKED = attendances.c.id.is_not(None)
_CAME = and_(_TICKED, attendances.c.withdrawn_at.is_(None))
_MISSED = no_shows.c.id.is_not(None)
_HELD = and_(
    sign_ups.c.event_id == _OF_EVENT,
    sign_ups.c.person_id == persons.c.id,
    sign_ups.c.state == SignUpState.SIGNED_UP,
)
_ATTENDED = and_(attendances.c.event_id == _OF_EVENT, attendances.c.person_id == persons.c.id)
_NOTED = is_noted(_OF_EVENT, persons.c.id)
_COLUMNS = (
    *(persons.c.id, persons.c.name, persons.c.joined_at, persons.c.unreachable_at),
    *(_TICKED.label("ticked"), _CAME.label("came")),
)
_SAID = (sign_ups.c.seats, sign_ups.c.confirmed_at)
_NOTHING = (literal(1).label("seats"), null().label("confirmed_at"))

# Staff look at a roster again with every tick, so these are built once. First who holds a seat, in
# the order they signed up; then who came without one, in the order they came.
SEATS: Select[Any] = (
    select(*_COLUMNS, _MISSED.label("missed"), literal(True).label("seated"), *_SAID)
    .select_from(persons)
    .join(sign_ups, _HELD)
    .join(attendances, _ATTENDED, isouter=True)
    .join(no_shows, _NOTED, isouter=True)
    .order_by(sign_ups.c.signed_up_at, sign_ups.c.id)
)
OTHERS: Select[Any] = (
    select(*_COLUMNS, literal(False).label("missed"), literal(False).label("seated"), *_NOTHING)
    .select_from(persons)
    .join(attendances, _ATTENDED)
    .join(sign_ups, _HELD, isouter=True)
    .where(
        sign_ups.c.id.is_(None),
        # A walk-in that was unticked stays, to be ticked again; who gave their seat back does not.
        or_(_CAME, attendances.c.way != Way.TICKED),
    )
    .order_by(attendances.c.id)
)
PEOPLE: Select[Any] = (
    select(
        *(*_COLUMNS, literal(False).label("missed")),
        *(sign_ups.c.id.is_not(None).label("seated"), *_SAID),
    )
    .select_from(persons)
    .join(nodes, nodes.c.id == persons.c.node_id)
    .join(attendances, _ATTENDED, isouter=True)
    .join(sign_ups, _HELD, isouter=True)
    .where(persons.c.left_at.is_(None))
    .order_by(func.length(persons.c.name), persons.c.name, persons.c.id)
)


# The same without the persons, whom every row has: what is counted and which rows make a page.
_MARKED = (
    select(sign_ups.c.id)
    .join(
        attendances,
        and_(
            attendances.c.event_id == sign_ups.c.event_id,
            attendances.c.person_id == sign_ups.c.person_id,
        ),
        isouter=True,
    )
    .join(
        no_shows,
        is_noted(sign_ups.c.event_id, sign_ups.c.person_id),
        isouter=True,
    )
    .where(sign_ups.c.event_id == _OF_EVENT, sign_ups.c.state == SignUpState.SIGNED_UP)
)
_SEAT_KEYS = (
    select(sign_ups.c.id)
    .where(sign_ups.c.event_id == _OF_EVENT, sign_ups.c.state == SignUpState.SIGNED_UP)
    .order_by(sign_ups.c.signed_up_at, sign_ups.c.id)
)
_HAS_SEAT = (
    select(sign_ups.c.id)
    .where(
        sign_ups.c.event_id == attendances.c.event_id,
        sign_ups.c.person_id == attendances.c.person_id,
        sign_ups.c.state == SignUpState.SIGNED_UP,
    )
    .exists()
)
_OTHER_KEYS = (
    select(attendances.c.id)
    .where(attendances.c.event_id == _OF_EVENT, or_(_CAME, attendances.c.way != Way.TICKED))
    .where(~_HAS_SEAT)
    .order_by(attendances.c.id)
)


def _counted(statement: Select[Any], **conditions: ColumnElement[bool]) -> Any:
    counts = (func.count(case((each, 1))).label(name) for name, each in conditions.items())
    return statement.with_only_columns(func.count().label("total"), *counts).order_by(None)


_OF_SEATS = _counted(
    _MARKED,
    came=_CAME,
    missed=and_(_MISSED, ~_CAME),
    absent=and_(~_CAME, or_(_TICKED, _MISSED)),
    open=and_(~_TICKED, ~_MISSED),
)
_OF_OTHERS = _counted(_OTHER_KEYS, came=_CAME)
_UNNAMED = select(func.coalesce(func.sum(headcounts.c.count), 0)).where(
    headcounts.c.event_id == _OF_EVENT, headcounts.c.withdrawn_at.is_(None)
)


def roster_for(
    connection: Connection, event_id: int, person: Person, now: datetime, page: int
) -> Roster:
    """An event and a page of its roster, for staff. Raises Refusal if `person` may not see it."""
    event = event_queries.for_staff(connection, event_id, person)
    whole = _whole(connection, event.id)
    seats, others = whole.seats, whole.others
    return Roster(
        event,
        whole.page(page, TICKS if event.takes_ticks(now) else NAMES),
        came=seats.came + others.came,
        absent=seats.absent,
        open=seats.open,
        signed_up=seats.total,
        walk_ins=others.came,
        no_shows=seats.missed,
        unnamed=int(connection.execute(_UNNAMED, {"of_event": event.id}).scalar_one()),
    )


def roster(connection: Connection, event_id: int, page: int, size: int = NAMES) -> Page[Seat]:
    """A page of who holds a seat, in the order they signed up, and then of who came without one."""
    return _whole(connection, event_id).page(page, size)


@dataclass(frozen=True, slots=True)
class _Whole:
    """A roster of which it was counted how many are in its two lists."""

    connection: Connection
    event_id: int
    seats: Row[Any]
    others: Row[Any]

    def page(self, number: int, size: int) -> Page[Seat]:
        given = {"of_event": self.event_id}
        lists = (
            (Listing(SEATS, sign_ups.c.id, _seat, given, _SEAT_KEYS), self.seats.total),
            (Listing(OTHERS, attendances.c.id, _seat, given, _OTHER_KEYS), self.others.total),
        )
        found = chain(self.connection, lists, number, size)
        return found.holding(told_apart(self.connection, self.event_id, found.items))


def _whole(connection: Connection, event_id: int) -> _Whole:
    given = {"of_event": event_id}
    counted = (connection.execute(each, given).one() for each in (_OF_SEATS, _OF_OTHERS))
    return _Whole(connection, event_id, *counted)


def whole_for(
    connection: Connection, event_id: int, person: Person
) -> tuple[Event, Sequence[Seat]]:
    """An event and its whole roster, for staff, to put it on paper. Raises Refusal if `person` may
    not see it."""
    event = event_queries.for_staff(connection, event_id, person)
    given = {"of_event": event.id}
    rows = [row for each in (SEATS, OTHERS) for row in connection.execute(each, given)]
    return event, [_seat(row) for row in rows]


def told_apart(connection: Connection, event_id: int, seats: Sequence[Seat]) -> list[Seat]:
    """With what tells those apart who share a name with another one of the roster, or of these."""
    if not seats:
        return []
    names, ids = [seat.name for seat in seats], [seat.person_id for seat in seats]
    given = {"of_event": event_id, "names": names, "these": ids}
    rows = connection.execute(_OF_SAME_NAMES, given)
    known = apart({(row.id, row.name, row.joined_at) for row in rows})
    return [replace(seat, namesake=known.get(seat.person_id)) for seat in seats]


_OF_ROSTER = union_all(
    select(sign_ups.c.person_id).where(
        sign_ups.c.event_id == _OF_EVENT, sign_ups.c.state == SignUpState.SIGNED_UP
    ),
    select(attendances.c.person_id).where(
        attendances.c.event_id == _OF_EVENT, or_(_CAME, attendances.c.way != Way.TICKED)
    ),
    select(persons.c.id).where(persons.c.id.in_(bindparam("these", expanding=True))),
).subquery()
_OF_SAME_NAMES = (
    select(persons.c.id, persons.c.name, persons.c.joined_at)
    .join(_OF_ROSTER, _OF_ROSTER.c.person_id == persons.c.id)
    .where(persons.c.name.in_(bindparam("names", expanding=True)))
)


def _seat(row: Row[Any]) -> Seat:
    return Seat(
        row.id,
        row.name,
        bool(row.came) if row.ticked else None,
        unreached=row.unreachable_at is not None,
        missed=bool(row.missed) and not row.came,
        seated=bool(row.seated),
        seats=row.seats or 1,
        coming=row.confirmed_at is not None,
    )


def found_for(connection: Connection, event_id: int, person: Person, text: str) -> Page[Seat]:
    """Who has `text` in their name, for staff: first of the roster, then of the people of the
    event's place. There is one page: who finds too many types more. Raises Refusal if `person` may
    not see it."""
    event = event_queries.for_staff(connection, event_id, person)
    path = node_by_id(connection, event.node_id).path
    lists = (SEATS, OTHERS, PEOPLE.where(below(path)))
    return one_page(_named(connection, event.id, lists, text), 0, TICKS)


def listed_for(connection: Connection, event_id: int, person: Person, text: str) -> Page[Seat]:
    """The same of the roster alone."""
    event = event_queries.for_staff(connection, event_id, person)
    return one_page(_named(connection, event.id, (SEATS, OTHERS), text), 0, TICKS)


def _named(
    connection: Connection, event_id: int, lists: Sequence[Select[Any]], text: str
) -> list[Seat]:
    sought = folded(text)
    if not 0 < len(sought) <= NAME_LIMIT:
        return []
    has_it = persons.c.name.icontains(sought, autoescape=True)
    found = dict[int, Seat]()
    for each in lists:
        if len(found) > TICKS:
            break
        some = each.where(has_it).limit(TICKS + 1)
        for row in connection.execute(some, {"of_event": event_id}):
            found.setdefault(row.id, _seat(row))
    return told_apart(connection, event_id, list(found.values())[: TICKS + 1])


def headcounts_for(connection: Connection, event_id: int, person: Person, page: int) -> Nameless:
    """A page of the numbers of people without a name who came to an event, the newest first; for
    staff. Raises Refusal if `person` may not see it."""
    event = event_queries.for_staff(connection, event_id, person)
    given = {"of_event": event_id}

    def some(most: int, skip: int) -> list[Headcount]:
        rows = connection.execute(_HEADCOUNTS.limit(most).offset(skip), given)
        return [Headcount(row.id, int(row.people), Way(row.way), row.name, row.at) for row in rows]

    def count() -> int:
        every = select(func.count()).select_from(_HEADCOUNTS.order_by(None).subquery())
        return int(connection.execute(every, given).scalar_one())

    total = int(connection.execute(_UNNAMED, given).scalar_one())
    return Nameless(event, look_up(page, NUMBERS, some, count), total)


# Those of one list on paper were recorded at once, and are one number.
_HEADCOUNTS = (
    select(
        func.min(headcounts.c.id).label("id"),
        func.sum(headcounts.c.count).label("people"),
        headcounts.c.way,
        persons.c.name,
        headcounts.c.recorded_at.label("at"),
    )
    .join(persons, persons.c.id == headcounts.c.recorded_by)
    .where(headcounts.c.event_id == _OF_EVENT, headcounts.c.withdrawn_at.is_(None))
    .group_by(headcounts.c.recorded_at, headcounts.c.way, persons.c.id, persons.c.name)
    .order_by(headcounts.c.recorded_at.desc(), func.min(headcounts.c.id).desc())
)
