"""Submitting and answering suggestions."""

import hashlib
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, update

from storage.actions import moves
from storage.actions.outbox import owe, owe_all
from storage.dialects import upsert
from storage.model.kinds import DeliveryKind
from storage.model.message import media_to_json
from storage.model.moves import Step
from storage.model.period import day_of
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.subject import SubjectKind
from storage.model.suggestion import Answer, NewSuggestion, Suggestion, SuggestionState, check_reply
from storage.queries import suggestions as suggestion_queries
from storage.queries.moves import history
from storage.queries.people import acting_at, by_id, require
from storage.tables import counters, nodes, suggestions


def submit(
    connection: Connection, person_id: int, new: NewSuggestion, now: datetime, zone: ZoneInfo
) -> Suggestion:
    """Take in a suggestion for the person's community and give it a number.

    The same draft submitted twice is one suggestion; one that was changed in between (its receipt
    was lost on the way, so its author wrote on) is another: nothing is lost. Raises Refusal
    without a community, or if the text is empty (a picture may stand alone) or too long.
    """
    key = _key(new)
    known = connection.execute(
        select(suggestions.c.id).where(suggestions.c.draft_key == key)
    ).scalar_one_or_none()
    if known is not None:
        _set_anonymous(connection, known, new.anonymous)
        return suggestion_queries.by_id(connection, known)
    node_id = new.node_id or by_id(connection, person_id).node_id
    if node_id is None:
        raise Refusal("refused.no_community")
    new.check()
    year = day_of(now, zone).year
    # Who made it stands in its own row alone, where whoever reads it sees whether to tell.
    suggestion_id = moves.begin(
        connection,
        Step(SuggestionState.RECEIVED, now),
        year=year,
        sequence=_next(connection, f"suggestions-{year}"),
        node_id=node_id,
        author_id=person_id,
        anonymous=new.anonymous,
        category=new.category,
        text=new.text,
        media=media_to_json(new.media),
        draft_key=key,
        submitted_at=now,
    )
    staff = acting_at(connection, node_id, Power.ANSWER)
    owe_all(connection, staff, DeliveryKind.SUGGESTION_MADE, suggestion_id, now, zone)
    return suggestion_queries.by_id(connection, suggestion_id)


def _set_anonymous(connection: Connection, suggestion_id: int, anonymous: bool) -> None:
    """A receipt was lost and its author has thought again about the name."""
    connection.execute(
        update(suggestions)
        .where(suggestions.c.id == suggestion_id, suggestions.c.state == SuggestionState.RECEIVED)
        .values(anonymous=anonymous)
    )


def _key(new: NewSuggestion) -> str:
    said = f"{new.text}\n{media_to_json(new.media)}"
    content = hashlib.sha256(said.encode()).hexdigest()
    return f"{new.key[:40]}:{content[:16]}"


def decide(
    connection: Connection,
    by: int,
    suggestion_id: int,
    answer: Answer,
    now: datetime,
    zone: ZoneInfo,
) -> Suggestion:
    """Move a suggestion on. The answer is owed to its author, the news to its supporters.

    The same answer given twice is one. Raises Refusal if `by` may not, the reply is empty or too
    long, or it is not its turn.
    """
    row = connection.execute(
        select(nodes.c.path, suggestions.c.author_id)
        .join(suggestions, suggestions.c.node_id == nodes.c.id)
        .where(suggestions.c.id == suggestion_id)
    ).one_or_none()
    if row is None:
        raise Refusal("refused.not_yours")
    require(connection, by, Power.ANSWER, row.path)
    reply = answer.words.strip()
    check_reply(reply)
    step = Step(answer.to, now, by, reply)
    if not moves.move(connection, suggestion_id, step):  # a colleague was first
        if _said_so_already(connection, suggestion_id, step):
            return suggestion_queries.by_id(connection, suggestion_id)
        raise Refusal("suggestion.decided_before")
    if row.author_id is not None:
        owe(connection, row.author_id, DeliveryKind.SUGGESTION_ANSWER, suggestion_id, now, zone)
    supporters = suggestion_queries.supporters(connection, suggestion_id)
    owe_all(connection, supporters, DeliveryKind.SUPPORTED_ANSWER, suggestion_id, now, zone)
    return suggestion_queries.by_id(connection, suggestion_id)


def _said_so_already(connection: Connection, suggestion_id: int, step: Step) -> bool:
    """Whether this very answer was the last, given by the same person: given twice, it is one."""
    last = history(connection, SubjectKind.SUGGESTION, suggestion_id)[-1]
    return (last.to_state, last.by, last.words) == (step.to, step.by, step.words)


def _next(connection: Connection, name: str) -> int:
    """The next running number of `name`, from 1. The row is locked until the commit."""
    first = upsert(connection.dialect.name, counters).values(name=name, value=1)
    statement = first.on_conflict_do_update(
        index_elements=["name"], set_={"value": counters.c.value + 1}
    ).returning(counters.c.value)
    return int(connection.execute(statement).scalar_one())
