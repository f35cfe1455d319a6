"""Targets in the making: what staff plan for a place and year before it is taken over."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, Decimal

from storage.model.figure import THOUSANDTHS
from storage.model.plan import REASON_LIMIT, NewTargets, Plannable, thousandths_of
from storage.model.refusal import Refusal

KEPT_DIGITS = 2  # of a proposal: 127 becomes 130
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """What is chosen so far, by the indicators' ids, in thousandths; None: no target any more.
    `before`: what is planned now, as it was shown. `asked`: the indicator whose number is being
    asked for."""

    node_id: int
    node_name: str
    year: int
    before: Mapping[str, int] = field(default_factory=dict)
    numbers: Mapping[str, int | None] = field(default_factory=dict)
    asked: str = ""
    reason: str = ""

    def steps(self) -> tuple[str, ...]:
        """What is asked, in order."""
        return ("lines", "reason") if self.revised else ("lines",)

    def missing(self) -> tuple[str, ...]:
        """What of it was not answered yet."""
        if not self.numbers:
            return ("lines",)
        return ("reason",) if self.revised and not self.reason else ()

    @property
    def revised(self) -> tuple[str, ...]:
        """The indicators of which another target is planned already."""
        return tuple(each for each in self.numbers if each in self.before)

    def asking(self, indicator: str) -> "PlanDraft":
        return replace(self, asked=indicator)

    def with_numbers(self, numbers: Mapping[str, Decimal]) -> "PlanDraft":
        """With these numbers; one that is planned already as it is to be is no change."""
        chosen = {indicator: thousandths_of(number) for indicator, number in numbers.items()}
        return self._of({**self.numbers, **chosen})

    def removing(self, indicator: str) -> "PlanDraft":
        """With no target for an indicator any more; of one that has none that is no change."""
        return self._of({**self.numbers, indicator: None})

    def without(self, indicator: str) -> "PlanDraft":
        return self._of({each: n for each, n in self.numbers.items() if each != indicator})

    def with_reason(self, reason: str) -> "PlanDraft":
        """Raises Refusal for none, or for one that is too long."""
        if not reason.strip():
            raise Refusal("plan.no_reason")
        if len(reason) > REASON_LIMIT:
            raise Refusal("plan.long_reason", limit=REASON_LIMIT)
        return replace(self, reason=reason.strip())

    def seeing(self, before: Mapping[str, Decimal]) -> "PlanDraft":
        """The same beside what is planned now."""
        kept = {indicator: thousandths_of(number) for indicator, number in before.items()}
        return replace(self, before=kept)._of(self.numbers)

    def _of(self, numbers: Mapping[str, int | None]) -> "PlanDraft":
        changed = {each: n for each, n in numbers.items() if self.before.get(each) != n}
        return replace(self, numbers=changed, asked="")

    def complete(self) -> NewTargets:
        """What is to be planned."""
        return NewTargets(
            self.node_id,
            self.year,
            {each: _number(n) for each, n in self.numbers.items()},
            self.reason,
            {each: _number(self.before.get(each)) for each in self.numbers},
        )


def _number(thousandths: int | None) -> Decimal | None:
    return None if thousandths is None else Decimal(thousandths) / THOUSANDTHS


def proposed(actual: Decimal | None, plannable: Plannable) -> Decimal | None:
    """What the next year may plan where this one reached `actual`: the same, rounded up to a number
    that people would choose. None for nothing: nobody plans a nought by themselves."""
    if not actual or actual < 0:
        return None
    step = Decimal(1).scaleb(max(0, actual.adjusted() + 1 - KEPT_DIGITS))
    found = (actual / step).quantize(Decimal(1), ROUND_CEILING) * step
    return min(found, HUNDRED) if plannable.measure.share_of is not None else found
