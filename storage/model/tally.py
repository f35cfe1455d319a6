"""Figures: what was counted in a period, for a node and all that is below it."""

from dataclasses import dataclass

from storage.model.node import Node
from storage.model.period import Period


@dataclass(frozen=True, slots=True)
class Tally:
    """The figures of one node and period; `figures` maps a source to its count.

    `others` says whether whoever asked may see other nodes, too.
    """

    node: Node
    period: Period
    figures: dict[str, int]
    others: bool = False
