"""Counting the votes of a poll over all its copies."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from storage.dialects import upsert
from storage.model.votes import NO_VOTES, Votes, votes_from_text
from storage.tables import poll_votes, polls


def belong(connection: Connection, copies: Mapping[str, int | None], now: datetime) -> None:
    """Note to which broadcast each of the `copies` belongs, by its id at Telegram; votes for it
    that came before count from now on."""
    for poll_id, broadcast_id in sorted(copies.items()):
        copy = _locked(connection, poll_id, now)
        if copy.broadcast_id is None and broadcast_id is not None:
            connection.execute(
                update(polls).where(polls.c.id == poll_id).values(broadcast_id=broadcast_id)
            )
            _move(connection, broadcast_id, votes_from_text(copy.votes).since(NO_VOTES))


def count(connection: Connection, poll_id: str, votes: Votes, now: datetime) -> None:
    """Keep what a copy has now, and move the sum by what changed: a vote that is taken back goes,
    and the same votes told twice count once. Of a poll that is no copy of ours, or
    was sent too long ago (`KEEP_MESSAGES`), nothing counts."""
    copy = _locked(connection, poll_id, now)
    changes = votes.since(votes_from_text(copy.votes))
    if not any(changes):
        return
    connection.execute(update(polls).where(polls.c.id == poll_id).values(votes=votes.to_text()))
    if copy.broadcast_id is not None:
        _move(connection, copy.broadcast_id, changes)


def _locked(connection: Connection, poll_id: str, now: datetime) -> Row[Any]:
    new = upsert(connection.dialect.name, polls).values(id=poll_id, noted_at=now)
    connection.execute(new.on_conflict_do_nothing())
    # PostgreSQL: of two that change a copy, the second waits here and sees what the first left.
    return connection.execute(select(polls).where(polls.c.id == poll_id).with_for_update()).one()


def _move(connection: Connection, broadcast_id: int, changes: list[int]) -> None:
    for place, change in enumerate(changes):
        new = upsert(connection.dialect.name, poll_votes).values(
            broadcast_id=broadcast_id, place=place, votes=change
        )
        connection.execute(
            new.on_conflict_do_update(
                index_elements=["broadcast_id", "place"],
                set_={"votes": poll_votes.c.votes + new.excluded.votes},
            )
        )
