"""What is in the ledger already of what somebody imports, and what came with an import."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Select, select

from storage.model.ledger import EntryState, NewEntry
from storage.model.ledger_import import Equals, Import, Standing, days_of, digest, sorted_out
from storage.model.period import Period, day_of
from storage.model.subject import SubjectKind
from storage.queries import closed_years
from storage.queries.ledger import number_of
from storage.tables import entries, moves

T = TypeVar("T")


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


def imported(connection: Connection, node_id: int, update_id: int) -> list[int]:
    """The ids of the entries of a place that one update recorded and that still count."""
    told = _imported(entries.c.id, node_id, update_id).order_by(entries.c.id)
    return list(connection.execute(told).scalars())


def check_open(connection: Connection, node_id: int, update_id: int, zone: ZoneInfo) -> None:
    """Raise Refusal if some of these are of a year that is closed by now."""
    days = connection.execute(_imported(entries.c.at, node_id, update_id).distinct()).scalars()
    closed_years.check_open(connection, node_id, *{day_of(at, zone).year for at in days})


def _imported(what: ColumnElement[T], node_id: int, update_id: int) -> Select[Any]:
    return (
        select(what)
        .join(moves, moves.c.subject_id == entries.c.id)
        .where(
            entries.c.node_id == node_id,
            entries.c.state == EntryState.COUNTED,
            moves.c.subject_kind == SubjectKind.ENTRY,
            moves.c.to_state == EntryState.COUNTED,
            moves.c.update_id == update_id,
        )
    )
