"""The last look: what a claimed delivery needs to go out, and what stands in its way.

It is taken of every message. Statements name their columns as the fields of their rows.
"""

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from datetime import datetime, time, timedelta
from functools import cache, partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    text,
)

from storage.model.audience import audience_from_json
from storage.model.broadcast import OPEN
from storage.model.delivery import Claimed, DeliveryState, MessageIds, Outcome, ids_from_text
from storage.model.kinds import AT_NIGHT_TOO, CHANGES, DeliveryKind
from storage.model.person import Quiet, Standing
from storage.model.quiet_hours import next_allowed
from storage.queries import lessons
from storage.queries.audience import did_meanwhile
from storage.queries.groups import READS
from storage.queries.zones import Zones, zones
from storage.tables import broadcasts, deliveries, groups, nodes, persons


class _Delivery(NamedTuple):
    """One that was claimed, whom it is for, and whether they may have it (`wanted`)."""

    id: int
    kind: str
    attempts: int
    due_at: datetime
    broadcast_id: int | None
    subject_id: int | None
    schedule_id: int | None
    message_ids: str | None
    person_id: int | None
    group_id: int | None
    chat_id: int
    language: str | None
    name: str | None
    quiet_starts: time | None
    quiet_ends: time | None
    path: str | None
    community: str | None
    wanted: bool


class _Facts(NamedTuple):
    """What all deliveries of one broadcast have in common; as it is, what holds without one."""

    id: int | None = None
    content_id: int | None = None
    revision: int = 0
    of_id: int | None = None
    subject_id: int | None = None
    schedule_id: int | None = None
    course_id: str | None = None
    item_id: str | None = None
    audience: str | None = None
    at_most_once: bool = False
    expires_at: datetime | None = None


class _Before(NamedTuple):
    """The messages that a correction or withdrawal is about, and whether they are all of it."""

    message_ids: MessageIds = ()
    whole: bool = True


_NOTHING = _Before()


# A broadcast, and the person or group that it was for.
_Addressed = tuple[int | None, int | None, int | None]


def _named(fields: tuple[str, ...], **columns: ColumnElement[Any]) -> Select[Any]:
    """Selects `columns` in the order of `fields`: a row becomes a tuple of these as it is.

    Raises KeyError for a field without a column.
    """
    return select(*(columns[field].label(field) for field in fields))


# A study push is for members of the community for which it was planned.
_STUDIES = and_(
    persons.c.paused.is_(False),
    persons.c.standing == Standing.MEMBER,
    persons.c.node_id == deliveries.c.node_id,
)
_PERSON_WANTS = and_(
    persons.c.left_at.is_(None),
    persons.c.telegram_id.is_not(None),
    or_(deliveries.c.kind != DeliveryKind.STUDY_ITEM, _STUDIES),
)
_WANTED = or_(_PERSON_WANTS, and_(groups.c.id.is_not(None), groups.c.left_at.is_(None)))
_DELIVERIES = (
    _named(
        _Delivery._fields,
        id=deliveries.c.id,
        kind=deliveries.c.kind,
        attempts=deliveries.c.attempts,
        due_at=deliveries.c.due_at,
        broadcast_id=deliveries.c.broadcast_id,
        subject_id=deliveries.c.subject_id,
        schedule_id=deliveries.c.schedule_id,
        message_ids=deliveries.c.message_ids,
        person_id=deliveries.c.person_id,
        group_id=deliveries.c.group_id,
        chat_id=func.coalesce(persons.c.telegram_id, groups.c.chat_id),
        language=func.coalesce(persons.c.language, READS),
        name=persons.c.name,
        quiet_starts=persons.c.quiet_starts,
        quiet_ends=persons.c.quiet_ends,
        path=nodes.c.path,
        community=nodes.c.name,
        wanted=_WANTED,
    )
    .join(persons, persons.c.id == deliveries.c.person_id, isouter=True)
    .join(groups, groups.c.id == deliveries.c.group_id, isouter=True)
    .join(nodes, nodes.c.id == func.coalesce(persons.c.node_id, groups.c.node_id), isouter=True)
    .where(deliveries.c.id.in_(bindparam("ids", expanding=True)))
)
_original = broadcasts.alias("original")
_FACTS = (
    _named(
        _Facts._fields,
        id=broadcasts.c.id,
        content_id=func.coalesce(_original.c.id, broadcasts.c.id),
        revision=func.coalesce(_original.c.revision, broadcasts.c.revision),
        of_id=broadcasts.c.of_id,
        subject_id=broadcasts.c.subject_id,
        schedule_id=broadcasts.c.schedule_id,
        course_id=broadcasts.c.course_id,
        item_id=broadcasts.c.item_id,
        audience=broadcasts.c.audience,
        at_most_once=broadcasts.c.at_most_once,
        expires_at=broadcasts.c.expires_at,
    )
    .join(_original, _original.c.id == broadcasts.c.of_id, isouter=True)
    .where(broadcasts.c.id.in_(bindparam("ids", expanding=True)))
)
_in_hand = deliveries.alias("in_hand")
_BEFORE = select(
    deliveries.c.person_id,
    deliveries.c.group_id,
    deliveries.c.message_ids,
    (deliveries.c.state == DeliveryState.SENT).label("whole"),
).where(
    deliveries.c.broadcast_id == bindparam("of_id"),
    or_(
        deliveries.c.person_id.in_(bindparam("people", expanding=True)),
        deliveries.c.group_id.in_(bindparam("groups", expanding=True)),
    ),
    # While it is being sent, or changed by an earlier change, nobody knows all its messages.
    ~exists().where(
        text("in_hand.state = 'claimed'"),
        _in_hand.c.id.not_in(bindparam("waiting", expanding=True)),
        _in_hand.c.broadcast_id.in_(
            select(broadcasts.c.id).where(
                broadcasts.c.id < bindparam("change_id"),
                or_(
                    broadcasts.c.id == bindparam("of_id"), broadcasts.c.of_id == bindparam("of_id")
                ),
            )
        ),
        or_(
            _in_hand.c.person_id == deliveries.c.person_id,
            _in_hand.c.group_id == deliveries.c.group_id,
        ),
    ),
)

_change = broadcasts.alias("change")
_of_change = deliveries.alias("of_change")
_CHANGE_GOES_ON = _change.c.state.in_(OPEN)


def _has_change(addressee: str) -> ColumnElement[bool]:
    """Whether the person or group of a delivery is owed a change of it, or is being sent one."""
    return exists().where(
        _of_change.c.broadcast_id == _change.c.id,
        _of_change.c[addressee] == deliveries.c[addressee],
        or_(
            _of_change.c.state == DeliveryState.CLAIMED,
            and_(_of_change.c.state == DeliveryState.QUEUED, _CHANGE_GOES_ON),
        ),
    )


# Until the whole audience of a change is in, somebody may be owed it who is not yet.
_CHANGING = (
    select(deliveries.c.id)
    .join(_change, _change.c.of_id == deliveries.c.broadcast_id)
    .where(
        deliveries.c.id.in_(bindparam("ids", expanding=True)),
        or_(
            and_(_CHANGE_GOES_ON, _change.c.planned_at.is_(None)),
            _has_change("person_id"),
            _has_change("group_id"),
        ),
    )
)
# What is half sent looks this often whether a correction has put it right.
_UNTIL_CHANGED = timedelta(seconds=2)


def claimed(
    connection: Connection, delivery_ids: Sequence[int], now: datetime, zone: ZoneInfo
) -> list[tuple[Claimed, Outcome | None]]:
    """What the courier needs of the deliveries it claimed, in the order of `delivery_ids`, each
    with what stands in its way, if anything does.

    Somebody who left since the planning gets nothing, nor does a study push reach somebody who
    paused them, moved, is no member any more, left the course, or has the item already. What is
    half sent waits for a correction to the same person: the rest would be of another text than its
    beginning.
    """
    found = connection.execute(_DELIVERIES, {"ids": delivery_ids})
    rows = {row.id: row for row in map(_Delivery._make, found)}
    facts = _facts(connection, {row.broadcast_id for row in rows.values()})
    for needless in _needless(connection, rows.values(), facts):
        rows[needless] = rows[needless]._replace(wanted=False)
    waiting = _changing(connection, rows.values())
    before = _before(connection, facts.values(), rows.values(), waiting)
    allowed_at = cache(partial(_allowed_at, zones(connection, zone)))
    looked_at = []
    for delivery_id in delivery_ids:
        row = rows[delivery_id]
        of = facts[row.broadcast_id]
        obstacle = _obstacle(row, of, waiting, allowed_at, now)
        looked_at.append((_claimed(row, of, before), obstacle))
    return looked_at


def _claimed(row: _Delivery, of: _Facts, before: Mapping[_Addressed, _Before]) -> Claimed:
    there = before.get((of.of_id, row.person_id, row.group_id), _NOTHING)
    return Claimed(
        id=row.id,
        kind=DeliveryKind(row.kind),
        chat_id=row.chat_id,
        language=row.language or "",
        name=row.name or "",
        community=row.community or "",
        broadcast_id=row.broadcast_id,
        content_id=of.content_id,
        revision=of.revision,
        subject_id=of.subject_id if row.subject_id is None else row.subject_id,
        schedule_id=of.schedule_id if row.schedule_id is None else row.schedule_id,
        course_id=of.course_id,
        item_id=of.item_id,
        at_most_once=of.at_most_once,
        attempts=row.attempts,
        sent=ids_from_text(row.message_ids),
        before=there.message_ids,
        before_is_whole=there.whole,
    )


def _obstacle(
    row: _Delivery,
    of: _Facts,
    waiting: Set[int],
    allowed_at: Callable[[datetime, time | None, time | None, str | None], datetime],
    now: datetime,
) -> Outcome | None:
    if not row.wanted:
        return _outcome(row, DeliveryState.CANCELLED, "no longer wanted")
    if of.expires_at is not None and now >= of.expires_at:
        return _outcome(row, DeliveryState.EXPIRED, "too late")
    if row.kind not in CHANGES:
        quiet = (row.quiet_starts, row.quiet_ends, row.path)
        later = allowed_at(now, *quiet)
        is_meant = row.kind in AT_NIGHT_TOO and allowed_at(row.due_at, *quiet) > row.due_at
        if later > now and not is_meant:
            return _outcome(row, DeliveryState.QUEUED, again_at=later)
    if row.id in waiting:
        return _outcome(row, DeliveryState.QUEUED, again_at=now + _UNTIL_CHANGED)
    return None


def _facts(connection: Connection, ids: Set[int | None]) -> dict[int | None, _Facts]:
    """The facts of these broadcasts, and those of no broadcast."""
    facts: dict[int | None, _Facts] = {None: _Facts()}
    known = [i for i in ids if i is not None]
    for of in map(_Facts._make, connection.execute(_FACTS, {"ids": known}) if known else ()):
        facts[of.id] = of
    return facts


def _needless(
    connection: Connection, rows: Collection[_Delivery], facts: Mapping[int | None, _Facts]
) -> set[int]:
    """Those that their people need no more: study items, and what was meant for those who did
    something or did not. What is half sent goes on."""
    again = set()
    for of in facts.values():
        lesson = audience_from_json(of.audience).lesson if of.course_id and of.audience else None
        if of.id is not None and lesson is not None and lesson.again:
            again.add(of.id)
    study = [row for row in rows if row.kind == DeliveryKind.STUDY_ITEM and not row.message_ids]
    needless = lessons.needless(connection, [row.id for row in study], again)
    for of in facts.values():
        people = {
            row.person_id: row.id
            for row in rows
            if row.broadcast_id == of.id and row.person_id is not None and not row.message_ids
        }
        if of.audience is not None and people:
            audience = audience_from_json(of.audience)
            did = did_meanwhile(connection, audience, list(people))
            needless |= {people[each] for each in did}
    return needless


def _changing(connection: Connection, rows: Collection[_Delivery]) -> set[int]:
    """Those of the deliveries that are half sent, and that a change is to reach before they go
    on."""
    half_sent = [row.id for row in rows if row.message_ids is not None and row.kind not in CHANGES]
    if not half_sent:
        return set()
    return set(connection.execute(_CHANGING, {"ids": half_sent}).scalars())


def _before(
    connection: Connection,
    facts: Collection[_Facts],
    rows: Collection[_Delivery],
    waiting: Set[int],
) -> dict[_Addressed, _Before]:
    """The messages that corrections and withdrawals among the rows are about; none of what is on
    its way at this moment.

    `waiting`: claimed together with the rows, but they go back to the queue, and wait for these.
    """
    found: dict[_Addressed, _Before] = {}
    for of in facts:
        if of.of_id is None:
            continue
        its = [row for row in rows if row.broadcast_id == of.id]
        names = {
            "of_id": of.of_id,
            "change_id": of.id,
            "people": [row.person_id for row in its if row.person_id is not None],
            "groups": [row.group_id for row in its if row.group_id is not None],
            "waiting": list(waiting),
        }
        for row in connection.execute(_BEFORE, names):
            there = _Before(ids_from_text(row.message_ids), row.whole)
            found[of.of_id, row.person_id, row.group_id] = there
    return found


def _allowed_at(
    tree: Zones, at: datetime, starts: time | None, ends: time | None, path: str | None
) -> datetime:
    quiet = None if starts is None or ends is None else Quiet(starts, ends)
    return next_allowed(at, quiet, tree.at(path))


def _outcome(
    row: _Delivery,
    state: DeliveryState,
    reason: str | None = None,
    again_at: datetime | None = None,
) -> Outcome:
    return Outcome(row.id, row.broadcast_id, state, reason=reason, again_at=again_at)
