"""The words: escaped, sandboxed, complete; dates as people say them."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError
from markupsafe import Markup

from content.problems import ContentError
from content.programme import SHELF, load_programme
from content.terms import Term, Terms
from content.texts import SHIPPED, Texts, check_texts, load_texts, read_language
from tests.clock import monday_noon

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
AFTERNOON = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)  # 14:30 in Shanghai


def say(template: str, language: str = "zh", zone: ZoneInfo = SHANGHAI, **names: object) -> str:
    return Texts({language: {"t.t": template}}, zone, monday_noon).in_(language)("t.t", **names)


@pytest.mark.parametrize(
    "typed", ["{{ 7 * 7 }}", "{{7*7}}", "{% for x in [] %}", "{# gone #}", "{{ person }}", "%s {0}"]
)
def test_what_people_type_is_shown_as_typed(typed: str):
    assert say("said: {{ text }}", text=typed) == f"said: {typed}"


def test_what_people_type_is_escaped_in_messages_and_not_on_buttons():
    typed = "<b>&\"'</b>"
    texts = Texts({"en": {"t.t": "{{ text }}"}}, SHANGHAI, monday_noon).in_("en")
    assert texts("t.t", text=typed) == "&lt;b&gt;&amp;&#34;&#39;&lt;/b&gt;"
    assert texts.label("t.t", text=typed) == typed


def test_a_text_may_be_put_into_a_text_without_being_escaped_twice():
    sources = {"en": {"t.inner": "<b>{{ x }}</b>", "t.outer": "{{ x }}!"}}
    voice = Texts(sources, SHANGHAI, monday_noon).in_("en")
    inner = voice("t.inner", x="a & b")
    assert isinstance(inner, Markup)
    assert voice("t.outer", x=inner) == "<b>a &amp; b</b>!"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_shipped_message_escapes_a_name(language: str):
    voice = load_texts(SHANGHAI, monday_noon).in_(language)
    assert "&lt;i&gt;" in voice("membership.admitted", name="<i>", unreached=False)
    assert "<i>" not in voice("membership.admitted", name="<i>", unreached=False)


def library(language: str) -> dict[str, str]:
    terms = load_programme(SHELF / "library").terms
    return read_language(SHIPPED / language, terms)


def test_a_text_names_places_and_people_as_the_organisation_does():
    assert library("zh")["join.choose"].startswith("您是哪个分馆的？")
    assert library("zh")["role.district"] == "馆级工作人员"
    assert library("en")["staff.communities"] == "🏘 Branches"
    assert library("en")["community.add"] == "➕ Add a branch"
    assert read_language(SHIPPED / "zh")["settings.community"] == "换社区"


@pytest.mark.parametrize(("word", "said"), [("office", "an office"), ("branch", "a branch")])
def test_an_article_goes_with_the_word(word: str, said: str):
    terms = Terms(community=Term(zh="点", en=word, en_several=f"{word}s"))
    assert terms.put_into("en")("Add a $community, $Communities") == (
        f"Add {said}, {word.capitalize()}s"
    )


def test_a_text_with_a_word_that_there_is_not_stops_the_start(tmp_path: Path):
    for language in ("zh", "en"):
        (tmp_path / language).mkdir()
        (tmp_path / language / "t.yaml").write_text("t: the $village", encoding="utf-8")
    with pytest.raises(ContentError, match=r"unknown word \$village; known: \$community"):
        read_language(tmp_path / "en")


def test_a_missing_name_raises():
    with pytest.raises(UndefinedError, match="nobody"):
        say("{{ nobody }}")


@pytest.mark.parametrize("name", ["range", "dict", "lipsum", "cycler", "namespace"])
def test_a_text_knows_no_names_but_those_it_is_given(name: str):
    """What Jinja2 offers to every template would be copied at each rendering."""
    with pytest.raises(UndefinedError, match=name):
        say(f"{{{{ {name} }}}}")


def test_a_missing_key_raises():
    with pytest.raises(KeyError):
        load_texts(SHANGHAI, monday_noon).in_("zh")("no.such_text")


@pytest.mark.parametrize(
    "template", ["{{ ''.__class__.__mro__ }}", "{{ x.__init__.__globals__ }}", "{{ x.__class__ }}"]
)
def test_a_template_cannot_reach_the_inside(template: str):
    with pytest.raises((SecurityError, UndefinedError)):
        say(template, x=object())


def test_an_unknown_language_is_answered_in_chinese():
    assert load_texts(SHANGHAI, monday_noon).in_("xx").language == "zh"


@pytest.mark.parametrize(
    ("language", "day", "full", "when"),
    [
        ("zh", "周三 11月25日", "2026年11月25日", "周三 11月25日 14:30"),
        ("en", "Wed 25 Nov", "25 Nov 2026", "Wed 25 Nov 14:30"),
    ],
)
def test_days_and_times_are_told_as_people_say_them(language: str, day: str, full: str, when: str):
    assert say("{{ d | day }}", language, d=date(2026, 11, 25)) == day
    assert say("{{ d | full_day }}", language, d=date(2026, 11, 25)) == full
    assert say("{{ at | when }}", language, at=AFTERNOON) == when


@pytest.mark.parametrize(
    ("language", "day", "when"),
    [
        ("zh", "2027年11月22日 周一", "2025年1月1日 周三 7:30"),
        ("en", "Mon 22 Nov 2027", "Wed 1 Jan 2025 7:30"),
    ],
)
def test_a_day_of_another_year_carries_its_year(language: str, day: str, when: str):
    assert say("{{ d | day }}", language, d=date(2027, 11, 22)) == day
    at = datetime(2024, 12, 31, 23, 30, tzinfo=UTC)  # the next year in Shanghai
    assert say("{{ at | when }}", language, at=at) == when


def test_which_year_it_is_is_asked_of_the_clock_each_time():
    days = [datetime(2026, 12, 31, 15, 59, tzinfo=UTC), datetime(2026, 12, 31, 16, tzinfo=UTC)]
    now = iter(days)
    voice = Texts({"zh": {"t.t": "{{ d | day }}"}}, SHANGHAI, lambda: next(now)).in_("zh")
    assert [voice("t.t", d=date(2027, 1, 1)) for _ in days] == ["2027年1月1日 周五", "周五 1月1日"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_time_has_no_zero_before_the_hour(language: str):
    assert say("{{ at | clock }}", language, at=time(8, 5)) == "8:05"


def test_an_instant_is_told_in_the_zone_of_the_district():
    late = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)  # the next day in Shanghai
    assert say("{{ at | when }}", "en", at=late) == "Thu 26 Nov 4:00"
    assert say("{{ at | when }}", "en", NEW_YORK, at=late) == "Wed 25 Nov 15:00"


@pytest.mark.parametrize(
    ("share", "bar"),
    [(0, "░" * 10), (0.5, "▓" * 5 + "░" * 5), (1, "▓" * 10), (1.7, "▓" * 10), (-1, "░" * 10)],
)
def test_a_bar_stays_within_its_cells(share: float, bar: str):
    assert say("{{ s | bar }}", s=share) == bar


def written(folder: Path, language: str, text: str) -> None:
    (folder / language).mkdir(exist_ok=True)
    (folder / language / "some.yaml").write_text(text, encoding="utf-8")


def test_every_difference_between_languages_is_told_at_once(tmp_path: Path):
    written(
        tmp_path,
        "zh",
        'same: "{{ a }}"\nonly_zh: x\nnames: "{{ a }}"\nbroken: "{{ a"\nodd: "{{ a | odd }}"\n',
    )
    written(
        tmp_path,
        "en",
        'same: "{{ a }}!"\nonly_en: x\nnames: "{{ b }}"\nbroken: fine\nodd: "{{ a }}"\n',
    )
    problems = "\n".join(check_texts(tmp_path))
    assert "en: some.only_zh: missing" in problems
    assert "zh: some.only_en: missing" in problems
    assert "some.names: names differ" in problems
    assert "zh: some.broken" in problems
    assert "zh: some.odd: No filter named 'odd'" in problems
    assert "some.same" not in problems


def test_a_text_that_yaml_reads_as_something_else_is_a_problem(tmp_path: Path):
    written(tmp_path, "zh", "yes_no: on\nnumber: 12\n")
    with pytest.raises(ContentError) as raised:
        read_language(tmp_path / "zh")
    assert len(raised.value.problems) == 2
    assert all("expected a text" in problem for problem in raised.value.problems)


@pytest.mark.parametrize("text", ["", "- a list\n", "just words\n"])
def test_a_file_that_is_no_table_of_texts_is_a_problem(tmp_path: Path, text: str):
    written(tmp_path, "zh", text)
    with pytest.raises(ContentError):
        read_language(tmp_path / "zh")
