"""Whose clock counts: the zone of a node, or of the nearest one above that has its own."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from storage.tables import nodes

_OWN = select(nodes.c.path, nodes.c.timezone).where(nodes.c.timezone.is_not(None))


@dataclass(frozen=True, slots=True)
class Zones:
    """The zones of the tree: `own` are those of nodes that have one, the deepest first."""

    default: ZoneInfo
    own: tuple[tuple[str, ZoneInfo], ...]

    def at(self, path: str | None) -> ZoneInfo:
        """The zone of the node at `path`; the district's for nobody's."""
        for above, zone in self.own:
            if path is not None and path.startswith(above):
                return zone
        return self.default


def zones(connection: Connection, default: ZoneInfo) -> Zones:
    """Every zone of the tree; `default` is where no node names another."""
    rows = connection.execute(_OWN).all()
    deepest_first = sorted(rows, key=lambda row: -len(row.path))
    return Zones(default, tuple((row.path, ZoneInfo(row.timezone)) for row in deepest_first))
