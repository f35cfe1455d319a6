"""Suggestions as authors and staff see them. Nothing here gives staff an anonymous author."""

from typing import Any

from sqlalchemy import Connection, Row, case, func, select

from storage.model.desk import Waiting
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.suggestion import Suggestion, SuggestionState, format_number
from storage.queries.nodes import below
from storage.queries.people import pending_requests
from storage.tables import nodes, persons, suggestions

LIST_LIMIT = 5

_AUTHOR = case((suggestions.c.anonymous, None), else_=persons.c.name)
_SUGGESTION = (
    select(suggestions, nodes.c.name.label("node_name"), _AUTHOR.label("author_name"))
    .join(nodes, nodes.c.id == suggestions.c.node_id)
    .join(persons, persons.c.id == suggestions.c.author_id, isouter=True)
)


def by_id(connection: Connection, suggestion_id: int) -> Suggestion:
    """One suggestion. Raises Refusal("suggestion.not_found") if there is none."""
    row = connection.execute(_SUGGESTION.where(suggestions.c.id == suggestion_id)).one_or_none()
    if row is None:
        raise Refusal("suggestion.not_found")
    return _suggestion(row)


def of_author(connection: Connection, person_id: int) -> list[Suggestion]:
    """A person's own suggestions, the newest first."""
    rows = connection.execute(
        _SUGGESTION.where(suggestions.c.author_id == person_id)
        .order_by(suggestions.c.id.desc())
        .limit(LIST_LIMIT)
    )
    return [_suggestion(row) for row in rows]


def for_author(connection: Connection, suggestion_id: int, person_id: int) -> Suggestion:
    """One of a person's own. Raises Refusal("suggestion.not_found") if it is not theirs."""
    row = connection.execute(
        _SUGGESTION.where(suggestions.c.id == suggestion_id, suggestions.c.author_id == person_id)
    ).one_or_none()
    if row is None:
        raise Refusal("suggestion.not_found")
    return _suggestion(row)


def by_number(connection: Connection, number: str, person_id: int) -> Suggestion:
    """One of a person's own, by its number ("2026-0042").

    Raises Refusal("suggestion.not_found") for any other text.
    """
    year, _, sequence = number.strip().partition("-")
    if not (year.isdecimal() and sequence.isdecimal() and len(year) == 4 and len(sequence) < 9):
        raise Refusal("suggestion.not_found")
    found = connection.execute(
        select(suggestions.c.id).where(
            suggestions.c.year == int(year), suggestions.c.sequence == int(sequence)
        )
    ).scalar_one_or_none()
    return for_author(connection, found or 0, person_id)


def for_staff(connection: Connection, suggestion_id: int, person: Person) -> Suggestion:
    """One that `person` may answer. Raises Refusal("refused.not_yours") for any other."""
    row = connection.execute(
        _SUGGESTION.where(suggestions.c.id == suggestion_id, below(*person.reach(Power.ANSWER)))
    ).one_or_none()
    if row is None:
        raise Refusal("refused.not_yours")
    return _suggestion(row)


def waiting(connection: Connection, person: Person) -> Waiting:
    """What waits where `person` may answer: requests, and suggestions that were received, then
    those adopted and not yet carried out, the oldest first."""
    condition = (
        suggestions.c.state.in_((SuggestionState.RECEIVED, SuggestionState.ADOPTED)),
        below(*person.reach(Power.ANSWER)),
    )
    rows = connection.execute(
        _SUGGESTION.where(*condition).order_by(suggestions.c.state.desc(), suggestions.c.id)
    )
    return Waiting(pending_requests(connection, person), [_suggestion(row) for row in rows])


def count_received(connection: Connection, person: Person) -> int:
    """How many suggestions wait for a first answer where `person` may answer."""
    return int(
        connection.execute(
            select(func.count())
            .select_from(suggestions)
            .join(nodes, nodes.c.id == suggestions.c.node_id)
            .where(
                suggestions.c.state == SuggestionState.RECEIVED, below(*person.reach(Power.ANSWER))
            )
        ).scalar_one()
    )


def _suggestion(row: Row[Any]) -> Suggestion:
    return Suggestion(
        id=row.id,
        number=format_number(row.year, row.sequence),
        node_id=row.node_id,
        node_name=row.node_name,
        category=row.category,
        text=row.text,
        photo=row.photo,
        author_name=row.author_name,
        state=SuggestionState(row.state),
        reply=row.reply,
        submitted_at=row.submitted_at,
        decided_at=row.decided_at,
    )
