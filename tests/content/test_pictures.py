"""Figures as pictures: the lengths and words that are drawn, and that everybody can read them."""

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from content.programme import SHELF, SHIPPED, Indicator, load_programme
from content.render import picture
from content.render.chart import Bar, Chart, Key, Look, shares
from content.render.letters import font, missing, printable
from content.render.picture import HEIGHT, WIDTH, pictures, row_of
from content.screens import pictures as screens
from content.screens.figures import Part
from content.texts import load_texts
from storage.model.comparison import Place
from storage.model.figure import Figure
from storage.model.node import Node, NodeKind
from storage.model.period import Days, month_of, year_of
from storage.model.person import LANGUAGES
from storage.model.plan import Missing, Pace, Target
from storage.model.tally import Months, Tally

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 7, 2, 4, 0, tzinfo=UTC)  # noon; half of the year is gone
PROGRAMME = load_programme(SHIPPED)
TEXTS = load_texts(ZONE, lambda: NOW)
EAST = Node(2, NodeKind.COMMUNITY, "东湖社区", "east", "/1/2/")
YEAR = Days(year_of(date(2026, 1, 1)), ZONE, NOW)
KEY = Key([(each, each.value) for each in Look], "plan", "due", "before")


ZERO = Figure(Decimal(0))


def indicator(name: str) -> Indicator:
    found = PROGRAMME.indicator(name)
    assert found is not None
    return found


Given = tuple[object, object, object]


def figures(days: Days = YEAR, language: str = "zh", **found: Given) -> Chart:
    """The same, by the names of indicators."""
    return figures_of(found, days, language)


def figures_of(found: Mapping[str, Given], days: Days = YEAR, language: str = "zh") -> Chart:
    """A chart of indicators, each with its figure, its target and that of a year before."""
    tally = Tally(
        EAST,
        days.period,
        {name: Figure(Decimal(str(each[0]))) for name, each in found.items()},
        {n: Figure(Decimal(str(each[2]))) for n, each in found.items() if each[2] is not None},
        {n: Target(Decimal(str(each[1]))) for n, each in found.items() if each[1] is not None},
    )
    part = Part("学习", [indicator(name) for name in found])
    return screens.of_indicators(TEXTS.in_(language), tally, part, days, ZONE)


@pytest.mark.parametrize(
    ("given", "look", "length", "due", "said"),
    [
        ((84, 150, 70), Look.ON_PLAN, "0.56", "0.5", "84/150 人次 · 56 % 跟上"),
        ((66, 150, 70), Look.NEARLY, "0.44", "0.5", "66/150 人次 · 44 % 稍慢"),
        ((30, 150, 70), Look.BEHIND, "0.2", "0.5", "30/150 人次 · 20 % 落后"),
        ((300, 150, 70), Look.ON_PLAN, "2", "0.5", "300/150 人次 · 200 % 跟上"),
        ((0, 150, 70), Look.MISSING, None, None, "未填报（计划 150）"),
        ((7, 0, 70), Look.ON_PLAN, "1", None, "7/0 人次 跟上"),
        ((84, None, 70), Look.ALONE, None, None, "84 人次 · 没有计划"),
    ],
)
def test_a_figure_is_as_long_as_the_part_of_its_plan_that_is_done(
    given: tuple[object, object, object], look: Look, length: str | None, due: str | None, said: str
) -> None:
    chart = figures(home_visits=given, study_sessions=(0, 10, None))
    bar, nothing = chart.bars
    assert chart.planned
    assert (bar.name, bar.said, bar.look) == ("走访慰问", said, look)
    assert bar.length == (None if length is None else Decimal(length))
    assert bar.due == (None if due is None else pytest.approx(Decimal(due), abs=Decimal("0.01")))
    assert bar.beside == "去年同期 70"
    # What the bot counts itself is 0 where there is nothing.
    assert (nothing.length, nothing.said) == (Decimal(0), "0/10 场次 · 0 % 落后")
    assert chart.foot == "东湖社区 · 2026年 · 数字截至 2026年7月2日 12:00"


def test_the_foot_is_told_by_the_clock_of_whoever_asks() -> None:
    tally = Tally(EAST, YEAR.period, {"home_visits": Figure(Decimal(3))})
    part = Part("学习", [indicator("home_visits")])
    chart = screens.of_indicators(TEXTS.in_("en"), tally, part, YEAR, ZoneInfo("Asia/Urumqi"))
    assert chart.foot == "东湖社区 · 2026 · as of 2 Jul 2026, 10:00 (Urumqi time)"


def test_of_a_month_the_same_month_of_the_year_before_stands_below() -> None:
    days = Days(month_of(date(2026, 6, 1)), ZONE, NOW)
    chart = figures(
        days, home_visits=(30, None, 40), study_sessions=(3, None, None), exams=(0, None, 2)
    )
    visits, sessions, exams = chart.bars
    assert not chart.planned
    assert (visits.length, visits.before) == (Decimal("0.75"), Decimal(1))
    assert (visits.said, visits.beside) == ("30 人次", "去年同期 40")
    assert (sessions.look, sessions.length, sessions.said) == (Look.ALONE, None, "3 场次")
    assert (exams.look, exams.length, exams.before, exams.said) == (
        Look.MISSING,
        None,
        Decimal(1),
        "未填报",
    )


def test_a_month_without_entries_is_missing_and_one_to_come_is_neither() -> None:
    numbers = [30, 0, 60, 15, 6, 3, 1] + 5 * [0]
    found = {date(2026, n, 1): Figure(Decimal(each)) for n, each in enumerate(numbers, start=1)}
    say = TEXTS.in_("zh")
    chart = screens.of_months(say, indicator("home_visits"), Months(EAST, found), YEAR, ZONE)
    assert [each.name for each in chart.bars] == [f"{n}月" for n in range(1, 13)]
    assert [each.look for each in chart.bars] == [
        Look.COUNTED, Look.MISSING, *5 * [Look.COUNTED], *5 * [Look.TO_COME],
    ]  # fmt: skip
    assert chart.bars[0].length == Decimal("0.5")
    assert (chart.bars[2].length, chart.bars[2].said) == (Decimal(1), "60 人次")
    held = screens.of_months(say, indicator("study_sessions"), Months(EAST, found), YEAR, ZONE)
    assert (held.bars[1].length, held.bars[1].said) == (Decimal(0), "0 场次")


@pytest.mark.parametrize(("language", "told"), [("zh", "（还没到）"), ("en", " (still to come)")])
def test_days_to_come_are_said_to_be_such_above_the_picture(language: str, told: str) -> None:
    next_year = Days(year_of(date(2027, 1, 1)), ZONE, NOW)
    say, visits = TEXTS.in_(language), indicator("home_visits")
    given = (EAST, places(("东湖", 0, 60)))
    for days, is_told in ((next_year, True), (YEAR, False)):
        for chart in (
            figures(days, language, home_visits=(0, 10, None)),
            screens.of_months(say, visits, Months(EAST, {date(2027, 1, 1): ZERO}), days, ZONE),
            screens.of_places(say, visits, given, days, ZONE),
            screens.of_all(say, {"home_visits": 3}, given, days, ZONE),
        ):
            assert chart.head.endswith(told) is is_told


@pytest.mark.parametrize(
    ("language", "head", "told"),
    [
        ("zh", "（没有任何记录）", "📭 没有任何记录"),
        ("en", " (nothing is recorded)", "📭 Nothing is recorded"),
    ],
)
@pytest.mark.parametrize("number", [0, 3])
def test_a_picture_of_nothing_says_so_above_and_in_its_caption(
    language: str, head: str, told: str, number: int
) -> None:
    say, held = TEXTS.in_(language), indicator("study_sessions")
    months = {date(2026, 1, 1): ZERO, date(2026, 2, 1): Figure(Decimal(number))}
    given = (EAST, places(("东湖", number, 60), ("西山", 0, None)))
    charts = (
        figures(YEAR, language, study_sessions=(number, 10, None), lectures=(0, None, None)),
        screens.of_months(say, held, Months(EAST, months), YEAR, ZONE),
        screens.of_places(say, indicator("home_visits"), given, YEAR, ZONE),
        screens.of_all(say, {"home_visits": 3}, given, YEAR, ZONE),
    )
    for chart in charts:
        assert chart.head.endswith(head) is (number == 0)
        assert (told in screens.drawn(say, chart).text) is (number == 0)


def test_what_a_figure_leaves_out_is_said_below_its_months() -> None:
    out = {"unconfirmed": 2, "to_come": 3}
    for language, told in (
        ("zh", "，另有 2 场未确认、3 场还没开始，未计入"),
        ("en", "; not counted: 2 "),
    ):
        of = Months(EAST, {date(2026, 1, 1): ZERO}, left_out=out)
        chart = screens.of_months(TEXTS.in_(language), indicator("study_sessions"), of, YEAR, ZONE)
        assert told in chart.foot
        assert told.strip("；，; ") in screens.drawn(TEXTS.in_(language), chart).text


def test_events_that_nobody_confirmed_stand_beside_the_figure() -> None:
    part = Part("学习", [indicator("study_sessions")])
    for targets in ({"study_sessions": Target(Decimal(24))}, {}):
        tally = Tally(
            EAST,
            YEAR.period,
            {"study_sessions": Figure(Decimal(22))},
            targets=targets,
            unconfirmed={"study_sessions": 2},
        )
        [bar] = screens.of_indicators(TEXTS.in_("zh"), tally, part, YEAR, ZONE).bars
        assert "场次（2 场未确认）" in bar.said


def places(*given: tuple[str, int, int | None]) -> list[Place]:
    """Places with their home visits and what is planned of them."""
    found = []
    for number, (name, count, target) in enumerate(given, start=2):
        figure = Figure(Decimal(count))
        far: Pace | Missing = Missing.NOT_PLANNED
        if target is not None:
            far = Pace(Decimal(target), Decimal(count), Decimal(target) / 2)
        node = Node(number, NodeKind.COMMUNITY, name, name, f"/1/{number}/")
        found.append(Place(node, {"home_visits": figure}, {"home_visits": far}))
    return found


def test_places_stand_in_the_order_of_the_table() -> None:
    given = (EAST, places(("西山", 0, 40), ("东湖", 30, 60), ("南桥", 45, 45), ("北苑", 7, None)))
    say = TEXTS.in_("zh")
    chart = screens.of_places(say, indicator("home_visits"), given, YEAR, ZONE)
    assert [(each.name, each.said, each.length) for each in chart.bars] == [
        ("1. 西山", "未填报（计划 40）", None),
        ("2. 东湖", "30/60 人次 · 50 % 跟上", Decimal("0.5")),
        ("3. 南桥", "45/45 人次 · 100 % 跟上", 1),
        ("4. 北苑", "7 人次 · 没有计划", None),
    ]
    weights = {"home_visits": 3}
    whole = screens.of_all(say, weights, given, YEAR, ZONE)
    assert [(each.said, each.length) for each in whole.bars] == [
        ("0/1 项跟上 · 0 % 落后", 0),
        ("1/1 项跟上 · 50 % 跟上", Decimal("0.5")),
        ("1/1 项跟上 · 100 % 跟上", 1),
        ("1/1 项有记录 · 没有计划", None),
    ]


def drawn(chart: Chart) -> Image.Image:
    [png] = pictures(chart)
    return Image.open(io.BytesIO(png)).convert("RGB")


def chart_of(*bars: Bar, planned: bool = True) -> Chart:
    return Chart("Figures", "2026", bars, KEY, "2026", planned)


def inked(bar: Bar) -> int:
    """How many pixels of the middle of a bar are neither paper nor track."""
    image = drawn(chart_of(bar))
    track = (0xE4, 0xE4, 0xE4)
    coloured = {
        y: sum(image.getpixel((x, y)) not in {(255, 255, 255), track} for x in range(WIDTH))
        for y in range(120, 200)
    }
    return max(coloured.values())


def test_what_is_drawn_is_as_long_as_the_model_says() -> None:
    for part in ("0.25", "0.5", "1"):
        bar = Bar("a", "b", Look.ON_PLAN, Decimal(part))
        expected = picture.long(Decimal(part), Decimal("1.25"))
        assert abs(inked(bar) - expected) <= 4  # and the mark of the target
    assert inked(Bar("a", "b", Look.ON_PLAN, Decimal(9))) > WIDTH * 0.85


def test_missing_is_not_drawn_as_nothing() -> None:
    zero, none = (drawn(chart_of(Bar("a", "b", look, length))) for look, length in (
        (Look.BEHIND, Decimal(0)), (Look.MISSING, None),
    ))  # fmt: skip
    assert zero.tobytes() != none.tobytes()
    track = {y: _tracked(zero, y) for y in range(zero.height)}
    middle = max((y for y in track if y < 180), key=lambda y: track[y])
    assert track[middle] > WIDTH / 2
    assert _tracked(none, middle) == 0


def _tracked(image: Image.Image, y: int) -> int:
    return sum(image.getpixel((x, y)) == (0xE4, 0xE4, 0xE4) for x in range(WIDTH))


def test_the_lights_are_known_without_their_colours() -> None:
    looks = (Look.ON_PLAN, Look.NEARLY, Look.BEHIND)
    patterns = {
        picture._filling(look, 120).convert("L").point(lambda x: 255 * (x > 250)).tobytes()
        for look in looks
    }
    assert len(patterns) == len(looks)


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_indicators_can_be_read_on_a_small_telephone(language: str) -> None:
    """Letters of 12 pixels at 375: nothing is made smaller, what does not fit goes on in another
    picture, and none is higher than Telegram leaves it."""
    every = {each.id: (1_234_567, 2_345_678, 987_654) for each in PROGRAMME.indicators}
    made = list(pictures(figures_of(every, language=language)))
    sizes = [Image.open(io.BytesIO(each)).size for each in made]
    assert len(sizes) <= 5
    assert {width for width, _ in sizes} == {WIDTH}
    assert max(height for _, height in sizes) <= HEIGHT
    assert picture.SMALL * 375 / WIDTH >= 12


def test_a_hundred_places_are_an_album_that_says_what_is_left_out() -> None:
    name = "北京市朝阳区望京街道花家地西里第三社区" * 3
    given = (EAST, places(*((f"{name}{n}", 3 * n, 150) for n in range(100))))
    say = TEXTS.in_("zh")
    chart = screens.of_places(say, indicator("home_visits"), given, YEAR, ZONE)
    screen = screens.drawn(say, chart)
    assert len(screen.media) == screens.MOST
    assert "一次最多发 10 张图" in screen.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_twelve_communities_are_one_picture(language: str) -> None:
    given = (EAST, places(*((f"{n}号东湖社区", 3 * n + 1, 150) for n in range(12))))
    chart = screens.of_places(TEXTS.in_(language), indicator("home_visits"), given, YEAR, ZONE)
    assert len(list(pictures(chart))) == 1


@pytest.mark.parametrize(
    "bar",
    [
        Bar("国" * 64, "84/150 人次 · 56 % 落后", Look.BEHIND, Decimal(1), beside="去年同期 70"),
        Bar("W" * 64, "1/2 person-times · 50 % behind" * 4, Look.BEHIND, Decimal(1)),
        Bar(
            "The Association of Residents of the North-Western Lakeside Estate " * 4,
            "0",
            Look.MISSING,
        ),
        Bar("", "", Look.MISSING),
    ],
)
def test_long_words_are_wrapped_or_cut(bar: Bar) -> None:
    row, room = row_of(bar), WIDTH - 2 * picture.MARGIN
    assert 1 <= len(row.name) <= 2
    words, small = font(picture.WORDS), font(picture.SMALL)
    assert all(words.getlength(line) <= room for line in row.name)
    if row.below:
        assert all(sum(map(small.getlength, line)) <= room for line in row.below)
    else:
        assert words.getlength(row.name[0]) + words.getlength(row.said) <= room


def test_what_stands_beside_goes_below_before_anything_is_cut() -> None:
    said = "22/24 occasions (2 not confirmed) · 92 % on plan"
    row = row_of(Bar("Study sessions", said, Look.ON_PLAN, Decimal("0.92"), beside="a year ago 20"))
    assert row.below == ((said, ""), ("", "a year ago 20"))
    row = row_of(Bar("Study sessions", "22/24", Look.ON_PLAN, Decimal("0.92"), beside="20"))
    assert row.below == (("22/24", "20"),)


@pytest.mark.parametrize("folder", sorted(each.name for each in SHELF.iterdir() if each.is_dir()))
def test_the_font_has_every_character_of_the_programmes_that_ship(folder: str) -> None:
    programme = load_programme(SHELF / folder)
    words = [programme.name, programme.district]
    words += [each.name for each in programme.sections]
    words += [words for each in programme.indicators for words in (each.name, each.unit)]
    for language in LANGUAGES:
        assert missing("".join(each.in_(language) for each in words)) == set()


def test_the_font_has_common_characters_and_those_of_the_texts_of_pictures() -> None:
    level_1 = "".join(
        bytes([row, cell]).decode("gb2312", "ignore")
        for row in range(0xB0, 0xD8)
        for cell in range(0xA1, 0xFF)
    )
    assert len(level_1) == 3755
    assert missing(level_1) == set()
    for language in LANGUAGES:
        chart = figures(language=language, home_visits=(3, 4, 5))
        assert missing(chart.foot + chart.head + "".join(s for _, s in chart.key.looks)) == set()


@pytest.mark.parametrize(
    ("name", "printed", "told"),
    [
        ("东湖社区", "东湖社区", ""),
        ("花园🌟", "花园〓", "🌟"),
        ("龘湖", "〓湖", "龘"),
        ("مرحبا", "〓〓〓〓〓", "مرحبا"),
        ("👨‍👩‍👧", "〓〓〓", "👨👩👧"),
        ("东\u202e湖\u200f\n社\u3164区", "东湖 社区", ""),
    ],
)
def test_what_the_font_does_not_have_is_marked_and_told(name: str, printed: str, told: str) -> None:
    assert printable(name) == printed
    given = (EAST, places((name, 3, 6)))
    say = TEXTS.in_("zh")
    chart = screens.of_places(say, indicator("home_visits"), given, YEAR, ZONE)
    text = screens.drawn(say, chart).text
    assert ("字库没有的字" in text) is bool(told)
    assert all(each in text.split("字库没有的字")[-1] for each in told)


def test_shares_of_nothing_are_nothing() -> None:
    assert shares([Decimal(0), None, Decimal(0)]) == [0, None, 0]
    assert shares([]) == []


def test_the_caption_says_what_is_drawn() -> None:
    chart = figures(home_visits=(84, 150, 70), study_sessions=(0, 10, None))
    screen = screens.drawn(TEXTS.in_("zh"), chart)
    assert screen.text.split("\n")[0] == "🖼 <b>学习</b>"
    assert "走访慰问：84/150 人次 · 56 % 跟上" in screen.text
    assert len(screen.media) == 1
    many = figures_of({each.id: (1, 2, None) for each in PROGRAMME.indicators})
    text = screens.drawn(TEXTS.in_("en"), many).text
    assert f"… and {len(PROGRAMME.indicators) - screens.TOLD} more lines" in text
    assert len(text) < 1024
