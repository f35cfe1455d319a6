"""The reminders of an event: a schedule for each of the times that staff chose, whose audience is
who holds a seat then; and those that are owed to one person alone, because they would be asleep
when all others are reminded."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    insert,
    literal,
    select,
    text,
    update,
)

from storage.actions import moves
from storage.actions.schedules import remind
from storage.actions.seat_checks import check_going_ahead
from storage.model.broadcast import BroadcastState
from storage.model.delivery import DeliveryState
from storage.model.event import GOING_AHEAD, Event
from storage.model.kinds import DeliveryKind
from storage.model.moves import Step
from storage.model.reminder import Moment, leads_to_text, moments, slot_of, to_come
from storage.model.rhythm import before_event, to_json
from storage.model.roles import Power
from storage.model.schedule import ScheduleState
from storage.model.sign_up import SignUpState
from storage.queries import events as event_queries
from storage.queries.nodes import by_id as node_by_id
from storage.queries.outbox import reminded_alone
from storage.queries.people import quiet_of, require
from storage.queries.zones import zones
from storage.tables import broadcasts, deliveries, events, nodes, persons, schedules, sign_ups

WITH_OTHERS = "comes with the others"
OTHER_TIME = "the event is at another time"


# The event's


def plan(
    connection: Connection, by: int, event: Event, leads: Sequence[int], now: datetime
) -> None:
    """Schedule the reminders of an event, `leads` hours before it, as far as they are to come."""
    leads = to_come(event.starts_at, leads, now)
    for hours in leads:
        remind(connection, by, event, hours, now)
    _note(connection, event, leads)


def replan_reminders(connection: Connection, event: Event, now: datetime, zone: ZoneInfo) -> None:
    """An event was moved, and is as `event` says: whoever holds a seat is reminded as long before
    the new time as staff chose. What is owed of the earlier time is not sent, and who said that
    they come did not say so of the new one. `zone` is the district's.
    """
    its = schedules.c.event_id == event.id
    ids = select(schedules.c.id).where(its)
    moves.move_all(connection, Step(ScheduleState.CANCELLED, now), its, next_slot_at=None)
    running = broadcasts.c.schedule_id.in_(ids)
    moves.move_all(connection, Step(BroadcastState.CANCELLED, now), running)
    _take_all_back(connection, ids)
    said = update(sign_ups).where(sign_ups.c.event_id == event.id)
    connection.execute(said.values(confirmed_at=None))
    author = select(events.c.created_by).where(events.c.id == event.id)
    leads = to_come(event.starts_at, event.reminders, now)
    for hours in leads:
        schedule_id = remind(connection, connection.execute(author).scalar_one(), event, hours, now)
        _promise_all(connection, event, hours, schedule_id, now, zone)
    # What was chosen stays chosen, also where it is over now: it may be moved again.
    _note(connection, event, event.reminders)


def turn(
    connection: Connection, by: int, event_id: int, hours: int, now: datetime, zone: ZoneInfo
) -> None:
    """Staff choose one more time at which people are reminded, or leave out one they chose.

    Raises Refusal if `by` may not, or the event does not take place, or has begun.
    """
    event = event_queries.by_id(connection, event_id)
    require(connection, by, Power.POST_EVENT, node_by_id(connection, event.node_id).path)
    check_going_ahead(event, now)
    choose(connection, by, event, tuple({*event.reminders} ^ {hours}), now, zone)


def choose(
    connection: Connection,
    by: int,
    event: Event,
    leads: Sequence[int],
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Staff want people reminded at other times: what they left out is stopped, what is new begins.
    `zone` is the district's."""
    for hours in set(event.reminders) - set(leads):
        stopped = Step(ScheduleState.CANCELLED, now, by)
        moves.move_all(connection, stopped, *_active(event.id, hours), next_slot_at=None)
    for hours in set(to_come(event.starts_at, leads, now)) - set(event.reminders):
        schedule_id = remind(connection, by, event, hours, now)
        _promise_all(connection, event, hours, schedule_id, now, zone)
    _note(connection, event, leads)


def _note(connection: Connection, event: Event, leads: Sequence[int]) -> None:
    leads = sorted(set(leads), reverse=True)
    remind_at = slot_of(event.starts_at, leads[0]) if leads else None
    here = update(events).where(events.c.id == event.id)
    connection.execute(here.values(reminders=leads_to_text(leads), remind_at=remind_at))


def _active(event_id: int, hours: int) -> tuple[ColumnElement[bool], ...]:
    return (
        schedules.c.event_id == event_id,
        schedules.c.rhythm == to_json(before_event(hours)),
        schedules.c.state == ScheduleState.ACTIVE,
    )


def _take_all_back(connection: Connection, schedule_ids: Select[Any]) -> None:
    alone = (
        text("state = 'queued' AND broadcast_id IS NULL"),  # as written in the partial index
        deliveries.c.schedule_id.in_(schedule_ids),
    )
    taken = update(deliveries).where(*alone)
    connection.execute(taken.values(state=DeliveryState.CANCELLED, reason=OTHER_TIME))


def _promise_all(
    connection: Connection,
    event: Event,
    hours: int,
    schedule_id: int,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Owe their reminder to all of those who hold a seat and are to be reminded before the others.

    There are few settings of quiet hours and many people: one INSERT … SELECT for each setting.
    """
    home = nodes.alias("home")
    held = (
        select(persons.c.quiet_starts, persons.c.quiet_ends, persons.c.node_id, home.c.path)
        .join(sign_ups, sign_ups.c.person_id == persons.c.id)
        .join(home, home.c.id == persons.c.node_id, isouter=True)
        .where(
            sign_ups.c.event_id == event.id,
            sign_ups.c.state == SignUpState.SIGNED_UP,
            persons.c.left_at.is_(None),
        )
    )
    tree = zones(connection, zone)
    settings: Sequence[Any] = connection.execute(held.distinct()).all()
    for setting in settings:
        quiet, place = quiet_of(setting), tree.at(setting.path)
        early = [
            each for each in moments(event.starts_at, (hours,), quiet, place, now) if each.is_alone
        ]
        for moment in early:
            whose = held.where(
                persons.c.quiet_starts == setting.quiet_starts,
                persons.c.quiet_ends == setting.quiet_ends,
                persons.c.node_id.is_not_distinct_from(setting.node_id),
            )
            _owe(connection, event.id, schedule_id, moment, whose)


def _owe(
    connection: Connection, event_id: int, schedule_id: int, moment: Moment, whose: Select[Any]
) -> None:
    """Owe a reminder alone to each of the persons whom `whose` selects."""
    values = {
        "kind": DeliveryKind.EVENT_REMINDER,
        "subject_id": event_id,
        "schedule_id": schedule_id,
        "state": DeliveryState.QUEUED,
        "due_at": moment.at,
    }
    same = [literal(value, deliveries.c[name].type) for name, value in values.items()]
    rows = whose.with_only_columns(persons.c.id, persons.c.node_id, *same)
    names = ["person_id", "node_id", *values]
    connection.execute(insert(deliveries).from_select(names, rows))


# One person's


def promise(
    connection: Connection, person_id: int, event: Event, moments: Sequence[Moment]
) -> None:
    """Owe somebody who holds a seat those of their reminders that come before the ones for all."""
    for moment in moments:
        if moment.is_alone:
            _promise(connection, person_id, event, moment)


def plan_anew(connection: Connection, person_id: int, now: datetime, zone: ZoneInfo) -> None:
    """The quiet hours of somebody are others, or others' clocks count: so are their reminders."""
    held = event_queries.cards_for(persons.c.id == person_id).where(
        sign_ups.c.state == SignUpState.SIGNED_UP,
        events.c.state.in_(GOING_AHEAD),
        events.c.starts_at > now,
    )
    for row in connection.execute(held).all():
        event = event_queries.event_card(row).event
        found = {each.hours: each for each in event_queries.reminders(connection, row, now, zone)}
        for hours in to_come(event.starts_at, event.reminders, now):
            moment = found.get(hours)
            if moment is not None and moment.is_alone:
                _promise(connection, person_id, event, moment)
            else:
                _take_back(connection, person_id, event.id, hours)


def _promise(connection: Connection, person_id: int, event: Event, moment: Moment) -> None:
    schedule_id = _schedule_of(connection, event.id, moment.hours)
    if schedule_id is None:
        return
    found = _owed(connection, person_id, schedule_id)
    if found is None:
        them = select(persons.c.id).where(persons.c.id == person_id)
        _owe(connection, event.id, schedule_id, moment, them)
    elif found.state == DeliveryState.QUEUED:
        here = update(deliveries).where(deliveries.c.id == found.id)
        connection.execute(here.values(due_at=moment.at))


def _take_back(connection: Connection, person_id: int, event_id: int, hours: int) -> None:
    """They are reminded together with all others."""
    schedule_id = _schedule_of(connection, event_id, hours)
    found = None if schedule_id is None else _owed(connection, person_id, schedule_id)
    if found is not None and found.state == DeliveryState.QUEUED:
        theirs = update(deliveries).where(deliveries.c.id == found.id)
        connection.execute(theirs.values(state=DeliveryState.CANCELLED, reason=WITH_OTHERS))


def _schedule_of(connection: Connection, event_id: int, hours: int) -> int | None:
    found = select(schedules.c.id).where(*_active(event_id, hours))
    return connection.execute(found.limit(1)).scalar_one_or_none()


def _owed(connection: Connection, person_id: int, schedule_id: int) -> Row[Any] | None:
    alone = reminded_alone(literal(person_id), literal(schedule_id))
    return connection.execute(alone).first()
