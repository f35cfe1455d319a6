"""The organisation tree: a district and the communities below it."""

from dataclasses import dataclass
from enum import StrEnum


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
