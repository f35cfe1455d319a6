"""How much a usual community plans and does in a year, by the ids of the shipped programme.

Another programme has other ids: what is not named here happens as often as `USUAL_…` say, so that
a demo year of it is plausible, too.
"""

from dataclasses import dataclass
from decimal import Decimal

from content.programme import Programme


@dataclass(frozen=True, slots=True)
class Work:
    """What a year's ledger has of an indicator: how many entries, and numbers from `low` to `high`
    in them."""

    entries: int
    low: int = 1
    high: int = 1

    @property
    def total(self) -> float:
        return self.entries * (self.low + self.high) / 2


USUAL_EVENTS = 6
USUAL_WORK = Work(12, 1, 3)
PUSHES, NOTICES, SUGGESTIONS = 7, 18, 24
EVENTS = {
    "study": 10,
    "lecture": 3,
    "discussion": 4,
    "campaign": 5,
    "economy": 2,
    "governance": 5,
    "service": 8,
    "unity": 2,
    "policy": 2,
    "exchange": 2,
    "visit": 2,
    "meeting": 3,
    "training": 2,
}
LEDGER = {
    "exams": Work(4),
    "exam_participants": Work(4, 15, 30),
    "reflections": Work(8, 1, 5),
    "board_updates": Work(20),
    "publicity_posts": Work(16, 1, 3),
    "short_videos": Work(5),
    "business_visits": Work(10, 1, 4),
    "startup_support": Work(2),
    "mediations": Work(12),
    "venue_safety_checks": Work(16, 1, 4),
    "flagship_projects": Work(1),
    "home_visits": Work(22, 2, 10),
    "volunteers": Work(4, 1, 4),
}
# What is planned of what is neither an event nor an entry of the ledger; shares are in percent.
_OTHERS = {
    "study_attendance": 75,
    "study_coverage": 85,
    "study_pushes": PUSHES,
    "study_push_reach": 130,
    "suggestions_received": SUGGESTIONS,
    "suggestions_adopted": 14,
    "suggestions_implemented": 9,
    "publicity_posts": LEDGER["publicity_posts"].total + NOTICES,
    "members_registered": 20,
    "staff_trainees": 15,
}
_ALIKE = {"study_coverage"}  # the same everywhere, however many people live there


def targets(programme: Programme, share: float, people: float) -> dict[str, Decimal]:
    """What a community plans: `share` of the usual work, and of `people` if they are counted."""
    found = {}
    for each in programme.indicators:
        usual = _usual(programme, each.id)
        if not each.planned or usual is None:
            continue
        counts_people = each.id in _OTHERS and each.id not in _ALIKE
        factor = 1.0 if each.id in _ALIKE else share * (people if counts_people else 1.0)
        found[each.id] = Decimal(max(1, round(usual * factor)))
    return found


def _usual(programme: Programme, indicator_id: str) -> float | None:
    if indicator_id in _OTHERS:
        return _OTHERS[indicator_id]
    indicator = programme.indicator(indicator_id)
    assert indicator is not None
    if indicator.is_by_hand:
        return LEDGER.get(indicator_id, USUAL_WORK).total
    [count, *more] = indicator.counts
    if count.source != "occasions" or more:
        return None
    categories = count.where.get("category", [])
    return float(sum(EVENTS.get(category, USUAL_EVENTS) for category in categories)) or None
