"""The assessment of a community: the weighted mean of its rates, line by line."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from storage.model.figure import Figure
from storage.model.plan import HUNDRED, Missing


@dataclass(frozen=True, slots=True)
class Assessed:
    """An indicator as it is assessed: its weight, what was planned (None: nothing), and what is
    there."""

    weight: int
    target: Decimal | None
    figure: Figure

    @property
    def done(self) -> Decimal | Missing:
        """How much of the target is there, in percent; of a target of nothing, all."""
        if self.target is None:
            return Missing.NOT_PLANNED
        value = self.figure.value
        if value is None:
            return Missing.NO_FIGURE
        return value * HUNDRED / self.target if self.target else HUNDRED

    @property
    def rate(self) -> Decimal | Missing:
        """As much of that as is assessed: more than all of the target is all."""
        done = self.done
        return done if isinstance(done, Missing) else min(done, HUNDRED)


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """What an indicator contributes: its rate in percent, times its weight."""

    rate: Decimal
    weight: int

    @property
    def points(self) -> Decimal:
        return self.rate * self.weight / HUNDRED


@dataclass(frozen=True, slots=True)
class Score:
    """`lines` by indicator; `left_out` are those that have a weight but no rate, and why: they are
    neither in the sum nor in what it is measured by, and are told."""

    lines: Mapping[str, ScoreLine]
    left_out: Mapping[str, Missing]

    @property
    def points(self) -> Decimal:
        return sum((line.points for line in self.lines.values()), Decimal(0))

    @property
    def possible(self) -> int:
        """How many points all of it would be."""
        return sum(line.weight for line in self.lines.values())

    @property
    def percent(self) -> Decimal | None:
        """The score, from 0 to 100; None where nothing can be assessed."""
        return self.points * HUNDRED / self.possible if self.possible else None


def score(assessed: Mapping[str, Assessed]) -> Score:
    """The score of these, by the indicators' ids. What has no weight is not assessed."""
    rates = {key: each.rate for key, each in assessed.items() if each.weight}
    return Score(
        {
            key: ScoreLine(rate, assessed[key].weight)
            for key, rate in rates.items()
            if not isinstance(rate, Missing)
        },
        {key: rate for key, rate in rates.items() if isinstance(rate, Missing)},
    )
