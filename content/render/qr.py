"""QR codes to print, with the words under them that say what the sheet is."""

import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import segno
from PIL import Image, ImageDraw

from content.render.letters import Font, font, lines, missing, pieces_of, seen

_MODULE = 16  # pixels
_SIZES = range(72, 16, -4)  # of the name's letters, in pixels: the largest that fits is taken
_LINES = 3
_HINT = 28  # pixels, the letters of the hint
_LINE = 1.35  # height of a line, in sizes of its letters


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
    lacking = missing(name)
    drawn = " ".join("".join(each for each in name if each not in lacking).split())
    words = [*_fitted(drawn, room), *_wrapped(pieces_of(hint), font(_HINT), room)]
    height = round(sum(_LINE * of.size for _, of in words))
    sheet = Image.new("L", (code.width, code.height + height + _MODULE), "white")
    sheet.paste(code)
    pen, top = ImageDraw.Draw(sheet), float(code.height - _MODULE)
    for line, of in words:
        pen.text((code.width / 2, top), line, "black", of, anchor="ma")
        top += _LINE * of.size
    png = io.BytesIO()
    sheet.save(png, "png")
    by_hand = seen(lacking)
    return Sheet(png.getvalue(), "".join(each for each in dict.fromkeys(name) if each in by_hand))


Line = tuple[str, Font]


def _code(link: str) -> Image.Image:
    png = io.BytesIO()
    segno.make(link, micro=False).save(png, kind="png", scale=_MODULE)
    return Image.open(png).convert("L")


def _fitted(name: str, room: float) -> list[Line]:
    """The lines of a name: as large as may be, a word in two only if it must be."""
    found: list[Line] = []
    for pieces in (pieces_of(name), name):
        for size in _SIZES:
            of = font(size)
            found = _wrapped(pieces, of, room)
            if len(found) <= _LINES and all(of.getlength(line) <= room for line, _ in found):
                return found
    return found


def _wrapped(pieces: Sequence[str], of: Font, room: float) -> list[Line]:
    return [(line, of) for line in lines(pieces, of, room)]
