"""What progress cards show, and which are open."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, case, func, select, text

from storage.model.broadcast import Broadcast, BroadcastState
from storage.model.card import Card, Later, OpenCard, Subject, is_over
from storage.model.delivery import DeliveryState
from storage.model.kinds import ABOUT_EVENTS, DeliveryKind
from storage.model.page import Page
from storage.model.person import Person
from storage.model.roles import Power, allowed
from storage.queries import broadcasts as broadcast_queries
from storage.queries import pauses as pause_queries
from storage.queries.corrections import is_corrected
from storage.queries.people import grants_of
from storage.queries.polls import votes
from storage.queries.rollups import is_complete
from storage.tables import (
    acknowledgements,
    broadcasts,
    cards,
    deliveries,
    done,
    events,
    nodes,
    persons,
)

LOOKED_AT = 1000  # queued deliveries: counting a million at each look would cost too much

_changed = broadcasts.alias("changed")
_SUBJECT: Select[Any] = (
    select(
        broadcasts.c.id,
        *(
            func.coalesce(_changed.c[name], broadcasts.c[name]).label(name)
            for name in ("kind", "course_id", "item_id", "content")
        ),
        events.c.title,
    )
    .join(_changed, _changed.c.id == broadcasts.c.of_id, isouter=True)
    .join(
        events,
        and_(
            events.c.id == func.coalesce(_changed.c.subject_id, broadcasts.c.subject_id),
            func.coalesce(_changed.c.kind, broadcasts.c.kind).in_(ABOUT_EVENTS),
        ),
        isouter=True,
    )
)


def open_cards(connection: Connection) -> list[OpenCard]:
    """Every card that is kept up to date, in the order of the broadcasts."""
    rows = connection.execute(
        select(
            cards,
            persons.c.telegram_id,
            persons.c.language,
            persons.c.left_at,
            nodes.c.path,
        )
        .join(persons, persons.c.id == cards.c.person_id)
        .join(broadcasts, broadcasts.c.id == cards.c.broadcast_id)
        .join(nodes, nodes.c.id == broadcasts.c.node_id)
        .order_by(cards.c.broadcast_id, cards.c.person_id)
    )
    return [
        OpenCard(
            broadcast_id=row.broadcast_id,
            person_id=row.person_id,
            chat_id=row.telegram_id or 0,
            language=row.language,
            message_id=row.message_id,
            shown=row.shown,
            may=_may(connection, row),
        )
        for row in rows
    ]


def _may(connection: Connection, row: Row[Any]) -> bool:
    if row.left_at is not None or row.telegram_id is None:
        return False
    return allowed(grants_of(connection, row.person_id), Power.PUSH, row.path)


def is_open(connection: Connection, card: OpenCard) -> bool:
    """Whether the message is a card still."""
    found = select(cards.c.person_id).where(
        cards.c.broadcast_id == card.broadcast_id,
        cards.c.person_id == card.person_id,
        cards.c.message_id == card.message_id,
    )
    return connection.execute(found).first() is not None


def card(connection: Connection, broadcast_id: int, now: datetime) -> Card:
    """A broadcast as its card shows it, but for acknowledgements and rate.

    Raises Refusal("refused.not_yours") if there is none.
    """
    return _card(connection, broadcast_queries.by_id(connection, broadcast_id), now)


def card_for(connection: Connection, broadcast_id: int, person: Person, now: datetime) -> Card:
    """The same for a broadcast that `person` may manage. Raises Refusal for any other."""
    return _card(connection, broadcast_queries.for_staff(connection, broadcast_id, person), now)


def subjects(connection: Connection, listed: Sequence[Broadcast]) -> list[Subject]:
    """What each of `listed` is about."""
    ids = [broadcast.id for broadcast in listed]
    found = subjects_of(connection, ids)
    return [found[i] for i in ids]


def subjects_of(connection: Connection, ids: Collection[int]) -> dict[int, Subject]:
    """What the broadcasts with these ids are about."""
    rows = connection.execute(_SUBJECT.where(broadcasts.c.id.in_(ids)))
    return {row.id: _subject(row) for row in rows}


def recent(connection: Connection, person: Person, page: int) -> Page[tuple[Broadcast, Subject]]:
    """A page of the broadcasts that `person` may manage, the newest first, each with what it is
    about."""
    listed = broadcast_queries.recent(connection, person, page)
    about = subjects(connection, listed.items)
    return listed.holding(list(zip(listed.items, about, strict=True)))


def latest(connection: Connection, most: int, now: datetime) -> list[Card]:
    """For the operator: whatever is under way, and the newest `most`."""
    return [_card(connection, each, now) for each in broadcast_queries.latest(connection, most)]


def acknowledged(connection: Connection, broadcast_id: int) -> int | None:
    """How many of those who got a study item acknowledged it since; None for anything else."""
    kind = select(broadcasts.c.kind).where(broadcasts.c.id == broadcast_id)
    if connection.execute(kind).scalar() != DeliveryKind.STUDY_ITEM:
        return None
    if is_complete(connection, "done"):
        kept = select(func.sum(done.c.acknowledged)).where(done.c.broadcast_id == broadcast_id)
        return int(connection.execute(kept).scalar() or 0)
    return acknowledged_in_full(connection, broadcast_id)


def acknowledged_in_full(connection: Connection, broadcast_id: int) -> int:
    """The same from the rows: of a broadcast to a million it takes a good part of a second."""
    counted = (
        select(func.count())
        .select_from(broadcasts)
        .join(
            acknowledgements,
            and_(
                acknowledgements.c.course_id == broadcasts.c.course_id,
                acknowledgements.c.item_id == broadcasts.c.item_id,
                acknowledgements.c.acknowledged_at >= broadcasts.c.created_at,
            ),
        )
        .join(
            deliveries,
            and_(
                deliveries.c.broadcast_id == broadcasts.c.id,
                deliveries.c.person_id == acknowledgements.c.person_id,
                deliveries.c.state == DeliveryState.SENT,
            ),
        )
        .where(broadcasts.c.id == broadcast_id)
    )
    return int(connection.execute(counted).scalar_one())


def stopped_withdrawals(connection: Connection, broadcast_id: int) -> int:
    """How many withdrawals of a broadcast staff stopped: the next one is another."""
    counted = (
        select(func.count())
        .select_from(broadcasts)
        .where(
            broadcasts.c.of_id == broadcast_id,
            broadcasts.c.kind == DeliveryKind.WITHDRAWAL,
            broadcasts.c.state == BroadcastState.CANCELLED,
        )
    )
    return int(connection.execute(counted).scalar_one())


def _card(connection: Connection, broadcast: Broadcast, now: datetime) -> Card:
    [subject] = subjects(connection, [broadcast])
    always = Card(
        broadcast,
        subject,
        withdrawal_id=_withdrawal(connection, broadcast.id),
        corrected=is_corrected(connection, broadcast.of_id or broadcast.id),
        votes=votes(connection, broadcast.id),
    )
    if is_over(broadcast):
        return always
    later, again_at = _waits(connection, broadcast, now)
    return replace(always, later=later, again_at=again_at, resumes_at=_pause(connection, now))


def _pause(connection: Connection, now: datetime) -> datetime | None:
    last = pause_queries.last(connection)
    return last[0] if last is not None and last[0] > now else None


def _waits(
    connection: Connection, broadcast: Broadcast, now: datetime
) -> tuple[Later | None, datetime | None]:
    """Who waits for the end of their quiet hours; and when what failed for the moment is tried
    again, if nothing is due before."""
    queued = select(deliveries.c.due_at, deliveries.c.reason).where(
        text("deliveries.state = 'queued'"),  # as written in the partial index
        deliveries.c.broadcast_id == broadcast.id,
    )
    in_order = (deliveries.c.due_at, deliveries.c.id)
    first = connection.execute(queued.order_by(*in_order).limit(1)).one_or_none()
    if first is None:
        return None, None
    nothing_is_due = first.due_at > now
    again_at = first.due_at if nothing_is_due and first.reason is not None else None
    some = queued.where(deliveries.c.due_at > now).order_by(*in_order).limit(LOOKED_AT).subquery()
    tried = some.c.reason.is_not(None)
    looked_at, quiet, at = connection.execute(
        select(
            func.count(),
            func.count(case((~tried, 1))),
            func.min(case((~tried, some.c.due_at))),
        ).select_from(some)
    ).one()
    if not quiet:
        return None, again_at
    more = looked_at == LOOKED_AT
    if more and nothing_is_due and quiet == looked_at:  # then whoever is queued waits for that
        return Later(broadcast.count(DeliveryState.QUEUED), at), again_at
    return Later(quiet, at, more), again_at


def _withdrawal(connection: Connection, broadcast_id: int) -> int | None:
    found: int | None = connection.execute(
        select(func.max(broadcasts.c.id)).where(
            broadcasts.c.of_id == broadcast_id,
            broadcasts.c.kind == DeliveryKind.WITHDRAWAL,
            broadcasts.c.state != BroadcastState.CANCELLED,
        )
    ).scalar_one()
    return found


def _subject(row: Row[Any]) -> Subject:
    return Subject(DeliveryKind(row.kind), row.course_id, row.item_id, row.content, row.title)
