"""Asking those who came how it was, and taking their answers without keeping whose they are."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select, update

from storage.actions.outbox import owe_all
from storage.dialects import insert_missing
from storage.model.asking import Question
from storage.model.event import Event, EventState
from storage.model.feedback import TAKEN, check_stars, check_words
from storage.model.kinds import DeliveryKind
from storage.model.refusal import Refusal
from storage.queries import events as event_queries
from storage.queries.feedback import came
from storage.tables import askings, attendances, feedback, feedback_givers, persons


def ask(connection: Connection, event: Event, now: datetime, zone: ZoneInfo) -> bool:
    """Owe everybody who came to an event the question how it was, once. False: it was asked
    already, or nobody is known to have come."""
    row = {"event_id": event.id, "question": Question.FEEDBACK, "number": 1, "asked_at": now}
    if not insert_missing(connection, askings, [row]):
        return False
    guests = (
        select(attendances.c.person_id)
        .join(persons, persons.c.id == attendances.c.person_id)
        .where(attendances.c.event_id == event.id, attendances.c.withdrawn_at.is_(None))
        .where(persons.c.left_at.is_(None))
        .order_by(attendances.c.person_id)
    )
    people = connection.execute(guests).scalars().all()
    owe_all(connection, people, DeliveryKind.EVENT_FEEDBACK, event.id, now, zone)
    return bool(people)


def rate(
    connection: Connection, telegram_id: int, event_id: int, stars: int, key: str, now: datetime
) -> None:
    """Take an answer, once of each person who came. It is kept under `key`, a secret that only
    whoever answers is shown, and nothing that is kept tells whose it is.

    Raises Refusal if they did not come, answered already, it is long ago, or it did not take place.
    """
    check_stars(stars)
    person_id = came(connection, event_id, telegram_id)
    event = event_queries.by_id(connection, event_id)
    if person_id is None or event.state is not EventState.HELD:
        raise Refusal("feedback.only_who_came")
    if now > event.over_at + TAKEN:
        raise Refusal("feedback.over")
    giver = {"event_id": event_id, "person_id": person_id}
    if not insert_missing(connection, feedback_givers, [giver]):
        raise Refusal("feedback.given")
    connection.execute(insert(feedback).values(key=key, event_id=event_id, stars=stars))


def rate_anew(connection: Connection, key: str, stars: int) -> None:
    """Change an answer. Raises Refusal if there is none with this key."""
    check_stars(stars)
    _change(connection, key, stars=stars)


def say(connection: Connection, key: str, words: str) -> None:
    """Add a word to an answer, in the place of the one before. Raises Refusal as `rate_anew`."""
    check_words(words)
    _change(connection, key, words=words.strip())


def _change(connection: Connection, key: str, **values: object) -> None:
    changed = update(feedback).where(feedback.c.key == key).values(**values)
    if connection.execute(changed).rowcount != 1:
        raise Refusal("feedback.gone")
