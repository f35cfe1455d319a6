"""A roster on paper as a workbook: the list to print and fill in, and who came by one that was."""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TypeVar

from content.sheets.opening import Book, Cell, Sheet
from content.sheets.problems import Problem, Problems, without_heads
from content.sheets.reading import LISTS, Reading, filled_in, marks_in
from content.sheets.tables import Heads, Line, head_of, hidden_tables, lines_of, number_in, text_in
from content.sheets.writing import Column, Kind, Workbook
from content.splitting import short
from content.texts import Say
from storage.model.event import Event
from storage.model.naming import folded
from storage.model.paper_list import OnPaper, Wrong
from storage.model.refusal import Refusal
from storage.model.roster import NAME_LIMIT, Seat, check_count
from storage.model.typed.text import plain

T = TypeVar("T")

LINES_LIMIT = 5_000
_MARK = "linli roster 1"
_NUMBER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_COLUMNS = ("roster_name", "roster_number", "roster_came", "roster_others")
_WIDTHS = (24, 12, 12, 16)
# What may stand in the column of who came, as `plain` has it; it leaves out what is only a symbol.
_YES = frozenset(
    (
        *("到", "到场", "到了", "来", "来了", "是", "有", "已到", "出席", "签到", "√", "1"),
        *("✓", "✔", "☑", "✅", "y", "yes", "came", "present", "here", "attended", "ok"),
    )
)
_NO = frozenset(
    (
        *("未到", "未到场", "没来", "没到", "否", "无", "缺席", "不来", "不到", "×", "0"),
        *("✗", "✘", "❌", "n", "no", "absent", "no-show", "no show", "did not come", "missing"),
    )
)


@dataclass(slots=True)
class SentRoster:
    """What stands in a list that was filled in: of which event it is, by which it is known again,
    the people of it, how many there are besides (`others`), and what is wrong with it."""

    event_id: int
    list_id: str
    people: list[OnPaper] = field(default_factory=list)
    others: list[int] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)
    noted: set[tuple[str, int, str]] = field(default_factory=set)

    def note(self, wrong: Wrong) -> None:
        """Something is wrong with a line that its cells alone do not tell. List and register may
        both tell the same of it: it is told once."""
        line = wrong.line
        what = (line.sheet, line.row, wrong.why.key)
        if what in self.noted:
            return
        self.noted.add(what)
        place = line.columns.get(wrong.column, line.columns.get("name", 0))
        self.problems.add(Problem(wrong.why, line.sheet, line.row, place))


def write_roster(
    path: Path, event: Event, seats: Sequence[Seat], reading: Reading, made: tuple[datetime, str]
) -> None:
    """The list of an event: a line for each who signed up; below is room for others. `made`: when,
    and by which the list is known again."""
    say, (at, list_id) = reading.texts.in_(reading.language), made
    with Workbook(path, at) as book:
        sheet = book.sheet(say.label("door.list_sheet"), _columns(reading))
        for seat in seats:
            sheet.add(
                seat.name, seat.person_id, say.label("door.list_yes") if seat.came else "", ""
            )
        _explain(book, event, say)
        book.hidden(LISTS, [[_MARK], [str(event.id)], [list_id]])


def _columns(reading: Reading) -> list[Column]:
    kinds = {"roster_number": Kind.NUMBER, "roster_others": Kind.NUMBER}
    return [
        Column(_head(reading, each), width, kinds.get(each, Kind.TEXT))
        for each, width in zip(_COLUMNS, _WIDTHS, strict=True)
    ]


def _head(reading: Reading, column: str) -> str:
    return head_of(reading.texts, reading.language, column)


def _explain(book: Workbook, event: Event, say: Say) -> None:
    heads = [Column(say.label("door.list_how", title=event.title), 90)]
    sheet = book.sheet(say.label("sheet.how"), heads)
    for line in say.label("door.list_how_to").split("\n"):
        sheet.add(line)


def is_roster(book: Book) -> bool:
    """Whether a workbook is a list of an event."""
    return _template_of(book) is not None


def _template_of(book: Book) -> tuple[int, str] | None:
    """Of which event it is, and by which it is known again."""
    match marks_in(book):
        case [mark, event_id, list_id] if mark == _MARK and _NUMBER.fullmatch(event_id):
            return int(event_id), list_id
    return None


def people_in(book: Book, reading: Reading) -> SentRoster:
    """All lines of a list. Raises Refusal for one that has none, or too many."""
    sent = SentRoster(*(_template_of(book) or (0, "")))
    heads = Heads.of(reading.texts, reading.language, _COLUMNS, ["roster_name", "roster_came"])
    strange, found = list[Sheet](), False
    for sheet in filled_in(book, reading):
        lines = lines_of(sheet, heads, sent.problems)
        if lines is None:
            strange.append(sheet)
            continue
        found = True
        _take_all(lines, sent)
    hidden = [*hidden_tables(book.sheets, heads)]
    if not found and not hidden:
        raise Refusal("door.list_without_heads", expected=heads.expected)
    for problem in chain(without_heads(strange, heads.expected), hidden):
        sent.problems.add(problem)
    _note_twice(sent)
    return sent


def _take_all(lines: Iterable[Line], sent: SentRoster) -> None:
    for line in lines:
        _take(line, sent)
        if len(sent.people) > LINES_LIMIT:
            raise Refusal("door.list_long", limit=LINES_LIMIT)


def _take(line: Line, sent: SentRoster) -> None:
    """Read one row: somebody, a number of others, both, or the problems of its cells."""
    before = sent.problems.total

    def tried(column: str, read: Callable[[Cell], T]) -> T | None:
        try:
            cell = line.cells.get(f"roster_{column}")
            return None if cell is None else read(cell)
        except Refusal as why:
            sent.problems.add(line.problem(f"roster_{column}", why))
            return None

    name, number = tried("name", _name), tried("number", _number)
    came, others = tried("came", _mark), tried("others", _count)
    if others is not None:
        sent.others.append(others)
    if sent.problems.total > before or (name is None and number is None and came is None):
        return
    if name is None:
        sent.problems.add(line.problem("roster_name", Refusal("door.list_no_name")))
        return
    columns = {each.removeprefix("roster_"): place for each, place in line.places.items()}
    sent.people.append(OnPaper(name, number, came, line.sheet, line.row, columns))


def _name(cell: Cell) -> str:
    name = " ".join(text_in(cell).split())
    if len(name) > NAME_LIMIT:
        raise Refusal("door.name_length", limit=NAME_LIMIT)
    return name


def _number(cell: Cell) -> int:
    """What tells somebody from their namesakes."""
    number = number_in(cell)
    if number != number.to_integral_value() or not 0 < number < 2**53:
        raise Refusal("door.list_number", text=short(text_in(cell)))
    return int(number)


def _count(cell: Cell) -> int:
    count = number_in(cell)
    if count != count.to_integral_value():
        raise Refusal("event.bad_number")
    check_count(int(count))
    return int(count)


def _mark(cell: Cell) -> bool:
    text = text_in(cell)
    mark = plain(text) or text.strip()
    if mark in _YES or mark in _NO:
        return mark in _YES
    raise Refusal("door.list_mark", text=short(text))


def _note_twice(sent: SentRoster) -> None:
    """A name that stands in the list more than once, without what tells two people apart."""
    seen = dict[tuple[str, int | None], OnPaper]()
    for each in sent.people:
        before = seen.setdefault((folded(each.name), each.number), each)
        if before is not each:
            why = Refusal("door.list_twice", name=short(each.name), row=before.row)
            sent.note(Wrong(each, "name", why))


def line_key(*parts: object) -> str:
    """By which a line without a name is known again; nothing can be read from it."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:40]
