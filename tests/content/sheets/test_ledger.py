"""A ledger that somebody sends as a workbook: its entries, or what is wrong with it and where."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook, load_workbook

from content.programme import SHIPPED, load_programme
from content.sheets import opening
from content.sheets.ledger import Sent, read_entries, write_template
from content.sheets.reading import Reading
from content.texts import load_texts
from storage.model.ledger import NewEntry
from storage.model.node import Node, NodeKind
from storage.model.refusal import Refusal

NOW = datetime(2026, 11, 27, tzinfo=UTC)
TODAY = date(2026, 11, 27)
TEXTS = load_texts(ZoneInfo("Asia/Shanghai"), lambda: NOW)
EAST = Node(2, NodeKind.COMMUNITY, "东湖社区", "east", "/1/2/")
HEADS = ("日期", "项目", "数量", "地点或对象", "说明")
VISIT = (date(2026, 11, 3), "走访慰问", 3, "3号楼", "送米面油")
READ = NewEntry("", 0, "home_visits", TODAY.replace(day=3), Decimal(3), "3号楼", "送米面油")


def reading(language: str = "zh") -> Reading:
    return Reading(load_programme(SHIPPED), TEXTS, TODAY, language)


def book(path: Path, *rows: tuple[Any, ...], heads: tuple[Any, ...] = HEADS) -> Path:
    """A workbook of somebody's own, with these rows."""
    made = Workbook()
    made.active.title = "工作机制"
    for row in (heads, *rows):
        made.active.append(row)
    made.save(path)
    return path


def changed(path: Path, change: Callable[[Any], None]) -> Path:
    """The same with one more change by hand."""
    made = load_workbook(path)
    change(made)
    made.save(path)
    return path


def told(sent: Sent, language: str = "zh") -> list[str]:
    say = TEXTS.in_(language)
    return [each.told(say) for each in sent.problems.kept]


def read(path: Path) -> Sent:
    return read_entries(path, reading())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_is_filled_in_and_read(tmp_path: Path, language: str) -> None:
    path = tmp_path / "a.xlsx"
    write_template(path, EAST, reading(language), NOW)

    def fill(made: Any) -> None:
        name = {"zh": "工作机制", "en": "Ways of working"}[language]
        choice = {"zh": "走访慰问（人次）", "en": "Home and condolence visits (person-times)"}[
            language
        ]
        lists, sheet = made["linli"], made[name]
        assert lists.sheet_state == "hidden"
        assert choice in [cell.value for row in lists for cell in row]
        assert [each.type for each in sheet.data_validations.dataValidation] == [
            "date",
            "list",
            "decimal",
        ]
        sheet.append((date(2026, 11, 3), choice, 3, "3号楼", "送米面油"))

    sent = read_entries(changed(path, fill), reading(language))
    assert (sent.code, sent.entries, told(sent)) == ("east", [READ], [])


def test_every_choice_of_the_template_is_understood(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_template(path, EAST, reading(), NOW)
    lists = load_workbook(path)["linli"]
    choices = [cell.value for row in lists.iter_rows(min_col=2) for cell in row if cell.value]
    sent = read(book(tmp_path / "b.xlsx", *((TODAY, each, 1) for each in choices)))
    recorded = {each.id for each in reading().programme.indicators if each.is_recorded}
    assert {each.indicator for each in sent.entries} == recorded
    assert not sent.problems.total


@pytest.mark.parametrize(
    "heads",
    [
        HEADS,
        ("日期", "指标", "数字", "地点", "备注"),
        ("Day", "Indicator", "Number", "Where or who", "Note"),
        (" DATE： ", "what", "how many *", "who", "remarks"),
    ],
)
def test_a_workbook_of_ones_own_is_read_by_its_heads(tmp_path: Path, heads: Any) -> None:
    assert read(book(tmp_path / "a.xlsx", VISIT, heads=heads)).entries == [READ]


def test_columns_may_be_swapped_and_stand_below_a_title(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", heads=("东湖社区十一月台账",))

    def fill(made: Any) -> None:
        made.active.merge_cells("A1:E1")
        made.active["A4"], made.active["C4"], made.active["E4"] = "数量", "项目", "日期"
        made.active["A6"], made.active["C6"], made.active["E6"] = 3, "走访慰问", "11月3日"

    [entry] = read(changed(path, fill)).entries
    assert entry == replace(READ, place="", note="")


@pytest.mark.parametrize(
    ("day", "meant"),
    [
        ("2026-11-03", date(2026, 11, 3)),
        ("2026/11/3", date(2026, 11, 3)),
        ("2026.11.03", date(2026, 11, 3)),
        ("二〇二六年十一月三日", date(2026, 11, 3)),
        ("11月3日", date(2026, 11, 3)),
        ("12月3日", date(2025, 12, 3)),
        ("3 Nov 2026", date(2026, 11, 3)),
        ("2026-11-03（周二）", date(2026, 11, 3)),
        (20261103, date(2026, 11, 3)),
        (datetime(2026, 11, 3, 14, 30), date(2026, 11, 3)),  # noqa: DTZ001
    ],
)
def test_a_day_is_read_as_people_write_it(tmp_path: Path, day: Any, meant: date) -> None:
    [entry] = read(book(tmp_path / "a.xlsx", (day, "走访慰问", 1))).entries
    assert entry.on == meant


@pytest.mark.parametrize(
    ("number", "meant"),
    [("３", 3), ("十二", 12), ("3人次", 3), ("1,200", 1200), (3.0, 3), (2.9999999999999996, 3)],
)
def test_a_number_is_read_as_people_write_it(tmp_path: Path, number: Any, meant: int) -> None:
    [entry] = read(book(tmp_path / "a.xlsx", (TODAY, "走访慰问", number))).entries
    assert entry.number == meant


@pytest.mark.parametrize(("stored", "shown"), [(5, "500%"), (0.05, "5%"), (0.855, "85.5%")])
def test_a_count_that_is_shown_as_a_share_is_asked_about(
    tmp_path: Path, stored: float, shown: str
) -> None:
    def in_percent(made: Any) -> None:
        made.active["C2"].number_format = "0%;[Red]-0%"

    sent = read(changed(book(tmp_path / "a.xlsx", (TODAY, "走访慰问", stored)), in_percent))
    assert not sent.entries
    [problem] = told(sent)
    assert f"C2（第 2 行）：没看懂数字“{shown}”：这里不按百分比填" in problem


FORMULA = "这里是公式。请复制，再“选择性粘贴”为数值。"


@pytest.mark.parametrize(
    ("row", "cell", "why"),
    [
        (("", "走访慰问", 1), "A3", "没有填日期。"),
        ((TODAY, None, 1), "B3", "没有填项目。"),
        ((TODAY, "走访慰问", None), "C3", "没有填数量。"),
        (("=TODAY()", "走访慰问", 1), "A3", FORMULA),
        ((TODAY, "=B2", 1), "B3", FORMULA),
        ((TODAY, "走访慰问", "=2+1"), "C3", FORMULA),
        ((TODAY, "走访慰问", 1, "=1+1"), "D3", FORMULA),
        ((TODAY, "走访慰问", "#REF!"), "C3", "这里是出错的公式（例如 #REF），请改成数值。"),
        ((TODAY, "走访慰问", -3), "C3", "数量要大于 0。"),
        ((TODAY, "走访慰问", 0), "C3", "数量要大于 0。"),
        ((TODAY, "走访慰问", 2.5), "C3", "这一项只能记整数。"),
        ((TODAY, "走访慰问", 10**9), "C3", "一次最多记 1000000"),
        ((TODAY, "走访慰问", "很多"), "C3", "没看懂数字“很多”"),
        ((TODAY, "走访慰问", TODAY), "C3", "这里要填数字。请把单元格格式改成“常规”"),
        ((TODAY, "走访慰问", True), "C3", "这里要填数字。"),
        ((date(2027, 1, 5), "走访慰问", 1), "A3", "还没到，台账只记已经做过的工作。"),
        (("2026-02-30", "走访慰问", 1), "A3", "2026年没有2月30日"),
        (("昨天", "走访慰问", 1), "A3", "没看懂日期“昨天”"),
        (("去年3月5日", "走访慰问", 1), "A3", "没看懂日期“去年3月5日”"),
        ((46023, "走访慰问", 1), "A3", "不能是数字“46023”"),
        ((time(9, 30), "走访慰问", 1), "A3", "这里要填日期"),
        ((TODAY, "走访", 1), "B3", "项目里没有“走访”"),
        ((TODAY, "专题讲座", 1), "B3", "“专题讲座”由机器人自己统计，不记台账。"),
        ((TODAY, "走访慰问", 1, "楼" * 201), "D3", "地点或对象最多 200 个字"),
        ((TODAY, "走访慰问", 1, "", "字" * 2001), "E3", "说明最多 2000 个字"),
        ((TODAY, "走访慰问", 1, "", "", "还有"), "F3", "这一列没有表头，却有内容。"),
    ],
)
def test_what_is_wrong_is_told_with_sheet_row_and_column(
    tmp_path: Path, row: tuple[Any, ...], cell: str, why: str
) -> None:
    [problem] = told(read(book(tmp_path / "a.xlsx", VISIT, row)))
    assert problem.startswith(f"工作机制 {cell}（第 3 行）：")
    assert why in problem


@pytest.mark.parametrize(
    ("heads", "cell", "why"),
    [
        (("日期", "项目", "几次"), "C1", "不认识表头“几次”，应该是这些：日期、项目、数量"),
        (("日期", "项目", "地点"), "A1", "缺少“数量”这一列。"),
        (("日期", "项目", "数量", "数量"), "D1", "表头“数量”出现了两次，请只留一列。"),
    ],
)
def test_a_column_that_is_missing_or_renamed_is_named(
    tmp_path: Path, heads: tuple[str, ...], cell: str, why: str
) -> None:
    problems = told(read(book(tmp_path / "a.xlsx", heads=heads)))
    assert any(f"工作机制 {cell}（第 1 行）" in each and why in each for each in problems), problems


def test_merged_cells_are_told_with_their_range(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", VISIT, (None, "走访慰问", 1))
    sent = read(changed(path, lambda made: made.active.merge_cells("A2:A3")))
    assert "工作机制 A2（第 2 行）：合并了单元格 A2:A3。请取消合并，每行都填上自己的内容。" in told(
        sent
    )


def test_a_sheet_that_is_none_of_the_ledger_is_not_left_out_silently(tmp_path: Path) -> None:
    def add(made: Any) -> None:
        made.create_sheet("通讯录").append(("姓名", "电话"))
        made.create_sheet("空表")

    [problem] = told(read(changed(book(tmp_path / "a.xlsx", VISIT), add)))
    assert problem.startswith("通讯录 A1（第 1 行）：这张表没有表头")


def test_what_stands_below_gaps_is_read_with_its_row(tmp_path: Path) -> None:
    def far_below(made: Any) -> None:
        for row, number in ((9, 2), (5_000, 0), (5_003, 4)):
            for column, value in enumerate((TODAY, "走访慰问", number), start=1):
                made.active.cell(row, column, value)

    sent = read(changed(book(tmp_path / "a.xlsx", VISIT), far_below))
    assert [each.number for each in sent.entries] == [3, 2, 4]
    assert [row for _, row, _ in sent.days] == [2, 9, 5_003]
    [problem] = told(sent)
    assert "C5000（第 5000 行）" in problem


def test_what_no_text_can_hold_is_left_out(tmp_path: Path) -> None:
    row = (TODAY, "走访慰问", 1, "a_x0000_b_xD83D_c", "一行_x000D_\n两行")
    [entry] = read(book(tmp_path / "a.xlsx", row)).entries
    assert (entry.place, entry.note) == ("abc", "一行\n两行")


def test_every_problem_is_counted_and_the_first_are_told(tmp_path: Path) -> None:
    sent = read(book(tmp_path / "a.xlsx", *((TODAY, "走访慰问", 0) for _ in range(300))))
    assert (sent.problems.total, len(sent.problems.kept), sent.entries) == (300, 100, [])


def test_what_a_file_says_of_its_size_is_not_believed(tmp_path: Path) -> None:
    path, lying = book(tmp_path / "a.xlsx", VISIT, VISIT), tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(lying, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            target.writestr(name, part.replace(b'ref="A1:E3"', b'ref="A1"'))
    assert len(read(lying).entries) == 2


# Files that are no workbook


def refused(path: Path) -> str:
    with pytest.raises(Refusal) as refusal:
        read(path)
    assert TEXTS.in_("zh").label(refusal.value.key, **refusal.value.names)
    assert TEXTS.in_("en").label(refusal.value.key, **refusal.value.names)
    return refusal.value.key


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "sheet.empty"),
        ("日期,项目,数量\n".encode(), "sheet.plain"),
        ("日期,项目,数量\n".encode("gbk"), "sheet.plain"),
        (b"<html><table></table></html>", "sheet.plain"),
        (b"%PDF-1.7\n" + bytes(20), "sheet.other"),
        (OLE, "sheet.old"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "sheet.encrypted"),
        (b"PK\x03\x04" + bytes(200), "sheet.broken"),
        (bytes(200), "sheet.broken"),
        (b"PK\x03\x04" + bytes(opening.FILE_LIMIT), "sheet.large"),
    ],
)
def test_a_file_that_is_no_workbook_is_told_apart(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    assert refused(path) == why


def packed(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return path


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"word/document.xml": b""}, "sheet.other"),
        ({"[Content_Types].xml": b"", "xl/workbook.bin": b""}, "sheet.other"),
        (
            {"[Content_Types].xml": b"", "xl/workbook.xml": b"", "xl/vbaProject.bin": b""},
            "sheet.macros",
        ),
        ({"[Content_Types].xml": b"<", "xl/workbook.xml": b"<"}, "sheet.broken"),
        ({str(number): b"" for number in range(opening.PARTS_LIMIT + 1)}, "sheet.bomb"),
    ],
)
def test_an_archive_of_something_else_is_told_apart(
    tmp_path: Path, parts: dict[str, bytes], why: str
) -> None:
    assert refused(packed(tmp_path / "a.xlsx", parts)) == why


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "UNPACKED_LIMIT", 10**6)
    parts = parts_of(book(tmp_path / "a.xlsx", VISIT)) | {"xl/media/a.bin": bytes(10**6)}
    assert refused(packed(tmp_path / "b.xlsx", parts)) == "sheet.bomb"


def test_a_bomb_that_says_it_is_small_is_not_unpacked_either(tmp_path: Path) -> None:
    parts = parts_of(book(tmp_path / "a.xlsx", VISIT))
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(
        b"</sheetData>", b" " * 10**6 + b"</sheetData>"
    )
    path = packed(tmp_path / "b.xlsx", parts)
    size = len(parts["xl/worksheets/sheet1.xml"]).to_bytes(4, "little")
    content = path.read_bytes()
    assert content.count(size) >= 2
    path.write_bytes(content.replace(size, len(sheet).to_bytes(4, "little")))
    assert refused(path) == "sheet.broken"


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    parts = parts_of(book(tmp_path / "a.xlsx", VISIT))
    entity = b'<!DOCTYPE a [<!ENTITY b "bbbb">]><worksheet'
    for name in ("xl/worksheets/sheet1.xml", "xl/workbook.xml"):
        one = (
            parts[name]
            .replace(b"<worksheet", entity, 1)
            .replace(b"<workbook", entity[:-10] + b"<workbook", 1)
        )
        assert refused(packed(tmp_path / "b.xlsx", parts | {name: one})) == "sheet.broken"


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_half_a_workbook_is_broken(tmp_path: Path, part: str) -> None:
    parts = parts_of(book(tmp_path / "a.xlsx", VISIT))
    half = parts | {part: parts[part][: len(parts[part]) // 2]}
    assert refused(packed(tmp_path / "b.xlsx", half)) == "sheet.broken"


def test_a_workbook_that_lacks_a_part_is_broken(tmp_path: Path) -> None:
    parts = parts_of(book(tmp_path / "a.xlsx", VISIT))  # a day has a style of its own
    del parts["xl/styles.xml"]
    assert refused(packed(tmp_path / "b.xlsx", parts)) == "sheet.broken"


def test_a_workbook_in_the_strict_form_is_to_be_saved_in_the_usual_one(tmp_path: Path) -> None:
    """Excel offers it, and openpyxl finds no sheet in it."""
    usual, strict = b"http://schemas.openxmlformats.org", b"http://purl.oclc.org/ooxml"
    parts = parts_of(book(tmp_path / "a.xlsx", VISIT))
    changes = (
        (usual + b"/spreadsheetml/2006/main", strict + b"/spreadsheetml/main"),
        (usual + b"/officeDocument/2006/rel", strict + b"/officeDocument/rel"),
    )
    for name, part in parts.items():
        for before, after in changes:
            part = part.replace(before, after)
        parts[name] = part
    assert refused(packed(tmp_path / "b.xlsx", parts)) == "sheet.other"


def test_an_encrypted_archive_is_told_apart(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", VISIT)
    content = bytearray(path.read_bytes())
    at = 0
    while (at := content.find(b"PK\x01\x02", at)) >= 0:
        content[at + 8] |= 1  # the flag of encryption, in the list of parts
        at += 4
    path.write_bytes(content)
    assert refused(path) == "sheet.encrypted"


def test_another_workbook_is_no_ledger(tmp_path: Path) -> None:
    assert (
        refused(book(tmp_path / "a.xlsx", ("ana", "1"), heads=("姓名", "电话")))
        == "sheet.no_ledger"
    )


def test_a_template_that_was_not_filled_in_has_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_template(path, EAST, reading(), NOW)
    sent = read(path)
    assert (sent.entries, sent.problems.total) == ([], 0)


def test_there_is_an_end_to_the_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("content.sheets.ledger.ENTRIES_LIMIT", 2)
    assert refused(book(tmp_path / "a.xlsx", VISIT, VISIT, VISIT)) == "sheet.many"


def test_a_table_on_a_hidden_sheet_is_not_left_out_silently(tmp_path: Path) -> None:
    def hide(made: Any) -> None:
        for row in (made.active[1], made.active[2]):
            cells = [each.value for each in row]
            hidden = made["宣传"] if "宣传" in made.sheetnames else made.create_sheet("宣传")
            hidden.append(cells)
        made["宣传"].sheet_state = "hidden"
        choices = made.create_sheet("选项")
        choices.append(["走访慰问"])
        choices.sheet_state = "veryHidden"

    [problem] = told(read(changed(book(tmp_path / "a.xlsx", VISIT), hide)))
    assert problem == "宣传 A1（第 1 行）：这张表是隐藏的，没有读。要算就取消隐藏，不要就删掉。"
