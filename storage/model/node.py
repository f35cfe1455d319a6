"""The organisation tree: a district and the communities below it."""

from dataclasses import dataclass, replace
from enum import StrEnum
from zoneinfo import ZoneInfo

from storage.model.refusal import Refusal


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


@dataclass(frozen=True, slots=True)
class NodeCard:
    """A community as staff see it in a list: how many people of each standing."""

    node: Node
    residents: int
    members: int


@dataclass(frozen=True, slots=True)
class ZoneDraft:
    """Whose clock a node goes by at `present`, and by whose it shall go."""

    node_id: int
    name: str
    path: str
    present: ZoneInfo
    new: ZoneInfo | None = None

    def with_zone(self, zone: ZoneInfo) -> "ZoneDraft":
        return replace(self, new=zone)

    def complete(self) -> ZoneInfo:
        """Raises Refusal before one is chosen."""
        if self.new is None:
            raise Refusal("home.form_over")
        return self.new
