"""Whether an event took place: staff say so once it has begun, and only then does it count."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from storage.actions import moves
from storage.actions.closed_years import require_open
from storage.model.event import GOING_AHEAD, SAID, EventState
from storage.model.moves import Step
from storage.model.period import day_of
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.queries import events as event_queries
from storage.queries.nodes import by_id
from storage.queries.people import require
from storage.tables import events


@dataclass(frozen=True, slots=True)
class _Saying:
    """`zone` is the district's, of whose years none is written into that is closed. `first`: nobody
    may have said anything before."""

    to: EventState
    now: datetime
    zone: ZoneInfo
    words: str | None = None
    first: bool = False


def hold(connection: Connection, by: int, event_id: int, now: datetime, zone: ZoneInfo) -> bool:
    """Say that an event took place. False: it was said already.

    Raises Refusal if `by` may not say so, it has not begun, was called off, or its year is closed
    (by the district's `zone`).
    """
    return _say(connection, by, event_id, _Saying(EventState.HELD, now, zone))


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
    return _say(connection, by, event_id, _Saying(EventState.NOT_HELD, now, zone, words))


def answer(
    connection: Connection, by: int, event_id: int, now: datetime, zone: ZoneInfo, *, held: bool
) -> None:
    """Answer the question whether it took place. Raises Refusal as `hold`, and
    Refusal("held.said_since") if somebody has answered it meanwhile."""
    to = EventState.HELD if held else EventState.NOT_HELD
    if not _say(connection, by, event_id, _Saying(to, now, zone, first=True)):
        raise Refusal("held.said_since")


def unsay(connection: Connection, by: int, event_id: int, now: datetime, zone: ZoneInfo) -> bool:
    """Take back what was said: then nobody has said it. Raises Refusal as `hold`."""
    return _say(connection, by, event_id, _Saying(EventState.CLOSED, now, zone))


# What is never confirmed, and why.
_NEVER = {EventState.CANCELLED: "event.cancelled", EventState.DRAFT: "held.draft"}


def _say(connection: Connection, by: int, event_id: int, saying: _Saying) -> bool:
    event, now, to = event_queries.by_id(connection, event_id), saying.now, saying.to
    require(connection, by, Power.POST_EVENT, by_id(connection, event.node_id).path)
    if event.state in _NEVER:
        raise Refusal(_NEVER[event.state])
    if not event.is_over(now):
        raise Refusal("held.not_begun", at=event.starts_at)
    if event.state is to or {event.state, to} <= GOING_AHEAD:
        return False
    require_open(connection, (event.node_id, day_of(event.starts_at, saying.zone).year))
    unsaid = (events.c.state.not_in(SAID),) if saying.first else ()
    return moves.move(connection, event_id, Step(to, now, by, saying.words), *unsaid)
