"""What else somebody does at the time of an event."""

from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import Connection, Select, and_, bindparam, or_, select

from storage.model.event import GOING_AHEAD, LONGEST, USUAL_LENGTH, Event
from storage.model.sign_up import TAKING_SEATS, SignUpState
from storage.tables import events, sign_ups


class Overlap(NamedTuple):
    """An event at the same time, at which they have something."""

    title: str
    starts_at: datetime


def overlap(
    connection: Connection,
    person_id: int,
    event: Event,
    states: tuple[SignUpState, ...] = TAKING_SEATS,
) -> Overlap | None:
    """The first event that goes on while `event` does, and at which a person stands as one of
    `states`; None if they are free."""
    given = {
        "of_person": person_id,
        "event_id": event.id,
        "begins": event.starts_at,
        "longest_ago": event.starts_at - LONGEST,
        "begins_unended": event.starts_at - USUAL_LENGTH,
        "over_at": event.over_at,
    }
    row = connection.execute(_of_somebody(states), given).first()
    return None if row is None else Overlap(row.title, row.starts_at)


@cache  # every sign-up asks: to put the statement together takes five times as long as the answer
def _of_somebody(states: tuple[SignUpState, ...]) -> Select[tuple[str, datetime]]:
    ends_later = or_(
        events.c.ends_at > bindparam("begins"),
        and_(events.c.ends_at.is_(None), events.c.starts_at > bindparam("begins_unended")),
    )
    return (
        select(events.c.title, events.c.starts_at)
        .join(sign_ups, sign_ups.c.event_id == events.c.id)
        .where(
            sign_ups.c.person_id == bindparam("of_person"),
            or_(*(sign_ups.c.state == each for each in states)),  # an IN is spelt out at each call
            events.c.id != bindparam("event_id"),
            or_(*(events.c.state == each for each in sorted(GOING_AHEAD))),
            events.c.starts_at > bindparam("longest_ago"),  # so that an index has few of them
            events.c.starts_at < bindparam("over_at"),
            ends_later,
        )
        .order_by(events.c.starts_at, events.c.id)
        .limit(1)
    )
