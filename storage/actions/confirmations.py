"""Whether an event took place: staff say so once it has begun, and only then does it count."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from storage.actions import moves
from storage.actions.closed_years import require_open
from storage.model.event import GOING_AHEAD, EventState
from storage.model.moves import Step
from storage.model.period import day_of
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.queries import events as event_queries
from storage.queries.nodes import by_id
from storage.queries.people import require


def hold(connection: Connection, by: int, event_id: int, now: datetime, zone: ZoneInfo) -> bool:
    """Say that an event took place. `zone` is the district's, of whose years none is written into
    that is closed. False: it was said already.

    Raises Refusal if `by` may not say so, it has not begun, was called off, or its year is closed.
    """
    return _say(connection, by, event_id, EventState.HELD, (now, zone))


def not_held(
    connection: Connection,
    by: int,
    event_id: int,
    now: datetime,
    zone: ZoneInfo,
    words: str | None = None,
) -> bool:
    """Say that it did not, though nobody called it off before; `words` say why. Raises Refusal as
    `hold`."""
    return _say(connection, by, event_id, EventState.NOT_HELD, (now, zone), words)


def unsay(connection: Connection, by: int, event_id: int, now: datetime, zone: ZoneInfo) -> bool:
    """Take back what was said: then nobody has said it. Raises Refusal as `hold`."""
    return _say(connection, by, event_id, EventState.CLOSED, (now, zone))


# What is never confirmed, and why.
_NEVER = {EventState.CANCELLED: "event.cancelled", EventState.DRAFT: "held.draft"}


def _say(
    connection: Connection,
    by: int,
    event_id: int,
    to: EventState,
    when: tuple[datetime, ZoneInfo],
    words: str | None = None,
) -> bool:
    event, (now, zone) = event_queries.by_id(connection, event_id), when
    require(connection, by, Power.POST_EVENT, by_id(connection, event.node_id).path)
    if event.state in _NEVER:
        raise Refusal(_NEVER[event.state])
    if not event.is_over(now):
        raise Refusal("held.not_begun", at=event.starts_at)
    if event.state is to or {event.state, to} <= GOING_AHEAD:
        return False
    require_open(connection, (event.node_id, day_of(event.starts_at, zone).year))
    return moves.move(connection, event_id, Step(to, now, by, words))
