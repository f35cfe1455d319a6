"""Makes `summary.docx`, the template that ships, set as official documents are.

Measures and faces: GB/T 9704-2012, 5.2 (paper, margins, faces, lines) and 7.5 (page numbers). Faces
are named and not embedded: whoever opens the file has them, or a substitute. Run it after a change:
python -m content.report.make
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

TEMPLATE = Path(__file__).with_name("summary.docx")
# Points: what printers here call 二号, 三号, 四号 and, for tables, 小四号.
_SIZE_2, _SIZE_3, _SIZE_4, _SMALL_4 = 22, 16, 14, 12
PHOTO = "Summary Photo"
_LATIN = "Times New Roman"
_SONG = "方正小标宋简体"
_FACES = {
    "Summary Title": (_SONG, _SIZE_2),
    "Summary Note": ("楷体_GB2312", _SIZE_3),
    "Heading 1": ("黑体", _SIZE_3),
    "Heading 2": ("楷体_GB2312", _SIZE_3),
    "Normal": ("仿宋_GB2312", _SIZE_3),
    "Summary Table": ("仿宋_GB2312", _SMALL_4),
    "Summary Head": ("黑体", _SMALL_4),
    PHOTO: ("楷体_GB2312", _SMALL_4),
}
_INDENT = Pt(2 * _SIZE_3)  # two characters
_LEADING = Pt(28.9)  # 22 lines on 225 mm


class Column(NamedTuple):
    """The word at its head, what of a row stands in it, and how wide it is in millimetres."""

    head: str
    name: str
    width: int


_WIDE = 50  # millimetres: words begin at the left there, numbers stand in the middle
_TABLE = (
    Column("indicator", "name", 52),
    Column("unit", "unit", 24),
    Column("target", "target", 20),
    Column("actual", "actual", 20),
    Column("rate", "rate", 20),
    Column("last_year", "last_year", 20),
)
_SUGGESTIONS = (
    Column("number", "number", 25),
    Column("place", "place", 25),
    Column("suggestion", "text", 56),
    Column("answer", "answer", 50),
)
_EVENTS = (
    Column("day", "day", 41),
    Column("place", "place", 30),
    Column("event", "title", 58),
    Column("came", "came", 27),
)
_PLAN = (
    Column("indicator", "name", 72),
    Column("unit", "unit", 24),
    Column("actual", "actual", 30),
    Column("plan", "plan", 30),
)


def make(path: Path) -> None:
    """Write the template."""
    document = styled()
    _body(document)
    document.save(str(path))


def styled() -> Any:
    """An empty document, set as official ones are."""
    document = Document()
    # Else Chinese is laid out as if it were English: other glyphs, other ends of lines.
    [language] = document.styles.element.iter(qn("w:lang"))
    language.set(qn("w:eastAsia"), "zh-CN")
    _page(document)
    for name, (face, size) in _FACES.items():
        _style(document, name, face, size)
    document.core_properties.author = ""
    document.core_properties.comments = ""
    return document


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.left_margin = Mm(37), Mm(28)
    section.right_margin, section.bottom_margin = Mm(26), Mm(35)
    section.footer_distance = Mm(28)  # 7 mm below the text
    document.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    _page_number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)


def _page_number(footer: Any, side: Any) -> None:
    """— 1 —, outside, one character from the edge."""
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    paragraph.alignment = side
    edge = paragraph.paragraph_format
    if side == WD_ALIGN_PARAGRAPH.RIGHT:
        edge.right_indent = Pt(_SIZE_4)
    else:
        edge.left_indent = Pt(_SIZE_4)
    _run(paragraph, "— ")
    number = _run(paragraph, "")
    for kind, text in (("begin", ""), (None, "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        number._r.append(part)
    _run(paragraph, " —")


def _run(paragraph: Any, text: str) -> Any:
    run = paragraph.add_run(text)
    _face(run, "宋体", _SIZE_4)
    return run


def _style(document: Any, name: str, face: str, size: int) -> None:
    styles = document.styles
    known = [style.name for style in styles]
    style = styles[name] if name in known else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    _face(style, face, size)
    style.font.bold = False
    style.font.color.rgb = None
    lines = style.paragraph_format
    lines.space_before = lines.space_after = Pt(0)
    lines.line_spacing_rule, lines.line_spacing = WD_LINE_SPACING.EXACTLY, _LEADING
    lines.widow_control = False
    if name in ("Normal", "Heading 1", "Heading 2"):
        lines.first_line_indent = _INDENT
        lines.keep_with_next = name != "Normal"
    else:
        lines.first_line_indent = Pt(0)
        lines.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if name in ("Summary Table", "Summary Head"):
        lines.line_spacing = Pt(20)
    if name == PHOTO:
        lines.line_spacing = 1.0  # of a line that is as high as it is said to be, a strip is seen
        lines.space_before = Pt(6)


def _face(where: Any, face: str, size: int) -> None:
    """Latin letters and Chinese characters each have a face of their own."""
    where.font.name, where.font.size = _LATIN, Pt(size)
    fonts = where.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)
    fonts.set(qn("w:eastAsia"), face)


def _body(document: Any) -> None:
    def line(text: str, style: str = "Normal") -> None:
        document.add_paragraph(text, style)

    line("{%p for place in places %}")
    line("{{ place.title }}", "Summary Title")
    line("{{ place.cut_off }}", "Summary Note")
    line("{%p for each in place.changes %}")
    line("{{ each }}")
    line("{%p endfor %}")
    line("{{ word.review }}", "Heading 1")
    line("{%p for section in place.sections %}")
    line("{{ section.heading }}", "Heading 2")
    line("{{ section.text }}")
    line("{%p endfor %}")
    line("{{ word.open_review }}")
    line("{{ word.table }}", "Heading 1")
    _table(document, "place.rows", _TABLE)
    line("{{ place.score }}")
    line("{{ word.suggestions }}", "Heading 1")
    line("{{ place.no_suggestions }}")
    _table(document, "place.suggestions", _SUGGESTIONS)
    line("{{ place.suggestions_left }}")
    line("{{ word.events }}", "Heading 1")
    line("{{ place.no_events }}")
    _table(document, "place.events", _EVENTS)
    line("{{ place.events_left }}")
    _photos(document)
    line("{{ place.open_photos }}")
    line("{{ word.shortfalls }}", "Heading 1")
    line("{%p for each in place.shortfalls %}")
    line("{{ each }}")
    line("{%p endfor %}")
    line("{{ word.open_shortfalls }}")
    line("{{ word.next_year }}", "Heading 1")
    line("{{ place.no_plan }}")
    _table(document, "place.plan", _PLAN)
    line("{{ word.open_measures }}")
    line("{%p if not loop.last %}")
    document.add_page_break()
    line("{%p endif %}")
    line("{%p endfor %}")


def _table(document: Any, rows: str, columns: Sequence[Column]) -> None:
    """A table with a line for each of `rows`; without any, there is no table."""
    document.add_paragraph(f"{{%p if {rows} %}}")
    table = document.add_table(rows=4, cols=len(columns), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for place, column in enumerate(columns):
        table.columns[place].width = Mm(column.width)
        for row in table.rows:
            row.cells[place].width = Mm(column.width)
        _cell(table.cell(0, place), f"{{{{ word.{column.head} }}}}", "Summary Head")
        cell = _cell(table.cell(2, place), f"{{{{ row.{column.name} }}}}", "Summary Table")
        if column.width >= _WIDE:
            cell.alignment = WD_ALIGN_PARAGRAPH.LEFT
    _cell(table.cell(1, 0), f"{{%tr for row in {rows} %}}", "Summary Table")
    _cell(table.cell(3, 0), "{%tr endfor %}", "Summary Table")
    for row in table.rows:  # a line stands on one page
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    document.add_paragraph("{%p endif %}")


def _photos(document: Any) -> None:
    """Two beside each other, each with its caption; without any, there is no table."""
    document.add_paragraph("{%p if place.photo_rows %}")
    table = document.add_table(rows=3, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for side, cell in zip(("left", "right"), table.rows[1].cells, strict=True):
        _cell(cell, f"{{{{ row.{side}.picture }}}}", PHOTO).paragraph_format.keep_with_next = True
        cell.add_paragraph(f"{{{{ row.{side}.caption }}}}", PHOTO)
    for column in table.columns:
        column.width = Mm(78)
    _cell(table.cell(0, 0), "{%tr for row in place.photo_rows %}", "Summary Table")
    _cell(table.cell(2, 0), "{%tr endfor %}", "Summary Table")
    table.rows[1]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    document.add_paragraph("{%p endif %}")


def _cell(cell: Any, text: str, style: str) -> Any:
    paragraph = cell.paragraphs[0]
    paragraph.text, paragraph.style = text, style
    return paragraph


if __name__ == "__main__":
    make(TEMPLATE)
