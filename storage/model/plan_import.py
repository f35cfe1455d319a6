"""Plans of several places at once, such as stand in a workbook: what they would change."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from storage.model.plan import NewTargets

Own = Mapping[int, Mapping[str, Decimal]]  # what is planned, by the node's id and the indicator's


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants a node to plan of an indicator (None: nothing any more), and why, if that
    revises it."""

    node_id: int
    indicator: str
    number: Decimal | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A wish that is not so yet. `before`: what is planned now; None for nothing."""

    wish: Wish
    before: Decimal | None

    @property
    def lacks_reason(self) -> bool:
        return self.before is not None and not self.wish.reason.strip()

    def of(self, year: int) -> NewTargets:
        """The same as what is to be planned."""
        wish, seen = self.wish, {self.wish.indicator: self.before}
        numbers = {wish.indicator: wish.number}
        return NewTargets(wish.node_id, year, numbers, wish.reason.strip(), seen)


@dataclass(frozen=True, slots=True)
class PlanImport:
    """What wishes for a year would change; `same` of them are so already."""

    year: int
    changes: Sequence[Change]
    same: int

    @property
    def digest(self) -> str:
        """The same for the same changes: whoever agreed to some did not agree to others."""
        told = repr([(self.year, each.wish, each.before) for each in self.changes])
        return hashlib.sha256(told.encode()).hexdigest()[:12]


def compared(year: int, wishes: Sequence[Wish], own: Own) -> PlanImport:
    """The wishes beside what is planned now."""
    changes = [
        Change(wish, before)
        for wish in wishes
        if (before := own.get(wish.node_id, {}).get(wish.indicator)) != wish.number
    ]
    return PlanImport(year, changes, len(wishes) - len(changes))


@dataclass(frozen=True, slots=True)
class TouchedTarget:
    """A target that an import set and that somebody planned anew since, `by` whom and when: what
    is planned `now` (None: nothing any more) stays."""

    node_id: int
    indicator: str
    now: Decimal | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PlanReturn:
    """What an import set for a year, as far as it can be taken back: `changes` lead to what was
    planned before; `touched` was planned anew since, and stays."""

    changes: Sequence[Change]
    touched: Sequence[TouchedTarget]
