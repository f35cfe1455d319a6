"""Study: what a person did of a course, and what comes to them of it."""

from sqlalchemy import Connection, select

from storage.model.person import Person
from storage.model.study import Shelf
from storage.queries.schedules import bringing
from storage.tables import acknowledgements, enrolments


def shelf(connection: Connection, person: Person, course_id: str) -> Shelf:
    """A course as it stands in a person's library."""
    done = connection.execute(
        select(acknowledgements.c.item_id, acknowledgements.c.acknowledged_at).where(
            acknowledgements.c.person_id == person.id, acknowledgements.c.course_id == course_id
        )
    )
    enrolled = connection.execute(
        select(enrolments.c.left_at).where(
            enrolments.c.person_id == person.id, enrolments.c.course_id == course_id
        )
    ).one_or_none()
    path = person.node_path
    coming = bringing(connection, course_id, path) if path is not None else []
    mine = [each for each in coming if each.is_for(person.standing)]
    return Shelf(
        done={row.item_id: row.acknowledged_at for row in done},
        joined=enrolled is not None and enrolled.left_at is None,
        left=enrolled is not None and enrolled.left_at is not None,
        member=person.is_member,
        paused=person.paused,
        to_all=any(not each.is_after_joining for each in mine),
        to_joined=any(each.is_after_joining for each in mine),
    )
