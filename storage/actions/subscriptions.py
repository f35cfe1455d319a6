"""Subscribing to the figures of a place, and owing them once a month."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, select, update

from storage.actions.outbox import owe
from storage.dialects import insert_missing
from storage.model.kinds import DeliveryKind
from storage.model.node import Node
from storage.model.period import Period
from storage.model.refusal import Refusal
from storage.model.roles import Power, allowed
from storage.model.subscription import Subscription, month_due, opened_at
from storage.queries import nodes as node_queries
from storage.queries import subscriptions as queries
from storage.queries.people import grants_of, require
from storage.tables import editions, subscriptions


def subscribe(connection: Connection, person_id: int, node_id: int, now: datetime) -> Node:
    """From now on this person gets the figures of the node each month; whoever does already goes
    on. Raises Refusal if they may not see these."""
    node = node_queries.by_id(connection, node_id)
    require(connection, person_id, Power.SEE_FIGURES, node.path)
    theirs = {"person_id": person_id, "node_id": node_id}
    if not insert_missing(connection, subscriptions, [{**theirs, "begun_at": now}]):
        of = subscriptions.c
        ended = (of.person_id == person_id, of.node_id == node_id, of.ended_at.is_not(None))
        again = update(subscriptions).where(*ended)
        connection.execute(again.values(begun_at=now, ended_at=None))
    return node


def unsubscribe(connection: Connection, person_id: int, node_id: int, now: datetime) -> Node:
    """From now on this person gets nothing more of the node, if they still did. Raises Refusal for
    one of which they never did, as if there were none."""
    of = subscriptions.c
    theirs = (of.person_id == person_id, of.node_id == node_id)
    if connection.execute(select(of.id).where(*theirs)).first() is None:
        raise Refusal("refused.unknown_node")
    _end(connection, now, *theirs)
    return node_queries.by_id(connection, node_id)


def end_unseen(connection: Connection, person_id: int, now: datetime) -> None:
    """End what somebody may see no longer, because a role of theirs ended."""
    for each in queries.of_person(connection, person_id):
        if not _may_see(connection, each):
            _end(connection, now, subscriptions.c.id == each.id)


def publish(connection: Connection, now: datetime, zone: ZoneInfo) -> int:
    """Owe the figures of the month before to everybody who subscribed to them before they were
    out, if it is time for it in `zone`; returns to how many. Whoever calls it, and when, nobody
    is owed a month twice."""
    month = month_due(now.astimezone(zone))
    if month is None:
        return 0
    found = queries.waiting(connection, month, opened_at(month, zone))
    return sum(_owe(connection, each, month, now, zone) for each in found)


def _owe(
    connection: Connection, to: Subscription, month: Period, now: datetime, zone: ZoneInfo
) -> bool:
    if not _may_see(connection, to):
        _end(connection, now, subscriptions.c.id == to.id)
        return False
    first = month.first_on
    row = {"subscription_id": to.id, "year": first.year, "month": first.month, "owed_at": now}
    if not insert_missing(connection, editions, [row]):
        return False  # another process was first
    made = select(editions.c.id).where(
        editions.c.subscription_id == to.id,
        editions.c.year == first.year,
        editions.c.month == first.month,
    )
    subject = connection.execute(made).scalar_one()
    owe(connection, to.person_id, DeliveryKind.MONTH_FIGURES, subject, now, zone)
    return True


def _may_see(connection: Connection, of: Subscription) -> bool:
    node = node_queries.by_id(connection, of.node_id)
    return allowed(grants_of(connection, of.person_id), Power.SEE_FIGURES, node.path)


def _end(connection: Connection, now: datetime, *which: ColumnElement[bool]) -> None:
    going_on = subscriptions.c.ended_at.is_(None)
    connection.execute(update(subscriptions).where(*which, going_on).values(ended_at=now))
