"""Telling those again of an event who have said nothing yet."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from storage.actions.broadcasts import begin
from storage.model.agenda import nudge_key
from storage.model.broadcast import NewBroadcast
from storage.model.event import EventState
from storage.model.kinds import DeliveryKind
from storage.model.period import day_of
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.queries import agenda
from storage.queries import events as event_queries
from storage.queries.audience import count, require_somebody
from storage.queries.nodes import by_id
from storage.queries.people import require


def nudge(connection: Connection, by: int, event_id: int, now: datetime, zone: ZoneInfo) -> int:
    """Send the card of an event once more to everybody who may come and neither signed up nor
    cancelled, outside their quiet hours; once a day of `zone`. Returns how many they are.

    Raises Refusal if `by` may not, it takes no sign-ups, there is nobody, or it was done today.
    """
    event = event_queries.by_id(connection, event_id)
    require(connection, by, Power.POST_EVENT, by_id(connection, event.node_id).path)
    if event.state is EventState.CANCELLED:
        raise Refusal("event.cancelled")
    if event.is_over(now):
        raise Refusal("event.over")
    if event.state is not EventState.OPEN or now >= (event.deadline_at or event.starts_at):
        raise Refusal("agenda.takes_none")
    if event.left == 0:
        raise Refusal("agenda.full_now")
    if agenda.is_nudged(connection, event_id, agenda.Look(now, zone)):
        raise Refusal("agenda.nudged_today")
    audience = agenda.silent(connection, event)
    require_somebody(connection, audience)
    again = NewBroadcast(
        kind=DeliveryKind.EVENT_NOTICE,
        node_id=event.node_id,
        audience=audience,
        slot_at=now,
        subject_id=event_id,
        event_starts_at=event.starts_at,
        draft_key=nudge_key(event_id, day_of(now, zone)),
        created_by=by,
    )
    begin(connection, again, now)
    return count(connection, audience)
