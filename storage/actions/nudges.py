"""Owing the staff of a community the word that its plan is behind."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from storage.actions.outbox import owe_all
from storage.dialects import insert_missing
from storage.model.kinds import DeliveryKind
from storage.model.period import day_of
from storage.model.roles import Power
from storage.queries.nudges import of_month
from storage.queries.people import acting_at
from storage.tables import nudges


def nudge(connection: Connection, looked: Mapping[int, bool], now: datetime, zone: ZoneInfo) -> int:
    """Remember that the plans of these nodes were `looked` at this month, and owe a message to the
    staff of those that are to be told something (True); returns how many nodes these are. A node
    that was looked at this month already is told nothing again, whoever looks, and when.
    """
    today, told = day_of(now, zone), 0
    for node_id, is_owed in looked.items():
        row = {"node_id": node_id, "year": today.year, "month": today.month, "looked_at": now}
        if not insert_missing(connection, nudges, [row]):
            continue
        staff = acting_at(connection, node_id, Power.PLAN) if is_owed else []
        if staff:
            subject = of_month(connection, node_id, today.year, today.month).id
            owe_all(connection, staff, DeliveryKind.PLAN_BEHIND, subject, now, zone)
            told += 1
    return told
