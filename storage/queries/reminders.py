"""What one reminder tells somebody: their events of its day, unless another one says it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Select, bindparam, select

from storage.model.coming import Coming
from storage.model.delivery import DeliveryState
from storage.model.event import GOING_AHEAD
from storage.model.local_time import instant_of
from storage.model.period import day_of
from storage.model.refusal import Refusal
from storage.model.reminder import Seated, Told, go_together, is_needless
from storage.model.rhythm import from_json
from storage.model.schedule import ScheduleState
from storage.model.sign_up import SignUpState
from storage.queries import events as event_queries
from storage.tables import broadcasts, deliveries, events, persons, schedules, sign_ups


@dataclass(frozen=True, slots=True)
class Reminder:
    """A delivery that reminds somebody, by its schedule."""

    delivery_id: int
    schedule_id: int
    telegram_id: int


@dataclass(frozen=True, slots=True)
class _Of:
    """The event that a schedule is about, and how many hours before."""

    event_id: int
    starts_at: datetime
    hours: int


def letter(
    connection: Connection, reminder: Reminder, now: datetime, zone: ZoneInfo
) -> Sequence[Coming]:
    """The events of which a delivery reminds; none if staff stopped it, nothing is left of them, or
    another message says it. `zone` is the district's, by whose clock an event has its day."""
    of, state = _of(connection, reminder.schedule_id)
    if state is ScheduleState.CANCELLED:
        return ()
    rows = [
        row
        for row in _day(connection, of, reminder.telegram_id, zone)
        if row.sign_up_state == SignUpState.SIGNED_UP and row.starts_at > now
    ]
    if not rows:
        return ()
    given = {"of_person": rows[0].person_id, **_span(of, zone)}
    told = [(_told(row), _seated(row)) for row in _all_told(connection, given)]
    due = [each for each in told if each[0].sent_at is not None or each[0].due_at <= now]
    mine = next((each for each in told if each[0].delivery_id == reminder.delivery_id), None)
    if mine is not None and is_needless(*mine, due):
        return ()
    return [_coming(row) for row in rows]


def of_day(
    connection: Connection, schedule_id: int, telegram_id: int, zone: ZoneInfo
) -> Sequence[Coming]:
    """The same events as they are now, also those whose seat was given back. Raises Refusal if
    there is no such reminder."""
    of, _ = _of(connection, schedule_id)
    return [_coming(row) for row in _day(connection, of, telegram_id, zone)]


def _of(connection: Connection, schedule_id: int) -> tuple[_Of, ScheduleState]:
    row = connection.execute(_OF, {"of_schedule": schedule_id}).one_or_none()
    if row is None:
        raise Refusal("event.not_for_you")
    return _Of(row.id, row.starts_at, _hours(row.rhythm)), ScheduleState(row.state)


def _hours(rhythm: str) -> int:
    hours = from_json(rhythm).hours_before
    assert hours is not None  # it is a reminder
    return hours


def _span(of: _Of, zone: ZoneInfo) -> dict[str, datetime]:
    """The day of an event, [from, to)."""
    day = day_of(of.starts_at, zone)
    begins, ends = (instant_of(day + timedelta(days=n), time(), zone) for n in (0, 1))
    return {"begins": begins, "ends": ends}


def _day(connection: Connection, of: _Of, telegram_id: int, zone: ZoneInfo) -> Iterator[Row[Any]]:
    """Somebody's events of which one reminder tells, in the order of time."""
    given = {"telegram_id": telegram_id, **_span(of, zone)}
    for row in connection.execute(_EVENTS, given):
        also = of.hours in event_queries.event_card(row).event.reminders
        if row.id == of.event_id or (also and go_together(of.starts_at, row.starts_at, of.hours)):
            yield row


def _all_told(connection: Connection, given: dict[str, Any]) -> list[Row[Any]]:
    return [*connection.execute(_WITH_OTHERS, given), *connection.execute(_ALONE, given)]


def _told(row: Row[Any]) -> Told:
    return Told(row.delivery_id, row.event_id, _hours(row.rhythm), row.due_at, row.sent_at)


def _seated(row: Row[Any]) -> Seated:
    return Seated(row.event_id, row.starts_at, row.signed_up_at)


def _coming(row: Row[Any]) -> Coming:
    return Coming(event_queries.event_card(row), row.confirmed_at is not None)


_OF = (
    select(events.c.id, events.c.starts_at, schedules.c.rhythm, schedules.c.state)
    .join(schedules, schedules.c.event_id == events.c.id)
    .where(schedules.c.id == bindparam("of_schedule"))
)
_OF_THE_DAY = (
    events.c.starts_at >= bindparam("begins"),
    events.c.starts_at < bindparam("ends"),
)
_EVENTS = (
    event_queries.cards_for(persons.c.telegram_id == bindparam("telegram_id"))
    .add_columns(sign_ups.c.confirmed_at)
    .where(
        sign_ups.c.state.in_((SignUpState.SIGNED_UP, SignUpState.CANCELLED)),
        events.c.state.in_(GOING_AHEAD),
        *_OF_THE_DAY,
    )
    .order_by(events.c.starts_at, events.c.id)
)
_IN_TIME = (DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.SENT)


def _reminders(way: Any) -> Select[Any]:
    """The reminders of somebody's events of a day, found `way`; none that staff stopped."""
    return (
        select(
            deliveries.c.id.label("delivery_id"),
            *(deliveries.c.due_at, deliveries.c.sent_at, schedules.c.rhythm),
            *(sign_ups.c.event_id, sign_ups.c.signed_up_at, events.c.starts_at),
        )
        .select_from(way)
        .where(
            sign_ups.c.person_id == bindparam("of_person"),
            deliveries.c.person_id == bindparam("of_person"),
            deliveries.c.state.in_(_IN_TIME),
            schedules.c.state != ScheduleState.CANCELLED,
            *_OF_THE_DAY,
        )
    )


_ITS_SCHEDULES = sign_ups.join(events, events.c.id == sign_ups.c.event_id).join(
    schedules, schedules.c.event_id == events.c.id
)
_WITH_OTHERS = _reminders(
    _ITS_SCHEDULES.join(broadcasts, broadcasts.c.schedule_id == schedules.c.id).join(
        deliveries, deliveries.c.broadcast_id == broadcasts.c.id
    )
)
_ALONE = _reminders(
    _ITS_SCHEDULES.join(deliveries, deliveries.c.schedule_id == schedules.c.id)
).where(deliveries.c.broadcast_id.is_(None))
