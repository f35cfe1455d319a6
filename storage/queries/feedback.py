"""What those who came said, and who is to be asked."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from storage.model.asking import LONG_AGO, Question
from storage.model.event import Event, EventState
from storage.model.feedback import Answer, Opinions
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.queries.events import EVENT, by_id, event_of, for_staff
from storage.tables import askings, attendances, events, feedback, feedback_givers, persons

_OVER = func.coalesce(events.c.ends_at, events.c.starts_at)


def unasked(connection: Connection, now: datetime) -> list[Event]:
    """Events that took place lately, and of which nobody was asked how they were."""
    asked = select(askings.c.id).where(
        askings.c.event_id == events.c.id, askings.c.question == Question.FEEDBACK
    )
    lately = EVENT.where(
        events.c.state == EventState.HELD,
        events.c.by_hand.is_(False),
        events.c.starts_at > now - 2 * LONG_AGO,
        now - LONG_AGO <= _OVER,
        ~asked.exists(),
    )
    return [event_of(row) for row in connection.execute(lately)]


def came(connection: Connection, event_id: int, telegram_id: int) -> int | None:
    """The id of the person with this Telegram id, if they came to an event."""
    found = (
        select(persons.c.id)
        .join(attendances, attendances.c.person_id == persons.c.id)
        .where(
            persons.c.telegram_id == telegram_id,
            persons.c.left_at.is_(None),
            attendances.c.event_id == event_id,
            attendances.c.withdrawn_at.is_(None),
        )
    )
    return connection.execute(found).scalar_one_or_none()


def may_answer(connection: Connection, event_id: int, telegram_id: int) -> bool:
    """Whether somebody came to an event that took place, and has not answered yet."""
    person_id = came(connection, event_id, telegram_id)
    if person_id is None or by_id(connection, event_id).state is not EventState.HELD:
        return False
    given = select(feedback_givers.c.event_id).where(
        feedback_givers.c.event_id == event_id, feedback_givers.c.person_id == person_id
    )
    return connection.execute(given).first() is None


def answer(connection: Connection, key: str) -> Answer:
    """An answer, for whoever has its key. Raises Refusal if there is none."""
    row = connection.execute(select(feedback).where(feedback.c.key == key)).one_or_none()
    if row is None:
        raise Refusal("feedback.gone")
    return Answer(row.key, by_id(connection, row.event_id), row.stars, row.words)


def opinions_for(connection: Connection, event_id: int, person: Person) -> tuple[Event, Opinions]:
    """Of an event that `person` manages. Raises Refusal for any other."""
    return for_staff(connection, event_id, person), opinions(connection, event_id)


def opinions(connection: Connection, event_id: int) -> Opinions:
    """What was said of an event; below the number from which it is shown no words."""
    of = feedback.c
    summed = select(func.count(), func.coalesce(func.sum(of.stars), 0)).where(
        of.event_id == event_id
    )
    count, total = connection.execute(summed).one()
    found = Opinions(int(count), int(total), ())
    if not found.shown:
        return found
    # By their random keys: an order that tells nothing of when each came.
    words = select(of.words).where(of.event_id == event_id, of.words.is_not(None)).order_by(of.key)
    return Opinions(found.count, found.total, list(connection.execute(words).scalars()))
