"""When the thing in a form's draft is sent: read, changed, and told in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from aiogram_dialog import DialogManager
from markupsafe import Markup

from content.screens import schedules as screens
from content.texts import Say
from handlers.forms.drafts import draft_of, keep
from handlers.tools import Tools
from storage.model.period import day_of
from storage.model.rhythm import Rhythm, ScheduleKind
from storage.model.rhythm_draft import RhythmDraft, Timed

SLOTS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Timing:
    """The rhythm in the drafts of one kind."""

    kind: type[Timed]

    def of(self, manager: DialogManager) -> RhythmDraft:
        return draft_of(manager, self.kind).when

    def keep(self, manager: DialogManager, when: RhythmDraft) -> None:
        keep(manager, draft_of(manager, self.kind).with_when(when))

    def clock(self, manager: DialogManager) -> ZoneInfo:
        """Whose clock it goes by."""
        return self.of(manager).zone


def coming(draft: RhythmDraft, tools: Tools) -> screens.When:
    """What a rhythm means, to be shown before it is saved."""
    now = tools.now()
    rhythm = draft.rhythm(now, tools.next_slots)
    if draft.is_after_joining:
        return screens.When(rhythm, (), draft.own_slot(now, tools.next_slots), ())
    slots = draft.slots(now, tools.next_slots, SLOTS_SHOWN)
    if rhythm.kind is ScheduleKind.FESTIVAL:
        return screens.When(rhythm, slots, None, (), _awaited(rhythm, slots, draft, tools))
    years = {day_of(slot, draft.zone).year for slot in slots}
    known = tools.holidays.known_years if rhythm.skip_holidays else years
    return screens.When(rhythm, slots, None, sorted(years - known))


def _awaited(
    rhythm: Rhythm, slots: Sequence[datetime], draft: RhythmDraft, tools: Tools
) -> int | None:
    """The first year in which the rhythm goes on and it is not known when its festival is."""
    known = tools.holidays.festivals.get(rhythm.festival, {})
    after = day_of(slots[-1] if slots else tools.now(), draft.zone).year
    year = after if after not in known else after + 1
    ended = rhythm.until_on is not None and rhythm.until_on.year < year
    full = rhythm.count is not None and len(slots) >= rhythm.count
    return None if ended or full or len(slots) == SLOTS_SHOWN else year


def in_words(draft: RhythmDraft, tools: Tools, say: Say) -> Markup:
    """A rhythm and its coming slots."""
    return screens.when(say, coming(draft, tools), clock_of(draft, tools))


def clock_of(draft: RhythmDraft, tools: Tools) -> screens.Clock:
    """Whose clock tells the times of a draft."""
    return screens.Clock(tools.now(), draft.zone, tools.zone)


def rhythm_names(draft: RhythmDraft, tools: Tools, say: Say) -> dict[str, object]:
    """For the getter of the window with `rhythm_buttons`, and its text."""
    return {
        "when": in_words(draft, tools, say),
        "now": draft.is_now,
        "joining": draft.is_after_joining,
        "recurs": draft.recurs,
    }
