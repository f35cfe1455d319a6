"""What is of no use any more, by age: found without the write lock, dropped by storage.actions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, and_, func, or_, select

from storage.model.delivery import DeliveryState
from storage.model.sweep import KEEP_CARDS, KEEP_HANDLED, KEEP_MESSAGES, KEEP_SET_ASIDE
from storage.tables import broadcasts, cards, deliveries, polls, sweeps, updates

Keys = Sequence[Any]
# The walk through `deliveries` that empties their message ids.
MESSAGE_IDS = "message_ids"
_WAITS = (DeliveryState.QUEUED, DeliveryState.CLAIMED)


@dataclass(frozen=True, slots=True)
class Old:
    """Which rows of a table are `over` at a moment, by their `key`."""

    table: Table
    key: Column[Any]
    over: Callable[[datetime], ColumnElement[bool]]

    def find(self, connection: Connection, now: datetime, most: int) -> Keys:
        """The first keys of what is over, in their order."""
        found = select(self.key).where(self.over(now)).order_by(self.key).limit(most)
        return connection.execute(found).scalars().all()


def _handled(now: datetime) -> ColumnElement[bool]:
    long_ago = and_(updates.c.handled_at < now - KEEP_HANDLED, updates.c.set_aside.is_(None))
    return or_(long_ago, updates.c.handled_at < now - KEEP_SET_ASIDE)


def _given_up(now: datetime) -> ColumnElement[bool]:
    over = select(broadcasts.c.id).where(broadcasts.c.finished_at < now - KEEP_CARDS)
    return cards.c.broadcast_id.in_(over)


def _counted(now: datetime) -> ColumnElement[bool]:
    return polls.c.noted_at < now - KEEP_MESSAGES


OLD = (
    Old(updates, updates.c.update_id, _handled),
    Old(cards, cards.c.broadcast_id, _given_up),
    Old(polls, polls.c.id, _counted),
)


def old_deliveries(connection: Connection, now: datetime, most: int) -> Keys:
    """The ids of the next deliveries whose messages nobody will change any more: from where the
    last walk ended, up to the first that is younger or under way."""
    place = select(func.coalesce(func.max(sweeps.c.place), 0)).where(sweeps.c.name == MESSAGE_IDS)
    columns = (deliveries.c.id, deliveries.c.state, deliveries.c.due_at, deliveries.c.sent_at)
    rows = connection.execute(
        select(*columns)
        .where(deliveries.c.id > place.scalar_subquery())
        .order_by(deliveries.c.id)
        .limit(most)
    )

    def is_old(row: Any) -> bool:
        if row.state in _WAITS and row.due_at > now:
            return True  # a reminder of next year holds up nothing: its ids stay, once it is sent
        return bool((row.sent_at or row.due_at) < now - KEEP_MESSAGES)

    return [row.id for row in takewhile(is_old, rows)]
