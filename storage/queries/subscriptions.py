"""Who gets the figures of which places each month."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from storage.model.node import Node
from storage.model.page import SHORT, Page
from storage.model.period import Period
from storage.model.refusal import Refusal
from storage.model.subscription import Edition, Subscription, month_in
from storage.queries.nodes import node_of
from storage.queries.pages import Listing, page_of
from storage.tables import editions, nodes, subscriptions

_OPEN = subscriptions.c.ended_at.is_(None)


def is_subscribed(connection: Connection, person_id: int, node_id: int) -> bool:
    """Whether this person gets the figures of this node."""
    found = select(subscriptions.c.id).where(
        subscriptions.c.person_id == person_id, subscriptions.c.node_id == node_id, _OPEN
    )
    return connection.execute(found).first() is not None


def count_of(connection: Connection, person_id: int) -> int:
    """Of how many places somebody gets the figures."""
    found = select(func.count()).where(subscriptions.c.person_id == person_id, _OPEN)
    return connection.execute(found).scalar_one()


def places_of(connection: Connection, person_id: int, page: int) -> Page[Node]:
    """A page of these places, in the order in which they were added."""
    theirs: Select[Any] = (
        select(nodes)
        .join(subscriptions, subscriptions.c.node_id == nodes.c.id)
        .where(subscriptions.c.person_id == person_id, _OPEN)
        .order_by(nodes.c.id)
    )
    return page_of(connection, Listing(theirs, nodes.c.id, node_of), page, SHORT)


def waiting(connection: Connection, month: Period, before: datetime) -> list[Subscription]:
    """Those that were begun `before` and to which the figures of a month were not owed yet."""
    owed = select(editions.c.id).where(
        editions.c.subscription_id == subscriptions.c.id,
        editions.c.year == month.first_on.year,
        editions.c.month == month.first_on.month,
    )
    found = (
        select(subscriptions)
        .where(_OPEN, subscriptions.c.begun_at < before, ~owed.exists())
        .order_by(subscriptions.c.id)
    )
    return [_subscription(row) for row in connection.execute(found)]


def of_person(connection: Connection, person_id: int) -> list[Subscription]:
    """All that go on."""
    found = select(subscriptions).where(subscriptions.c.person_id == person_id, _OPEN)
    return [_subscription(row) for row in connection.execute(found)]


def edition(connection: Connection, edition_id: int) -> Edition:
    """Raises Refusal if there is none."""
    of = editions.c
    found = (
        select(subscriptions, of.id.label("edition_id"), of.year, of.month)
        .join(editions, of.subscription_id == subscriptions.c.id)
        .where(of.id == edition_id)
    )
    row = connection.execute(found).one_or_none()
    if row is None:
        raise Refusal("refused.not_yours")
    return Edition(row.edition_id, _subscription(row), month_in(row.year, row.month))


def _subscription(row: Row[Any]) -> Subscription:
    return Subscription(row.id, row.person_id, row.node_id, row.ended_at is not None)
