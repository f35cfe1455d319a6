"""Tallies: the figures of a place in a period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from storage.model.closing import Closing, Kept
from storage.model.figure import Figure, Record
from storage.model.node import Node
from storage.model.period import Period
from storage.model.plan import Target


@dataclass(frozen=True, slots=True)
class Tally:
    """The figures of one node, with all that is below it, and period, by indicator.

    `before`: the same days of the year before, where that was asked; `at_months_end` are those of
    them that tell how things stood at the end of that month. `targets`: what is planned, of a whole
    year for which something is. `closed`: what was closed of a whole year that is; the figures are
    those of now all the same, so that each opens to its records. `others` says whether whoever
    asked may see other nodes, too. `unconfirmed`: how many events nobody confirmed, of those that
    count there once somebody does.
    """

    node: Node
    period: Period
    figures: Mapping[str, Figure]
    before: Mapping[str, Figure] = field(default_factory=dict)
    targets: Mapping[str, Target] = field(default_factory=dict)
    closed: Closing | None = None
    at_months_end: frozenset[str] = frozenset()
    others: bool = False
    unconfirmed: Mapping[str, int] = field(default_factory=dict)

    def closed_as(self, indicator_id: str) -> Kept | None:
        """What was closed of an indicator, if that is another figure by now."""
        kept = self.closed.sheet.figures.get(indicator_id) if self.closed else None
        return kept if kept and kept.figure != self.figures[indicator_id] else None


@dataclass(frozen=True, slots=True)
class Months:
    """One figure of a node in each month of a year, by the first of these; what was closed of that
    year; and how much is left out of the whole of it, by why."""

    node: Node
    figures: Mapping[date, Figure]
    closed: Closing | None = None
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Account:
    """Figures with what is needed to check them: what each leaves out, by why, and of one of them
    the records that it counts."""

    tally: Tally
    left_out: Mapping[str, Mapping[str, int]]
    records: Sequence[Record] = ()
