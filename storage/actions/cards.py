"""Progress cards: which message of which chat shows a broadcast and is kept up to date."""

from sqlalchemy import ColumnElement, Connection, delete, update

from storage.dialects import upsert
from storage.model.card import OpenCard
from storage.tables import cards


def follow(
    connection: Connection, broadcast_id: int, person_id: int, message_id: int, shown: str
) -> None:
    """Keep the message `message_id` in a person's chat up to date with a broadcast.

    `shown` is the fingerprint of what it shows. A message shows one broadcast, and a person has one
    living card of each: an earlier one stays as it is.
    """
    forget(connection, person_id, message_id)
    values = {"message_id": message_id, "shown": shown}
    connection.execute(
        upsert(connection.dialect.name, cards)
        .values(broadcast_id=broadcast_id, person_id=person_id, **values)
        .on_conflict_do_update(index_elements=["broadcast_id", "person_id"], set_=values)
    )


def forget(connection: Connection, person_id: int, message_id: int) -> None:
    """The message shows something else now, or is gone."""
    connection.execute(
        delete(cards).where(cards.c.person_id == person_id, cards.c.message_id == message_id)
    )


def _as_known(card: OpenCard) -> tuple[ColumnElement[bool], ...]:
    """The row of a card, unless it changed: somebody pressed something meanwhile."""
    return (
        cards.c.broadcast_id == card.broadcast_id,
        cards.c.person_id == card.person_id,
        cards.c.message_id == card.message_id,
        cards.c.shown == card.shown,
    )


def note_shown(connection: Connection, card: OpenCard, shown: str) -> None:
    """The card was edited and shows `shown` now."""
    connection.execute(update(cards).where(*_as_known(card)).values(shown=shown))


def drop(connection: Connection, card: OpenCard) -> None:
    """The card stays as it is from now on: its broadcast is over, or it cannot be edited."""
    connection.execute(delete(cards).where(*_as_known(card)))
