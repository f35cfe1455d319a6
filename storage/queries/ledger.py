"""What stands in the ledger."""

from dataclasses import dataclass, replace
from datetime import datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Select, select

from storage.model.event import STANDING
from storage.model.figure import THOUSANDTHS, Measure
from storage.model.ledger import LONG_AGO, Doubts, Entry, EntryState, Happening, NewEntry, Sought
from storage.model.ledger_draft import Habits
from storage.model.local_time import instant_of
from storage.model.message import media_from_json
from storage.model.page import Page
from storage.model.period import Days, Period, day_of
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.subject import SubjectKind
from storage.queries.figures.counting import figure
from storage.queries.moves import history
from storage.queries.nodes import below
from storage.queries.nodes import by_id as node_by_id
from storage.queries.pages import Listing, page_of
from storage.tables import entries, events, nodes

NOON = time(12)
SHOWN = 3  # of what may be the same work
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
    better = select(entries.c.id).where(entries.c.replaces_id == entry_id)
    replaced_by = connection.execute(better).scalar_one_or_none()
    return replace(_entry(row, zone), history=told, replaced_by=replaced_by)


def newest(
    connection: Connection, person: Person, sought: Sought, page: int, zone: ZoneInfo
) -> Page[Entry]:
    """A page of the entries that count where `person` sees figures, the newest day first."""
    seen = _entries().where(
        entries.c.state == EntryState.COUNTED, below(*person.reach(Power.SEE_FIGURES))
    )
    if sought.indicator is not None:
        seen = seen.where(entries.c.indicator == sought.indicator)
    if sought.period is not None:
        since, until = sought.period.bounds(zone)
        seen = seen.where(entries.c.at >= since, entries.c.at < until)
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


@dataclass(frozen=True, slots=True)
class Beside:
    """What else may count the work of an entry: a measure, and events of these categories."""

    by_itself: Measure | None
    categories: frozenset[str]
    instead_of: int | None = None  # the entry that it is to replace


def doubts(
    connection: Connection, new: NewEntry, beside: Beside, now: datetime, zone: ZoneInfo
) -> Doubts:
    """Why an entry may be no work that still has to be counted."""
    days = Days(Period(new.on, new.on), zone, now)
    counted = Decimal(0)
    if beside.by_itself is not None:
        node = node_by_id(connection, new.node_id)
        counted = figure(connection, beside.by_itself, node, days).number
    found = [each for each in alike(connection, new, zone) if each.id != beside.instead_of]
    return Doubts(
        alike=found[:SHOWN],
        by_itself=counted,
        long_ago=new.on < day_of(now, zone) - LONG_AGO,
        events=_happenings(connection, new, beside.categories, days),
    )


def _happenings(
    connection: Connection, new: NewEntry, categories: frozenset[str], days: Days
) -> list[Happening]:
    since, until = days.bounds()
    there = select(events.c.title, events.c.category).where(
        events.c.node_id == new.node_id,
        events.c.state.in_(sorted(STANDING)),
        events.c.category.in_(sorted(categories)),
        events.c.starts_at >= since,
        events.c.starts_at < until,
    )
    rows = connection.execute(there.order_by(events.c.starts_at, events.c.id).limit(SHOWN))
    return [Happening(row.title, row.category) for row in rows]


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
