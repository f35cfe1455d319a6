"""Study: what a person did of a course."""

from sqlalchemy import Connection, exists, select

from storage.model.study import Shelf
from storage.tables import acknowledgements, enrolments


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
