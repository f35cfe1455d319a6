"""Saying again that one comes, when a reminder asks."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.model.event import GOING_AHEAD
from storage.model.sign_up import SignUpState
from storage.tables import events, persons, sign_ups


def confirm(connection: Connection, telegram_id: int, event_id: int, now: datetime) -> bool:
    """Note that somebody who holds a seat says that they come; False if they said so before, or
    there is nothing to come to any more."""
    who = select(persons.c.id).where(persons.c.telegram_id == telegram_id)
    to_come = select(events.c.id).where(
        events.c.id == event_id, events.c.state.in_(GOING_AHEAD), events.c.starts_at > now
    )
    said = (
        update(sign_ups)
        .where(
            sign_ups.c.event_id.in_(to_come),
            sign_ups.c.person_id.in_(who),
            sign_ups.c.state == SignUpState.SIGNED_UP,
            sign_ups.c.confirmed_at.is_(None),
        )
        .values(confirmed_at=now)
    )
    return connection.execute(said).rowcount == 1
