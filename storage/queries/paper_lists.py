"""What the register knows of the people on a list of an event."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from storage.model.naming import folded
from storage.model.paper_list import Known, OnPaper, PaperList, sort_out
from storage.model.person import Person
from storage.queries import events as event_queries
from storage.queries.nodes import below
from storage.queries.nodes import by_id as node_by_id
from storage.queries.rosters import OTHERS, PEOPLE, SEATS
from storage.tables import headcounts, persons

_AT_ONCE = 1_000  # names in one statement


def counted(connection: Connection, event_id: int, lines: Sequence[str]) -> dict[str, int]:
    """Of the lines without a name, by their keys: for how many people each is counted already."""
    found = dict[str, int]()
    for start in range(0, len(lines), _AT_ONCE):
        some = select(headcounts.c.line, headcounts.c.count).where(
            headcounts.c.event_id == event_id,
            headcounts.c.line.in_(lines[start : start + _AT_ONCE]),
            headcounts.c.withdrawn_at.is_(None),
        )
        found |= {row.line: row.count for row in connection.execute(some)}
    return found


def paper_list_for(
    connection: Connection, event_id: int, person: Person, lines: Sequence[OnPaper]
) -> PaperList:
    """What a list would record of an event, for staff. Raises Refusal if `person` may not see its
    roster."""
    event = event_queries.for_staff(connection, event_id, person)
    path = node_by_id(connection, event.node_id).path
    names = sorted({name for line in lines for name in (line.name.lower(), folded(line.name))})
    # The whole roster, however its names are spelt: no database folds width and spaces.
    statements = [SEATS, OTHERS]
    for start in range(0, len(names), _AT_ONCE):
        named = func.lower(persons.c.name).in_(names[start : start + _AT_ONCE])
        statements.append(PEOPLE.where(named, below(path)))
    known = dict[int, Known]()
    for each in statements:
        for row in connection.execute(each, {"of_event": event_id}):
            seated, came, missed = map(bool, (row.seated, row.came, row.missed))
            is_known = Known(row.id, row.name, row.joined_at, seated, came, missed)
            known.setdefault(row.id, is_known)
    return sort_out(event, lines, sorted(known.values(), key=lambda each: each.id))
