"""Suggestions as authors, staff and neighbours see them.

Nothing here gives staff an anonymous author, nor neighbours any author.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, case, exists, func, or_, select

from storage.dialects import in_order
from storage.model.desk import Waiting
from storage.model.likeness import ALIKE, READ, likeness, said
from storage.model.message import media_from_json
from storage.model.moves import Move
from storage.model.naming import Namesake
from storage.model.page import Page
from storage.model.person import MembershipRequest, Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.subject import SubjectKind
from storage.model.suggestion import (
    BEGINNING,
    SIMILAR_AMONG,
    SIMILAR_SHOWN,
    SIMILAR_WITHIN,
    SUPPORTABLE,
    Glimpse,
    Suggestion,
    SuggestionLine,
    SuggestionState,
    beginning,
    format_number,
)
from storage.model.typed.numbers import read_reference
from storage.queries.moves import history
from storage.queries.nodes import below
from storage.queries.pages import Listing, chain, count
from storage.queries.people import asking_namesakes, pending_requests
from storage.tables import nodes, persons, suggestions, supports

_AUTHOR = case((suggestions.c.anonymous, None), else_=persons.c.name)
_UNREACHED = and_(suggestions.c.anonymous.is_(False), persons.c.unreachable_at.is_not(None))
_STANDS = (supports.c.suggestion_id == suggestions.c.id, supports.c.withdrawn_at.is_(None))
_SUPPORTERS = (
    select(func.count())
    .select_from(supports)
    .where(*_STANDS)
    .correlate(suggestions)
    .scalar_subquery()
    .label("supporters")
)
_SUGGESTION = (
    select(
        suggestions,
        nodes.c.name.label("node_name"),
        _AUTHOR.label("author_name"),
        _UNREACHED.label("unreached"),
        _SUPPORTERS,
    )
    .join(nodes, nodes.c.id == suggestions.c.node_id)
    .join(persons, persons.c.id == suggestions.c.author_id, isouter=True)
)
_LINE: Select[Any] = select(
    suggestions.c.id,
    suggestions.c.year,
    suggestions.c.sequence,
    suggestions.c.state,
    func.substr(suggestions.c.text, 1, BEGINNING).label("beginning"),
    _SUPPORTERS,
).join(nodes, nodes.c.id == suggestions.c.node_id)


def by_id(connection: Connection, suggestion_id: int) -> Suggestion:
    """One suggestion, for its author: who of the staff answered is not told.

    Raises Refusal("suggestion.not_found") if there is none.
    """
    row = connection.execute(_SUGGESTION.where(suggestions.c.id == suggestion_id)).one_or_none()
    if row is None:
        raise Refusal("suggestion.not_found")
    return _told(connection, row)


def tracked(connection: Connection, person_id: int, page: int) -> Page[SuggestionLine | Glimpse]:
    """A page of a person's own suggestions, the newest first, and then of those that they support,
    the newest support first."""
    own: Select[Any] = _LINE.where(suggestions.c.author_id == person_id)
    supported: Select[Any] = (
        _GLIMPSE.join(supports, supports.c.suggestion_id == suggestions.c.id)
        .where(supports.c.person_id == person_id, supports.c.withdrawn_at.is_(None))
        .order_by(supports.c.supported_at.desc(), supports.c.id.desc())
        .params(reader_id=person_id)
    )
    lists: tuple[Listing[SuggestionLine | Glimpse], ...] = (
        Listing(own.order_by(suggestions.c.id.desc()), suggestions.c.id, _line),
        Listing(supported, suggestions.c.id, _glimpse),
    )
    return chain(connection, [(each, count(connection, each)) for each in lists], page)


def for_author(connection: Connection, suggestion_id: int, person_id: int) -> Suggestion:
    """One of a person's own. Raises Refusal("suggestion.not_found") if it is not theirs."""
    row = connection.execute(
        _SUGGESTION.where(suggestions.c.id == suggestion_id, suggestions.c.author_id == person_id)
    ).one_or_none()
    if row is None:
        raise Refusal("suggestion.not_found")
    return _told(connection, row)


def by_number(connection: Connection, number: str, person_id: int) -> Suggestion:
    """One of a person's own, by its number as it is typed ("#2026-0042").

    Raises Refusal("suggestion.not_found") for any other text.
    """
    try:
        year, sequence = read_reference(number)
    except ValueError:
        raise Refusal("suggestion.not_found") from None
    found = connection.execute(
        select(suggestions.c.id).where(
            suggestions.c.year == year, suggestions.c.sequence == sequence
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
    return replace(_suggestion(row), history=_history(connection, row))


_GLIMPSE = select(
    suggestions.c.id,
    suggestions.c.year,
    suggestions.c.sequence,
    suggestions.c.text,
    suggestions.c.state,
    _SUPPORTERS,
    exists()
    .where(*_STANDS, supports.c.person_id == bindparam("reader_id"))
    .correlate(suggestions)
    .label("supported"),
)


# Asked at every text of the form, so it is built once.
_OF_NEIGHBOURS = (
    select(suggestions.c.id, func.substr(suggestions.c.text, 1, READ).label("text"))
    .where(
        suggestions.c.node_id == bindparam("of_node"),
        suggestions.c.state.in_(SUPPORTABLE),
        suggestions.c.submitted_at > bindparam("since"),
        or_(
            suggestions.c.author_id.is_(None),
            suggestions.c.author_id != bindparam("of_others_than"),
        ),
    )
    .order_by(suggestions.c.id.desc())
    .limit(SIMILAR_AMONG)
)


def similar(
    connection: Connection, person_id: int, node_id: int, text: str, now: datetime
) -> list[int]:
    """Ids of suggestions at a node that may be about the same as `text`, the most alike first.

    Only what staff adopted and still work on, of somebody else, of the last half year; of those
    the newest are looked through.
    """
    mine = said(text)
    if not mine:
        return []
    given = {"of_node": node_id, "since": now - SIMILAR_WITHIN, "of_others_than": person_id}
    rows = connection.execute(_OF_NEIGHBOURS, given)
    found = [(likeness(mine, said(row.text)), row.id) for row in rows]
    alike = sorted((each for each in found if each[0] >= ALIKE), reverse=True)
    return [suggestion_id for _, suggestion_id in alike[:SIMILAR_SHOWN]]


def glimpses(connection: Connection, ids: Sequence[int], person_id: int) -> list[Glimpse]:
    """What a neighbour may see of suggestions, in the order of `ids`; what is gone is left out."""
    rows = connection.execute(_GLIMPSE.where(suggestions.c.id.in_(ids)), {"reader_id": person_id})
    found = {row.id: _glimpse(row) for row in rows}
    return [found[i] for i in ids if i in found]


def supporters(connection: Connection, suggestion_id: int) -> Sequence[int]:
    """The ids of those who support a suggestion."""
    statement = select(supports.c.person_id).where(
        supports.c.suggestion_id == suggestion_id, supports.c.withdrawn_at.is_(None)
    )
    return connection.execute(statement.order_by(supports.c.person_id)).scalars().all()


def for_supporter(connection: Connection, suggestion_id: int, person_id: int) -> Glimpse:
    """One that a person supports, or did. Raises Refusal("suggestion.not_found") for others."""
    row = connection.execute(
        _GLIMPSE.join(supports, supports.c.suggestion_id == suggestions.c.id).where(
            suggestions.c.id == suggestion_id, supports.c.person_id == person_id
        ),
        {"reader_id": person_id},
    ).one_or_none()
    if row is None:
        raise Refusal("suggestion.not_found")
    return _glimpse(row)


def _glimpse(row: Row[Any]) -> Glimpse:
    return Glimpse(
        id=row.id,
        number=format_number(row.year, row.sequence),
        beginning=beginning(row.text),
        state=SuggestionState(row.state),
        supporters=row.supporters,
        supported=bool(row.supported),
    )


_WAITING = (SuggestionState.RECEIVED, SuggestionState.ADOPTED)  # in the order of their turn


def waiting(connection: Connection, person: Person, page: int) -> Waiting:
    """A page of what waits where `person` may answer: requests, and suggestions that were received,
    then those adopted and not yet carried out, the oldest first."""
    requests = pending_requests(person)
    asked = count(connection, requests)
    received, adopted = (count(connection, _in_states(person, state)) for state in _WAITING)
    lists: list[tuple[Listing[MembershipRequest | SuggestionLine], int]] = [
        (requests, asked),
        (_in_states(person, *_WAITING), received + adopted),
    ]
    found = chain(connection, lists, page)
    names = {each.person_name for each in found.items if isinstance(each, MembershipRequest)}
    namesakes = asking_namesakes(connection, person, names)
    return Waiting(found.map(partial(_told_apart, namesakes)), asked, received, adopted)


def _told_apart(
    namesakes: dict[int, Namesake], each: MembershipRequest | SuggestionLine
) -> MembershipRequest | SuggestionLine:
    if isinstance(each, MembershipRequest):
        return replace(each, namesake=namesakes.get(each.id))
    return each


def count_received(connection: Connection, person: Person, before: datetime | None = None) -> int:
    """How many suggestions (from `before` an instant) wait for a first answer where `person` may
    answer."""
    received = _in_states(person, SuggestionState.RECEIVED)
    if before is not None:
        received = replace(received, rows=received.rows.where(suggestions.c.submitted_at < before))
    return count(connection, received)


def _in_states(person: Person, *states: SuggestionState) -> Listing[SuggestionLine]:
    """Suggestions where `person` may answer, first those in the first of `states`."""
    mine = _LINE.where(suggestions.c.state.in_(states), below(*person.reach(Power.ANSWER)))
    turn = in_order(suggestions.c.state, states)
    return Listing(mine.order_by(turn, suggestions.c.id), suggestions.c.id, _line)


def _line(row: Row[Any]) -> SuggestionLine:
    return SuggestionLine(
        id=row.id,
        number=format_number(row.year, row.sequence),
        state=SuggestionState(row.state),
        beginning=row.beginning,
        supporters=row.supporters,
    )


def _told(connection: Connection, row: Row[Any]) -> Suggestion:
    """With its history, but not who of the staff made it: an answer is the community's."""
    nameless = (replace(move, by=None, by_name=None) for move in _history(connection, row))
    return replace(_suggestion(row), history=tuple(nameless))


def _history(connection: Connection, row: Row[Any]) -> tuple[Move, ...]:
    return tuple(history(connection, SubjectKind.SUGGESTION, row.id))


def _suggestion(row: Row[Any]) -> Suggestion:
    return Suggestion(
        id=row.id,
        number=format_number(row.year, row.sequence),
        node_id=row.node_id,
        node_name=row.node_name,
        category=row.category,
        text=row.text,
        media=media_from_json(row.media),
        author_name=row.author_name,
        state=SuggestionState(row.state),
        submitted_at=row.submitted_at,
        supporters=row.supporters,
        unreached=bool(row.unreached),
    )
