"""Study: what a person did of a course, and whom a push would reach."""

from sqlalchemy import Connection, exists, func, select

from storage.model.person import Standing
from storage.model.study import Shelf
from storage.queries.nodes import below
from storage.queries.schedules import active as active
from storage.queries.schedules import due as due
from storage.queries.schedules import next_slot as next_slot
from storage.tables import acknowledgements, enrolments, nodes, persons


def shelf(connection: Connection, person_id: int, course_id: str) -> Shelf:
    """A course as it stands in a person's library."""
    done = connection.execute(
        select(acknowledgements.c.item_id).where(
            acknowledgements.c.person_id == person_id, acknowledgements.c.course_id == course_id
        )
    ).scalars()
    joined = exists().where(
        enrolments.c.person_id == person_id,
        enrolments.c.course_id == course_id,
        enrolments.c.left_at.is_(None),
    )
    return Shelf(frozenset(done), bool(connection.execute(select(joined)).scalar_one()))


def audience_count(connection: Connection, path: str) -> int:
    """How many members a study push to the node at `path` would go to now."""
    statement = (
        select(func.count())
        .select_from(persons)
        .join(nodes, nodes.c.id == persons.c.node_id)
        .where(
            persons.c.standing == Standing.MEMBER,
            persons.c.left_at.is_(None),
            persons.c.unreachable_at.is_(None),
            persons.c.paused.is_(False),
            below(path),
        )
    )
    return int(connection.execute(statement).scalar_one())
