"""Figures beside what they are compared with: the year before, and the plan."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection

from storage.model.comparison import at_months_end, days_before
from storage.model.figure import Figure, Measure
from storage.model.period import Days
from storage.model.person import Person
from storage.model.tally import Tally
from storage.queries.closed_years import closed_at
from storage.queries.figures.counting import figures
from storage.queries.figures.left_out import unconfirmed
from storage.queries.plans import targets
from storage.queries.tallies import tally_for


def compared_for(
    connection: Connection,
    person: Person,
    node_id: int | None,
    days: Days,
    measures: Mapping[str, Measure],
) -> Tally:
    """Figures as `tally_for` gives them, how they were a year before, and of a year also what is
    planned, and what was closed of it.

    Raises Refusal("refused.not_yours").
    """
    found = tally_for(connection, person, node_id, days, measures)
    found = _with_the_year_before(connection, found, days, measures)
    found = replace(found, unconfirmed=unconfirmed(connection, measures, found.node, days))
    if not days.period.is_year:
        return found
    year = days.period.first_on.year
    planned = targets(connection, found.node, year, measures)
    closed = closed_at(connection, found.node.id, year)
    return replace(found, targets=planned, closed=closed)


def _with_the_year_before(
    connection: Connection, found: Tally, days: Days, measures: Mapping[str, Measure]
) -> Tally:
    """Of days that go on, how things stood a year before is told at the end of the month: there is
    a sum of each month, but none of each day."""
    before: dict[str, Figure] = {}
    for same_days, those in days_before(days, measures):
        before |= figures(connection, those, found.node, same_days)
    ended = frozenset(at_months_end(days, measures))
    return replace(found, before=before, at_months_end=ended)
