"""A plan that somebody sends as a workbook: its numbers, or what is wrong with it and where."""

import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook, load_workbook

from content.programme import SHIPPED, load_programme
from content.sheets.ledger import Sent, write_template
from content.sheets.plans import Asked, SentPlan, write_plan
from content.sheets.reading import Reading
from content.sheets.sent import read_workbook
from content.texts import load_texts
from storage.model.node import Node, NodeKind
from storage.model.plan_import import Wish, compared
from storage.model.refusal import Refusal

NOW = datetime(2026, 11, 27, tzinfo=UTC)
TEXTS = load_texts(ZoneInfo("Asia/Shanghai"), lambda: NOW)
PROGRAMME = load_programme(SHIPPED)
ALL = Node(1, NodeKind.DISTRICT, "示范区", "all", "/1/")
EAST = Node(2, NodeKind.COMMUNITY, "东湖社区", "east", "/1/2/")
WEST = Node(3, NodeKind.COMMUNITY, "西山社区", "west", "/1/3/")
PLACES = [ALL, EAST, WEST]
HEADS = ("项目", "东湖社区", "西山社区", "调整原因")
OWN = {2: {"home_visits": Decimal(150), "study_coverage": Decimal("92.5")}, 3: {}}


def reading(language: str = "zh") -> Reading:
    return Reading(PROGRAMME, TEXTS, date(2026, 11, 27), language)


def book(path: Path, *rows: tuple[Any, ...], heads: tuple[Any, ...] = HEADS) -> Path:
    """A workbook of somebody's own."""
    made = Workbook()
    made.active.title = "2026年计划"
    for row in (heads, *rows):
        made.active.append(row)
    made.save(path)
    return path


def changed(path: Path, change: Callable[[Any], None]) -> Path:
    made = load_workbook(path)
    change(made)
    made.save(path)
    return path


def read(path: Path, places: list[Node] = PLACES) -> SentPlan:
    sent = read_workbook(path, reading(), places, lambda rows: None)
    assert isinstance(sent, SentPlan)
    return sent


def told(sent: SentPlan) -> list[str]:
    say = TEXTS.in_("zh")
    return [each.told(say) for each in sent.problems.kept]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_has_what_is_planned_and_is_read_as_it_is(
    tmp_path: Path, language: str
) -> None:
    path = tmp_path / "plan.xlsx"
    write_plan(path, Asked(PLACES, 2026, OWN), reading(language), NOW)
    sent = read(path)
    assert (sent.year, sent.problems.total) == (2026, 0)
    assert sent.wishes == {
        (2, "home_visits"): Wish(2, "home_visits", Decimal(150)),
        (2, "study_coverage"): Wish(2, "study_coverage", Decimal("92.5")),
    }
    plan = compared(2026, list(sent.wishes.values()), OWN)
    assert (plan.changes, plan.same) == ([], 2)

    def fill(made: Any) -> None:
        sheet = made[{"zh": "2026年计划", "en": "Plan 2026"}[language]]
        heads = [cell.value for cell in sheet[1]]
        assert heads[3:6] == ["示范区", "东湖社区", "西山社区"]
        rows = {sheet.cell(n, 2).value for n in range(2, sheet.max_row + 1)}
        known = [each for each in PROGRAMME.indicators if each.planned]
        assert rows == {each.name.in_(language) for each in known}
        sheet.cell(2, 6).value = 24

    sent = read(changed(path, fill))
    assert sent.wishes[3, "study_sessions"] == Wish(3, "study_sessions", Decimal(24))


def test_one_community_has_one_column(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    write_plan(path, Asked([EAST], 2027, OWN), reading(), NOW)
    sheet = load_workbook(path)["2027年计划"]
    heads = [cell.value for cell in sheet[1]]
    assert heads == ["部分", "项目", "单位", "东湖社区", "调整原因"]
    # A table of one's own need not name it.
    own = changed(
        book(tmp_path / "own.xlsx", ("走访慰问", 160), heads=("项目", "年度计划")),
        lambda made: None,
    )
    assert read(own, [EAST]).wishes == {(2, "home_visits"): Wish(2, "home_visits", Decimal(160))}


def test_columns_may_be_swapped_and_a_title_may_stand_above(tmp_path: Path) -> None:
    made = Workbook()
    made.active.title = "2026年计划"
    made.active.append(("示范区 2026 年计划",))
    made.active.merge_cells("A1:D1")
    made.active.append(("调整原因", "西山社区", "单位", "项目", "东湖社区"))
    made.active.append(("调整了分工", "1,200 人次", "人次", "走访慰问（人次）", 160))
    made.active.append((None, None, None, "学习覆盖率", 0.8))
    made.active["E4"].number_format = "0%"
    made.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx").wishes == {
        (2, "home_visits"): Wish(2, "home_visits", Decimal(160), "调整了分工"),
        (3, "home_visits"): Wish(3, "home_visits", Decimal(1200), "调整了分工"),
        (2, "study_coverage"): Wish(2, "study_coverage", Decimal(80)),
    }


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (("走访慰问", -3), "B2（第 2 行）：计划数不能是负数"),
        (("走访慰问", 1.5), "B2（第 2 行）：这一项的计划只能是整数"),
        (("学习覆盖率", 120), "B2（第 2 行）：比率最多 100 %"),
        (("学习覆盖率", 0.8), "B2（第 2 行）：“0.8”不到 1 %。百分之八十请写 80 或 80%"),
        (("走访慰问", 10**9), "B2（第 2 行）：一年的计划最多"),
        (("走访慰问", "=1+1"), "B2（第 2 行）：这里是公式"),
        (("走访慰问", "很多"), "B2（第 2 行）：没看懂数字“很多”"),
        (("走访慰问", date(2026, 1, 1)), "B2（第 2 行）：这里要填数字"),
        (("走访慰问", True), "B2（第 2 行）：这里要填数字"),
        (("走亲访友", 3), "A2（第 2 行）：项目里没有“走亲访友”"),
        (("已学习确认", 3), "A2（第 2 行）：这一项不列计划"),
        ((None, 3), "A2（第 2 行）：没有填项目"),
        (("=A1", 3), "A2（第 2 行）：这里是公式"),
        (("走访慰问", 3, None, "因" * 501), "D2（第 2 行）：原因最多 500 个字"),
        (("走访慰问", 3, None, None, "那边"), "E2（第 2 行）：这一列没有表头"),
    ],
)
def test_what_cannot_be_planned_is_told_with_its_cell(
    tmp_path: Path, row: tuple[Any, ...], problem: str
) -> None:
    sent = read(book(tmp_path / "a.xlsx", row, ("学习活动", 24)))
    assert len(told(sent)) == 1
    assert problem in told(sent)[0]
    assert told(sent)[0].startswith("2026年计划 ")


@pytest.mark.parametrize(
    ("heads", "problem"),
    [
        (
            ("项目", "东湖社区", "南桥社区"),
            "C1（第 1 行）：不认识表头“南桥社区”，应该是这些：项目、示范区、东湖",
        ),
        (("项目", "东湖社区", "东湖社区"), "C1（第 1 行）：表头“东湖社区”出现了两次"),
        (("单位", "东湖社区", "西山社区"), "A1（第 1 行）：缺少“项目”这一列"),
        (("项目", "东湖社区", "计划"), "C2（第 2 行）：看不出这一列是哪里的计划"),
        (("内容", "目标值", "负责人"), "A1（第 1 行）：这张表没有表头（项目、示范区、东湖社区、"),
    ],
)
def test_wrong_heads_are_told(tmp_path: Path, heads: tuple[str, ...], problem: str) -> None:
    path = book(tmp_path / "a.xlsx", ("走访慰问", 3, 4), heads=heads)
    assert problem in " ".join(told(read(path)))


def test_a_template_that_lost_its_column_of_indicators_says_so_once(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_plan(path, Asked(PLACES, 2026, OWN), reading(), NOW)
    sent = read(changed(path, lambda made: made["2026年计划"].delete_cols(2)))
    assert told(sent) == ["2026年计划 A1（第 1 行）：缺少“项目”这一列。"]
    assert not sent.wishes


def test_a_sheet_of_something_else_is_no_plan_for_a_name_of_a_place(tmp_path: Path) -> None:
    for heads in (("姓名", "东湖社区"), ("日期", "单位", "东湖社区")):
        made = changed(book(tmp_path / "a.xlsx", ("ana", 1), heads=heads), _nameless)
        with pytest.raises(Refusal) as refused:
            read_workbook(made, reading(), PLACES, lambda rows: None)
        assert refused.value.key == "sheet.no_ledger"


def test_a_count_in_a_cell_of_percent_is_asked_about_and_a_share_is_read(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ("走访慰问", 5), ("学习覆盖率", 0.855))

    def in_percent(made: Any) -> None:
        for cell in ("B2", "B3"):
            made.active[cell].number_format = "0.00%"

    sent = read(changed(path, in_percent))
    assert sent.wishes[2, "study_coverage"].number == Decimal("85.5")
    [problem] = told(sent)
    assert "B2（第 2 行）：没看懂数字“500%”：这里不按百分比填" in problem


def test_a_share_of_less_than_one_percent_is_written_with_its_sign(tmp_path: Path) -> None:
    sent = read(book(tmp_path / "a.xlsx", ("学习覆盖率", "0.8%", 0)))
    assert not told(sent)
    assert [each.number for each in sent.wishes.values()] == [Decimal("0.8"), Decimal(0)]
    own = {2: {"study_coverage": Decimal("0.8")}}
    write_plan(tmp_path / "b.xlsx", Asked([EAST], 2026, own), reading(), NOW)
    again = read(tmp_path / "b.xlsx")
    assert (told(again), again.wishes[2, "study_coverage"].number) == ([], Decimal("0.8"))


def test_the_same_twice_is_told_and_merged_cells_are(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ("走访慰问", 3), ("学习活动", 24), ("走访慰问", 4))
    [problem] = told(read(path))
    assert "B4（第 4 行）：第 2 行已经有同一个地方的这一项了" in problem

    def merge(made: Any) -> None:
        made.active["B4"] = None
        made.active.merge_cells("B2:B3")

    [problem] = told(read(changed(path, merge)))
    assert "B2（第 2 行）：合并了单元格 B2:B3" in problem


def test_a_revision_without_a_reason_is_told_with_its_cell(tmp_path: Path) -> None:
    rows = (("走访慰问", 160, 40), ("学习覆盖率", 90, None, "按区里要求"), ("学习活动", 24))
    sent = read(book(tmp_path / "a.xlsx", *rows))
    plan = compared(2026, list(sent.wishes.values()), OWN)
    sent.ask_reasons(plan.changes)
    assert told(sent) == [
        "2026年计划 B2（第 2 行）：现在的计划是 150，改成 160 要写原因。"
        "请在同一行的“调整原因”一列写一句。"
    ]


@pytest.mark.parametrize("words", ["不列", "None", "—", " 取消 "])
def test_a_word_takes_a_target_away_with_a_reason(tmp_path: Path, words: str) -> None:
    path = book(tmp_path / "a.xlsx", ("走访慰问", words, words, "改由街道做"))
    sent = read(path)
    plan = compared(2026, list(sent.wishes.values()), OWN)
    assert [(each.wish.node_id, each.wish.number, each.before) for each in plan.changes] == [
        (2, None, Decimal(150))
    ]
    assert not sent.problems.total
    sent = read(book(path, ("走访慰问", words)))
    sent.ask_reasons(compared(2026, list(sent.wishes.values()), OWN).changes)
    assert "现在的计划是 150，取消它要写原因" in told(sent)[0]


def _years(made: Any) -> None:
    made.create_sheet("2027年计划").append(HEADS)


def _nameless(made: Any) -> None:
    made.active.title = "计划"


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (_years, "plan.sheet_years"),
        (_nameless, "plan.sheet_no_year"),
        (lambda made: made.active.delete_rows(2), "plan.sheet_empty"),
    ],
)
def test_a_plan_of_no_year_or_of_several_is_refused(
    tmp_path: Path, change: Callable[[Any], None], key: str
) -> None:
    path = changed(book(tmp_path / "a.xlsx", ("走访慰问", 3)), change)
    with pytest.raises(Refusal) as refused:
        read(path)
    assert refused.value.key == key


def test_the_template_of_another_place_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_plan(path, Asked([WEST], 2026, OWN), reading(), NOW)
    with pytest.raises(Refusal) as refused:
        read(path, [EAST])
    assert refused.value.key == "plan.sheet_not_yours"


def test_a_ledger_is_no_plan_and_a_plan_is_no_ledger(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_template(path, EAST, reading(), NOW)
    assert isinstance(read_workbook(path, reading(), PLACES, lambda rows: None), Sent)
    ledger = book(path, (date(2026, 11, 3), "走访慰问", 3), heads=("日期", "项目", "数量"))
    assert isinstance(read_workbook(ledger, reading(), PLACES, lambda rows: None), Sent)


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "sheet.old"),
        (b"a,b\n1,2\n", "sheet.plain"),
        (b"", "sheet.empty"),
        (b"PK\x03\x04 broken", "sheet.broken"),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes, key: str) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    with pytest.raises(Refusal) as refused:
        read(tmp_path / "a.xlsx")
    assert refused.value.key == key


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ("走访慰问", 3))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros.bin", bytes(200 * 2**20))
    with pytest.raises(Refusal) as refused:
        read(path)
    assert refused.value.key == "sheet.bomb"


def test_a_hundred_communities_stand_beside_each_other(tmp_path: Path) -> None:
    places = [
        ALL,
        *(Node(n, NodeKind.COMMUNITY, f"{n}号院", f"c{n}", f"/1/{n}/") for n in range(2, 102)),
    ]
    path = tmp_path / "a.xlsx"
    write_plan(path, Asked(places, 2026, {101: {"home_visits": Decimal(7)}}), reading(), NOW)
    assert read(path, places).wishes == {(101, "home_visits"): Wish(101, "home_visits", Decimal(7))}


def test_a_plan_on_a_hidden_sheet_is_told(tmp_path: Path) -> None:
    """It was said to have no numbers in it."""
    path = tmp_path / "plan.xlsx"
    write_plan(path, Asked(PLACES, 2026, OWN), reading(), NOW)

    def hide_own(made: Any) -> None:
        made.worksheets[1].sheet_state = "hidden"

    [problem] = told(read(changed(path, hide_own)))
    assert "这张表是隐藏的，没有读" in problem
