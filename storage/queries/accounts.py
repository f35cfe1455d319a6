"""Figures as whoever keeps the database checks them against its rows."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from sqlalchemy import Connection

from storage.model.figure import Measure, Record
from storage.model.node import Node
from storage.model.period import Days
from storage.model.tally import Account
from storage.queries.figures.counting import every_record
from storage.queries.figures.left_out import left_out
from storage.queries.plans import targets
from storage.queries.tallies import tally

_TOLD_EVERY = 1_000  # records


def account(
    connection: Connection,
    node: Node,
    days: Days,
    measures: Mapping[str, Measure],
    opened: str | None,
    told: Callable[[int], None],
) -> Account:
    """The figures of a place and all below it, the days of the year before, what is planned for
    the year, and what is left out; of the indicator `opened` also every record. All of it as it was
    at one moment, so that a figure and its records cannot differ. `told` of how many were read.
    """
    found = tally(connection, node, days, measures)
    found = replace(found, before=tally(connection, node, days.year_before(), measures).figures)
    if days.period.is_year:
        planned = targets(connection, node, days.period.first_on.year, measures)
        found = replace(found, targets=planned)
    gone = {key: left_out(connection, each, node, days) for key, each in measures.items()}
    if opened is None:
        return Account(found, gone)
    records = every_record(connection, measures[opened], node, days)
    return Account(found, gone, list(_counted(records, told)))


def _counted(records: Iterator[Record], told: Callable[[int], None]) -> Iterator[Record]:
    for number, record in enumerate(records, start=1):
        if number % _TOLD_EVERY == 0:
            told(number)
        yield record
