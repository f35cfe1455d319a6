"""What is in the ledger already of what somebody imports, and what came with an import."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Select, select

from storage.model.ledger import EntryState, NewEntry
from storage.model.ledger_import import (
    Equals,
    Import,
    Returnable,
    Standing,
    Touched,
    days_of,
    digest,
    sorted_out,
)
from storage.model.period import Period, day_of
from storage.model.subject import SubjectKind
from storage.queries import closed_years
from storage.queries.ledger import number_of
from storage.queries.moves import not_now
from storage.tables import entries, moves, persons

KIND = SubjectKind.ENTRY
_COUNTS = entries.c.state == EntryState.COUNTED


def sort_out(connection: Connection, new: Sequence[NewEntry], zone: ZoneInfo) -> Import:
    """Which of the entries, all of one place, are new there."""
    period = days_of(new)
    if period is None:
        return sorted_out(new, Standing({}, frozenset()))
    return sorted_out(new, _standing(connection, new[0].node_id, period, zone))


def _standing(connection: Connection, node_id: int, period: Period, zone: ZoneInfo) -> Standing:
    since, until = period.bounds(zone)
    of = entries.c
    rows = select(of.indicator, of.at, of.thousandths, of.place, of.note, of.state)
    counted, voided = Counter[bytes](), Counter[bytes]()
    days = set[tuple[str, date]]()
    there = rows.where(of.node_id == node_id, of.at >= since, of.at < until)
    for row in connection.execute(there):
        on = day_of(row.at, zone)
        entry = NewEntry(
            "", node_id, row.indicator, on, number_of(row.thousandths), row.place, row.note
        )
        (voided if row.state == EntryState.VOIDED else counted)[digest(entry)] += 1
        if row.state == EntryState.COUNTED:
            days.add((row.indicator, on))
    keys = counted.keys() | voided.keys()
    return Standing({key: Equals(counted[key], voided[key]) for key in keys}, frozenset(days))


def returnable(connection: Connection, node_id: int, update_id: int, zone: ZoneInfo) -> Returnable:
    """What one update recorded at a place, as far as it can be taken back."""
    still = (
        _imported(entries.c.id, node_id=node_id, update_id=update_id)
        .where(_COUNTS)
        .order_by(entries.c.id)
    )
    ids = connection.execute(still).scalars().all()
    return Returnable(ids, _touched(connection, node_id, update_id, zone))


def _touched(connection: Connection, node_id: int, update_id: int, zone: ZoneInfo) -> list[Touched]:
    """What is taken back at this very moment, in steps, is nobody's change."""
    later, better = moves.alias(), entries.alias()
    told = (entries.c.indicator, entries.c.at.label("day"), entries.c.thousandths)
    by = (better.c.thousandths.label("instead"), persons.c.name, later.c.at)
    rows = (
        _imported(*told, *by, node_id=node_id, update_id=update_id)
        .join(later, (later.c.subject_id == entries.c.id) & (later.c.subject_kind == KIND))
        .join(better, better.c.replaces_id == entries.c.id, isouter=True)
        .join(persons, persons.c.id == later.c.by, isouter=True)
        .where(later.c.from_state == EntryState.COUNTED, entries.c.state != EntryState.COUNTED)
        .where(not_now(later))
        .order_by(later.c.id.desc())
    )
    return [
        Touched(
            row.indicator,
            day_of(row.day, zone),
            number_of(row.thousandths),
            None if row.instead is None else number_of(row.instead),
            row.name,
            row.at,
        )
        for row in connection.execute(rows)
    ]


def check_open(connection: Connection, node_id: int, update_id: int, zone: ZoneInfo) -> None:
    """Raise Refusal if some of these are of a year that is closed by now."""
    asked = _imported(entries.c.at, node_id=node_id, update_id=update_id).where(_COUNTS)
    days = connection.execute(asked.distinct()).scalars()
    closed_years.check_open(connection, node_id, *{day_of(at, zone).year for at in days})


def _imported(*what: ColumnElement[Any], node_id: int, update_id: int) -> Select[Any]:
    return (
        select(*what)
        .join_from(entries, moves, moves.c.subject_id == entries.c.id)
        .where(
            entries.c.node_id == node_id,
            moves.c.subject_kind == KIND,
            moves.c.from_state.is_(None),
            moves.c.update_id == update_id,
        )
    )
