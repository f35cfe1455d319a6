"""Figures beside what they are compared with: the year before, and the plan."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection

from storage.model.figure import Measure
from storage.model.period import Days
from storage.model.person import Person
from storage.model.tally import Tally
from storage.queries.closed_years import closed_at
from storage.queries.plans import targets
from storage.queries.tallies import tally, tally_for


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
    before = tally(connection, found.node, days.year_before(), measures).figures
    if not days.period.is_year:
        return replace(found, before=before)
    year = days.period.first_on.year
    planned = targets(connection, found.node, year, measures)
    closed = closed_at(connection, found.node.id, year)
    return replace(found, before=before, targets=planned, closed=closed)
