"""Cards of events in Telegram groups: which are open, and what they show."""

import json
from datetime import datetime

from sqlalchemy import Connection, select

from storage.model.draft import from_json
from storage.model.event_change import Facts, is_told
from storage.model.group_card import GroupCard, OpenGroupCard
from storage.queries.event_changes import facts
from storage.queries.event_details import details
from storage.queries.events import WAITING, by_id
from storage.queries.groups import READS
from storage.tables import event_changes, events, group_cards, groups


def open_cards(connection: Connection, now: datetime) -> list[OpenGroupCard]:
    """Every card that is kept up to date, in the order of the events; those of groups that are
    linked no more are left as they are."""
    rows = connection.execute(
        select(
            group_cards,
            *(groups.c.chat_id, READS.label("language")),
            *(events.c.revision, events.c.state, events.c.taken),
            *(events.c.starts_at, events.c.deadline_at),
            WAITING.label("waiting"),
        )
        .join(groups, groups.c.id == group_cards.c.group_id)
        .join(events, events.c.id == group_cards.c.event_id)
        .where(groups.c.left_at.is_(None))
        .order_by(group_cards.c.event_id, group_cards.c.group_id)
    )
    found = []
    for row in rows:
        passed = (now >= row.starts_at, row.deadline_at is not None and now >= row.deadline_at)
        signs = (row.revision, row.state, row.taken, row.waiting, row.language, *passed)
        names = ("event_id", "group_id", "chat_id", "message_id", "language", "shown", "sent_at")
        found.append(OpenGroupCard(**{name: getattr(row, name) for name in names}, signs=signs))
    return found


def is_open(connection: Connection, card: OpenGroupCard) -> bool:
    """Whether the message is a card still, of a group that is linked."""
    found = (
        select(groups.c.id)
        .join(group_cards, group_cards.c.group_id == groups.c.id)
        .where(
            group_cards.c.event_id == card.event_id,
            group_cards.c.group_id == card.group_id,
            group_cards.c.message_id == card.message_id,
            groups.c.chat_id == card.chat_id,
            groups.c.left_at.is_(None),
        )
    )
    return connection.execute(found).first() is not None


def card(connection: Connection, event_id: int, sent_at: datetime | None = None) -> GroupCard:
    """What the card of an event shows that was sent at that moment; None: it is sent now.

    Raises Refusal if there is no such event.
    """
    event = by_id(connection, event_id)
    waiting = connection.execute(select(WAITING).where(events.c.id == event_id)).scalar_one()
    before = None if sent_at is None else _before(connection, event_id, sent_at)
    return GroupCard(event, details(connection, event_id), waiting, before)


def _before(connection: Connection, event_id: int, sent_at: datetime) -> Facts | None:
    first = (
        select(event_changes.c.was)
        .where(event_changes.c.event_id == event_id, event_changes.c.at >= sent_at)
        .order_by(event_changes.c.id)
        .limit(1)
    )
    kept = connection.execute(first).scalar_one_or_none()
    if kept is None:
        return None
    was = from_json(Facts, json.loads(kept))
    return was if is_told(was, facts(connection, event_id)) else None
