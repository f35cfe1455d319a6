"""Letters in pictures: the font that is shipped, what it has not, and lines that fit a width."""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from PIL import ImageFont

from storage.model.visible import is_visible

Font = ImageFont.FreeTypeFont

_FONT = Path(__file__).with_name("font") / "linli-sans.otf"
_SAMPLE = 28  # pixels
_NO_CHARACTER = "\uffff"  # is drawn as whatever the font does not have
# What printers of Chinese put where a character is missing.
GETA = "〓"
# Where a line may end: after a word of an alphabet or any other character, and after what closes.
_PIECE = re.compile(r"(?:[^\W_\u2e80-\uffff]+|.)[\s!'),.:;?\]’”…、。》」』】·！），：；？]*")


def font(size: int) -> Font:
    """The letters, `size` pixels high. Each thread takes its own."""
    return ImageFont.truetype(_FONT, size, layout_engine=ImageFont.Layout.BASIC)


def missing(text: str) -> set[str]:
    """The characters of a text that the font does not have."""
    sample = font(_SAMPLE)
    nothing = bytes(sample.getmask(_NO_CHARACTER))
    return {each for each in set(text) if bytes(sample.getmask(each)) == nothing}


def seen(text: Iterable[str]) -> set[str]:
    """What somebody could add by hand: no joiners, and no accents by themselves."""
    return {each for each in text if is_visible(each) and not unicodedata.combining(each)}


def printable(text: str) -> str:
    """A text on one line as it can be drawn: in place of each character that the font does not have
    stands `GETA`; what nobody would see is left out."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    lacking = missing(text)
    marked = seen(lacking)
    return "".join(
        GETA if each in marked else each for each in text if each not in lacking - marked
    )


def cut(text: str, of: Font, room: float) -> str:
    """A text as far as it fits, with "…" where it ends."""
    if of.getlength(text) <= room:
        return text
    while text and of.getlength(text + "…") > room:
        text = text[:-1]
    return text.rstrip() + "…"


def pieces_of(text: str) -> list[str]:
    """A text in pieces, behind each of which a line may end."""
    return _PIECE.findall(text)


def lines(pieces: Iterable[str], of: Font, room: float) -> Iterable[str]:
    """Pieces of a text put into lines that fit; a piece is never broken."""
    line = ""
    for piece in pieces:
        if line and of.getlength((line + piece).rstrip()) > room:
            yield line.rstrip()
            line = ""
        line += piece
    if line.strip():
        yield line.rstrip()
