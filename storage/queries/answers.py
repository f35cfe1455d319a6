"""What whoever signs up is asked, and what they answered."""

from sqlalchemy import Connection

from storage.model.answers import AnswersDraft, answers_from_json
from storage.model.event_details import questions_from_json
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.sign_up import TAKING_PART
from storage.queries.events import cards_for
from storage.tables import events, persons, sign_ups


def to_answer(connection: Connection, event_id: int, person: Person, seats: int) -> AnswersDraft:
    """What a person is asked of an event, with what they answered before. Raises Refusal for one
    that is not for them, or asks nothing."""
    mine = cards_for(persons.c.id == person.id).where(events.c.id == event_id)
    row = connection.execute(mine.add_columns(sign_ups.c.answers)).one_or_none()
    if row is None:
        raise Refusal("event.not_for_you")
    questions = questions_from_json(row.questions)
    before = answers_from_json(row.answers)
    if not questions:
        raise Refusal("seat.no_questions")
    draft = AnswersDraft(event_id, row.title, questions, max(1, seats))
    return draft.with_former(before if row.sign_up_state in TAKING_PART else ())
