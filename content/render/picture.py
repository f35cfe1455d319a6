"""Charts drawn to be looked at on a telephone that is 375 pixels wide.

A picture is twice as wide and no higher than Telegram leaves as it is; what does not fit goes on in
another one.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from PIL import Image, ImageDraw

from content.render.chart import Bar, Chart, Look
from content.render.letters import Font, cut, font, lines, pieces_of, printable

WIDTH = 750  # pixels
HEIGHT = 1280  # Telegram makes pictures smaller that are higher
MARGIN = 30
TITLE, WORDS, SMALL = 36, 28, 24  # pixels: 18, 14 and 12 on such a telephone
_LINE = 1.3  # height of a line, in sizes of its letters
_ROOM = WIDTH - 2 * MARGIN
_ABOVE, _BAR, _ALONE, _BEFORE, _GAP = 8, 18, 6, 8, 14
_NAME_LINES = 2

_INK, _GREY, _TRACK, _PAPER = "#1a1a1a", "#555555", "#e4e4e4", "#ffffff"
# Of the palette of Okabe and Ito, whose colours all eyes tell apart; and dark enough on white.
_COLOURS = {
    Look.COUNTED: "#3b6ea8",
    Look.ON_PLAN: "#0072b2",
    Look.NEARLY: "#d98c00",
    Look.BEHIND: "#c0392b",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A bar with its words put into lines: `said` stands behind the name, or below the bar with
    what is `beside` it; below each other where they would not fit."""

    bar: Bar
    name: tuple[str, ...]
    said: str
    below: tuple[tuple[str, str], ...] = ()  # lines, each with its left and its right

    @property
    def height(self) -> int:
        before = 0 if self.bar.before is None else _BEFORE + 3
        # The last of them has air of its own.
        below = len(self.below) * _high(SMALL) - 5 if self.below else 0
        return len(self.name) * _high(WORDS) + _ABOVE + self.bar_height + before + below + _GAP

    @property
    def bar_height(self) -> int:
        return _ALONE if self.bar.look is Look.ALONE else _BAR


def pictures(chart: Chart) -> Iterator[bytes]:
    """The chart as PNGs, as few as it takes, each drawn when it is asked for."""
    chart = _printable(chart)
    fonts = _Fonts()
    pages = _pages([row_of(bar, fonts) for bar in chart.bars], chart, fonts)
    for number, page in enumerate(pages, start=1):
        yield _draw(chart, page, (number, len(pages)), fonts)


class _Fonts:
    """The letters of one picture."""

    def __init__(self) -> None:
        self.title, self.words, self.small = font(TITLE), font(WORDS), font(SMALL)


def _high(size: int) -> int:
    return round(size * _LINE)


def _printable(chart: Chart) -> Chart:
    bars = [
        replace(
            each,
            name=printable(each.name),
            said=printable(each.said),
            beside=printable(each.beside),
        )
        for each in chart.bars
    ]
    title, head, foot = (printable(each) for each in (chart.title, chart.head, chart.foot))
    return replace(chart, title=title, head=head, foot=foot, bars=bars)


def row_of(bar: Bar, fonts: "_Fonts | None" = None) -> Row:
    """A bar with its words in lines that fit."""
    fonts = fonts or _Fonts()
    said = fonts.words.getlength(bar.said)
    if fonts.words.getlength(bar.name) + said + MARGIN <= _ROOM and not bar.beside:
        return Row(bar, (bar.name,), bar.said)
    left, right = (cut(each, fonts.small, _ROOM) for each in (bar.said, bar.beside))
    fits = sum(map(fonts.small.getlength, (left, right))) + MARGIN <= _ROOM
    below = ((left, right),) if fits or not right else ((left, ""), ("", right))
    return Row(bar, _name(bar.name, fonts.words), "", below)


def _name(name: str, of: Font) -> tuple[str, ...]:
    found = tuple(lines(pieces_of(name), of, _ROOM))
    if len(found) > _NAME_LINES:
        rest = "".join(pieces_of(name)).removeprefix(found[0]).strip()
        found = (found[0], rest)
    return tuple(cut(line, of, _ROOM) for line in found) or ("",)


def _pages(rows: Sequence[Row], chart: Chart, fonts: "_Fonts") -> list[list[Row]]:
    """The rows on as few pages as they take, about the same on each."""
    room = HEIGHT - _head(chart, fonts).height - _foot(chart, fonts).height
    fewest = _filled(rows, room)
    tallest = max((row.height for row in rows), default=0)
    for less in range(tallest, room, 8):
        found = _filled(rows, less)
        if len(found) == len(fewest):
            return found
    return fewest


def _filled(rows: Sequence[Row], room: int) -> list[list[Row]]:
    pages: list[list[Row]] = [[]]
    left = room
    for row in rows:
        if row.height > left and pages[-1]:
            pages.append([])
            left = room
        pages[-1].append(row)
        left -= row.height
    return pages


def _draw(chart: Chart, rows: Sequence[Row], number: tuple[int, int], fonts: "_Fonts") -> bytes:
    head, foot = _head(chart, fonts, number), _foot(chart, fonts)
    body = _paper(sum(row.height for row in rows))
    top = 0
    for row in rows:
        _row(body, row, top, chart.axis, fonts)
        top += row.height
    whole = Image.new("RGB", (WIDTH, head.height + body.height + foot.height), _PAPER)
    for part, at in ((head, 0), (body, head.height), (foot, head.height + body.height)):
        whole.paste(part, (0, at))
    png = io.BytesIO()
    whole.quantize(64, dither=Image.Dither.NONE).save(png, "png")
    return png.getvalue()


def _paper(height: int) -> Image.Image:
    return Image.new("RGB", (WIDTH, height), _PAPER)


def _head(chart: Chart, fonts: "_Fonts", number: tuple[int, int] = (1, 1)) -> Image.Image:
    """The title and what it is about; of several pictures which one this is."""
    of = f"{number[0]}/{number[1]}" if number[1] > 1 else ""
    title = list(lines(pieces_of(chart.title), fonts.title, _ROOM - 80))
    title = [cut(each, fonts.title, _ROOM - 80) for each in title]
    about = [
        cut(each, fonts.small, _ROOM) for each in lines(pieces_of(chart.head), fonts.small, _ROOM)
    ]
    paper = _paper(20 + len(title) * _high(TITLE) + len(about) * _high(SMALL) + 18)
    pen, top = ImageDraw.Draw(paper), 20
    pen.text((WIDTH - MARGIN, top + 6), of, _GREY, fonts.words, anchor="ra")
    top = _text(pen, title, top, fonts.title, _INK)
    _text(pen, about, top, fonts.small, _GREY)
    return paper


def _text(pen: ImageDraw.ImageDraw, words: Sequence[str], top: int, of: Font, ink: str) -> int:
    for line in words:
        pen.text((MARGIN, top), line, ink, of)
        top += _high(round(of.size))
    return top


def _row(paper: Image.Image, row: Row, top: int, axis: Decimal, fonts: "_Fonts") -> None:
    pen, bar = ImageDraw.Draw(paper), row.bar
    pen.text((WIDTH - MARGIN, top), row.said, _INK, fonts.words, anchor="ra")
    top = _text(pen, row.name, top, fonts.words, _INK) + _ABOVE
    if bar.look is not Look.TO_COME:
        _bar(paper, bar, top, axis)
    top += row.bar_height
    if bar.before is not None:
        end = MARGIN + max(2, long(bar.before, axis))
        pen.rectangle((MARGIN, top + 3, end, top + 2 + _BEFORE), "#9a9a9a")
        top += _BEFORE + 3
    for left, right in row.below:
        pen.text((MARGIN, top), left, _INK, fonts.small)
        pen.text((WIDTH - MARGIN, top), right, _GREY, fonts.small, anchor="ra")
        top += _high(SMALL)


def long(share: Decimal, axis: Decimal) -> int:
    """How many pixels a length is, at most the whole width."""
    return round(_ROOM * min(share / axis, Decimal(1)))


def _bar(paper: Image.Image, bar: Bar, top: int, axis: Decimal) -> None:
    pen, whole = ImageDraw.Draw(paper), long(Decimal(1), axis)
    if bar.length is None:
        _empty(pen, bar.look, (MARGIN, top, MARGIN + whole, top + _BAR))
        return
    pen.rectangle((MARGIN, top, MARGIN + whole, top + _BAR), _TRACK)
    end = max(3, long(bar.length, axis))  # nothing is a thin line at the beginning
    paper.paste(_filling(bar.look, end), (MARGIN, top))
    if axis != 1:  # where the target is
        pen.rectangle((MARGIN + whole - 1, top - 3, MARGIN + whole + 1, top + _BAR + 3), _INK)
    if bar.length > axis:
        for step in (0, 14):
            tip = WIDTH - MARGIN - 4 - step
            pen.line(
                [(tip - 9, top + 3), (tip, top + _BAR // 2), (tip - 9, top + _BAR - 3)], _PAPER, 4
            )
    if bar.due is not None:
        _due(pen, MARGIN + long(bar.due, axis), top)


def _due(pen: ImageDraw.ImageDraw, at: int, top: int) -> None:
    """The mark up to which a bar should be by now."""
    pen.rectangle((at - 3, top - 3, at + 3, top + _BAR + 2), _PAPER)
    pen.rectangle((at - 1, top - 3, at + 1, top + _BAR + 2), _INK)
    pen.polygon([(at - 8, top - 6), (at + 8, top - 6), (at, top + 4)], _INK)


def _empty(pen: ImageDraw.ImageDraw, look: Look, box: tuple[int, int, int, int]) -> None:
    """Where there is no length: a frame of dashes; beside what cannot be compared a line."""
    left, top, right, bottom = box
    if look is Look.ALONE:
        pen.line([(left, top + 1), (right, top + 1)], "#bbbbbb", 2)
        return
    for x in range(left, right, 16):
        for y in (top, bottom):
            pen.line([(x, y), (min(x + 9, right), y)], "#888888", 2)
    for x in (left, right):
        pen.line([(x, top), (x, bottom)], "#888888", 2)


def _filling(look: Look, width: int, height: int = _BAR + 1) -> Image.Image:
    """The inside of a bar: its colour, and the pattern by which it is known without colours."""
    filling = Image.new("RGB", (width, height), _COLOURS[look])
    pen = ImageDraw.Draw(filling)
    if look is Look.NEARLY:
        for x in range(-height, width, 18):
            pen.line([(x, height), (x + height, 0)], _PAPER, 4)
    if look is Look.BEHIND:
        for x in range(9, width, 12):
            pen.line([(x, 0), (x, height)], _PAPER, 4)
    return filling


def _foot(chart: Chart, fonts: "_Fonts") -> Image.Image:
    """What the looks mean, and up to when the figures go."""
    signs = _signs(chart)
    placed, rows = _placed([words for _, words in signs], fonts.small)
    about = [
        cut(each, fonts.small, _ROOM) for each in lines(pieces_of(chart.foot), fonts.small, _ROOM)
    ]
    paper = _paper(14 + rows * (_high(SMALL) + 6) + len(about) * _high(SMALL) + 20)
    pen = ImageDraw.Draw(paper)
    pen.line([(MARGIN, 0), (WIDTH - MARGIN, 0)], _TRACK, 2)
    for (look, words), (left, row) in zip(signs, placed, strict=True):
        top = 12 + row * (_high(SMALL) + 6)
        _sign(paper, look, (left, top + 8))
        pen.text((left + _SIGN + 8, top), words, _INK, fonts.small)
    _text(pen, about, 14 + rows * (_high(SMALL) + 6), fonts.small, _GREY)
    return paper


_SIGN = 40
_Mark = Look | str


def _signs(chart: Chart) -> list[tuple[_Mark, str]]:
    """What of the key stands in the chart."""
    there = {each.look for each in chart.bars}
    found: list[tuple[_Mark, str]] = [each for each in chart.key.looks if each[0] in there]
    if chart.planned and any(each.length is not None for each in chart.bars):
        found.append(("target", chart.key.target))
    if any(each.due is not None for each in chart.bars):
        found.append(("due", chart.key.due))
    if any(each.before is not None for each in chart.bars):
        found.append(("before", chart.key.before))
    return found


def _placed(words: Sequence[str], of: Font) -> tuple[list[tuple[int, int]], int]:
    """Where signs and their words stand: from the left, and in which line; and how many lines."""
    found, left, row = [], MARGIN, 0
    for each in words:
        wide = _SIGN + 8 + round(of.getlength(each)) + 22
        if left > MARGIN and left + wide - 22 > WIDTH - MARGIN:
            left, row = MARGIN, row + 1
        found.append((left, row))
        left += wide
    return found, row + 1 if words else 0


def _sign(paper: Image.Image, mark: _Mark, at: tuple[int, int]) -> None:
    pen, (left, top) = ImageDraw.Draw(paper), at
    if mark == "due":
        _due(pen, left + _SIGN // 2, top)
    elif mark == "target":
        pen.rectangle((left, top, left + _SIGN // 2, top + _BAR), _TRACK)
        pen.rectangle((left + _SIGN // 2 - 1, top - 3, left + _SIGN // 2 + 1, top + 21), _INK)
    elif mark == "before":
        pen.rectangle((left, top + 6, left + _SIGN, top + 6 + _BEFORE), "#9a9a9a")
    elif mark is Look.MISSING or mark is Look.ALONE:
        _empty(pen, mark, (left, top, left + _SIGN, top + _BAR))
    elif isinstance(mark, Look):
        paper.paste(_filling(mark, _SIGN, _BAR + 1), at)
