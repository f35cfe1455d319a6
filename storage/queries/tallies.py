"""The counts behind every figure. An indicator of the programme names one of `SOURCES`.

Each source is a subtree of nodes and a span of instants to a number, so chat, workbook and report
ask the same question.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Select, Table, func, select

from storage.model.delivery import DeliveryState
from storage.model.event import EventState, SignUpState
from storage.model.kinds import DeliveryKind
from storage.model.node import Node
from storage.model.period import Period
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.suggestion import SuggestionState
from storage.model.tally import Tally
from storage.queries.nodes import below, where_may
from storage.tables import (
    acknowledgements,
    broadcasts,
    deliveries,
    events,
    nodes,
    sign_ups,
    suggestions,
)

Span = tuple[datetime, datetime]


def tally(
    connection: Connection, node: Node, period: Period, zone: ZoneInfo, sources: Iterable[str]
) -> Tally:
    """Count every one of `sources` for `node` and all below it in the days of `period`."""
    span = period.bounds(zone)
    figures = {
        source: int(connection.execute(SOURCES[source](node, span)).scalar_one() or 0)
        for source in sources
    }
    return Tally(node, period, figures)


def tally_for(
    connection: Connection,
    person: Person,
    node_id: int | None,
    period: Period,
    zone: ZoneInfo,
    sources: Iterable[str],
) -> Tally:
    """The same for a node whose figures `person` may see; None for the widest of them.

    Raises Refusal("refused.not_yours").
    """
    places = where_may(connection, person, Power.SEE_FIGURES)
    node = next((place for place in places if node_id in (None, place.id)), None)
    if node is None:
        raise Refusal("refused.not_yours")
    figures = tally(connection, node, period, zone, sources)
    return replace(figures, others=len(places) > 1)


def _within(column: ColumnElement[datetime], span: Span) -> ColumnElement[bool]:
    return (column >= span[0]) & (column < span[1])


def _count(table: Table, node: Node, *conditions: ColumnElement[bool]) -> Select[Any]:
    return (
        select(func.count())
        .select_from(table)
        .join(nodes, nodes.c.id == table.c.node_id)
        .where(below(node.path), *conditions)
    )


def _study_pushes(node: Node, span: Span) -> Select[Any]:
    """Study broadcasts that reached at least one person of the node."""
    reached = (
        select(deliveries.c.broadcast_id)
        .join(nodes, nodes.c.id == deliveries.c.node_id)
        .where(
            deliveries.c.kind == DeliveryKind.STUDY_ITEM,
            deliveries.c.state == DeliveryState.SENT,
            below(node.path),
        )
    )
    return (
        select(func.count())
        .select_from(broadcasts)
        .where(_within(broadcasts.c.slot_at, span), broadcasts.c.id.in_(reached))
    )


def _study_deliveries(node: Node, span: Span) -> Select[Any]:
    return _count(
        deliveries,
        node,
        deliveries.c.kind == DeliveryKind.STUDY_ITEM,
        deliveries.c.state == DeliveryState.SENT,
        _within(deliveries.c.sent_at, span),
    )


def _acknowledgements(node: Node, span: Span) -> Select[Any]:
    return _count(acknowledgements, node, _within(acknowledgements.c.acknowledged_at, span))


def _events(node: Node, span: Span) -> Select[Any]:
    return _count(
        events, node, events.c.state == EventState.OPEN, _within(events.c.starts_at, span)
    )


def _sign_ups(node: Node, span: Span) -> Select[Any]:
    """Places held at the events of the period, by the day of the event."""
    return (
        _events(node, span)
        .join(sign_ups, sign_ups.c.event_id == events.c.id)
        .where(sign_ups.c.state == SignUpState.SIGNED_UP)
    )


def _suggestions(node: Node, span: Span, *states: SuggestionState) -> Select[Any]:
    return _count(
        suggestions,
        node,
        _within(suggestions.c.submitted_at, span),
        suggestions.c.state.in_(states or tuple(SuggestionState)),
    )


def _adopted(node: Node, span: Span) -> Select[Any]:
    """Of the suggestions received in the period, those adopted, carried out or not."""
    return _suggestions(node, span, SuggestionState.ADOPTED, SuggestionState.IMPLEMENTED)


def _implemented(node: Node, span: Span) -> Select[Any]:
    return _suggestions(node, span, SuggestionState.IMPLEMENTED)


SOURCES: dict[str, Callable[[Node, Span], Select[Any]]] = {
    "study_pushes": _study_pushes,
    "study_deliveries": _study_deliveries,
    "acknowledgements": _acknowledgements,
    "events": _events,
    "sign_ups": _sign_ups,
    "suggestions_received": _suggestions,
    "suggestions_adopted": _adopted,
    "suggestions_implemented": _implemented,
}
