"""What all workbooks of ours have in common: by what they are read, what their indicators are
called, and the hidden sheet that says what a template is for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import islice

from content.alike import fit
from content.programme import Indicator, Programme
from content.recording import units_of
from content.sheets.opening import Book, Cell, Sheet
from content.sheets.tables import text_in
from content.splitting import short
from content.texts import Say, Texts
from storage.model.person import LANGUAGES
from storage.model.refusal import Refusal
from storage.model.typed.text import plain

LISTS = "linli"  # the hidden sheet: in its first column what the template is for
_PERCENT = "%"  # a unit
_NEAR = 70  # of 100: how alike a name is to another that may be meant
_MARKED = 3  # cells of that column

Progress = Callable[[int], None]  # of how many rows so far


@dataclass(frozen=True, slots=True)
class Reading:
    """By what a workbook is read: the programme, today in the district, whose words are used."""

    programme: Programme
    texts: Texts
    today: date
    language: str


def marks_in(book: Book) -> list[str]:
    """What the hidden sheet of a template says it is for; nothing of a workbook of one's own."""
    for sheet in book.sheets:
        if sheet.name == LISTS and not sheet.is_shown:
            cells = [row.cells[0] for row in islice(sheet.rows(), _MARKED)]
            return [each for each in cells if isinstance(each, str)]
    return []


def filled_in(book: Book, reading: Reading) -> list[Sheet]:
    """The sheets that people fill in."""
    how = {reading.texts.in_(each).label("sheet.how") for each in LANGUAGES}
    return [each for each in book.sheets if each.is_shown and each.name not in how]


def choice(say: Say, indicator: Indicator) -> str:
    """An indicator with its unit, as a drop-down shows it."""
    name, unit = (each.in_(say.language) for each in (indicator.name, indicator.unit))
    return say.label("sheet.choice", name=name, unit=unit)


class Indicators:
    """The indicators by whatever they may be called in a workbook."""

    def __init__(self, reading: Reading) -> None:
        self._known: dict[str, Indicator] = {}
        for each in reading.programme.indicators:
            for language in LANGUAGES:
                say = reading.texts.in_(language)
                for name in (each.name.in_(language), choice(say, each), each.id):
                    self._known.setdefault(_folded(name), each)
        self._units = units_of(reading.programme)

    def units_of(self, indicator: Indicator | None) -> list[str]:
        """What may stand behind a number of it: any unit, but a share only of a share."""
        own = () if indicator is None else (indicator.unit.zh, indicator.unit.en)
        return [each for each in self._units if each != _PERCENT or each in own]

    def named(self, cell: Cell) -> Indicator:
        """The one that is meant. Raises Refusal for none."""
        name = text_in(cell)
        found = self._known.get(_folded(name))
        if found is not None:
            return found
        near = max(self._known, key=lambda each: fit(_folded(name), each)[1])
        if fit(_folded(name), near)[1] >= _NEAR:
            raise Refusal("sheet.near_indicator", name=short(name), near=self._known[near].name)
        raise Refusal("sheet.no_indicator", name=short(name))


def _folded(name: str) -> str:
    """As it is looked for: a space in a Chinese name says nothing."""
    known = plain(name)
    return known if known.isascii() else known.replace(" ", "")
