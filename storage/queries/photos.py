"""The photos of a year: of its events as they were, and of what stands in the ledger."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select, func, select

from storage.model.ledger import EntryState
from storage.model.message import MediaKind, media_from_json
from storage.model.node import Node
from storage.model.period import Days, day_of
from storage.model.summary import Album, Photo
from storage.queries.figures.events import TOOK_PLACE
from storage.queries.nodes import below
from storage.queries.turnouts import came_to_each
from storage.tables import entries, events, nodes


def photos(connection: Connection, node: Node, days: Days, room: int) -> Album:
    """At most `room` photos of what was held and recorded on these days at a node and below it.

    Each event has one before any has two, those to which most came first; what is recorded has
    what room is left.
    """
    held, recorded = _held(node, days), _recorded(node, days)
    best = held.order_by(came_to_each().desc(), events.c.id).limit(room)
    newest = recorded.order_by(entries.c.at.desc(), entries.c.id.desc()).limit(room)
    found = (_in_turns(connection.execute(each), days.zone) for each in (best, newest))
    chosen = list(chain.from_iterable(found))
    several = _count(connection, held), _count(connection, recorded)
    left_out = len(chosen) > room or max(several) > room
    return Album(sorted(chosen[:room], key=lambda each: each.on), *several, left_out)


def _held(node: Node, days: Days) -> Select[Any]:
    since, until = days.bounds(begun=True)
    one = select(events.c.starts_at.label("at"), events.c.record.label("media"), events.c.title)
    return (
        one.add_columns(nodes.c.name)
        .join(nodes, nodes.c.id == events.c.node_id)
        .where(
            below(node.path),
            TOOK_PLACE,
            events.c.record.is_not(None),
            events.c.starts_at >= since,
            events.c.starts_at < until,
        )
    )


def _recorded(node: Node, days: Days) -> Select[Any]:
    since, until = days.bounds()
    return (
        select(entries.c.at, entries.c.media, entries.c.indicator, nodes.c.name)
        .join(nodes, nodes.c.id == entries.c.node_id)
        .where(
            below(node.path),
            entries.c.state == EntryState.COUNTED,
            entries.c.media.contains(f'"{MediaKind.PHOTO}"'),
            entries.c.at >= since,
            entries.c.at < until,
        )
    )


def _in_turns(rows: Iterable[Any], zone: ZoneInfo) -> Iterator[Photo]:
    """The first photo of each row, then the second of each that has one, and so on."""
    several = [list(_of(row, zone)) for row in rows]
    for turn in range(max(map(len, several), default=0)):
        yield from (each[turn] for each in several if turn < len(each))


def _of(row: Any, zone: ZoneInfo) -> Sequence[Photo]:
    about = {"title": getattr(row, "title", ""), "indicator": getattr(row, "indicator", "")}
    on = day_of(row.at, zone)
    return [
        Photo(on, row.name, each.file_id, **about)
        for each in media_from_json(row.media)
        if each.kind is MediaKind.PHOTO
    ]


def _count(connection: Connection, found: Select[Any]) -> int:
    one = select(func.count()).select_from(found.subquery())
    return int(connection.execute(one).scalar_one())
