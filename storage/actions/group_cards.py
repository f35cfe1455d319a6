"""Cards of events in Telegram groups: one is owed to each group, sent, and kept up to date."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)

from storage.actions.broadcasts import begin
from storage.dialects import upsert
from storage.model.audience import Audience
from storage.model.broadcast import NewBroadcast
from storage.model.delivery import DeliveryState, ids_from_text
from storage.model.event import GOING_AHEAD, Event
from storage.model.group_card import OpenGroupCard
from storage.model.kinds import DeliveryKind
from storage.queries.audience import is_empty
from storage.tables import broadcasts, deliveries, events, group_cards, nodes

SOONEST = 5  # for which a group that comes later gets a card: it reads no wall of them


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


def owe_coming(connection: Connection, group_id: int, path: str, now: datetime) -> None:
    """Owe a group that was linked to the node at `path` just now the cards of the soonest events
    there that everybody is told of, and of which it has none. Of a series it is one, as for all."""
    coming = (
        select(events.c.id)
        .join(nodes, nodes.c.id == events.c.node_id)
        .where(
            literal(path).startswith(nodes.c.path),
            *_is_coming(events, now),
            events.c.audience.is_(None),
            ~_is_shown(group_id),
            ~_is_owed(group_id),
            ~_is_later_of_series(now),
        )
        .order_by(events.c.starts_at, events.c.id)
        .limit(SOONEST)
    )
    rows = [
        {
            "group_id": group_id,
            "kind": DeliveryKind.EVENT_GROUP,
            "subject_id": event_id,
            "state": DeliveryState.QUEUED,
            "due_at": now,
        }
        for event_id in connection.execute(coming).scalars()
    ]
    if rows:
        connection.execute(insert(deliveries), rows)


def _is_coming(which: FromClause, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return which.c.state.in_(sorted(GOING_AHEAD)), which.c.starts_at > now


def _is_shown(group_id: int) -> ColumnElement[bool]:
    its = group_cards.c.event_id == events.c.id
    return exists().where(its, group_cards.c.group_id == group_id)


def _is_owed(group_id: int) -> ColumnElement[bool]:
    """By what was posted for all groups, or since it was linked before."""
    posted = exists().where(
        broadcasts.c.subject_id == events.c.id,
        broadcasts.c.kind == DeliveryKind.EVENT_GROUP,
        deliveries.c.broadcast_id == broadcasts.c.id,
        deliveries.c.group_id == group_id,
        deliveries.c.state.in_((DeliveryState.QUEUED, DeliveryState.CLAIMED)),
    )
    alone = exists().where(
        text("deliveries.state = 'queued' AND deliveries.broadcast_id IS NULL"),
        deliveries.c.group_id == group_id,
        deliveries.c.kind == DeliveryKind.EVENT_GROUP,
        deliveries.c.subject_id == events.c.id,
    )
    return or_(posted, alone)


def _is_later_of_series(now: datetime) -> ColumnElement[bool]:
    first = events.alias("first")
    before = first.c.starts_at < events.c.starts_at
    return exists().where(first.c.series_id == events.c.series_id, before, *_is_coming(first, now))


def follow(connection: Connection, shown: Mapping[int, str], now: datetime) -> None:
    """Keep what these deliveries sent up to date from now on: their ids, and the fingerprint of
    what each shows. A group has one living card of an event: an earlier one stays as it is."""
    sent = (
        select(
            deliveries.c.id,
            deliveries.c.group_id,
            deliveries.c.message_ids,
            func.coalesce(deliveries.c.subject_id, broadcasts.c.subject_id).label("subject_id"),
        )
        .join(broadcasts, broadcasts.c.id == deliveries.c.broadcast_id, isouter=True)
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
