"""What a figure counted, for whoever may see it: its records in the words of what they are about.

Of persons, whoever asks sees no more than elsewhere: who came, where they may see the roster; what
was suggested, where they may answer it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Table, select

from storage.model.figure import Measure, Record
from storage.model.page import Page
from storage.model.period import Days
from storage.model.person import Person
from storage.model.roles import Power
from storage.model.subject import SubjectKind
from storage.model.suggestion import BEGINNING, SuggestionState, format_number
from storage.model.tally import Months, Tally
from storage.model.trace import (
    About,
    AboutEntry,
    AboutEvent,
    AboutItem,
    AboutSuggestion,
    Trace,
    Traced,
)
from storage.queries import cards as card_queries
from storage.queries import nodes as node_queries
from storage.queries.closed_years import closed_at
from storage.queries.figures.counting import by_month, figure
from storage.queries.figures.left_out import left_out
from storage.queries.overviews import compared_for
from storage.queries.tallies import records_for
from storage.tables import (
    acknowledgements,
    broadcasts,
    entries,
    events,
    nodes,
    persons,
    suggestions,
)


def trace_for(
    connection: Connection,
    person: Person,
    node_id: int,
    days: Days,
    measure: Measure,
    page: int,
) -> Trace:
    """The page nearest to `page` (from 0) of what `measure` counted at a node and below it.

    Raises Refusal("refused.not_yours") for a node whose figures `person` may not see.
    """
    found = records_for(connection, person, node_id, days, measure, page)
    node = node_queries.by_id(connection, node_id)
    return Trace(
        node=node,
        figure=figure(connection, measure, node, days),
        page=in_words(connection, person, found),
        left_out=left_out(connection, measure, node, days),
    )


def figure_for(
    connection: Connection,
    person: Person,
    node_id: int | None,
    days: Days,
    measures: Mapping[str, Measure],
) -> tuple[Tally, Mapping[str, int]]:
    """One of a programme's `measures`, as it is and as it was a year before; and how much of what
    it asks for it does not count, by why not. Of no node: of the widest.

    Raises Refusal("refused.not_yours").
    """
    found = compared_for(connection, person, node_id, days, measures)
    [measure] = measures.values()
    return found, left_out(connection, measure, found.node, days)


def months_for(
    connection: Connection, person: Person, node_id: int, days: Days, measure: Measure
) -> Months:
    """The figure in each month of `days`, a year.

    Raises Refusal("refused.not_yours").
    """
    node = node_queries.for_staff(connection, node_id, person, Power.SEE_FIGURES)
    closed = closed_at(connection, node.id, days.period.first_on.year)
    found = by_month(connection, measure, node, days)
    return Months(node, found, closed, left_out(connection, measure, node, days))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is read for a page: the records of one kind, and whether the screen of what each is
    about may be opened."""

    connection: Connection
    records: list[Record]
    opens: Mapping[int, bool]

    @property
    def ids(self) -> set[int]:
        return {record.subject_id for record in self.records}


def in_words(connection: Connection, person: Person, page: Page[Record]) -> Page[Traced]:
    """Records with what they are about, as far as `person` may see that."""
    paths = _paths(connection, {record.node_id for record in page.items})
    about: dict[Record, About] = {}
    opens: dict[Record, bool] = {}
    for kind, tell in _TELL.items():
        some = [record for record in page.items if record.subject_kind is kind]
        if some:
            homes = _homes(connection, kind, some)
            may = {i: person.may_at(_OPENS[kind], path) for i, path in homes.items()}
            about |= tell(_Asked(connection, some, may))
            opens |= {record: may.get(record.subject_id, False) for record in some}
    return page.map(
        lambda record: Traced(
            record, paths[record.node_id], about.get(record), opens.get(record, False)
        )
    )


def _paths(connection: Connection, ids: set[int]) -> dict[int, str]:
    """The names of nodes."""
    named = select(nodes.c.id, nodes.c.name).where(nodes.c.id.in_(ids))
    return {row.id: row.name for row in connection.execute(named)}


def _homes(connection: Connection, kind: SubjectKind, some: list[Record]) -> dict[int, str]:
    """The path of the node that each subject belongs to, which may be above the record's."""
    table = _TABLES[kind]
    homes = select(table.c.id, nodes.c.path).join(nodes, nodes.c.id == table.c.node_id)
    ids = {record.subject_id for record in some}
    return {row.id: row.path for row in connection.execute(homes.where(table.c.id.in_(ids)))}


def _events(asked: _Asked) -> dict[Record, About]:
    run = asked.connection.execute
    told = select(events.c.id, events.c.title, events.c.by_hand).where(events.c.id.in_(asked.ids))
    found = {row.id: row for row in run(told)}
    seen = {record.person_id for record in asked.records if asked.opens[record.subject_id]}
    of_persons = select(persons.c.id, persons.c.name).where(persons.c.id.in_(seen - {None}))
    names: dict[int | None, str] = {row.id: row.name for row in run(of_persons)}
    return {
        record: AboutEvent(
            found[record.subject_id].title,
            names.get(record.person_id),
            nameless=record.subject_kind is SubjectKind.HEADCOUNT,
            by_hand=found[record.subject_id].by_hand,
        )
        for record in asked.records
    }


def _suggestions(asked: _Asked) -> dict[Record, About]:
    of = suggestions.c
    told = select(
        *(of.id, of.year, of.sequence, of.category, of.state, of.text),
    ).where(of.id.in_(asked.ids))
    found = {
        row.id: AboutSuggestion(
            format_number(row.year, row.sequence),
            row.category,
            SuggestionState(row.state),
            row.text[:BEGINNING] if asked.opens[row.id] else None,
        )
        for row in asked.connection.execute(told)
    }
    return {record: found[record.subject_id] for record in asked.records}


def _entries(asked: _Asked) -> dict[Record, About]:
    of = entries.c
    told = select(of.id, of.indicator, of.place, of.note).where(of.id.in_(asked.ids))
    found = {
        row.id: AboutEntry(row.indicator, row.place, row.note)
        for row in asked.connection.execute(told)
    }
    return {record: found[record.subject_id] for record in asked.records}


def _broadcasts(asked: _Asked) -> dict[Record, About]:
    found = card_queries.subjects_of(asked.connection, asked.ids)
    return {record: found[record.subject_id] for record in asked.records}


def _acknowledgements(asked: _Asked) -> dict[Record, About]:
    of = acknowledgements.c
    told = select(of.id, of.course_id, of.item_id).where(of.id.in_(asked.ids))
    found = {
        row.id: AboutItem(row.course_id, row.item_id) for row in asked.connection.execute(told)
    }
    return {record: found[record.subject_id] for record in asked.records}


_TELL: Mapping[SubjectKind, Callable[[_Asked], dict[Record, About]]] = {
    SubjectKind.EVENT: _events,
    SubjectKind.HEADCOUNT: _events,
    SubjectKind.SUGGESTION: _suggestions,
    SubjectKind.ENTRY: _entries,
    SubjectKind.BROADCAST: _broadcasts,
    SubjectKind.ACKNOWLEDGEMENT: _acknowledgements,
}
_TABLES: Mapping[SubjectKind, Table] = {
    SubjectKind.EVENT: events,
    SubjectKind.HEADCOUNT: events,
    SubjectKind.SUGGESTION: suggestions,
    SubjectKind.ENTRY: entries,
    SubjectKind.BROADCAST: broadcasts,
    SubjectKind.ACKNOWLEDGEMENT: acknowledgements,
}
# What it takes to see the screen of each; of an acknowledgement there is none.
_OPENS: Mapping[SubjectKind, Power] = {
    SubjectKind.EVENT: Power.POST_EVENT,
    SubjectKind.HEADCOUNT: Power.POST_EVENT,
    SubjectKind.SUGGESTION: Power.ANSWER,
    SubjectKind.ENTRY: Power.SEE_FIGURES,
    SubjectKind.BROADCAST: Power.PUSH,
    SubjectKind.ACKNOWLEDGEMENT: Power.SEE_FIGURES,
}
