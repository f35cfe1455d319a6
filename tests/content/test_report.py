"""The annual summary: its sentences, tables and open places; as a Word file, and as Markdown."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from docx import Document

from content.problems import ContentError
from content.programme import SHIPPED, load_programme
from content.report.make import TEMPLATE, make
from content.report.markdown import as_markdown
from content.report.word import as_word
from content.report.words import _numeral, words_of
from content.screen import File
from content.screens import report as screens
from content.texts import load_texts
from storage.model.closing import (
    Cause,
    ClosedYear,
    Closing,
    ClosingState,
    Difference,
    Kept,
    Sheet,
)
from storage.model.figure import Figure
from storage.model.node import Node, NodeKind
from storage.model.plan import Target
from storage.model.summary import Done, Held, Summary

PROGRAMME = load_programme(SHIPPED)
NOW = datetime(2026, 12, 20, tzinfo=UTC)
TEXTS = load_texts(ZoneInfo("Asia/Shanghai"), lambda: NOW)
NONE = {each.id: Figure(Decimal(0)) for each in PROGRAMME.indicators}
EAST = Node(2, NodeKind.COMMUNITY, "东湖社区", "c-2", "/1/2/")


def numbers(**given: object) -> dict[str, Figure]:
    return NONE | {key: Figure(Decimal(str(number))) for key, number in given.items()}


def year(**changes: Any) -> Summary:
    """A year of the eastern community in which little happened, with `changes`."""
    return replace(
        Summary(
            node=EAST,
            year=2026,
            until=date(2026, 12, 20),
            figures=NONE,
            last_year=NONE,
            targets={},
            next_targets={},
            done=(),
            done_in_all=0,
            held=(),
            unconfirmed=0,
            held_in_all=0,
        ),
        **changes,
    )


def told(summary: Summary, language: str = "zh") -> dict[str, Any]:
    return words_of(TEXTS.in_(language), PROGRAMME, [summary])


def text_of(docx: bytes) -> str:
    document = Document(io.BytesIO(docx))
    cells = [
        " ".join(cell.text for cell in row.cells) for table in document.tables for row in table.rows
    ]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


BUSY = year(
    figures=numbers(home_visits=127, study_sessions=22, mediations=0)
    | {"study_coverage": Figure(Decimal(297), Decimal(312))},
    last_year=numbers(home_visits=141),
    targets={"home_visits": Target(Decimal(150)), "lectures": Target(Decimal(2))},
    next_targets={"home_visits": Target(Decimal(160))},
    done=[Done("2026-0042", "东湖社区", "路灯坏了，晚上很黑", "已更换")],
    done_in_all=3,
    held=[Held(date(2026, 3, 2), "家庭消防演练", "service", "东湖社区", 34)],
    held_in_all=1,
)


def test_the_review_says_what_was_done_in_the_programme_s_own_sentences() -> None:
    [place] = told(BUSY)["places"]
    assert [(s["heading"], s["text"]) for s in place["sections"]] == [
        (
            "（一）学习",
            "开展学习活动22场次，学习覆盖在册成员的95.2%，举办专题讲座0场次（计划2，完成0%）。",
        ),
        ("（二）工作机制", "走访慰问127人次（计划150，完成85%）。"),
    ], "nothing is said of what nobody did and nobody planned"


def test_the_english_review_is_sentences_too() -> None:
    [place] = told(BUSY, "en")["places"]
    assert place["sections"][1]["text"] == (
        "127 home and condolence visits were paid (planned 150, 85%)."
    )


def test_the_table_has_target_actual_rate_and_last_year() -> None:
    [place] = told(BUSY)["places"]
    rows = {row["name"]: row for row in place["rows"]}
    assert list(rows["走访慰问"].values()) == ["走访慰问", "人次", "150", "127", "85%", "141"]
    assert rows["学习活动"]["target"] == "—", "what nobody planned is no 0"
    assert rows["学习覆盖率"]["actual"] == "95.2"
    assert "发布活动" not in rows, "what is not assessed and has no sentence is not handed in"


def test_what_fell_short_comes_first_by_how_far() -> None:
    [place] = told(BUSY)["places"]
    assert place["shortfalls"] == [
        "专题讲座完成0场次，计划2场次，完成率0%。",
        "走访慰问完成127人次，计划150人次，完成率85%。",
    ]


def test_what_only_people_can_write_is_left_open_in_every_kind_of_file() -> None:
    words = told(BUSY)
    for text in (text_of(as_word(words)), as_markdown(words).replace("\\", "")):
        assert text.count("【请") == 4
        for said in ("路灯坏了", "已更换", "家庭消防演练", "走访慰问127人次", "另有 2 项"):
            assert said in text, said


def test_an_empty_year_says_so_and_has_no_empty_tables() -> None:
    words = told(year())
    text = text_of(as_word(words))
    assert "本年还没有任何记录）" in text
    assert "nothing is recorded for this year yet)" in as_markdown(told(year(), "en"))
    for something in (BUSY, year(unconfirmed=1)):
        assert "没有任何记录" not in text_of(as_word(told(something)))
    for said in ("本年没有已办结的意见建议", "本年没有已开展的活动", "2027年的计划还没有制定"):
        assert said in text
    assert len(Document(io.BytesIO(as_word(words))).tables) == 1
    assert "\n\n\n" not in text


def test_nothing_that_people_wrote_is_markup() -> None:
    nasty = "<b>&amp; {{ word }} {% for %} =1+1 | # [x](y)"
    summary = year(done=[Done("2026-0001", "A & B", nasty, nasty)], done_in_all=1)
    words = told(summary)
    text = text_of(as_word(words))
    assert nasty in text
    assert "A & B" in text
    assert "[x](y)" not in as_markdown(words)
    assert nasty in as_markdown(words).replace("\\", "")


def test_of_several_places_each_begins_on_a_page_of_its_own() -> None:
    words = words_of(TEXTS.in_("zh"), PROGRAMME, [year(), year(), year()])
    with zipfile.ZipFile(io.BytesIO(as_word(words))) as file:
        body = file.read("word/document.xml").decode()
    assert body.count('w:type="page"') == 2


def test_the_template_that_ships_is_what_its_maker_makes(tmp_path: Path) -> None:
    made = tmp_path / "made.docx"
    make(made)

    def parts(path: Path) -> dict[str, bytes]:
        with zipfile.ZipFile(path) as file:
            names = [name for name in file.namelist() if not name.startswith("docProps")]
            return {name: file.read(name) for name in names}

    assert parts(made) == parts(TEMPLATE), "run: python -m content.report.make"


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("{{ places[0].title }} {{ nonsense }}", "paragraph 1: unknown name 'nonsense'"),
        ("{{ places[0].nonsense }}", "paragraph 1: unknown name 'nonsense'"),
        ("{{ word.nonsense }}", "paragraph 1: unknown name 'nonsense'"),
        ("{% for place in places %}", "cannot be filled"),
        ("{{ word.review }", "paragraph 1: cannot be filled: braces that are not closed in '{{ wo"),
        ("{% if places", "paragraph 1: cannot be filled: braces that are not closed"),
        ("{{ word.review + }}", "paragraph 1: cannot be filled: .* in '{{ word.review "),
        ("{{ places[10] }}", "cannot be filled: list object has no element 10"),
        ("{{ places[0].__class__.__mro__ }}", "cannot be filled"),
        ("{{ lipsum(n=1000000) }}", "paragraph 1: unknown name 'lipsum'"),
        ("{{ cycler.__init__.__globals__ }}", "paragraph 1: unknown name 'cycler'"),
        ("{{ places() }}", "cannot be filled: 'list' object is not callable"),
        ("{{ 1 / 0 }}", "cannot be filled: division by zero"),
        ("{{ 1 + 'a' }}", "cannot be filled"),
        ("{{ 'a' * 10**12 }}", "cannot be filled: no \\*\\* in a template"),
        ("{{ 'a' * 1000000000000 }}", "cannot be filled: no \\* in a template"),
        ("{{ 1000000000000 * [1] }}", "cannot be filled: no \\* in a template"),
        ("{{ '%1000000000000s' % 1 }}", "cannot be filled: no % in a template"),
        ("{{ 'a'.ljust(1000000000000) }}", "cannot be filled"),
        ("{{ '{:1000000000000}'.format(1) }}", "cannot be filled"),
        ("{{ 'a'|center(1000000000000) }}", "cannot be filled: No filter named 'center'"),
        ("{% include 'other.docx' %}", "cannot be filled"),
        ("{{ places|nonsense }}", "cannot be filled: No filter named 'nonsense'.$"),
        ("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "cannot be filled"),
    ],
)
def test_a_template_of_one_s_own_is_told_what_is_wrong_with_it(
    tmp_path: Path, written: str, problem: str
) -> None:
    own = tmp_path / "own.docx"
    document = Document()
    document.add_paragraph(written)
    document.save(str(own))
    with pytest.raises(ContentError, match=problem):
        as_word(told(BUSY), own)


def test_a_template_may_reckon(tmp_path: Path) -> None:
    own = tmp_path / "own.docx"
    document = Document()
    document.add_paragraph("{{ 2 * 3 + 7 % 4 }} {{ places[0].title|upper }}")
    document.save(str(own))
    assert "9 东湖社区" in text_of(as_word(told(BUSY), own))


@pytest.mark.parametrize("content", [b"", b"no Word file", b"PK\x03\x04 broken"])
def test_what_is_no_word_file_is_told(tmp_path: Path, content: bytes) -> None:
    own = tmp_path / "own.docx"
    own.write_bytes(content)
    with pytest.raises(ContentError, match="no Word file"):
        as_word(told(BUSY), own)


@pytest.mark.parametrize("part", ["word/document.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("content", [b"", b"<w:broken", b"<a/>"])
def test_a_word_file_with_a_broken_part_is_told(tmp_path: Path, part: str, content: bytes) -> None:
    own = tmp_path / "own.docx"
    with zipfile.ZipFile(TEMPLATE) as whole, zipfile.ZipFile(own, "w") as broken:
        for name in whole.namelist():
            broken.writestr(name, content if name == part else whole.read(name))
    with pytest.raises(ContentError, match="no Word file"):
        as_word(told(BUSY), own)


def test_a_template_that_is_not_there_or_unpacks_without_end_is_told(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="there is no such file"):
        as_word(told(BUSY), tmp_path / "missing.docx")
    with pytest.raises(ContentError, match="there is no such file"):
        as_word(told(BUSY), tmp_path)
    with zipfile.ZipFile(tmp_path / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("word/document.xml", b" " * 100 * 2**20)
    with pytest.raises(ContentError, match="too large"):
        as_word(told(BUSY), tmp_path / "bomb.docx")


def test_parts_are_numbered_as_in_official_documents() -> None:
    assert [_numeral(n) for n in (1, 9, 10, 11, 20, 21, 99)] == [
        *("一", "九", "十", "十一", "二十", "二十一", "九十九")
    ]


def test_the_file_in_the_chat_has_the_name_of_its_place_and_year() -> None:
    screen = screens.document(TEXTS.in_("zh"), PROGRAMME, [BUSY], {})
    [file] = screen.media
    assert isinstance(file, File)
    assert file.path.name == "东湖社区2026年度工作总结.docx"
    assert "走访慰问127人次" in text_of(file.made)
    assert "还没有下一年的计划" not in screen.text


VISITS = Kept(Figure(Decimal(12)), Decimal(20), 0, 3)
CLOSED = Sheet(2, 2026, PROGRAMME.basis.fingerprint, {"home_visits": VISITS})


def closed() -> Summary:
    """A year that was closed with 12 visits of 20, of which one was put right later."""
    later = replace(VISITS, figure=Figure(Decimal(13)))
    cause = Cause(1, datetime(2027, 2, 3, 4, tzinfo=UTC), "mei")
    row = Closing(1, ClosingState.CLOSED, CLOSED, CLOSED.digest, NOW)
    change = Difference("home_visits", VISITS, later, cause)
    return year(
        figures=numbers(home_visits=12),
        targets={"home_visits": Target(Decimal(20))},
        score=CLOSED.score,
        closed=ClosedYear(row, date(2027, 1, 5), [change]),
    )


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "zh",
            (
                f"（数据于2027年1月5日封账，校验码 {CLOSED.digest}）",
                "封账以后的变化：走访慰问 12 → 13 人次（1 条记录，最后是",
                "2027年2月3日 周三 mei 改的）。",
                "按项目权重，考核得分60分：走访慰问60%×3。",
            ),
        ),
        (
            "en",
            (
                f"(Figures as closed on 5 Jan 2027, checksum {CLOSED.digest})",
                "Changed after the closing: Home and condolence visits: 12 → 13 person-times",
                "the score is 60 of 100: Home and condolence visits 60 % × 3.",
            ),
        ),
    ],
)
def test_a_closed_year_says_when_with_which_checksum_and_what_changed_since(
    language: str, lines: tuple[str, ...]
) -> None:
    words = told(closed(), language)
    for text in (text_of(as_word(words)), as_markdown(words).replace("\\", "")):
        for line in lines:
            assert line in text
