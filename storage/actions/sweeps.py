"""Forgetting what is of no use any more, in steps (`storage.steps`)."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection, delete, update

from storage.dialects import upsert
from storage.model.delivery import DeliveryState
from storage.model.sweep import KEEP_MESSAGES
from storage.queries.sweeps import MESSAGE_IDS, OLD, Keys, Old, old_deliveries
from storage.tables import deliveries, sweeps


class Sweep(NamedTuple):
    """What is forgotten: `find` its next keys, at most so many, in order; `drop` some of these."""

    name: str
    find: Callable[[Connection, datetime, int], Keys]
    drop: Callable[[Connection, Keys, datetime], int]


def _drop(old: Old, connection: Connection, keys: Keys, now: datetime) -> int:
    """Delete what is over from the first to the last of `keys`; returns how many rows went."""
    which = (old.key.between(keys[0], keys[-1]), old.over(now))
    return int(connection.execute(delete(old.table).where(*which)).rowcount)


def forget_messages(connection: Connection, ids: Keys, now: datetime) -> int:
    """Empty the message ids of the deliveries from the first to the last of `ids`, and note that
    the walk has come so far; returns how many there were. That something was sent stays known."""
    emptied = connection.execute(
        update(deliveries)
        .where(
            deliveries.c.id.between(ids[0], ids[-1]),
            deliveries.c.state == DeliveryState.SENT,
            deliveries.c.sent_at < now - KEEP_MESSAGES,
            deliveries.c.message_ids != "",
        )
        .values(message_ids="")
    ).rowcount
    walk = upsert(connection.dialect.name, sweeps).values(name=MESSAGE_IDS, place=ids[-1])
    connection.execute(walk.on_conflict_do_update(index_elements=["name"], set_={"place": ids[-1]}))
    return int(emptied)


SWEEPS = (
    *(Sweep(old.table.name, old.find, partial(_drop, old)) for old in OLD),
    Sweep("message ids", old_deliveries, forget_messages),
)
