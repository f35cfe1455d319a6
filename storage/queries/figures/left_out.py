"""What a figure does not count of what it asks for: it is said, so that nobody looks for it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection, func, select

from storage.model.event import GOING_AHEAD
from storage.model.figure import Adds, Count, Measure
from storage.model.node import Node
from storage.model.period import Days
from storage.queries.figures.cells import Look, here, look
from storage.queries.figures.source import LeftOut
from storage.tables import events


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


def unconfirmed(
    connection: Connection, measures: Mapping[str, Measure], node: Node, days: Days
) -> dict[str, int]:
    """Of each of many measures how many events of these days nobody confirmed, of those that it
    asks for; none is left away."""
    asking = {
        key: [count for count in measure.counts if count.source in _OF_HELD]
        for key, measure in measures.items()
    }
    if not any(asking.values()):
        return {}
    since, until = days.bounds(begun=True)
    by_category = (
        select(events.c.category, func.count())
        .where(
            events.c.state.in_(sorted(GOING_AHEAD)),
            events.c.starts_at >= since,
            events.c.starts_at < until,
            here(node, events.c.node_id),
        )
        .group_by(events.c.category)
    )
    found = {row[0]: row[1] for row in connection.execute(by_category)}
    numbers = {
        key: sum(
            number
            for category, number in found.items()
            if any(category in count.where.get("category", (category,)) for count in counts)
        )
        for key, counts in asking.items()
    }
    return {key: number for key, number in numbers.items() if number}


# What counts only once somebody said that its event was held.
_OF_HELD = ("occasions", "attendances")


def _not_counted(count: Count, seen: Look) -> Iterator[tuple[LeftOut, datetime, datetime]]:
    """What is not counted, and of which instants [from, to)."""
    since, until = seen.days.bounds()
    _, now = seen.days.bounds(begun=True)
    for each in seen.source(count.source).left_out:
        yield (
            each,
            since if each.begun is not False else max(since, now),
            until if each.begun is not True else now,
        )
