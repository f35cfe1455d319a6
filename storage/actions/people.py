"""Joining, settings, and the way from resident to member."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, insert, select, update

from storage.actions import moves
from storage.actions.outbox import owe, owe_all
from storage.actions.reminders import plan_anew
from storage.actions.revivals import revive
from storage.dialects import upsert
from storage.model.kinds import DeliveryKind
from storage.model.moves import Step
from storage.model.node import Node, NodeKind
from storage.model.person import (
    CONSENT_VERSION,
    LANGUAGES,
    NAME_LIMIT,
    STAFF_TOLD_EVERY,
    Person,
    Quiet,
    RequestState,
    Standing,
)
from storage.model.quiet_hours import USUAL
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.visible import one_line
from storage.queries import nodes as node_queries
from storage.queries import people as people_queries
from storage.tables import membership_requests, memberships, nodes, persons


def consent(
    connection: Connection, telegram_id: int, name: str, language: str, now: datetime
) -> Person:
    """Take up a person who agreed to the privacy note. Agreeing twice changes nothing else."""
    _check_language(language)
    known = people_queries.by_telegram_id(connection, telegram_id)
    if known is not None and known.consent_version == CONSENT_VERSION:
        return known
    agreed = {
        "consent_version": CONSENT_VERSION,
        "consented_at": now,
        "left_at": None,
        "language": language,
        "language_at": now,
    }
    new = upsert(connection.dialect.name, persons).values(
        telegram_id=telegram_id,
        name=_kept(name) or str(telegram_id),
        standing=Standing.RESIDENT,
        joined_at=now,
        quiet_starts=USUAL.starts,
        quiet_ends=USUAL.ends,
        **agreed,
    )
    connection.execute(new.on_conflict_do_update(index_elements=["telegram_id"], set_=agreed))
    person = people_queries.by_telegram_id(connection, telegram_id)
    if person is None:
        raise Refusal("refused.unknown_person")
    return person


def rename(connection: Connection, person_id: int, name: str) -> None:
    """Follow the name that somebody has on Telegram. One that shows nothing changes nothing."""
    if kept := _kept(name):
        connection.execute(update(persons).where(persons.c.id == person_id).values(name=kept))


def _kept(name: str) -> str:
    return one_line(name)[:NAME_LIMIT].rstrip()


def choose_community(connection: Connection, person_id: int, node_id: int, now: datetime) -> Person:
    """Make a community the person's own. Whoever moves to another becomes a resident there."""
    node = node_queries.by_id(connection, node_id)
    if node.kind is not NodeKind.COMMUNITY:
        raise Refusal("refused.unknown_node")
    person = people_queries.by_id(connection, person_id)
    if person.node_id != node_id:
        end_membership(connection, person_id, now)
        _change(connection, person_id, node_id=node_id, standing=Standing.RESIDENT)
        withdraw_requests(connection, person_id, now)
    return people_queries.by_id(connection, person_id)


def set_language(connection: Connection, person_id: int, language: str, now: datetime) -> Person:
    _check_language(language)
    return _change(connection, person_id, language=language, language_at=now)


def set_quiet(
    connection: Connection, person_id: int, quiet: Quiet | None, now: datetime, zone: ZoneInfo
) -> Person:
    """Set or remove (None) a person's quiet hours. `zone` is the district's."""
    starts, ends = (quiet.starts, quiet.ends) if quiet else (None, None)
    person = _change(connection, person_id, quiet_starts=starts, quiet_ends=ends)
    plan_anew(connection, person_id, now, zone)
    return person


def set_paused(connection: Connection, person_id: int, paused: bool) -> Person:
    """Pause or resume study pushes; answers to what a person asked still come."""
    return _change(connection, person_id, paused=paused)


def set_reachable(connection: Connection, telegram_id: int, reachable: bool, now: datetime) -> None:
    """The person blocked or unblocked the bot. Their next message revives them, too."""
    if reachable:
        are_back(connection, (telegram_id,), now)
    else:
        here = update(persons).where(persons.c.telegram_id == telegram_id)
        connection.execute(here.values(unreachable_at=now))


def are_back(connection: Connection, telegram_ids: Iterable[int], now: datetime) -> None:
    """Whoever of these could not be reached can be now, and gets the news of their own that they
    missed."""
    back = connection.execute(_BACK, {"telegram_ids": [*telegram_ids]})
    revive(connection, back.scalars().all(), now)


_BACK = (  # made once: it comes with each batch of what people say
    update(persons)
    .where(
        persons.c.telegram_id.in_(bindparam("telegram_ids", expanding=True)),
        persons.c.unreachable_at.is_not(None),
    )
    .values(unreachable_at=None)
    .returning(persons.c.id)
)


def enrol(connection: Connection, person_id: int, node: Node, now: datetime) -> None:
    """Put a person on a community's register, and take them off another."""
    person = people_queries.by_id(connection, person_id)
    if not (person.is_member and person.node_id == node.id):
        end_membership(connection, person_id, now)
        stay = {"person_id": person_id, "node_id": node.id, "since_at": now}
        connection.execute(insert(memberships).values(**stay))
        _change(connection, person_id, node_id=node.id, standing=Standing.MEMBER)
    withdraw_requests(connection, person_id, now)


def end_membership(connection: Connection, person_id: int, now: datetime) -> None:
    """Take a person off the register that they are on; the row of their stay is kept."""
    connection.execute(
        update(memberships)
        .where(memberships.c.person_id == person_id, memberships.c.until_at.is_(None))
        .values(until_at=now)
    )


def ask_membership(connection: Connection, person_id: int, now: datetime, zone: ZoneInfo) -> None:
    """Ask to be put on the register; staff who may answer there are told, once a day at most of
    the same person: whatever else becomes of it that day, their inbox shows.

    Raises Refusal if the person has no community, is a member, or waits already.
    """
    person = people_queries.by_id(connection, person_id)
    if person.node_id is None or person.node_path is None:
        raise Refusal("refused.no_community")
    if person.is_member:
        raise Refusal("membership.is_member")
    if people_queries.has_pending_request(connection, person_id):
        raise Refusal("membership.pending")
    step = Step(RequestState.PENDING, now, person_id)
    lately = people_queries.asked_since(
        connection, person_id, person.node_id, now - STAFF_TOLD_EVERY
    )
    if any(moves.move(connection, request_id, step) for request_id in lately):
        return
    node_id = person.node_id
    request_id = moves.begin(connection, step, person_id=person_id, node_id=node_id, asked_at=now)
    if not lately:
        staff = people_queries.acting_at(connection, node_id, Power.ANSWER)
        owe_all(connection, staff, DeliveryKind.MEMBERSHIP_ASKED, request_id, now, zone)


def decide_membership(
    connection: Connection,
    by: int,
    request_id: int,
    decision: RequestState,
    now: datetime,
    zone: ZoneInfo,
) -> Person:
    """Accept or decline a request and owe the person the answer; returns who that is.

    Raises Refusal if `by` may not answer there, or somebody has decided before.
    """
    row = connection.execute(
        select(membership_requests, nodes.c.path)
        .join(nodes, nodes.c.id == membership_requests.c.node_id)
        .where(membership_requests.c.id == request_id)
    ).one_or_none()
    if row is None:
        raise Refusal("refused.not_yours")
    people_queries.require(connection, by, Power.ANSWER, row.path)
    if not moves.move(connection, request_id, Step(decision, now, by)):  # a colleague was first
        raise Refusal("membership.decided_before")
    if decision is RequestState.ACCEPTED:
        enrol(connection, row.person_id, node_queries.by_id(connection, row.node_id), now)
    owe(connection, row.person_id, DeliveryKind.MEMBERSHIP_ANSWER, request_id, now, zone)
    return people_queries.by_id(connection, row.person_id)


def withdraw_requests(connection: Connection, person_id: int, now: datetime) -> None:
    """Kept as rows: a deleted one's id could be given to another, under the same old button."""
    theirs = membership_requests.c.person_id == person_id
    moves.move_all(connection, Step(RequestState.WITHDRAWN, now, person_id), theirs)


def _check_language(language: str) -> None:
    if language not in LANGUAGES:
        raise Refusal("refused.language")


def _change(connection: Connection, person_id: int, **values: Any) -> Person:
    connection.execute(update(persons).where(persons.c.id == person_id).values(**values))
    return people_queries.by_id(connection, person_id)
