"""Who may see an event and sign up for it, where it is not for everybody of its place."""

from sqlalchemy import ColumnElement, and_, exists, literal, or_

from storage.tables import enrolments, events, nodes, persons, roles
from storage.tables.roles import HELD

_KEPT = events.c.audience  # as `Audience.to_json` writes it


def is_for(lives_there: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a person of a statement is among those whom one of its events is for: who lives at
    or below its node (`lives_there`), or, with a role, who holds that there, because staff may live
    anywhere; of these members or residents, who reads a language, who is in a course. Other
    conditions of an audience no event has. The statement has the event's node as `nodes`."""
    in_course = exists().where(
        enrolments.c.person_id == persons.c.id,
        enrolments.c.left_at.is_(None),
        _says("course_id", enrolments.c.course_id),
    )
    there = nodes.alias("of_role")
    holds = exists().where(
        roles.c.person_id == persons.c.id,
        HELD,
        _says("role", roles.c.role),
        there.c.id == roles.c.node_id,
        there.c.path.like(nodes.c.path + literal("%")),
    )
    return or_(
        and_(_KEPT.is_(None), lives_there),
        and_(
            or_(_says_nothing("standing"), _says("standing", persons.c.standing)),
            or_(_says_nothing("language"), _says("language", persons.c.language)),
            or_(_says_nothing("course_id"), in_course),
            or_(and_(_says_nothing("role"), lives_there), holds),
        ),
    )


def _says(name: str, value: ColumnElement[str]) -> ColumnElement[bool]:
    return _KEPT.contains(literal(f'"{name}": "') + value + literal('"'))


def _says_nothing(name: str) -> ColumnElement[bool]:
    return ~_KEPT.contains(f'"{name}": "', autoescape=True)
