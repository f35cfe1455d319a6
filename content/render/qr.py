"""QR codes to print, with the words under them that say what the sheet is."""

import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import segno
from PIL import Image, ImageDraw, ImageFont

from storage.model.visible import is_visible

_FONT = Path(__file__).with_name("font") / "linli-sans.otf"
_MODULE = 16  # pixels
_SIZES = range(72, 16, -4)  # of the name's letters, in pixels: the largest that fits is taken
_LINES = 3
_HINT = 28  # pixels, the letters of the hint
_LINE = 1.35  # height of a line, in sizes of its letters
_NO_CHARACTER = "\uffff"  # is drawn as whatever the font does not have
# Where a line may end: after a word of an alphabet or any other character, and after what closes.
_PIECE = re.compile(r"(?:[^\W_\u2e80-\uffff]+|.)[\s!'),.:;?\]’”…、。》」』】·！），：；？]*")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture to print, as a PNG; `missing`: the characters of the name that are not in it,
    each once."""

    png: bytes
    missing: str


def qr_sheet(link: str, name: str, hint: str) -> Sheet:
    """The QR code of `link`, below it `name`, on at most three lines and as large as they allow,
    and below that `hint`. What the font does not have, such as rare characters, emoji and other
    scripts, is left out."""
    code = _code(link)
    room = code.width - 4 * _MODULE
    name = " ".join(unicodedata.normalize("NFC", name).split())
    missing = _missing(name)
    drawn = " ".join("".join(each for each in name if each not in missing).split())
    words = [*_fitted(drawn, room), *_wrapped(_PIECE.findall(hint), _font(_HINT), room)]
    height = round(sum(_LINE * font.size for _, font in words))
    sheet = Image.new("L", (code.width, code.height + height + _MODULE), "white")
    sheet.paste(code)
    pen, top = ImageDraw.Draw(sheet), float(code.height - _MODULE)
    for line, font in words:
        pen.text((code.width / 2, top), line, "black", font, anchor="ma")
        top += _LINE * font.size
    png = io.BytesIO()
    sheet.save(png, "png")
    by_hand = missing & _seen(name)
    return Sheet(png.getvalue(), "".join(each for each in dict.fromkeys(name) if each in by_hand))


Line = tuple[str, ImageFont.FreeTypeFont]


def _code(link: str) -> Image.Image:
    png = io.BytesIO()
    segno.make(link, micro=False).save(png, kind="png", scale=_MODULE)
    return Image.open(png).convert("L")


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONT, size, layout_engine=ImageFont.Layout.BASIC)


def _missing(text: str) -> set[str]:
    font = _font(_HINT)
    nothing = bytes(font.getmask(_NO_CHARACTER))
    return {each for each in text if bytes(font.getmask(each)) == nothing}


def _seen(text: str) -> set[str]:
    """What somebody could add by hand: no joiners, and no accents by themselves."""
    return {each for each in text if is_visible(each) and not unicodedata.combining(each)}


def _fitted(name: str, room: float) -> list[Line]:
    """The lines of a name: as large as may be, a word in two only if it must be."""
    lines: list[Line] = []
    for pieces in (_PIECE.findall(name), name):
        for size in _SIZES:
            font = _font(size)
            lines = _wrapped(pieces, font, room)
            if len(lines) <= _LINES and all(font.getlength(line) <= room for line, _ in lines):
                return lines
    return lines


def _wrapped(pieces: Sequence[str], font: ImageFont.FreeTypeFont, room: float) -> list[Line]:
    return [(line, font) for line in _lines(pieces, font, room)]


def _lines(pieces: Iterable[str], font: ImageFont.FreeTypeFont, room: float) -> Iterable[str]:
    line = ""
    for piece in pieces:
        if line and font.getlength((line + piece).rstrip()) > room:
            yield line.rstrip()
            line = ""
        line += piece
    if line.strip():
        yield line.rstrip()
