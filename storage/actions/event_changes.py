"""Changing an event that was posted, and telling whoever comes."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, update

from storage.actions.broadcasts import begin
from storage.actions.closed_years import require_open
from storage.actions.reminders import choose, replan_reminders
from storage.actions.seats import offer_free_seats, shorten_offers
from storage.model.audience import Audience
from storage.model.broadcast import NewBroadcast
from storage.model.draft import to_json
from storage.model.event import GOING_AHEAD, Event, EventState
from storage.model.event_change import (
    EventChange,
    Facts,
    changed,
    facts_of,
    is_told,
    require_changeable,
    require_room,
)
from storage.model.kinds import ABOUT_EVENTS, DeliveryKind
from storage.model.period import day_of
from storage.model.refusal import Refusal
from storage.model.reminder import slot_of
from storage.model.roles import Power
from storage.queries import events as event_queries
from storage.queries.event_details import audience_of, columns_of, details
from storage.queries.nodes import by_id
from storage.queries.people import require
from storage.tables import broadcasts, event_changes, events

_COLUMNS = ("category", "title", "place", "starts_at", "ends_at", "capacity", "deadline_at")


def change(
    connection: Connection,
    by: int,
    event_id: int,
    change: EventChange,
    now: datetime,
    zone: ZoneInfo,
) -> Event:
    """Change of an event what `change` has otherwise, in one go: what it was is kept, its reminders
    are planned anew, and whoever holds a seat or waits for one is owed the news if its time or
    place is another. Of what has begun, slips are put right, and nobody is told.

    `zone` is the district's. Raises Refusal if `by` may not, a value cannot be, more people come
    than there would be places, the year is closed, or a colleague changed the same meanwhile.
    """
    event = _locked(connection, by, event_id)
    hanging, audience = details(connection, event_id), audience_of(connection, event_id)
    was = facts_of(event, hanging, audience)
    to = _merged(change, was)
    fields = changed(was, to)
    if not fields:
        return event  # pressed twice
    begun = event.is_over(now) and event.state is not EventState.DRAFT
    to.check(now, begun=begun)
    require_room(to.capacity, event.taken)
    years = {day_of(each.starts_at, zone).year for each in (was, to)}
    require_open(connection, *((event.node_id, year) for year in years))
    new = {name: getattr(to, name) for name in fields if name in _COLUMNS}
    new |= columns_of(to.details) if "details" in fields else {}
    new |= {"audience": to.audience and to.audience.to_json()} if "audience" in fields else {}
    if event.state is EventState.DRAFT:  # nobody is reminded yet; so it is remembered for when
        new["remind_at"] = slot_of(to.starts_at, to.remind_hours) if to.remind_hours else None
    here = update(events).where(events.c.id == event_id)
    connection.execute(here.values(**new, revision=events.c.revision + 1))
    after = event_queries.by_id(connection, event_id)
    news = None
    if not begun and event.state in GOING_AHEAD:
        _keep_useful(connection, after)
        if "starts_at" in fields:
            replan_reminders(connection, after, now, zone)
        if "remind_hours" in fields:
            others = set(after.reminders) - {was.remind_hours}  # chosen beside it, on the event
            leads = (*others, to.remind_hours) if to.remind_hours else ()
            choose(connection, by, after, leads, now, zone)
        if "starts_at" in fields or "deadline_at" in fields:
            shorten_offers(connection, event_id, now, zone)
        if "capacity" in fields:
            offer_free_seats(connection, event_id, now, zone)
        if is_told(was, to):
            news = _tell(connection, by, after, now)
    connection.execute(
        insert(event_changes).values(
            event_id=event_id,
            by=by,
            at=now,
            was=json.dumps(to_json(was), ensure_ascii=False),
            broadcast_id=news,
        )
    )
    return event_queries.by_id(connection, event_id)


def _locked(connection: Connection, by: int, event_id: int) -> Event:
    """One change after the other. Raises Refusal."""
    held = update(events).where(events.c.id == event_id).values(revision=events.c.revision)
    connection.execute(held)
    event = event_queries.by_id(connection, event_id)
    require(connection, by, Power.POST_EVENT, by_id(connection, event.node_id).path)
    require_changeable(event)
    return event


def _merged(change: EventChange, here: Facts) -> Facts:
    """What the event is to be: of what a colleague changed meanwhile, all that was not changed here
    too. Raises Refusal."""
    wanted, moved = changed(change.was, change.to), changed(change.was, here)
    if any(getattr(change.to, name) != getattr(here, name) for name in {*wanted} & {*moved}):
        raise Refusal("posting.changed_meanwhile")
    given = {name: getattr(change.to if name in wanted else here, name) for name in Facts.__slots__}
    return Facts(**given)


def _keep_useful(connection: Connection, event: Event) -> None:
    """What still waits to be sent of it is of use until it begins, by its new time."""
    its = (
        broadcasts.c.subject_id == event.id,
        broadcasts.c.kind.in_(ABOUT_EVENTS),
        broadcasts.c.expires_at.is_not(None),
        broadcasts.c.finished_at.is_(None),
    )
    connection.execute(update(broadcasts).where(*its).values(expires_at=event.starts_at))


def _tell(connection: Connection, by: int, event: Event, now: datetime) -> int:
    news = NewBroadcast(
        kind=DeliveryKind.EVENT_CHANGED,
        node_id=event.node_id,
        audience=Audience(of_event=event.id, in_line=True),  # also who moved away since
        slot_at=now,
        subject_id=event.id,
        event_starts_at=event.starts_at,
        created_by=by,
    )
    return begin(connection, news, now)
