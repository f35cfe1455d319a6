"""The outbox as the planner's and courier's last look sees it."""

from collections.abc import Mapping, Sequence, Set
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

from storage.model.broadcast import OPEN, BroadcastState
from storage.model.delivery import Claimed, DeliveryState, MessageIds, Outcome, ids_from_text
from storage.model.kinds import CHANGES, DeliveryKind
from storage.model.person import Quiet, Standing
from storage.model.quiet_hours import next_allowed
from storage.queries.zones import Zones, zones
from storage.tables import broadcasts, deliveries, groups, nodes, persons, progress

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
_CLAIMED: Select[Any] = (
    select(
        deliveries.c.id,
        deliveries.c.kind,
        deliveries.c.attempts,
        deliveries.c.broadcast_id,
        deliveries.c.subject_id,
        deliveries.c.message_ids,
        deliveries.c.person_id,
        deliveries.c.group_id,
        func.coalesce(persons.c.telegram_id, groups.c.chat_id),
        persons.c.language,
        persons.c.name,
        persons.c.quiet_starts,
        persons.c.quiet_ends,
        nodes.c.path,
        nodes.c.name,
        _WANTED,
    )
    .join(persons, persons.c.id == deliveries.c.person_id, isouter=True)
    .join(groups, groups.c.id == deliveries.c.group_id, isouter=True)
    .join(nodes, nodes.c.id == func.coalesce(persons.c.node_id, groups.c.node_id), isouter=True)
    .where(deliveries.c.id.in_(bindparam("ids", expanding=True)))
)
_original = broadcasts.alias("original")
_FACTS: Select[Any] = (
    select(
        broadcasts.c.id,
        func.coalesce(_original.c.id, broadcasts.c.id).label("content_id"),
        func.coalesce(_original.c.revision, broadcasts.c.revision).label("revision"),
        broadcasts.c.of_id,
        broadcasts.c.subject_id,
        broadcasts.c.course_id,
        broadcasts.c.item_id,
        broadcasts.c.at_most_once,
        broadcasts.c.expires_at,
    )
    .join(_original, _original.c.id == broadcasts.c.of_id, isouter=True)
    .where(broadcasts.c.id.in_(bindparam("ids", expanding=True)))
)
_in_hand = deliveries.alias("in_hand")
_BEFORE = select(
    deliveries.c.person_id,
    deliveries.c.group_id,
    deliveries.c.message_ids,
    deliveries.c.state == DeliveryState.SENT,
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


# A broadcast, and the person or group that it was for.
_Addressed = tuple[int | None, int | None, int | None]


class _Facts(NamedTuple):
    """What all deliveries of one broadcast have in common."""

    content_id: int | None = None
    revision: int = 0
    of_id: int | None = None
    subject_id: int | None = None
    course_id: str | None = None
    item_id: str | None = None
    at_most_once: bool = False
    expires_at: datetime | None = None


def claimed(
    connection: Connection, delivery_ids: Sequence[int], now: datetime, zone: ZoneInfo
) -> list[tuple[Claimed, Outcome | None]]:
    """What the courier needs of the deliveries it claimed, in the order of `delivery_ids`, each
    with what stands in its way, if anything does.

    Somebody who left since the planning gets nothing, nor does a study push reach somebody who
    paused them, moved, or is no member any more. What is half sent waits for a correction to the
    same person: the rest would be of another text than its beginning.
    """
    rows = connection.execute(_CLAIMED, {"ids": delivery_ids}).all()
    facts = _facts(connection, {row[3] for row in rows if row[3] is not None})
    half_sent = [row[0] for row in rows if row[5] is not None and row[1] not in CHANGES]
    waiting = _changing(connection, half_sent)
    before = _before(connection, facts, rows, waiting)
    tree = zones(connection, zone)
    allowed_at = cache(partial(_allowed_at, now, tree))
    found: dict[int, tuple[Claimed, Outcome | None]] = {}
    for row in rows:  # taken apart at once: this is done for every message
        (
            delivery_id,
            kind,
            attempts,
            broadcast_id,
            subject_id,
            sent,
            person_id,
            group_id,
            chat_id,
            language,
            name,
            quiet_starts,
            quiet_ends,
            path,
            community,
            wanted,
        ) = row
        of = facts[broadcast_id]
        delivery = Claimed(
            delivery_id,
            DeliveryKind(kind),
            chat_id,
            language or "",
            name or "",
            community or "",
            broadcast_id,
            of.content_id,
            of.revision,
            of.subject_id if subject_id is None else subject_id,
            of.course_id,
            of.item_id,
            of.at_most_once,
            attempts,
            ids_from_text(sent),
            *before.get((of.of_id, person_id, group_id), ()),
        )
        obstacle = None
        if not wanted:
            obstacle = _outcome(delivery, DeliveryState.CANCELLED, "no longer wanted")
        elif of.expires_at is not None and now >= of.expires_at:
            obstacle = _outcome(delivery, DeliveryState.EXPIRED, "too late")
        elif kind not in CHANGES and (later := allowed_at(quiet_starts, quiet_ends, path)) > now:
            obstacle = _outcome(delivery, DeliveryState.QUEUED, again_at=later)
        elif delivery_id in waiting:
            again_at = now + _UNTIL_CHANGED
            obstacle = _outcome(delivery, DeliveryState.QUEUED, again_at=again_at)
        found[delivery_id] = (delivery, obstacle)
    return [found[delivery_id] for delivery_id in delivery_ids]


def _facts(connection: Connection, ids: Set[int]) -> dict[int | None, _Facts]:
    facts: dict[int | None, _Facts] = {None: _Facts()}
    for row in connection.execute(_FACTS, {"ids": list(ids)}) if ids else ():
        facts[row.id] = _Facts(*row[1:])
    return facts


def _changing(connection: Connection, half_sent: Sequence[int]) -> set[int]:
    """Those of the deliveries that a change is to reach before they go on."""
    if not half_sent:
        return set()
    return set(connection.execute(_CHANGING, {"ids": half_sent}).scalars())


def _before(
    connection: Connection,
    facts: Mapping[int | None, _Facts],
    rows: Sequence[Any],
    waiting: Set[int],
) -> dict[_Addressed, tuple[MessageIds, bool]]:
    """The messages that corrections and withdrawals among the rows are about, and whether they are
    all of a delivery; none of what is on its way at this moment.

    `waiting`: claimed together with the rows, but they go back to the queue, and wait for these.
    """
    found: dict[_Addressed, tuple[MessageIds, bool]] = {}
    for broadcast_id, of in facts.items():
        if of.of_id is not None:
            people = [row[6] for row in rows if row[3] == broadcast_id and row[6] is not None]
            chats = [row[7] for row in rows if row[3] == broadcast_id and row[7] is not None]
            names = {
                "of_id": of.of_id,
                "change_id": broadcast_id,
                "people": people,
                "groups": chats,
                "waiting": list(waiting),
            }
            for person_id, group_id, ids, whole in connection.execute(_BEFORE, names):
                found[of.of_id, person_id, group_id] = ids_from_text(ids), whole
    return found


def _allowed_at(
    now: datetime, tree: Zones, starts: time | None, ends: time | None, path: str | None
) -> datetime:
    quiet = None if starts is None or ends is None else Quiet(starts, ends)
    return next_allowed(now, quiet, tree.at(path))


def _outcome(
    delivery: Claimed,
    state: DeliveryState,
    reason: str | None = None,
    again_at: datetime | None = None,
) -> Outcome:
    return Outcome(delivery.id, delivery.broadcast_id, state, reason=reason, again_at=again_at)


_RUNNING = (
    select(broadcasts.c.id)
    .join(progress, progress.c.broadcast_id == broadcasts.c.id)
    .where(
        text("broadcasts.finished_at IS NULL"),  # as written in the partial index
        broadcasts.c.state == BroadcastState.RUNNING,
        progress.c.state == DeliveryState.QUEUED,
        progress.c.count > 0,
    )
    .order_by(broadcasts.c.priority, progress.c.count, broadcasts.c.id)
)


def running(connection: Connection) -> list[int]:
    """The broadcasts that have something queued, in the order in which they are served.

    Of the same priority the shortest comes first: a notice to one community does not wait for
    hours behind one to a whole district, which it hardly delays.
    """
    return list(connection.execute(_RUNNING).scalars())


def unplanned(connection: Connection) -> list[int]:
    """Broadcasts whose audience has not wholly become deliveries, in the order they were begun."""
    return list(
        connection.execute(
            select(broadcasts.c.id)
            .where(
                text("planned_at IS NULL"),
                broadcasts.c.state.in_(OPEN),
            )
            .order_by(broadcasts.c.priority, broadcasts.c.id)
        ).scalars()
    )


WAITING = exists().where(
    progress.c.broadcast_id == broadcasts.c.id,
    progress.c.state.in_((DeliveryState.QUEUED, DeliveryState.CLAIMED)),
    progress.c.count > 0,
)
# As written in the partial index; the whole audience is in, no retry goes on, and nothing waits.
FINISHED = and_(
    text("broadcasts.finished_at IS NULL"),
    broadcasts.c.state.in_(OPEN),
    broadcasts.c.planned_at.is_not(None),
    broadcasts.c.retry_at.is_(None),
    ~WAITING,
)


def finished(connection: Connection) -> bool:
    """Whether a running broadcast has nothing left to send."""
    return connection.execute(select(broadcasts.c.id).where(FINISHED)).first() is not None


def unretried(connection: Connection) -> list[int]:
    """Broadcasts of which what failed is not wholly queued again, the most urgent first."""
    return list(
        connection.execute(
            select(broadcasts.c.id)
            .where(
                text("broadcasts.finished_at IS NULL"),
                broadcasts.c.retry_at.is_not(None),
                broadcasts.c.state.in_(OPEN),
            )
            .order_by(broadcasts.c.priority, broadcasts.c.id)
        ).scalars()
    )


def unswept(connection: Connection) -> list[int]:
    """Cancelled broadcasts that may have something queued still."""
    return list(
        connection.execute(
            select(broadcasts.c.id).where(
                text("broadcasts.finished_at IS NULL"),
                broadcasts.c.state == BroadcastState.CANCELLED,
            )
        ).scalars()
    )


def anything_due(connection: Connection, now: datetime) -> bool:
    """Whether a message is due that may be sent now."""
    found = next_due(connection)
    return found is not None and found <= now


def next_due(connection: Connection) -> datetime | None:
    """When the next queued delivery is due."""
    lanes: list[ColumnElement[bool]] = [deliveries.c.broadcast_id.is_(None)]
    lanes += [deliveries.c.broadcast_id == i for i in running(connection)]
    earliest = select(func.min(deliveries.c.due_at)).where(text("state = 'queued'"))
    found = [connection.execute(earliest.where(lane)).scalar_one() for lane in lanes]
    return min((at for at in found if at is not None), default=None)


def states(connection: Connection, broadcast_id: int) -> dict[DeliveryState, int]:
    """How many deliveries of a broadcast are in each state; their sum is its audience."""
    rows = connection.execute(
        select(progress.c.state, progress.c.count).where(
            progress.c.broadcast_id == broadcast_id, progress.c.count > 0
        )
    )
    return {DeliveryState(state): count for state, count in rows}
