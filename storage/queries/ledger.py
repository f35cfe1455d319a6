"""What stands in the ledger."""

from dataclasses import replace
from datetime import datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Select, select

from storage.model.figure import THOUSANDTHS
from storage.model.ledger import Entry, EntryState, NewEntry
from storage.model.ledger_draft import Habits
from storage.model.local_time import instant_of
from storage.model.message import media_from_json
from storage.model.page import Page
from storage.model.period import day_of
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.subject import SubjectKind
from storage.queries.moves import history
from storage.queries.nodes import below
from storage.queries.pages import Listing, page_of
from storage.tables import entries, nodes

NOON = time(12)
REMEMBERED = 100  # entries from which it is told what is usual


def noon_of(new: NewEntry, zone: ZoneInfo) -> datetime:
    """The instant by which an entry is counted: noon of its day in the district's zone, so that a
    correction of that zone by some hours moves no entry to another day."""
    return instant_of(new.on, NOON, zone)


def by_id(connection: Connection, entry_id: int, zone: ZoneInfo) -> Entry:
    """An entry with its history. Raises Refusal("refused.not_yours") if there is none."""
    row = connection.execute(_entries().where(entries.c.id == entry_id)).one_or_none()
    if row is None:
        raise Refusal("refused.not_yours")
    told = history(connection, SubjectKind.ENTRY, entry_id)
    return replace(_entry(row, zone), history=told)


def newest(connection: Connection, person: Person, page: int, zone: ZoneInfo) -> Page[Entry]:
    """A page of the entries that count where `person` sees figures, the newest day first."""
    seen = _entries().where(
        entries.c.state == EntryState.COUNTED, below(*person.reach(Power.SEE_FIGURES))
    )
    ordered = seen.order_by(entries.c.at.desc(), entries.c.id.desc())
    return page_of(connection, Listing(ordered, entries.c.id, lambda row: _entry(row, zone)), page)


def habits(connection: Connection, person: Person, zone: ZoneInfo) -> Habits:
    """What was recorded last where `person` may record."""
    reached = _entries().where(
        entries.c.state == EntryState.COUNTED, below(*person.reach(Power.RECORD))
    )
    newest_first = reached.order_by(entries.c.id.desc()).limit(REMEMBERED)
    rows = connection.execute(newest_first)
    return Habits([_entry(row, zone) for row in rows], person.id)


def alike(connection: Connection, new: NewEntry, zone: ZoneInfo) -> list[Entry]:
    """The entries that may be the same work: of the same indicator, place and day."""
    same = _entries().where(
        entries.c.node_id == new.node_id,
        entries.c.indicator == new.indicator,
        entries.c.at == noon_of(new, zone),
        entries.c.state == EntryState.COUNTED,
    )
    return [_entry(row, zone) for row in connection.execute(same.order_by(entries.c.id))]


def number_of(thousandths: int) -> Decimal:
    """The number of an entry, as its row keeps it."""
    return Decimal(thousandths) / THOUSANDTHS


def _entries() -> Select[Any]:
    named = select(entries, nodes.c.name.label("node_name"))
    return named.join(nodes, nodes.c.id == entries.c.node_id)


def _entry(row: Row[Any], zone: ZoneInfo) -> Entry:
    return Entry(
        id=row.id,
        node_id=row.node_id,
        node_name=row.node_name,
        indicator=row.indicator,
        on=day_of(row.at, zone),
        number=number_of(row.thousandths),
        place=row.place,
        note=row.note,
        media=media_from_json(row.media),
        state=EntryState(row.state),
        replaces_id=row.replaces_id,
        created_by=row.created_by,
        created_at=row.created_at,
    )
