"""What else somebody does at the time of an event."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, or_, select

from storage.model.event import GOING_AHEAD, USUAL_LENGTH, Event
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
    states: Sequence[SignUpState] = TAKING_SEATS,
) -> Overlap | None:
    """The first event that goes on while `event` does, and at which a person stands as one of
    `states`; None if they are free."""
    ends_later = or_(
        events.c.ends_at > event.starts_at,
        and_(events.c.ends_at.is_(None), events.c.starts_at > event.starts_at - USUAL_LENGTH),
    )
    row = connection.execute(
        select(events.c.title, events.c.starts_at)
        .join(sign_ups, sign_ups.c.event_id == events.c.id)
        .where(
            sign_ups.c.person_id == person_id,
            sign_ups.c.state.in_(states),
            events.c.id != event.id,
            events.c.state.in_(GOING_AHEAD),
            events.c.starts_at < event.over_at,
            ends_later,
        )
        .order_by(events.c.starts_at, events.c.id)
        .limit(1)
    ).first()
    return None if row is None else Overlap(*row)
