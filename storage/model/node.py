"""The organisation tree: a district and the communities below it."""

from dataclasses import dataclass, replace
from enum import StrEnum
from zoneinfo import ZoneInfo

NAME_LIMIT = 64  # characters of a community's name


class NodeKind(StrEnum):
    DISTRICT = "district"
    COMMUNITY = "community"


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the tree. `path` lists the ids from the root down ("/1/4/"); `code` is in links."""

    id: int
    kind: NodeKind
    name: str
    code: str
    path: str

    @property
    def is_root(self) -> bool:
        """Whether every other node is below it."""
        return self.path.count("/") == 2


@dataclass(frozen=True, slots=True)
class Reach:
    """Where somebody has a power: the widest place, and whether there are others."""

    widest: Node
    others: bool


@dataclass(frozen=True, slots=True)
class SoughtPlace:
    """Places that words may mean: those they do, those with a name near them, and all there are."""

    found: list[Node]
    near: list[Node]
    every: list[Node]


@dataclass(frozen=True, slots=True)
class NodeCard:
    """A community as staff see it in a list: how many people of each standing."""

    node: Node
    residents: int
    members: int


@dataclass(frozen=True, slots=True)
class ZoneDraft:
    """The clock that staff are choosing for a node, which goes by that of `present` so far."""

    node_id: int
    name: str
    path: str
    present: ZoneInfo
    zone: ZoneInfo | None = None

    def steps(self) -> tuple[str, ...]:
        """What is asked, in order."""
        return ("zone",)

    def missing(self) -> tuple[str, ...]:
        """What of it was not answered yet."""
        return () if self.zone else ("zone",)

    def with_zone(self, zone: ZoneInfo) -> "ZoneDraft":
        return replace(self, zone=zone)

    def complete(self) -> ZoneInfo:
        """What is set. It may not be missing."""
        if self.zone is None:
            raise ValueError("a clock without a zone")
        return self.zone
