"""What goes into a workbook of figures, in pieces."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Connection

from storage.model.figure import Figure, Measure
from storage.model.node import Node, NodeKind
from storage.model.page import Page
from storage.model.period import Days, year_of
from storage.model.person import Person
from storage.model.plan import Target
from storage.model.roles import Power
from storage.model.trace import Traced
from storage.queries import nodes as node_queries
from storage.queries import plans, traces
from storage.queries.figures.counting import by_month, records


def communities_of(connection: Connection, person: Person, node: Node) -> list[Node]:
    """The communities of a district, as far as `person` may see their figures; of a community
    none."""
    if node.kind is NodeKind.COMMUNITY:
        return []
    seen = node_queries.where_may(connection, person, Power.SEE_FIGURES)
    return [
        each for each in seen if each.kind is NodeKind.COMMUNITY and each.path.startswith(node.path)
    ]


def targets_in(
    connection: Connection, node: Node, days: Days, measures: Mapping[str, Measure]
) -> Mapping[str, Target]:
    """What is planned for the year that `days` are; nothing for any other period."""
    period = days.period
    if period != year_of(period.first_on):
        return {}
    return plans.targets(connection, node, period.first_on.year, measures)


def months_in(
    connection: Connection, node: Node, days: Days, measures: Mapping[str, Measure]
) -> Mapping[str, Mapping[date, Figure]]:
    """Every figure in each month, by the first of these."""
    return {key: by_month(connection, each, node, days) for key, each in measures.items()}


def windows(days: Days, measure: Measure) -> Sequence[Days]:
    """The days in parts whose records are all of them, each once: a page far behind in a year costs
    more than the first one of a month. What lasts is in every month, so it has one part."""
    return [days] if measure.is_lasting else days.months()[::-1]


def traced(
    connection: Connection, person: Person, measure: Measure, days: Days, at: tuple[Node, int, int]
) -> Page[Traced]:
    """A page of what `measure` counted, in words; `at`: the node, the page's number and size.

    Raises Refusal("refused.not_yours").
    """
    node, number, size = at
    node_queries.for_staff(connection, node.id, person, Power.SEE_FIGURES)
    return traces.in_words(
        connection, person, records(connection, measure, node, days, number, size)
    )
