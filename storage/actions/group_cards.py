"""Cards of events in Telegram groups: one is owed to each group, sent, and kept up to date."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, select, update

from storage.actions.broadcasts import begin
from storage.dialects import upsert
from storage.model.audience import Audience
from storage.model.broadcast import NewBroadcast
from storage.model.delivery import ids_from_text
from storage.model.event import Event
from storage.model.group_card import OpenGroupCard
from storage.model.kinds import DeliveryKind
from storage.queries.audience import is_empty
from storage.tables import broadcasts, deliveries, group_cards


def owe_cards(connection: Connection, by: int, event: Event, now: datetime) -> None:
    """Owe the card of an event to the Telegram groups of its place, if it has some."""
    audience = Audience(event.node_id, groups=True)
    if is_empty(connection, audience):
        return
    cards = NewBroadcast(
        kind=DeliveryKind.EVENT_GROUP,
        node_id=event.node_id,
        audience=audience,
        slot_at=now,
        subject_id=event.id,
        event_starts_at=event.starts_at,
        created_by=by,
    )
    begin(connection, cards, now)


def follow(connection: Connection, shown: Mapping[int, str], now: datetime) -> None:
    """Keep what these deliveries sent up to date from now on: their ids, and the fingerprint of
    what each shows. A group has one living card of an event: an earlier one stays as it is."""
    sent = (
        select(
            deliveries.c.id,
            deliveries.c.group_id,
            deliveries.c.message_ids,
            broadcasts.c.subject_id,
        )
        .join(broadcasts, broadcasts.c.id == deliveries.c.broadcast_id)
        .where(deliveries.c.id.in_(shown), deliveries.c.group_id.is_not(None))
        .order_by(deliveries.c.id)
    )
    for row in connection.execute(sent).all():
        message_id = ids_from_text(row.message_ids)[-1][-1]
        values = {"message_id": message_id, "shown": shown[row.id], "sent_at": now}
        connection.execute(
            upsert(connection.dialect.name, group_cards)
            .values(event_id=row.subject_id, group_id=row.group_id, **values)
            .on_conflict_do_update(index_elements=["event_id", "group_id"], set_=values)
        )


def _as_known(card: OpenGroupCard) -> tuple[ColumnElement[bool], ...]:
    return (
        group_cards.c.event_id == card.event_id,
        group_cards.c.group_id == card.group_id,
        group_cards.c.message_id == card.message_id,
    )


def note_shown(connection: Connection, card: OpenGroupCard, shown: str) -> None:
    """The card was edited and shows `shown` now."""
    connection.execute(update(group_cards).where(*_as_known(card)).values(shown=shown))


def drop(connection: Connection, card: OpenGroupCard) -> None:
    """The card stays as it is from now on: nothing will change, or it cannot be edited."""
    connection.execute(delete(group_cards).where(*_as_known(card)))
