"""The twelve communities of the demo district: each lives its year in its own way."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Character:
    """How a community is. `number` names it; `people` is how many live there, as a share of the
    usual; `work` how much of its plan it does in a whole year, `work_before` the year before.

    `answers`: the share of suggestions that it answers. `plans`: whether it sends a plan in.
    `joined_month`: in which month of this year it joined the district; None: it was there before.
    """

    number: int
    people: float = 1.0
    work: float = 1.0
    work_before: float = 0.85
    answers: float = 0.95
    plans: bool = True
    joined_month: int | None = None


STEADY, AHEAD, BEHIND, NEW, SILENT = (
    Character(1),
    Character(2, people=1.4, work=1.35, work_before=1.0, answers=1.0),
    Character(3, people=0.9, work=0.45, work_before=0.75, answers=0.5),
    Character(4, people=0.6, joined_month=9),
    Character(5, people=0.7, work=0.12, work_before=0.4, answers=0.2, plans=False),
)
CHARACTERS = (
    STEADY,
    AHEAD,
    BEHIND,
    NEW,
    SILENT,
    Character(6, people=1.2, work=1.1),
    Character(7, work=0.95, work_before=0.95),
    Character(8, people=0.8, work=0.85, work_before=0.7),
    Character(9, people=1.1, work=1.05, work_before=0.9),
    Character(10, work=0.75, work_before=0.95, answers=0.8),
    Character(11, people=1.3, work=1.15, work_before=1.05),
    Character(12, people=0.8, work=0.98, work_before=0.6),
)
