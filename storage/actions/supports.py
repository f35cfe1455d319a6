"""Supporting a neighbour's suggestion, and thinking again."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.dialects import upsert
from storage.model.refusal import Refusal
from storage.model.suggestion import SUPPORTABLE, Glimpse, SuggestionState
from storage.queries import people as people_queries
from storage.queries import suggestions as suggestion_queries
from storage.tables import nodes, suggestions, supports


def support(connection: Connection, person_id: int, suggestion_id: int, now: datetime) -> Glimpse:
    """Say "me too" to a suggestion. Saying it twice is the same as once.

    Raises Refusal if it is the person's own, of a place where the person does not live, or not in
    the hands of staff (not adopted yet, or carried out).
    """
    _check(connection, person_id, suggestion_id)
    new = upsert(connection.dialect.name, supports).values(
        suggestion_id=suggestion_id, person_id=person_id, supported_at=now
    )
    connection.execute(
        new.on_conflict_do_update(
            index_elements=["suggestion_id", "person_id"],
            set_={"supported_at": now, "withdrawn_at": None},
            where=supports.c.withdrawn_at.is_not(None),  # else it stands since the first time
        )
    )
    return suggestion_queries.for_supporter(connection, suggestion_id, person_id)


def _check(connection: Connection, person_id: int, suggestion_id: int) -> None:
    row = connection.execute(
        select(suggestions.c.author_id, suggestions.c.state, nodes.c.path)
        .join(nodes, nodes.c.id == suggestions.c.node_id)
        .where(suggestions.c.id == suggestion_id)
    ).one_or_none()
    home = people_queries.by_id(connection, person_id).node_path
    if row is None or home is None or not home.startswith(row.path):
        raise Refusal("suggestion.elsewhere")
    if row.author_id == person_id:
        raise Refusal("suggestion.own")
    if SuggestionState(row.state) not in SUPPORTABLE:
        raise Refusal("suggestion.not_open")


def withdraw(connection: Connection, person_id: int, suggestion_id: int, now: datetime) -> Glimpse:
    """Take a support back, also of what is closed. Taking it back twice is the same as once.

    Raises Refusal("suggestion.not_found") for what the person never supported.
    """
    connection.execute(
        update(supports)
        .where(
            supports.c.suggestion_id == suggestion_id,
            supports.c.person_id == person_id,
            supports.c.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now)
    )
    return suggestion_queries.for_supporter(connection, suggestion_id, person_id)
