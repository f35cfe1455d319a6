"""What an annual summary is made of."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Select, func, select

from storage.model.closing import Reckoning, Sheet
from storage.model.event import GOING_AHEAD
from storage.model.figure import Figure
from storage.model.node import Node, NodeKind
from storage.model.period import Days, day_of
from storage.model.plan import Target
from storage.model.subject import SubjectKind
from storage.model.suggestion import SuggestionState, format_number
from storage.model.summary import LISTED, Done, Held, Summary, photos_each
from storage.queries.closed_years import closed_at
from storage.queries.closings import closed_year, sheet
from storage.queries.figures.counting import figures
from storage.queries.figures.events import TOOK_PLACE
from storage.queries.nodes import below, by_id, node_of
from storage.queries.photos import photos
from storage.queries.plans import targets
from storage.queries.turnouts import came_to_each
from storage.tables import events, moves, nodes, suggestions

_UNCONFIRMED = events.c.state.in_(sorted(GOING_AHEAD))


def summary(
    connection: Connection,
    node: Node,
    year: int,
    reckoning: Reckoning,
    room: int = photos_each(1),
) -> Summary:
    """The year of a node and all below it, as it is now, with photos for which there is `room`; a
    closed one as it was closed."""
    this, zone = reckoning.days(year), reckoning.zone
    done, held = _done(node, this), _held(node, this)
    closed = closed_year(connection, node, year, reckoning)
    found = closed.closing.sheet if closed else sheet(connection, node, year, reckoning)
    return Summary(
        node=node,
        year=year,
        until=min(this.period.last_on, reckoning.today),
        figures=_figures(found, reckoning),
        last_year=_last_year(connection, node, year - 1, reckoning),
        targets={
            k: Target(each.target) for k, each in found.figures.items() if each.target is not None
        },
        next_targets=targets(connection, node, year + 1, reckoning.basis.measures),
        done=[_done_one(row) for row in connection.execute(done.limit(LISTED))],
        done_in_all=_count(connection, done),
        held=[_held_one(row, zone) for row in connection.execute(held.limit(LISTED))],
        held_in_all=_count(connection, held),
        unconfirmed=_count(connection, _begun(node, this, _UNCONFIRMED)),
        album=photos(connection, node, this, room),
        score=found.score if node.kind is NodeKind.COMMUNITY else None,
        closed=closed,
    )


def summaries(
    connection: Connection, node_id: int, year: int, reckoning: Reckoning
) -> list[Summary]:
    """The summary of a node, and after that of a district those of all its communities; see
    `summary`. Raises Refusal if there is no such node."""
    node = by_id(connection, node_id)
    every = select(nodes).where(
        below(node.path), nodes.c.id != node.id, nodes.c.kind == NodeKind.COMMUNITY
    )
    places = [node, *map(node_of, connection.execute(every.order_by(nodes.c.id)))]
    room = photos_each(len(places))
    return [summary(connection, place, year, reckoning, room) for place in places]


def _last_year(
    connection: Connection, node: Node, year: int, reckoning: Reckoning
) -> dict[str, Figure]:
    signed = closed_at(connection, node.id, year)
    if signed is not None:
        return _figures(signed.sheet, reckoning)
    return figures(connection, reckoning.basis.measures, node, reckoning.days(year))


def _figures(found: Sheet, reckoning: Reckoning) -> dict[str, Figure]:
    """What of the programme stands in a sheet; what was not counted then is nothing."""
    kept = found.figures
    return {
        key: kept[key].figure if key in kept else Figure(Decimal(0))
        for key in reckoning.basis.indicators
    }


def _count(connection: Connection, found: Select[Any]) -> int:
    return int(
        connection.execute(
            select(func.count()).select_from(found.order_by(None).subquery())
        ).scalar_one()
    )


def _done(node: Node, days: Days) -> Select[Any]:
    """The suggestions of these days that were carried out, with the words of that, in their
    order."""
    since, until = days.bounds()
    told = (
        select(moves.c.words)
        .where(
            moves.c.subject_kind == SubjectKind.SUGGESTION,
            moves.c.subject_id == suggestions.c.id,
            moves.c.to_state == SuggestionState.IMPLEMENTED,
        )
        .scalar_subquery()
    )
    return (
        select(
            suggestions.c.year,
            suggestions.c.sequence,
            suggestions.c.text,
            nodes.c.name,
            told.label("answer"),
        )
        .join(nodes, nodes.c.id == suggestions.c.node_id)
        .where(
            below(node.path),
            suggestions.c.state == SuggestionState.IMPLEMENTED,
            suggestions.c.submitted_at >= since,
            suggestions.c.submitted_at < until,
        )
        .order_by(suggestions.c.year, suggestions.c.sequence)
    )


def _done_one(row: Any) -> Done:
    return Done(format_number(row.year, row.sequence), row.name, row.text, row.answer or "")


def _held(node: Node, days: Days) -> Select[Any]:
    """The events of these days that took place, in their order."""
    return _begun(node, days, TOOK_PLACE)


def _begun(node: Node, days: Days, which: ColumnElement[bool]) -> Select[Any]:
    """Those of the events of these days that have begun, in their order."""
    since, until = days.bounds(begun=True)
    return (
        select(
            events.c.starts_at,
            events.c.title,
            events.c.category,
            nodes.c.name,
            came_to_each().label("came"),
            events.c.by_hand,
        )
        .join(nodes, nodes.c.id == events.c.node_id)
        .where(
            below(node.path),
            which,
            events.c.starts_at >= since,
            events.c.starts_at < until,
        )
        .order_by(events.c.starts_at, events.c.id)
    )


def _held_one(row: Any, zone: ZoneInfo) -> Held:
    return Held(
        day_of(row.starts_at, zone), row.title, row.category, row.name, row.came, row.by_hand
    )
