"""Figures asked in words: who names one gets it, who could mean several is asked, and what is no
question for a figure is none."""

from datetime import date
from functools import partial

import pytest

from content.asking import asked
from content.programme import SHELF, SHIPPED, Indicator, load_programme
from storage.model.period import Period, half_year_of, month_of, quarter_of, year_of
from storage.model.refusal import Refusal
from storage.model.typed.periods import parse_period

PROGRAMME = load_programme(SHIPPED)
TODAY = date(2026, 11, 27)
READ = partial(parse_period, today=TODAY)
LAST_YEAR = year_of(date(2025, 1, 1))
LEAP_DAY = date(2024, 2, 29)
MARCH, SUMMER = month_of(date(2026, 3, 1)), quarter_of(date(2026, 7, 1))
SPRING = Period(date(2026, 3, 1), date(2026, 5, 31))
PLACES = [(1, "示范区"), (2, "东湖社区"), (3, "西山社区"), (4, "East Lake"), (5, "东湖南社区")]


@pytest.mark.parametrize(
    ("text", "indicator", "place", "period"),
    [
        ("今年走访慰问多少", "home_visits", None, year_of(TODAY)),
        ("东湖上半年学习活动几场", "study_sessions", 2, half_year_of(date(2026, 1, 1))),
        ("东湖南社区学习活动几场？", "study_sessions", 5, None),
        ("how many home visits last year", "home_visits", None, LAST_YEAR),
        (
            "How many home visits did East Lake pay in March?",
            "home_visits",
            4,
            month_of(date(2026, 3, 1)),
        ),
        ("走访慰问", "home_visits", None, None),
        ("走访慰问 去年", "home_visits", None, LAST_YEAR),
        ("东湖社区3月调解了多少起矛盾纠纷", "mediations", 2, MARCH),
        ("慰问多少人次", "home_visits", None, None),
        ("请问去年办了几场讲座", "lectures", None, LAST_YEAR),
        ("上个月短视频几个", "short_videos", None, month_of(date(2026, 10, 1))),
        (
            "how many suggestions in Q3 2026",
            "suggestions_received",
            None,
            quarter_of(date(2026, 9, 1)),
        ),
        (
            "3月1日至5月31日走访企业多少家次",
            "business_visits",
            None,
            SPRING,
        ),
        ("人才库多少人", "volunteers", None, None),
        ("学习心得？", "reflections", None, None),
        ("今年采纳了多少建议", "suggestions_adopted", None, year_of(TODAY)),
        ("东湖社区去年落实了多少建议", "suggestions_implemented", 2, LAST_YEAR),
        ("how many suggestions were adopted last year", "suggestions_adopted", None, LAST_YEAR),
        ("上半年志愿者有多少人次", "volunteers", None, half_year_of(date(2026, 1, 1))),
        ("考试几场", "exams", None, None),
        ("我们社区一共几期干部培训班", "staff_trainings", None, None),
        ("第一季度学习活动场次", "study_sessions", None, quarter_of(date(2026, 3, 1))),
        ("参训人次", "staff_trainees", None, None),
        ("东湖社区走访慰问完成率", "home_visits", 2, None),
        ("走访慰问还差多少", "home_visits", None, None),
        ("今年走访慰问完成了百分之几", "home_visits", None, year_of(TODAY)),
        ("短视频数量", "short_videos", None, None),
        ("2024年2月29日走访慰问多少", "home_visits", None, Period(LEAP_DAY, LEAP_DAY)),
        ("home and condolence visits this year", "home_visits", None, year_of(TODAY)),
    ],
)
def test_who_names_a_figure_gets_it(
    text: str, indicator: str, place: int | None, period: Period | None
) -> None:
    found = asked(text, PROGRAMME, PLACES, READ)
    assert found is not None
    assert found.sure
    assert (found.indicators, found.period) == ((indicator,), period)
    assert found.places == (() if place is None else (place,))


@pytest.mark.parametrize(
    ("text", "likeliest"),
    [
        ("走访多少", {"home_visits", "business_visits"}),
        ("how many visits", {"home_visits", "business_visits", "study_visits"}),
        ("走坊慰问多少", {"home_visits"}),
        ("专题讲座和研讨交流各几场", {"lectures", "discussions"}),
        ("讲座、短视频各多少", {"lectures", "short_videos"}),
        ("how many study sessions and lectures", {"study_sessions", "lectures"}),
        ("学习活动覆盖率多少", {"study_attendance", "study_coverage", "study_sessions"}),
        ("南园走访慰问多少", {"home_visits"}),  # a place that is not theirs
    ],
)
def test_what_could_be_several_or_is_not_quite_said_is_asked(
    text: str, likeliest: set[str]
) -> None:
    found = asked(text, PROGRAMME, PLACES, READ)
    assert found is not None
    assert not found.sure
    assert set(found.indicators) == likeliest


@pytest.mark.parametrize(
    "text",
    [
        "2月29日走访慰问多少",
        "去年2月29日走访慰问多少",
        "11月31日走访慰问多少",
        "走访慰问二月二十九日几人次",
        "how many home visits on Feb 29",
    ],
)
def test_days_that_cannot_be_are_no_others(text: str) -> None:
    """ "2月29日" was heard as 2 February, "11月31日" as 31 January."""
    with pytest.raises(Refusal, match=r"day\.no_such_day"):
        asked(text, PROGRAMME, PLACES, READ)


@pytest.mark.parametrize("text", ["13月走访慰问多少", "走访慰问0月多少"])
def test_no_number_is_cut_through_for_days(text: str) -> None:
    found = asked(text, PROGRAMME, PLACES, READ)
    assert found is not None
    assert (found.period, found.sure) == (None, False)


@pytest.mark.parametrize(
    "text",
    [
        "走访慰问 3 昨天",  # a line for the ledger
        "走访慰问 11/20 3",
        "明天停水",
        "明天的讲座几点开始",
        "今晚有多少人来",
        "社区有多少人",
        "路灯坏了怎么办",
        "本周三上午组织学习活动，请大家准时参加",
        "东湖社区",
        "今年",
        "/stats 走访慰问",
        "学习活动多少" * 20,
        "",
        "？",
    ],
)
def test_what_asks_for_no_figure_is_left_to_others(text: str) -> None:
    assert asked(text, PROGRAMME, PLACES, READ) is None


@pytest.mark.parametrize("indicator", PROGRAMME.indicators, ids=lambda each: each.id)
def test_every_indicator_is_found_by_its_name_in_both_languages(indicator: Indicator) -> None:
    for text in (f"去年{indicator.name.zh}多少", f"How many {indicator.name.en} last year?"):
        found = asked(text, PROGRAMME, PLACES, READ)
        assert found is not None, text
        assert found.indicators[0] == indicator.id, text
        assert found.period == LAST_YEAR, text


PARTS = [each for each in PROGRAMME.indicators if each.part_of] + [
    each for each in load_programme(SHELF / "library").indicators if each.part_of
]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: str(part.id))
def test_a_part_can_be_asked_for_without_its_whole(part: Indicator) -> None:
    """Its name ("of those adopted") says nothing by itself."""
    assert part.also.zh
    assert part.also.en


BOTH = (year_of(TODAY), LAST_YEAR)


@pytest.mark.parametrize(
    ("text", "places", "periods"),
    [
        ("今年和去年走访慰问多少", (), BOTH),
        ("今年比去年走访慰问多少", (), BOTH),
        ("去年、今年走访慰问各多少", (), BOTH[::-1]),
        ("3月和4月走访慰问几人次", (), (MARCH, month_of(date(2026, 4, 1)))),
        ("how many home visits this year and last year", (), BOTH),
        ("东湖社区和西山社区走访慰问多少", (2, 3), ()),
        ("西山、东湖走访慰问多少", (2, 3), ()),
        ("东湖和西山去年走访慰问多少", (2, 3), (LAST_YEAR,)),
        ("东湖社区今年和去年走访慰问多少", (2,), BOTH),
        ("东湖和西山今年和去年走访慰问多少", (2, 3), BOTH),
    ],
)
def test_two_times_or_places_in_one_question_are_both_asked_about(
    text: str, places: tuple[int, ...], periods: tuple[Period, ...]
) -> None:
    """Only the first was named: the other was lost."""
    found = asked(text, PROGRAMME, PLACES, READ)
    assert found is not None
    assert (found.indicators, set(found.places)) == (("home_visits",), set(places))
    assert found.periods == periods
    assert not found.sure


@pytest.mark.parametrize(
    ("text", "indicators", "each"),
    [
        ("全区", (), False),
        ("全区去年", (), False),
        ("the whole district", (), False),
        ("各社区", (), True),
        ("每个社区 上半年", (), True),
        ("all communities", (), True),
        ("by community last year", (), True),
        ("全区走访慰问多少", ("home_visits",), False),
        ("今年各社区走访慰问", ("home_visits",), True),
        ("how many home visits in every community", ("home_visits",), True),
    ],
)
def test_the_whole_district_and_all_its_communities_are_places(
    text: str, indicators: tuple[str, ...], each: bool
) -> None:
    found = asked(text, PROGRAMME, PLACES, READ, by_command=True)
    assert found is not None
    assert (found.indicators, found.places, found.each, found.sure) == (
        indicators,
        (1,),
        each,
        True,
    )
    with pytest.raises(Refusal, match=r"stats\.only_own"):
        asked(text, PROGRAMME, PLACES[1:2], READ, by_command=True)


@pytest.mark.parametrize(
    "text",
    ["安全区域", "请各社区做好防汛工作", "全区明天停水", "各社区", "all communities please note"],
)
def test_who_writes_to_all_communities_asks_for_no_figure(text: str) -> None:
    for places in (PLACES, PLACES[1:2]):
        assert asked(text, PROGRAMME, places, READ) is None
