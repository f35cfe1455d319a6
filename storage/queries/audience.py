"""Who an audience is: the same conditions count it, name some of it, and owe it messages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)

from storage.model.audience import Audience, Behaviour, Deed
from storage.model.delivery import DeliveryState
from storage.model.event import STANDING
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power, Role
from storage.model.sign_up import TAKING_PART, SignUpState
from storage.model.suggestion import BEGINNING, SuggestionState, format_number
from storage.queries import lessons
from storage.queries import nodes as node_queries
from storage.queries.audience_sums import from_sums
from storage.queries.groups import READS
from storage.tables import (
    acknowledgements,
    attendances,
    broadcasts,
    deliveries,
    enrolments,
    events,
    groups,
    nodes,
    persons,
    roles,
    sign_ups,
    suggestions,
    supports,
)
from storage.tables.persons import AWAY
from storage.tables.roles import HELD

SAMPLE = 5
RECENT = timedelta(days=30)
SUGGESTED = timedelta(days=90)
MOST_SUGGESTIONS = 100  # on pages of buttons, nobody turns further
# Who got a broadcast, or gets it at this moment; of a long one, perhaps only the beginning.
_REACHED = or_(
    deliveries.c.state.in_((DeliveryState.SENT, DeliveryState.CLAIMED)),
    deliveries.c.message_ids.is_not(None),
)
# What was taken back was not done.
SEATED = sign_ups.c.state == SignUpState.SIGNED_UP
_TICKED = attendances.c.withdrawn_at.is_(None)
_SUPPORTS = supports.c.withdrawn_at.is_(None)


@dataclass(frozen=True, slots=True)
class Source:
    """Where an audience's people are found, in the order of an index: `person_id` of the rows of
    `table` that meet `where`. `node_id` tells the places of a tree apart."""

    table: FromClause
    person_id: ColumnElement[int]
    where: tuple[ColumnElement[bool], ...]
    node_id: int = 0


def sources(connection: Connection, audience: Audience, after_node: int = 0) -> list[Source]:
    """The parts in which an audience is walked through; of a tree, the nodes from `after_node` on.

    One community after the other, so that each step is a seek in an index, however many live
    elsewhere.
    """
    if audience.of_broadcast is not None:
        owed = deliveries.c.broadcast_id == audience.of_broadcast
        return [Source(deliveries, deliveries.c.person_id, (owed,))]
    if audience.of_event is not None:
        meant = sign_ups.c.state.in_(TAKING_PART) if audience.in_line else SEATED
        holds = sign_ups.c.event_id == audience.of_event, meant
        return [Source(sign_ups, sign_ups.c.person_id, holds)]
    if audience.node_id is None or audience.groups:
        return []
    path = node_queries.by_id(connection, audience.node_id).path
    places = select(nodes.c.id).where(node_queries.below(path), nodes.c.id >= after_node)
    if audience.role is not None:  # of thousands of places, most have nobody who holds it
        held = exists().where(roles.c.node_id == nodes.c.id, roles.c.role == audience.role, HELD)
        places = places.where(held)
    ids = connection.execute(places.order_by(nodes.c.id)).scalars()
    return [_at(i, audience.role) for i in ids]


def _at(node_id: int, role: Role | None) -> Source:
    """Who lives at a node; or who holds a role there, because staff may live anywhere."""
    if role is None:
        return Source(persons, persons.c.id, (persons.c.node_id == node_id,), node_id)
    holds = (roles.c.node_id == node_id, roles.c.role == role, HELD)
    return Source(roles, roles.c.person_id, holds, node_id)


def conditions(audience: Audience) -> list[ColumnElement[bool]]:
    """What each row of a source must meet besides: the person is here, reachable, and as was
    asked; of the people whom a broadcast was for, it is those that it reached. Whoever holds a seat
    is owed news of it also while they are unreachable: they may be back in time."""
    found: list[ColumnElement[bool]] = [
        persons.c.left_at.is_(None),
        persons.c.telegram_id.is_not(None),
    ]
    if audience.of_event is None:
        found.append(persons.c.unreachable_at.is_(None))
    if audience.of_broadcast is not None:
        found.append(_REACHED)
    if audience.standing is not None:
        found.append(persons.c.standing == audience.standing)
    if audience.language is not None:
        found.append(_reads(audience.language, audience.of_broadcast))
    if audience.studying:
        found.append(persons.c.paused.is_(False))
    if audience.course_id is not None:
        found.append(_joined(audience))
    if audience.lesson is not None:
        found += lessons.wanted(audience.lesson)
    if audience.unanswered is not None:
        found.append(~_answered(audience.unanswered))
    if audience.behaviour is not None:
        did = _did(audience.behaviour)
        found.append(did if audience.behaviour.done else ~did)
    return found


def did_meanwhile(
    connection: Connection, audience: Audience, person_ids: Sequence[int]
) -> set[int]:
    """Those of the people who were in an audience for what they had done, or not, and are not any
    more: they signed up since, say."""
    asked: list[ColumnElement[bool]] = []
    if audience.unanswered is not None:
        asked.append(~_answered(audience.unanswered))
    if audience.behaviour is not None:
        did = _did(audience.behaviour)
        asked.append(did if audience.behaviour.done else ~did)
    if not asked:
        return set()
    still = select(persons.c.id).where(persons.c.id.in_(person_ids), *asked)
    return set(person_ids) - set(connection.execute(still).scalars())


def _answered(event_id: int) -> ColumnElement[bool]:
    """Whether a person signed up for an event, also if they cancelled since."""
    return exists().where(sign_ups.c.person_id == persons.c.id, sign_ups.c.event_id == event_id)


def _reads(language: str, of_broadcast: int | None) -> ColumnElement[bool]:
    """Whether somebody reads a language; also, whether they may have read it when they were sent a
    broadcast."""
    reads = persons.c.language == language
    if of_broadcast is None:
        return reads
    began_at = select(broadcasts.c.created_at).where(broadcasts.c.id == of_broadcast)
    return or_(reads, persons.c.language_at > began_at.scalar_subquery())


def _joined(audience: Audience) -> ColumnElement[bool]:
    """Whether a person is in the audience's course, and joined it in its span."""
    found = [
        enrolments.c.person_id == persons.c.id,
        enrolments.c.course_id == audience.course_id,
        enrolments.c.left_at.is_(None),
    ]
    if audience.joined_from is not None:
        found.append(enrolments.c.joined_at >= audience.joined_from)
    if audience.joined_to is not None:
        found.append(enrolments.c.joined_at < audience.joined_to)
    return exists().where(*found)


def _did(behaviour: Behaviour) -> ColumnElement[bool]:
    """Whether a person did it."""
    match behaviour.deed:
        case Deed.ACKNOWLEDGED:
            return exists().where(
                acknowledgements.c.person_id == persons.c.id,
                acknowledgements.c.course_id == behaviour.course_id,
                acknowledgements.c.item_id == behaviour.item_id,
            )
        case Deed.SIGNED_UP:
            return exists().where(
                sign_ups.c.person_id == persons.c.id,
                sign_ups.c.event_id == behaviour.subject_id,
                SEATED,
            )
        case Deed.ATTENDED:
            return exists().where(
                attendances.c.person_id == persons.c.id,
                attendances.c.event_id == behaviour.subject_id,
                _TICKED,
            )
        case Deed.MISSED:
            signed_up, attended = (
                _did(replace(behaviour, deed=deed)) for deed in (Deed.SIGNED_UP, Deed.ATTENDED)
            )
            return and_(signed_up, ~attended)
        case Deed.SUPPORTED:
            return exists().where(
                supports.c.person_id == persons.c.id,
                supports.c.suggestion_id == behaviour.subject_id,
                _SUPPORTS,
            )


def count(connection: Connection, audience: Audience) -> int:
    """How many people (or groups) an audience has now."""
    if audience.groups:
        counted = groups_of(audience).with_only_columns(func.count())
        return int(connection.execute(counted).scalar_one())
    if audience == Audience(of_broadcast=audience.of_broadcast):
        return _reached(connection, audience.of_broadcast)
    deed = audience.behaviour
    if deed is not None and not deed.done:
        # Whoever is in it and did not is found by those who did: these are fewer.
        every = count(connection, replace(audience, behaviour=None))
        return every - count(connection, replace(audience, behaviour=replace(deed, done=True)))
    kept = from_sums(connection, audience)
    return count_rows(connection, audience) if kept is None else kept


def _reached(connection: Connection, broadcast_id: int | None) -> int:
    """How many people a broadcast reached who still can be: all whom it reached, without those who
    are away since. These are fewer: of a million nobody has to be looked up."""
    reached = (
        select(func.count())
        .select_from(deliveries)
        .where(
            deliveries.c.broadcast_id == broadcast_id, deliveries.c.person_id.is_not(None), _REACHED
        )
    )
    away = deliveries.c.person_id.in_(select(persons.c.id).where(AWAY))
    numbers = connection.execute(
        select(reached.scalar_subquery(), reached.where(away).scalar_subquery())
    )
    every, gone = numbers.one()
    return int(every) - int(gone)


def count_rows(connection: Connection, audience: Audience) -> int:
    """The same for people, by looking at each."""
    counted = _people(connection, audience).with_only_columns(func.count())
    return int(connection.execute(counted).scalar_one())


def sample(connection: Connection, audience: Audience) -> list[str]:
    """A few of the names, so that staff see whom they have chosen; none of an audience that
    names nobody."""
    if audience.names_nobody:
        return []
    if audience.groups:
        titled = groups_of(audience).with_only_columns(groups.c.title)
        return list(connection.execute(titled.limit(SAMPLE)).scalars())
    named = _people(connection, audience).with_only_columns(persons.c.name)
    return list(connection.execute(named.limit(SAMPLE)).scalars())


def require_somebody(connection: Connection, audience: Audience) -> None:
    """Raises Refusal("audience.nobody") for an audience that nobody is in now."""
    if is_empty(connection, audience):
        raise Refusal("audience.nobody")


def is_empty(connection: Connection, audience: Audience) -> bool:
    """Whether nobody is in an audience now."""
    who = groups_of(audience) if audience.groups else _people(connection, audience)
    return connection.execute(who.limit(1)).first() is None


def recent_events(
    connection: Connection, node_id: int, now: datetime
) -> list[tuple[int, datetime, str]]:
    """Id, begin and title of the events to which people of a node could sign up: those of the node
    and of the places above and below it, to come or of the last month, the latest first."""
    path = node_queries.by_id(connection, node_id).path
    above = literal(path).like(nodes.c.path + "%")
    rows = connection.execute(
        select(events.c.id, events.c.starts_at, events.c.title)
        .join(nodes, nodes.c.id == events.c.node_id)
        .where(
            or_(node_queries.below(path), above),
            events.c.starts_at > now - RECENT,
            events.c.state.in_(sorted(STANDING)),
        )
        .order_by(events.c.starts_at.desc(), events.c.id.desc())
    )
    return [(row.id, row.starts_at, row.title) for row in rows]


def recent_suggestions(
    connection: Connection,
    person: Person,
    node_id: int,
    now: datetime,
    most: int = MOST_SUGGESTIONS,
) -> list[tuple[int, str, str]]:
    """Id, number and the beginning of the suggestions of a node and the places below it that
    `person` may answer and that were not declined: of the last 90 days, the latest first,
    `most` of them."""
    path = node_queries.by_id(connection, node_id).path
    beginning = func.substr(suggestions.c.text, 1, BEGINNING).label("beginning")
    rows = connection.execute(
        select(suggestions.c.id, suggestions.c.year, suggestions.c.sequence, beginning)
        .join(nodes, nodes.c.id == suggestions.c.node_id)
        .where(
            node_queries.below(path),
            node_queries.below(*person.reach(Power.ANSWER)),
            suggestions.c.state != SuggestionState.DECLINED,
            suggestions.c.submitted_at > now - SUGGESTED,
        )
        .order_by(suggestions.c.id.desc())
        .limit(most)
    )
    return [(row.id, format_number(row.year, row.sequence), row.beginning) for row in rows]


def groups_of(audience: Audience) -> Select[Any]:
    """The Telegram groups at and below an audience's node, or those that `of_broadcast` reached."""
    if audience.of_broadcast is not None:
        return (
            select(groups.c.id)
            .join(deliveries, deliveries.c.group_id == groups.c.id)
            .where(
                groups.c.left_at.is_(None),
                deliveries.c.broadcast_id == audience.of_broadcast,
                _REACHED,
                true() if audience.language is None else READS.in_([audience.language]),
            )
        )
    home = select(nodes.c.path).where(nodes.c.id == audience.node_id).scalar_subquery()
    return (
        select(groups.c.id)
        .join(nodes, nodes.c.id == groups.c.node_id)
        .where(groups.c.left_at.is_(None), nodes.c.path.like(home + "%"))
    )


def _people(connection: Connection, audience: Audience) -> Select[Any]:
    doers = _doers(audience.behaviour)
    if doers is not None and audience.node_id is not None and audience.role is None:
        path = node_queries.by_id(connection, audience.node_id).path
        here = persons.c.node_id.in_(select(nodes.c.id).where(node_queries.below(path)))
        return narrowed(doers, [here, *conditions(replace(audience, behaviour=None))])
    found = sources(connection, audience)
    if len(found) == 1:
        return narrowed(found[0], conditions(audience))
    places = [source.node_id for source in found]
    here = persons.c.node_id.in_(places)
    if audience.role is not None:
        holders = roles.c.node_id.in_(places), roles.c.role == audience.role, HELD
        here = persons.c.id.in_(select(roles.c.person_id).where(*holders))
    return select(persons.c.id).where(here, *conditions(audience))


def _doers(behaviour: Behaviour | None) -> Source | None:
    """Where those are found who did something that few do, if there is an index by what they did
    it to."""
    if behaviour is None or not behaviour.done:
        return None
    signed_up = sign_ups.c.event_id == behaviour.subject_id, SEATED
    match behaviour.deed:
        case Deed.SIGNED_UP:
            return Source(sign_ups, sign_ups.c.person_id, signed_up)
        case Deed.MISSED:
            attended = _did(replace(behaviour, deed=Deed.ATTENDED))
            return Source(sign_ups, sign_ups.c.person_id, (*signed_up, ~attended))
        case Deed.ATTENDED:
            came = attendances.c.event_id == behaviour.subject_id, _TICKED
            return Source(attendances, attendances.c.person_id, came)
        case Deed.SUPPORTED:
            supported = supports.c.suggestion_id == behaviour.subject_id, _SUPPORTS
            return Source(supports, supports.c.person_id, supported)
        case Deed.ACKNOWLEDGED:
            return None


def narrowed(source: Source, more: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The people of one source that meet `more`."""
    table: FromClause = source.table
    if table is not persons:
        table = table.join(persons, persons.c.id == source.person_id)
    return select(persons.c.id).select_from(table).where(*source.where, *more)
