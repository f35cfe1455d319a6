"""The line for an event's seats: who is offered one that came free, and when that passes on.

The line is kept under the lock of its event: whoever changes what is taken, or who stands in line,
holds it first (`lock`). So nobody is offered a seat out of turn, and two never want each other's
rows.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Connection,
    Row,
    Select,
    bindparam,
    case,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from storage.model.delivery import DeliveryState
from storage.model.event import CAPACITY_LIMIT, Event
from storage.model.kinds import DeliveryKind
from storage.model.offer import Offer, Times, offer
from storage.model.sign_up import SignUpState
from storage.queries import events as event_queries
from storage.queries.people import quiet_of
from storage.queries.zones import Zones, zones
from storage.tables import deliveries, events, nodes, persons, sign_ups

logger = logging.getLogger(__name__)

NO_CONTEST = timedelta(microseconds=1)  # the least that databases tell apart
_LOCK = select(events.c.id).where(events.c.id == bindparam("of_event")).with_for_update()
# No row: there are not so many left.
TAKE = (
    update(events)
    .where(
        events.c.id == bindparam("of_event"),
        or_(
            events.c.capacity.is_(None),
            events.c.taken + bindparam("more") <= events.c.capacity,
        ),
    )
    .values(taken=events.c.taken + bindparam("more"))
    .returning(events.c.taken)
)
# A group of more than the event has seats in all has no turn: others need not wait for it.
_LINE = select(
    func.count().label("waiting"),
    func.max(sign_ups.c.waiting_at).label("last"),
    func.count(case((sign_ups.c.seats <= bindparam("largest"), 1))).label("with_turn"),
).where(text("state = 'waiting'"), sign_ups.c.event_id == bindparam("of_event"))  # as in the index
_ASKED: Select[Any] = (
    select(
        *(sign_ups.c.id, sign_ups.c.person_id, sign_ups.c.seats, sign_ups.c.event_id),
        sign_ups.c.offered_until,
        *(persons.c.node_id, persons.c.quiet_starts, persons.c.quiet_ends, nodes.c.path),
    )
    .join(persons, persons.c.id == sign_ups.c.person_id)
    .join(nodes, nodes.c.id == persons.c.node_id, isouter=True)
    .where(sign_ups.c.event_id == bindparam("of_event"))
    .order_by(sign_ups.c.waiting_at)
)
_IN_LINE = _ASKED.where(
    text("sign_ups.state = 'waiting'"), sign_ups.c.seats <= bindparam("largest")
).limit(bindparam("most"))
_OVER = _ASKED.where(
    text("sign_ups.state = 'offered'"), sign_ups.c.offered_until <= bindparam("now")
)
_OFFERED = _ASKED.where(text("sign_ups.state = 'offered'"))
_OFFER = (
    update(sign_ups)
    .where(sign_ups.c.id == bindparam("of"))
    .values(state=SignUpState.OFFERED, offered_until=bindparam("until"))
)
_PASS = (
    update(sign_ups)
    .where(sign_ups.c.id == bindparam("of"))
    .values(state=SignUpState.CANCELLED, cancelled_at=bindparam("now"))
)


def lock(connection: Connection, event_id: int) -> None:
    """Hold an event's seats and its line until the transaction ends."""
    connection.execute(_LOCK, {"of_event": event_id})


@dataclass(frozen=True, slots=True)
class Line:
    """How many stand in line; since when the last of them; and whether one of them has a turn."""

    waiting: int
    last: datetime | None
    has_turn: bool

    def behind(self, now: datetime) -> datetime:
        """The moment that puts somebody behind all others, also if the clock was set back."""
        return now if self.last is None else max(now, self.last + NO_CONTEST)


def line_for(connection: Connection, event: Event) -> Line:
    """Those who stand in line for an event's seats. The event is locked."""
    given = {"of_event": event.id, "largest": _largest(event)}
    row = connection.execute(_LINE, given).one()
    return Line(row.waiting, row.last, has_turn=row.with_turn > 0 and event.capacity is not None)


def take(connection: Connection, event: Event, seats: int, line: Line) -> int | None:
    """Take so many seats, if there are and nobody stands in line; how many are taken then. The
    event is locked."""
    return None if line.has_turn else take_more(connection, event.id, seats)


def _largest(event: Event) -> int:
    return CAPACITY_LIMIT if event.capacity is None else event.capacity


def take_more(connection: Connection, event_id: int, seats: int) -> int | None:
    """The same whoever stands in line; with fewer than none, give them back."""
    given = {"of_event": event_id, "more": seats}
    taken: int | None = connection.execute(TAKE, given).scalar_one_or_none()
    return taken


def offer_free_seats(connection: Connection, event_id: int, now: datetime, zone: ZoneInfo) -> int:
    """Keep what is free for those who stand in line, in their order, and owe each the word of it;
    returns to how many. `zone` is the district's.

    A group that needs more than is free is not passed: its turn has come, and the seats wait with
    it. Nothing is offered when the event takes no sign-ups.
    """
    lock(connection, event_id)
    event = event_queries.by_id(connection, event_id)
    if not event.takes_sign_ups(now) or event.left == 0:
        return 0
    most = CAPACITY_LIMIT if event.left is None else event.left
    given = {"of_event": event_id, "most": most, "largest": _largest(event)}
    fitting = _fitting(connection.execute(_IN_LINE, given).all(), event.left)
    if not fitting:
        return 0
    take_more(connection, event_id, sum(row.seats for row in fitting))
    clocks = zones(connection, zone)
    offers = [_offer_to(row, event, clocks, now) for row in fitting]
    _keep(connection, fitting, offers)
    for row, made in zip(fitting, offers, strict=True):
        _owe(connection, row, made.told_at)
    logger.info("event %d: %d in line are offered a seat", event_id, len(fitting))
    return len(fitting)


def lapse(connection: Connection, event_id: int, now: datetime, zone: ZoneInfo) -> bool:
    """Let the offers of an event that are over pass on; whether anybody is to be told something.

    Whoever was not told yet, because the bot was down, say, gets their time anew.
    """
    lock(connection, event_id)
    event, clocks = event_queries.by_id(connection, event_id), zones(connection, zone)
    freed = 0
    for row in connection.execute(_OVER, {"of_event": event_id, "now": now}).all():
        if event.takes_sign_ups(now) and _is_untold(connection, row):
            _keep(connection, [row], [_offer_to(row, event, clocks, now)])
        else:
            connection.execute(_PASS, {"of": row.id, "now": now})
            freed += row.seats
    if freed:
        take_more(connection, event_id, -freed)
    return bool(offer_free_seats(connection, event_id, now, zone))


def shorten_offers(connection: Connection, event_id: int, now: datetime, zone: ZoneInfo) -> None:
    """After an event was moved: no offer is kept longer than one that is made now, and whoever was
    not told of theirs yet is told as early as of such a one."""
    lock(connection, event_id)
    event, clocks = event_queries.by_id(connection, event_id), zones(connection, zone)
    for row in connection.execute(_OFFERED, {"of_event": event_id}).all():
        if now >= event.closes_at:  # what was promised before holds; but never beyond the start
            made = Offer(now, event.starts_at)
        else:
            made = _offer_to(row, event, clocks, now)
        if made.until < row.offered_until:
            _keep(connection, [row], [made])
        sooner = update(deliveries).where(text("state = 'queued'"), *_untold(row))
        told_at = deliveries.c.due_at > made.told_at
        connection.execute(sooner.where(told_at).values(due_at=made.told_at))


def _fitting(rows: Sequence[Row[Any]], free: int | None) -> list[Row[Any]]:
    """The first of the line, as far as what is free goes."""
    found, wanted = [], 0
    for row in rows:
        wanted += row.seats
        if free is not None and wanted > free:
            break
        found.append(row)
    return found


def _offer_to(row: Row[Any], event: Event, clocks: Zones, now: datetime) -> Offer:
    times = Times(event.starts_at, event.closes_at)
    return offer(times, quiet_of(row), clocks.at(row.path), now)


def _keep(connection: Connection, rows: Sequence[Row[Any]], offers: Sequence[Offer]) -> None:
    given = [{"of": row.id, "until": made.until} for row, made in zip(rows, offers, strict=True)]
    connection.execute(_OFFER, given)


def _untold(row: Row[Any]) -> tuple[Any, ...]:
    """What they are owed of an event's seats, and did not get yet."""
    return (
        deliveries.c.person_id == row.person_id,
        deliveries.c.kind == DeliveryKind.SEAT_OFFERED,
        deliveries.c.subject_id == row.event_id,
    )


def _owe(connection: Connection, row: Row[Any], told_at: datetime) -> None:
    """Owe somebody the word of their offer; one that still waits from an earlier one tells it."""
    waits = text("state = 'queued' AND broadcast_id IS NULL")  # as written in the partial index
    again = update(deliveries).where(waits, *_untold(row)).values(due_at=told_at)
    if connection.execute(again).rowcount:
        return
    given = {
        "person_id": row.person_id,
        "node_id": row.node_id,
        "kind": DeliveryKind.SEAT_OFFERED,
        "subject_id": row.event_id,
        "state": DeliveryState.QUEUED,
        "due_at": told_at,
    }
    connection.execute(insert(deliveries).values(given))


def _is_untold(connection: Connection, row: Row[Any]) -> bool:
    for state in ("queued", "claimed"):  # each as written in a partial index
        found = select(deliveries.c.id).where(text(f"state = '{state}'"), *_untold(row))
        if connection.execute(found.limit(1)).first() is not None:
            return True
    return False
