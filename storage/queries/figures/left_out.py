"""What a figure does not count of what it asks for: it is said, so that nobody looks for it."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, func, select

from storage.model.figure import SOURCES as DECLARED
from storage.model.figure import TO_COME, Adds, Count, Measure
from storage.model.node import Node
from storage.model.period import Days
from storage.queries.figures.cells import Look, here, look
from storage.queries.figures.source import LeftOut


def left_out(connection: Connection, measure: Measure, node: Node, days: Days) -> dict[str, int]:
    """How many for each reason, at `node` and below it; a reason of none is left away."""
    seen, found = look(connection, node, days), Counter[str]()
    for count in measure.counts:
        where = seen.source(count.source).where
        for each, since, until in _not_counted(count, seen):
            of = each.rows.selected_columns
            rows = each.rows.where(
                *(where[key].in_(sorted(values)) for key, values in count.where.items()),
                here(node, of.node_id),
                of.at >= since,
                of.at < until,
            ).subquery()
            several = each.adds is Adds.SUBJECTS
            number = func.count(rows.c.subject_id.distinct()) if several else func.count()
            found[each.why] += connection.execute(select(number).select_from(rows)).scalar_one()
    return {why: number for why, number in found.items() if number}


def _not_counted(count: Count, seen: Look) -> Iterator[tuple[LeftOut, datetime, datetime]]:
    """What is not counted, and of which instants [from, to)."""
    source, declared = seen.source(count.source), DECLARED[count.source]
    since, until = seen.days.bounds()
    for each in source.left_out:
        yield each, since, until
    if declared.begun and not declared.lasting:
        to_come = LeftOut(TO_COME, source.rows, Adds.SUBJECTS)
        yield to_come, max(since, seen.days.bounds(begun=True)[1]), until
