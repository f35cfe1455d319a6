"""The figures of a place and period as a workbook: against plan and last year, place by place,
month by month, and with all that was counted."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from content.programme import Indicator
from content.screens.broadcasts import about
from content.screens.traces import Shelf, item_title
from content.sheets.writing import Bars, Column, Kind, Value
from content.texts import Say
from storage.model.card import Subject
from storage.model.closing import Kept
from storage.model.figure import THOUSANDTHS, Figure
from storage.model.node import Node
from storage.model.period import Days
from storage.model.plan import HUNDRED, Target
from storage.model.subject import SubjectKind
from storage.model.tally import Tally
from storage.model.trace import AboutEntry, AboutEvent, AboutItem, AboutSuggestion, Traced

_CHARTS = 8  # on one sheet
_RECORDS = 500_000  # of one workbook; more is for the database's own tools

Told = Callable[[int], Awaitable[None]]  # of how many records so far


class Source(Protocol):
    """Where the figures come from (storage/exporting.py)."""

    @property
    def node(self) -> Node: ...
    @property
    def days(self) -> Days: ...
    async def communities(self) -> Sequence[Node]: ...
    async def tally(self, node: Node) -> Tally: ...
    async def targets(self, node: Node) -> Mapping[str, Target]: ...
    async def months(self) -> Mapping[str, Mapping[date, Figure]]: ...
    def records(self, indicator: str) -> AsyncIterator[Sequence[Traced]]: ...


class Sheet(Protocol):
    """A table in the making (content/sheets/writing.py, and plain.py)."""

    @property
    def rows(self) -> int: ...
    def add(self, *values: Value) -> None: ...
    def bars(self, bars: Bars, number: int = 0, /) -> None: ...


class Book(Protocol):
    """Where the tables go."""

    def sheet(self, name: str, columns: Sequence[Column]) -> Sheet: ...


@dataclass(frozen=True, slots=True)
class Words:
    """In which words it is written: a voice, and what names the things."""

    say: Say
    shelf: Shelf

    @property
    def indicators(self) -> list[Indicator]:
        return self.shelf.programme.indicators

    def head(self, key: str) -> str:
        return self.say.label(f"sheet.figures_{key}")

    def name(self, indicator: Indicator) -> str:
        names = indicator.name.in_(self.say.language), indicator.unit.in_(self.say.language)
        return self.say.label("sheet.choice", name=names[0], unit=names[1])


async def write_figures(book: Book, source: Source, words: Words, told: Told) -> None:
    """Write the tables of `write_tables`, and all that was counted."""
    await write_tables(book, source, words)
    await _write_records(book, words, source, told)


async def write_tables(book: Book, source: Source, words: Words) -> None:
    """Write the figures, those of each community and those of each month. Reading waits for the
    database, writing is done in threads, so that nobody else waits for either."""
    await _write_plan(book, words, source, "figures")
    await _write_communities(book, words, source)
    await asyncio.to_thread(_write_months, book, words, await source.months())


async def write_month(book: Book, month: Source, year: Source, words: Words) -> None:
    """Write the figures of a month, those of the year to which it belongs against plan, those of
    each community in the month, and those of each month of the year."""
    await _write_plan(book, words, month, "the_month")
    await _write_plan(book, words, year, "the_year")
    await _write_communities(book, words, month)
    await asyncio.to_thread(_write_months, book, words, await year.months())


async def _write_plan(book: Book, words: Words, source: Source, key: str) -> None:
    tally, targets = await source.tally(source.node), await source.targets(source.node)
    await asyncio.to_thread(_add_plan, book, words, tally, targets, key)


def _add_plan(
    book: Book, words: Words, tally: Tally, targets: Mapping[str, Target], key: str
) -> None:
    """Every indicator against plan and last year, and of a closed year beside what was closed, with
    a chart for each section; `key` names the sheet."""
    say = words.say
    heads = [
        Column(words.head("section"), 16),
        Column(words.head("indicator"), 30),
        Column(words.head("unit"), 10),
        *(Column(words.head(each), 12, Kind.NUMBER) for each in ("target", "actual")),
        Column(words.head("rate"), 12, Kind.NUMBER, 1),
        Column(words.head("last_year"), 12, Kind.NUMBER),
    ]
    closed = None if tally.closed is None else tally.closed.sheet.figures
    if closed is not None:
        heads.append(Column(words.head("closed"), 12, Kind.NUMBER))
    sheet = book.sheet(words.head(key), heads)
    charts = list[Bars]()
    for section in words.shelf.programme.sections:
        name, first = section.name.in_(say.language), sheet.rows
        for each in words.indicators:
            if each.section == section.id:
                target = targets[each.id].number if each.id in targets else None
                actual, before = _value(tally.figures[each.id]), _value(tally.before.get(each.id))
                titles = (each.name.in_(say.language), each.unit.in_(say.language))
                kept = () if closed is None else (_closed(closed.get(each.id)),)
                sheet.add(name, *titles, target, actual, _rate(actual, target), before, *kept)
        if sheet.rows > first:
            charts.append(Bars(name, 1, (3, 4) if targets else (4, 6), first, sheet.rows - 1))
    for number, bars in enumerate(charts):
        sheet.bars(bars, number)


async def _write_communities(book: Book, words: Words, source: Source) -> None:
    """Those of a district side by side."""
    communities = await source.communities()
    if not communities:
        return
    found = [(node.name, (await source.tally(node)).figures) for node in communities]
    await asyncio.to_thread(_add_communities, book, words, found)


def _add_communities(
    book: Book, words: Words, found: Sequence[tuple[str, Mapping[str, Figure]]]
) -> None:
    sheet = _by_indicator(book, words, "communities", Column(words.head("community"), 24))
    for name, figures in found:
        sheet.add(name, *(_value(figures[each.id]) for each in words.indicators))
    _main_charts(sheet, words)


def _write_months(book: Book, words: Words, months: Mapping[str, Mapping[date, Figure]]) -> None:
    sheet = _by_indicator(book, words, "months", Column(words.head("month"), 14))
    for first in next(iter(months.values()), {}):
        name = words.say.label("sheet.figures_one_month", month=first)
        sheet.add(name, *(_value(months[each.id].get(first)) for each in words.indicators))
    _main_charts(sheet, words)


def _by_indicator(book: Book, words: Words, key: str, first: Column) -> Sheet:
    """A sheet with a column for each indicator."""
    columns = [
        Column(words.name(each), 14, Kind.NUMBER, each.decimals) for each in words.indicators
    ]
    return book.sheet(words.head(key), [first, *columns])


def _main_charts(sheet: Sheet, words: Words) -> None:
    """A chart of each indicator that matters most, over all rows."""
    if not sheet.rows:
        return
    main = [each.id for each in words.shelf.programme.main_indicators][:_CHARTS]
    for number, each in enumerate(main):
        place = next(n for n, one in enumerate(words.indicators, 1) if one.id == each)
        title = words.name(words.indicators[place - 1])
        sheet.bars(Bars(title, 0, (place,), 0, sheet.rows - 1), number)


async def _write_records(book: Book, words: Words, source: Source, told: Told) -> None:
    """Everything that was counted, with the ids by which it is found again."""
    heads = [
        Column(words.head("day"), 12, Kind.DAY),
        Column(words.head("indicator"), 28),
        Column(words.head("community"), 20),
        Column(words.head("number"), 10, Kind.NUMBER),
        Column(words.head("about"), 60),
        Column(words.head("kind"), 16),
        Column(words.head("id"), 12),
    ]
    sheet = book.sheet(words.head("records"), heads)
    for indicator in words.indicators:
        async for some in source.records(indicator.id):
            rows = some[: _RECORDS - sheet.rows]
            await asyncio.to_thread(_add_records, sheet, words, indicator, rows, source.days)
            await told(sheet.rows)
            if sheet.rows >= _RECORDS:
                sheet.add(None, None, None, None, words.head("too_many"), None, None)
                return


def _add_records(
    sheet: Sheet, words: Words, indicator: Indicator, some: Iterable[Traced], days: Days
) -> None:
    name = words.name(indicator)
    for each in some:
        record = each.record
        by_hand = record.subject_kind is SubjectKind.ENTRY
        number = Decimal(record.weight) / (THOUSANDTHS if by_hand else 1)
        sheet.add(
            record.at.astimezone(days.zone).date(),
            name,
            each.node_name,
            number,
            _about(words, each),
            words.say.label(f"sheet.kind_{record.subject_kind}"),
            str(record.subject_id),
        )


def _about(words: Words, traced: Traced) -> str:
    """What a record is about; of persons nothing, because a file goes from hand to hand."""
    say, shelf = words.say, words.shelf
    match traced.about:
        case AboutEvent(title=title, by_hand=by_hand):
            return say.label("sheet.by_hand", title=title) if by_hand else title
        case AboutSuggestion(number, category, state, beginning):
            named = beginning or shelf.programme.category_name(category, say.language)
            return f"{number} {named} · " + say.label(f"state.{state}")
        case AboutEntry(place=place, note=note):
            return " · ".join(each for each in (place, note) if each)
        case AboutItem(course_id, item_id):
            return item_title(say, course_id, item_id, shelf.courses)
        case Subject():
            return about(say, traced.about, shelf.courses)
    return ""


def _closed(kept: Kept | None) -> Value:
    """What was closed; None for what was not counted then."""
    return None if kept is None else _value(kept.figure)


def _value(figure: Figure | None) -> Value:
    return None if figure is None else figure.value


def _rate(actual: Value, target: Decimal | None) -> Value:
    if not target or not isinstance(actual, Decimal):
        return None
    return actual * HUNDRED / target
