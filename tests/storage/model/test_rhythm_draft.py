"""A rhythm in the making: which questions follow, what is refused, and what comes of it."""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from scheduler.calendar import next_slots
from storage.model.draft import from_json, to_json
from storage.model.holidays import Holidays
from storage.model.refusal import Refusal
from storage.model.rhythm import Rhythm, ScheduleKind
from storage.model.rhythm_draft import Asked, How, RhythmDraft, sent_now

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)  # a Monday, 12:00 in Shanghai
TODAY, DAY = date(2026, 11, 23), timedelta(days=1)
HALF_PAST_EIGHT = time(8, 30)
SLOTS = partial(next_slots, holidays=Holidays())
EMPTY = RhythmDraft(ZONE, course_id="resident-basics")


def refusal(key: str) -> AbstractContextManager[object]:
    return pytest.raises(Refusal, match=f"^{key}$")


def daily(draft: RhythmDraft = EMPTY) -> RhythmDraft:
    return draft.asking(How.DAILY).with_time(HALF_PAST_EIGHT, NOON)


def weekly() -> RhythmDraft:
    return (
        EMPTY.asking(How.WEEKLY)
        .with_weekdays(frozenset({"thu", "mon"}))
        .with_time(HALF_PAST_EIGHT, NOON)
    )


WAYS = {
    How.NOW: EMPTY.asking(How.NOW),
    How.LATER: EMPTY.asking(How.LATER).with_day(TODAY + DAY, NOON),
    How.DAILY: EMPTY.asking(How.DAILY),
    How.WEEKLY: EMPTY.asking(How.WEEKLY).with_weekdays(frozenset({"thu", "mon"})),
    How.MONTHLY: EMPTY.asking(How.MONTHLY).with_month_day(31),
    How.NTH: EMPTY.asking(How.NTH).with_nth(2).with_weekday("tue"),
    How.YEARLY: EMPTY.asking(How.YEARLY).with_day(date(2026, 3, 5), NOON),
    How.JOINING: EMPTY.asking(How.JOINING).with_after(0),
}
RHYTHMS = {
    How.NOW: Rhythm(ScheduleKind.ONCE, once_at=NOON),
    How.LATER: Rhythm(ScheduleKind.ONCE, once_at=datetime(2026, 11, 24, 0, 30, tzinfo=UTC)),
    How.DAILY: Rhythm(ScheduleKind.DAILY, at=HALF_PAST_EIGHT),
    How.WEEKLY: Rhythm(ScheduleKind.WEEKLY, days=("mon", "thu"), at=HALF_PAST_EIGHT),
    How.MONTHLY: Rhythm(ScheduleKind.MONTHLY, day_of_month=31, at=HALF_PAST_EIGHT),
    How.NTH: Rhythm(ScheduleKind.MONTHLY_WEEKDAY, nth=2, days=("tue",), at=HALF_PAST_EIGHT),
    How.YEARLY: Rhythm(ScheduleKind.YEARLY, month=3, day_of_month=5, at=HALF_PAST_EIGHT),
    How.JOINING: Rhythm(
        ScheduleKind.AFTER_JOINING, course_id="resident-basics", days_after=0, at=HALF_PAST_EIGHT
    ),
}


@pytest.mark.parametrize("how", How)
def test_each_way_becomes_its_rhythm_once_its_questions_are_answered(how: How) -> None:
    draft = WAYS[how]
    if how is not How.NOW:
        assert draft.required().missing() == (Asked.AT,)
        assert draft.chosen is None
        draft = draft.with_time(HALF_PAST_EIGHT, NOON)
    assert (draft.how, draft.asked) == (how, None)
    assert draft.rhythm(NOON, SLOTS) == RHYTHMS[how]
    assert from_json(RhythmDraft, to_json(draft)) == draft


def test_every_year_may_follow_a_festival() -> None:
    draft = EMPTY.asking(How.YEARLY).with_festival("春节", -1).with_time(HALF_PAST_EIGHT, NOON)
    draft = draft.with_holidays(skipped=True)  # it is one itself
    rhythm = Rhythm(ScheduleKind.FESTIVAL, festival="春节", away=-1, at=HALF_PAST_EIGHT)
    assert draft.rhythm(NOON, SLOTS) == rhythm
    assert draft.complete(NOON, SLOTS).first_at is None
    known = partial(next_slots, holidays=Holidays(festivals={"春节": {2027: date(2027, 2, 6)}}))
    assert draft.complete(NOON, known).first_at == datetime(2027, 2, 5, 0, 30, tzinfo=UTC)
    counted = draft.with_count(2)
    assert counted.rhythm(NOON, SLOTS).starts_on == TODAY
    assert from_json(RhythmDraft, to_json(draft)) == draft
    again = draft.with_holidays(skipped=False).asking(How.YEARLY).with_day(date(2026, 3, 5), NOON)
    assert again.with_time(HALF_PAST_EIGHT, NOON).rhythm(NOON, SLOTS) == RHYTHMS[How.YEARLY]


def test_the_questions_come_in_their_order() -> None:
    draft = EMPTY.asking(How.NTH)
    assert draft.required().missing() == (Asked.NTH, Asked.WEEKDAY, Asked.AT)
    assert draft.with_nth(-1).required().missing() == (Asked.WEEKDAY, Asked.AT)


def test_what_was_chosen_counts_until_the_other_choice_is_whole() -> None:
    begun = weekly().asking(How.LATER).with_day(TODAY, NOON)
    assert begun.how is How.WEEKLY
    assert from_json(RhythmDraft, to_json(begun)) == begun
    assert begun.as_before() == weekly()
    assert begun.with_time(time(18), NOON).how is How.LATER


def test_the_time_of_something_sent_once_is_not_over() -> None:
    today = EMPTY.asking(How.LATER).with_day(TODAY, NOON)
    for over in (HALF_PAST_EIGHT, time(12)):
        with refusal("schedule.in_the_past"):
            today.with_time(over, NOON)
    assert today.with_time(time(12, 1), NOON).slots(NOON, SLOTS, 5) == [NOON + timedelta(minutes=1)]
    later = today.with_time(time(12, 1), NOON)
    with refusal("schedule.in_the_past"):  # it lay there for an hour
        later.complete(NOON + timedelta(hours=1), SLOTS)


def test_a_day_is_neither_over_nor_a_slip_of_the_finger() -> None:
    draft = EMPTY.asking(How.LATER)
    for day, key in ((TODAY - DAY, "schedule.in_the_past"), (date(2126, 1, 1), "schedule.too_far")):
        with refusal(key):
            draft.with_day(day, NOON)
        with refusal(key):
            daily().with_until(day, NOON)
        with refusal(key):
            daily().with_skip(day, NOON)
    assert EMPTY.asking(How.YEARLY).with_day(TODAY - DAY, NOON).required().day == TODAY - DAY


def test_today_is_that_of_the_place() -> None:
    evening = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # the 24th in Shanghai
    with refusal("schedule.in_the_past"):
        EMPTY.asking(How.LATER).with_day(TODAY, evening)
    assert EMPTY.in_zone(ZoneInfo("UTC")).asking(How.LATER).with_day(TODAY, evening)


def test_some_day_of_the_week_is_needed() -> None:
    with refusal("schedule.no_day"):
        EMPTY.asking(How.WEEKLY).with_weekdays(frozenset())


@pytest.mark.parametrize("number", [-1, 1001])
def test_numbers_have_limits(number: int) -> None:
    for change in (EMPTY.asking(How.JOINING).with_after, daily().with_every, daily().with_count):
        with refusal("schedule.bad_number"):
            change(number)


def test_an_answer_to_a_question_that_is_not_asked_is_from_another_moment() -> None:
    with refusal("home.form_over"):
        weekly().with_time(time(9), NOON)
    with refusal("home.form_over"):
        EMPTY.rhythm(NOON, SLOTS)


def test_without_a_course_nothing_is_sent_after_joining_it() -> None:
    joining = WAYS[How.JOINING].with_time(HALF_PAST_EIGHT, NOON)
    assert joining.with_course("other").how is How.JOINING
    assert joining.with_course(None).is_now
    with refusal("home.form_over"):
        sent_now(ZONE).asking(How.JOINING)


def test_limits_count_from_the_first_slot_and_stay_with_another_choice() -> None:
    draft = weekly().with_every(2).with_count(3).with_until(date(2027, 6, 1), NOON)
    draft = draft.with_holidays(skipped=True).with_skip(date(2026, 12, 10), NOON)
    rhythm = draft.rhythm(NOON, SLOTS)
    assert rhythm.starts_on == date(2026, 11, 26)  # Monday's is over
    assert (rhythm.every, rhythm.count, rhythm.until_on) == (2, 3, date(2027, 6, 1))
    assert (rhythm.skip_on, rhythm.skip_holidays) == (frozenset({date(2026, 12, 10)}), True)
    other = daily(draft)
    assert other.every == 1  # weeks are no days
    assert (other.count, other.skip_on) == (3, draft.skip_on)
    assert draft.with_skip(date(2026, 12, 10), NOON).skip_on == frozenset()
    assert draft.with_count(None).with_until(None, NOON).with_every(1).rhythm(NOON, SLOTS) == (
        replace(rhythm, every=1, count=None, until_on=None, starts_on=None)
    )


def test_a_rhythm_without_a_slot_is_not_complete() -> None:
    draft = daily().with_until(TODAY, NOON)  # 8:30 is over
    assert draft.slots(NOON, SLOTS, 5) == []
    with refusal("schedule.no_slot"):
        draft.complete(NOON, SLOTS)


def test_complete_gives_the_rhythm_and_its_first_slot() -> None:
    timetable = weekly().complete(NOON, SLOTS)
    assert timetable.rhythm == RHYTHMS[How.WEEKLY]
    assert timetable.first_at == datetime(2026, 11, 26, 0, 30, tzinfo=UTC)


def test_who_joins_now_gets_it_on_a_day_of_their_own() -> None:
    def own(after: int) -> datetime | None:
        draft = EMPTY.asking(How.JOINING).with_after(after).with_time(HALF_PAST_EIGHT, NOON)
        return draft.own_slot(NOON, SLOTS)

    assert own(3) == datetime(2026, 11, 26, 0, 30, tzinfo=UTC)
    assert own(0) == datetime(2026, 11, 24, 0, 30, tzinfo=UTC)  # 8:30 is over today
    assert daily().own_slot(NOON, SLOTS) is None


def test_tomorrow_morning_is_one_step() -> None:
    tomorrow = weekly().tomorrow(NOON)
    assert tomorrow.complete(NOON, SLOTS).first_at == datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
