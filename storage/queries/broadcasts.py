"""Broadcasts as staff see them: how far each has come, and whom it did not reach."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Subquery,
    exists,
    func,
    or_,
    select,
    union,
)

from storage.model.audience import audience_from_json
from storage.model.broadcast import OPEN, Broadcast, BroadcastState
from storage.model.card import Trouble
from storage.model.delivery import DeliveryState
from storage.model.kinds import CHANGES, DeliveryKind
from storage.model.page import Page, look_up
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.queries.nodes import below
from storage.queries.outbox import states
from storage.queries.pages import Listing, page_of
from storage.tables import broadcasts, deliveries, groups, nodes, persons, schedules

NAMES = 20  # on one page of whom a broadcast did not reach

_UNSURE = (
    select(func.count())
    .where(deliveries.c.broadcast_id == broadcasts.c.id, deliveries.c.unsure_at.is_not(None))
    .scalar_subquery()
)
_withdrawals = broadcasts.alias("withdrawals")
_WITHDRAWN = exists().where(
    _withdrawals.c.of_id == broadcasts.c.id,
    _withdrawals.c.kind == DeliveryKind.WITHDRAWAL,
    _withdrawals.c.state != BroadcastState.CANCELLED,
)
_BROADCAST: Select[Any] = (
    select(
        broadcasts,
        nodes.c.name.label("node_name"),
        persons.c.name.label("sender"),
        _UNSURE.label("unsure"),
        _WITHDRAWN.label("withdrawn"),
    )
    .join(nodes, nodes.c.id == broadcasts.c.node_id)
    .join(schedules, schedules.c.id == broadcasts.c.schedule_id, isouter=True)
    .join(
        persons,
        persons.c.id == func.coalesce(broadcasts.c.created_by, schedules.c.created_by),
        isouter=True,
    )
)


def by_id(connection: Connection, broadcast_id: int) -> Broadcast:
    """One broadcast. Raises Refusal("refused.not_yours") if there is none."""
    row = connection.execute(_BROADCAST.where(broadcasts.c.id == broadcast_id)).one_or_none()
    if row is None:
        raise Refusal("refused.not_yours")
    return _broadcast(connection, row)


def for_staff(connection: Connection, broadcast_id: int, person: Person) -> Broadcast:
    """One that `person` may manage. Raises Refusal("refused.not_yours") for any other."""
    mine = _BROADCAST.where(broadcasts.c.id == broadcast_id, below(*person.reach(Power.PUSH)))
    row = connection.execute(mine).one_or_none()
    if row is None:
        raise Refusal("refused.not_yours")
    return _broadcast(connection, row)


def recent(connection: Connection, person: Person, page: int) -> Page[Broadcast]:
    """A page of those that `person` may manage, the newest first."""
    mine = _BROADCAST.where(below(*person.reach(Power.PUSH))).order_by(broadcasts.c.id.desc())
    listing = Listing(mine, broadcasts.c.id, partial(_broadcast, connection))
    return page_of(connection, listing, page)


def count(connection: Connection) -> int:
    """How many there are."""
    return int(connection.execute(select(func.count()).select_from(broadcasts)).scalar_one())


def latest(connection: Connection, most: int) -> list[Broadcast]:
    """For the operator: whatever is under way, and the newest `most`."""
    newest = select(broadcasts.c.id).order_by(broadcasts.c.id.desc()).limit(most)
    under_way = broadcasts.c.state.in_(OPEN)
    rows = connection.execute(
        _BROADCAST.where(or_(under_way, broadcasts.c.id.in_(newest))).order_by(
            broadcasts.c.id.desc()
        )
    )
    return [_broadcast(connection, row) for row in rows]


def content(connection: Connection, broadcast_id: int) -> str | None:
    """What a notice says, as JSON; None for what is not written by staff."""
    found = select(broadcasts.c.content).where(broadcasts.c.id == broadcast_id)
    text: str | None = connection.execute(found).scalar_one_or_none()
    return text


_LOST = (DeliveryState.FAILED, DeliveryState.UNREACHABLE, DeliveryState.EXPIRED)


def troubles(connection: Connection, broadcast_id: int, page: int) -> Page[Trouble]:
    """A page of whom it did not reach and why, and of who may have got it twice. Without names if
    its audience names nobody: then `name` is empty.

    Each kind comes from an index of few rows, so that it does not matter how many were reached. To
    edit or delete twice is the same as once, so with a change nobody need be unsure of that.
    """
    broadcast = by_id(connection, broadcast_id)

    def some(most: int, skip: int) -> Sequence[int]:
        found = _troubled(broadcast, skip + most)
        ids = select(found.c.id).order_by(found.c.id).limit(most).offset(skip)
        return connection.execute(ids).scalars().all()

    found = look_up(page, NAMES, some, partial(count_troubles, connection, broadcast_id))
    return found.holding(_troubles(connection, broadcast, found.items))


def count_troubles(connection: Connection, broadcast_id: int) -> int:
    """How many they are: counts rows, as many as there are lost or unsure."""
    found = _troubled(by_id(connection, broadcast_id), None)
    return int(connection.execute(select(func.count()).select_from(found)).scalar_one())


def _troubled(broadcast: Broadcast, most: int | None) -> Subquery:
    """Their deliveries: of each kind the first `most`, in the order of the index that holds it."""
    kinds: list[ColumnElement[bool]] = [
        (deliveries.c.state == state) & deliveries.c.reason.is_not(None) for state in _LOST
    ]
    if broadcast.kind not in CHANGES:
        kinds.append(deliveries.c.unsure_at.is_not(None))
    return union(*(_first(broadcast.id, kind, most) for kind in kinds)).subquery()


def _troubles(connection: Connection, broadcast: Broadcast, ids: Sequence[int]) -> list[Trouble]:
    rows = connection.execute(
        select(
            func.coalesce(persons.c.name, groups.c.title).label("name"),
            deliveries.c.state,
            deliveries.c.reason,
            deliveries.c.unsure_at,
        )
        .join(persons, persons.c.id == deliveries.c.person_id, isouter=True)
        .join(groups, groups.c.id == deliveries.c.group_id, isouter=True)
        .where(deliveries.c.id.in_(ids))
        .order_by(deliveries.c.id)
    )
    # A change goes to whom the first one reached: they are of its audience.
    first = broadcast if broadcast.of_id is None else by_id(connection, broadcast.of_id)
    return [
        Trouble(
            name="" if first.audience.names_nobody else row.name,
            state=DeliveryState(row.state),
            reason=row.reason or "",
            unsure=row.unsure_at is not None,
        )
        for row in rows
    ]


def _first(broadcast_id: int, kind: ColumnElement[bool], most: int | None) -> Select[Any]:
    found = (
        select(deliveries.c.id)
        .where(deliveries.c.broadcast_id == broadcast_id, kind)
        .order_by(deliveries.c.id)
        .limit(most)
    )
    return select(found.subquery().c.id)


def _broadcast(connection: Connection, row: Row[Any]) -> Broadcast:
    return Broadcast(
        id=row.id,
        kind=DeliveryKind(row.kind),
        state=BroadcastState(row.state),
        node_id=row.node_id,
        node_name=row.node_name,
        audience=audience_from_json(row.audience),
        slot_at=row.slot_at,
        course_id=row.course_id,
        item_id=row.item_id,
        subject_id=row.subject_id,
        content=row.content,
        of_id=row.of_id,
        at_most_once=row.at_most_once,
        created_at=row.created_at,
        created_by=row.created_by,
        finished_at=row.finished_at,
        planned=row.planned_at is not None,
        unsure=row.unsure,
        counts=states(connection, row.id),
        sender=row.sender or "",
        withdrawn=bool(row.withdrawn),
    )
