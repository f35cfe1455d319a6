"""Turning the audience of a broadcast into deliveries, step by step."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    func,
    literal,
    null,
    select,
    update,
)

from storage.actions.broadcasts import CHUNK, count
from storage.dialects import upsert
from storage.model.audience import Audience, audience_from_json
from storage.model.broadcast import OPEN
from storage.model.delivery import DeliveryState
from storage.model.kinds import CHANGES, DeliveryKind
from storage.model.quiet_hours import next_allowed
from storage.queries import audience as audience_queries
from storage.queries.outbox import reminded_alone
from storage.queries.people import quiet_of
from storage.queries.zones import zones
from storage.tables import broadcasts, deliveries, groups, nodes, persons


def fan_out(
    connection: Connection, broadcast_id: int, now: datetime, zone: ZoneInfo, most: int = CHUNK
) -> bool:
    """Owe a broadcast to the next `most` people of its audience; False when everybody is in.

    One INSERT … SELECT a step. Where it stopped stands in the row, so a step that was committed is
    never done again, and after a crash the next one follows. `zone` is the district's.
    """
    # PostgreSQL: of two planners the second waits here, and then sees where the first stopped.
    row = connection.execute(
        select(broadcasts)
        .where(
            broadcasts.c.id == broadcast_id,
            broadcasts.c.planned_at.is_(None),
            broadcasts.c.state.in_(OPEN),
        )
        .with_for_update()
    ).one_or_none()
    if row is None:
        return False
    audience = audience_from_json(row.audience)
    if audience.groups or audience.of_broadcast is not None:
        _owe_groups(connection, row, audience, now)
    after = row.planned_person
    for source in audience_queries.sources(connection, audience, row.planned_node):
        if source.node_id != row.planned_node:
            after = 0
        looked_at, upto = _next_part(connection, source, after, most)
        if looked_at:
            part = [source.person_id > after, source.person_id <= upto, *_not_told(row)]
            _owe(
                connection, row, source, [*part, *audience_queries.conditions(audience)], now, zone
            )
        # An empty place counts, too: there may be thousands of them.
        most -= max(1, looked_at)
        if most <= 0:
            place = {"planned_node": source.node_id, "planned_person": max(after, upto)}
            here = update(broadcasts).where(broadcasts.c.id == broadcast_id)
            connection.execute(here.values(**place))
            return True
    return _planned(connection, broadcast_id, now)


def _not_told(broadcast: Row[Any]) -> list[ColumnElement[bool]]:
    """Whoever is asleep when an event's reminder is due is reminded before, alone."""
    if broadcast.kind != DeliveryKind.EVENT_REMINDER:
        return []
    alone = reminded_alone(persons.c.id, literal(broadcast.schedule_id))
    return [~alone.exists()]


def _next_part(
    connection: Connection, source: audience_queries.Source, after: int, most: int
) -> tuple[int, int]:
    """How many of the next `most` rows of a source there are, and the last person among them."""
    part = (
        select(source.person_id.label("person_id"))
        .where(*source.where, source.person_id > after)
        .order_by(source.person_id)
        .limit(most)
        .subquery()
    )
    found = connection.execute(select(func.count(), func.max(part.c.person_id))).one()
    return int(found[0]), int(found[1] or 0)


def _planned(connection: Connection, broadcast_id: int, now: datetime) -> bool:
    connection.execute(
        update(broadcasts).where(broadcasts.c.id == broadcast_id).values(planned_at=now)
    )
    return False


def _owe(
    connection: Connection,
    broadcast: Row[Any],
    source: audience_queries.Source,
    who: list[ColumnElement[bool]],
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """One row for each of the people `who`, due outside their quiet hours."""
    people = audience_queries.narrowed(source, who)
    at = due_at(connection, people, DeliveryKind(broadcast.kind), now, zone)
    if at is None:
        return
    addressed = {
        "person_id": persons.c.id,
        "group_id": null(),
        "node_id": persons.c.node_id,
        "due_at": at,
    }
    _insert(connection, broadcast, people, addressed)


def due_at(
    connection: Connection, people: Select[Any], kind: DeliveryKind, now: datetime, zone: ZoneInfo
) -> ColumnElement[datetime] | None:
    """The expression that says when each of `people` may get a message: outside their quiet hours.
    None if they are nobody.

    There are few settings of quiet hours and many people, so the rule stays in the model and the
    rows in SQL.
    """
    home = nodes.alias("home")
    settings: Sequence[Any] = connection.execute(
        people.join(home, home.c.id == persons.c.node_id, isouter=True)
        .with_only_columns(
            persons.c.quiet_starts, persons.c.quiet_ends, persons.c.node_id, home.c.path
        )
        .distinct()
    ).all()
    if not settings:
        return None
    tree = zones(connection, zone)
    moments: dict[datetime, list[Any]] = defaultdict(list)
    for setting in settings:
        quiet = None if kind in CHANGES else quiet_of(setting)
        allowed = next_allowed(now, quiet, tree.at(setting.path))
        moments[allowed].append(setting)
    return _due_at(moments)


def _due_at(moments: Mapping[datetime, Sequence[Any]]) -> ColumnElement[datetime]:
    """The expression that gives each person the moment of their setting."""
    kind = deliveries.c.due_at.type
    first, *others = moments
    if not others:
        return literal(first, kind)
    return case(
        *(
            (
                and_(
                    persons.c.quiet_starts.is_not_distinct_from(setting.quiet_starts),
                    persons.c.quiet_ends.is_not_distinct_from(setting.quiet_ends),
                    persons.c.node_id.is_not_distinct_from(setting.node_id),
                ),
                literal(at, kind),
            )
            for at in others
            for setting in moments[at]
        ),
        else_=literal(first, kind),
    )


def _owe_groups(
    connection: Connection, broadcast: Row[Any], audience: Audience, now: datetime
) -> None:
    chosen = audience_queries.groups_of(audience)
    addressed = {
        "person_id": null(),
        "group_id": groups.c.id,
        "node_id": groups.c.node_id,
        "due_at": literal(now, deliveries.c.due_at.type),
    }
    _insert(connection, broadcast, chosen, addressed)


def _insert(
    connection: Connection,
    broadcast: Row[Any],
    who: Select[Any],
    addressed: Mapping[str, ColumnElement[Any]],
) -> None:
    """One row for each of `who`; `addressed`: to whom, where they belong, and when it is due."""
    values = {
        "broadcast_id": literal(broadcast.id, deliveries.c.broadcast_id.type),
        **addressed,
        "kind": literal(broadcast.kind, deliveries.c.kind.type),
        "state": literal(DeliveryState.QUEUED, deliveries.c.state.type),
    }
    owed = connection.execute(
        upsert(connection.dialect.name, deliveries)
        .from_select(list(values), who.with_only_columns(*values.values()))
        .on_conflict_do_nothing()
    ).rowcount
    count(connection, Counter({(broadcast.id, DeliveryState.QUEUED): owed}))
