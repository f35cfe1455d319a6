"""Rhythms and slots in words, in both languages."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from content.courses import load_courses
from content.screens.schedules import Clock, When, describe, moment, plans, when
from content.texts import load_texts
from storage.model.audience import Audience
from storage.model.kinds import DeliveryKind, Priority
from storage.model.page import page_of
from storage.model.rhythm import LAST, Rhythm, ScheduleKind, after_joining, before_event
from storage.model.schedule import Planned, Schedule, ScheduleState
from tests.clock import monday_noon

ZONE, URUMQI = ZoneInfo("Asia/Shanghai"), ZoneInfo("Asia/Urumqi")
NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
HERE, THERE = Clock(NOW, ZONE, ZONE), Clock(NOW, URUMQI, ZONE)
AT = time(8, 30)
TEXTS = load_texts(ZONE, monday_noon)
WATER = '{"bodies": {"zh": "<b>明天</b>\\n停水 &amp; 停电"}}'


@pytest.mark.parametrize(
    ("rhythm", "zh", "en"),
    [
        (
            Rhythm(ScheduleKind.ONCE, once_at=NOW),
            "一次，周一 11月23日 12:00",
            "once, Mon 23 Nov 12:00",
        ),
        (Rhythm(ScheduleKind.DAILY, at=AT), "每天 8:30", "every day at 8:30"),
        (
            Rhythm(ScheduleKind.DAILY, at=AT, every=3, starts_on=date(2026, 11, 24)),
            "每 3 天 8:30",
            "every 3 days at 8:30",
        ),
        (
            Rhythm(ScheduleKind.WEEKLY, at=AT, days=("thu", "mon")),
            "每周一、周四 8:30",
            "every Mon, Thu at 8:30",
        ),
        (
            Rhythm(
                ScheduleKind.WEEKLY, at=AT, days=("tue",), every=2, starts_on=date(2026, 11, 24)
            ),
            "每 2 周的周二 8:30",
            "every 2 weeks on Tue at 8:30",
        ),
        (
            Rhythm(
                ScheduleKind.MONTHLY, at=AT, day_of_month=5, count=2, starts_on=date(2027, 1, 1)
            ),
            "每月 5 日 8:30，共 2 次",
            "on day 5 of each month at 8:30, 2 times",
        ),
        (
            Rhythm(ScheduleKind.MONTHLY, at=AT, day_of_month=31, until_on=date(2027, 6, 30)),
            "每月最后一天 8:30，到 2027年6月30日 为止",
            "on the last day of each month at 8:30, until 30 Jun 2027",
        ),
        (
            Rhythm(ScheduleKind.MONTHLY_WEEKDAY, at=AT, nth=2, days=("tue",), skip_holidays=True),
            "每月第二个周二 8:30，法定节假日不发",
            "on the second Tue of each month at 8:30, not on statutory holidays",
        ),
        (
            Rhythm(
                ScheduleKind.MONTHLY_WEEKDAY,
                at=AT,
                nth=LAST,
                days=("fri",),
                skip_on=frozenset({date(2026, 11, 27), date(2026, 12, 25)}),
            ),
            "每月最后一个周五 8:30，跳过 2 天",
            "on the last Fri of each month at 8:30, without 2 days",
        ),
        (
            Rhythm(ScheduleKind.YEARLY, at=AT, month=10, day_of_month=1),
            "每年10月1日 8:30",
            "every year on 1 Oct at 8:30",
        ),
        (
            Rhythm(ScheduleKind.FESTIVAL, at=AT, festival="春节"),
            "每年春节 8:30",
            "every year on the Spring Festival at 8:30",
        ),
        (
            Rhythm(ScheduleKind.FESTIVAL, at=AT, festival="中秋", away=-1),
            "每年中秋节前一天 8:30",
            "every year on the day before the Mid-Autumn Festival at 8:30",
        ),
        (
            Rhythm(ScheduleKind.FESTIVAL, at=AT, festival="春节", away=2),
            "每年春节第 3 天 8:30",
            "every year on day 3 of the Spring Festival at 8:30",
        ),
        (
            after_joining("c", 3, AT),
            "加入课程 3 天后 8:30",
            "3 days after joining the course, at 8:30",
        ),
        (
            after_joining("c", 0, AT),
            "加入课程后的下一个 8:30",
            "after joining the course, at the next 8:30",
        ),
        (before_event(24), "活动开始前 24 小时", "24 hours before the event"),
    ],
)
def test_a_rhythm_in_words(rhythm: Rhythm, zh: str, en: str) -> None:
    assert describe(TEXTS.in_("zh"), rhythm, HERE) == zh
    assert describe(TEXTS.in_("en"), rhythm, HERE) == en


def test_every_kind_of_rhythm_has_words() -> None:
    [parameters] = test_a_rhythm_in_words.pytestmark  # type: ignore[attr-defined]
    assert {rhythm.kind for rhythm, _, _ in parameters.args[1]} == set(ScheduleKind)


def test_a_moment_is_told_on_the_clock_of_the_place_and_with_another_year() -> None:
    say = TEXTS.in_("zh")
    assert moment(say, NOW, THERE) == "周一 11月23日 10:00"
    late = datetime(2026, 12, 31, 17, tzinfo=UTC)  # 2027 in Shanghai, not yet in Urumqi
    assert moment(say, late, HERE) == "2027年1月1日 周五 1:00"
    assert moment(say, late, THERE) == "周四 12月31日 23:00"
    assert moment(TEXTS.in_("en"), late, HERE) == "Fri 1 Jan 2027 1:00"


def test_what_is_confirmed_names_the_slots_the_clock_and_the_years_that_are_not_known() -> None:
    say, rhythm = TEXTS.in_("zh"), Rhythm(ScheduleKind.DAILY, at=AT, skip_holidays=True)
    slots = [NOW + timedelta(days=day) for day in range(2)]
    shown = when(say, When(rhythm, slots, None, (2027, 2028)), THERE)
    assert "· 周二 11月24日 10:00" in shown
    assert "以上是乌鲁木齐时间" in shown
    assert "2027、2028 年的放假安排还没有公布" in shown
    assert "一次也不会发" in when(say, When(rhythm, [], None, ()), HERE)
    once = when(say, When(Rhythm(ScheduleKind.ONCE, once_at=NOW), [NOW], None, ()), HERE)
    assert once == "一次，周一 11月23日 12:00"
    joined = when(say, When(after_joining("c", 1, AT), (), NOW, ()), HERE)
    assert "今天加入的人，周一 11月23日 12:00 收到" in joined


def _planned(kind: DeliveryKind, missed: int = 0, **given: object) -> Planned:
    values: dict[str, object] = {
        "id": 7,
        "kind": kind,
        "rhythm": Rhythm(ScheduleKind.DAILY, at=AT),
        "node_id": 2,
        "node_name": "东湖 & 西",
        "node_path": "/1/2/",
        "course_id": None,
        "position": 0,
        "audience": Audience(2),
        "content": None,
        "event_id": None,
        "priority": Priority.NOTICE,
        "at_most_once": False,
        "fired": 2,
        "next_slot_at": NOW,
        "state": ScheduleState.ACTIVE,
    }
    schedule = Schedule(**(values | given))  # type: ignore[arg-type]
    title = "演练" if kind is DeliveryKind.EVENT_REMINDER else None
    return Planned(schedule, ZONE, title, missed, NOW if missed else None)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh", ("周一 11月23日 12:00 《", "计划已结束", "没有符合对象的人")),
        ("en", ("Mon 23 Nov 12:00: “", "The schedule is over", "nobody was in the audience")),
    ],
)
def test_a_slot_that_went_to_nobody_is_told_with_what_can_be_done(
    language: str, told: tuple[str, ...]
) -> None:
    course = next(iter(load_courses()))
    ended = _planned(
        DeliveryKind.STUDY_ITEM,
        course_id=course.id,
        state=ScheduleState.ENDED,
        next_slot_at=None,
    )
    ended = replace(ended, nobody_at=NOW, nobody_item=course.items[-1].id)
    notice = replace(
        _planned(DeliveryKind.NOTICE, content='{"bodies": {"zh": "停水"}}'), nobody_at=NOW
    )
    screen = plans(TEXTS.in_(language), page_of([ended, notice], 0, 8), load_courses(), NOW, ZONE)
    for part in told:
        assert part in screen.text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_list_says_of_each_what_is_sent_and_what_was_missed(language: str) -> None:
    every = [
        _planned(DeliveryKind.STUDY_ITEM, course_id="resident-basics", position=1),
        _planned(
            DeliveryKind.NOTICE, content='{"bodies": {"zh": "<b>明天</b>\\n停水 &amp; 停电"}}'
        ),
        _planned(DeliveryKind.EVENT_REMINDER, missed=3),
        _planned(DeliveryKind.STUDY_ITEM, course_id="gone"),
        _planned(DeliveryKind.EVENT_REMINDER, state=ScheduleState.ENDED, next_slot_at=None),
    ]
    screen = plans(TEXTS.in_(language), page_of(every, 0, 8), load_courses(), NOW, ZONE)
    for part in ("📚 东湖 &amp; 西", "📣", "⏰", "明天 停水 &amp; 停电", "演练", "⚠️"):
        assert part in screen.text
    presses = [button.press for row in screen.rows for button in row]
    assert presses.count("stop_push:7") == 4  # what has ended cannot be stopped
