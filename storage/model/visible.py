"""What of a text can be seen: what cannot is no answer by itself, and stands in no name."""

import re
import unicodedata

# Blank to the eye, though their category says letter, symbol or mark: Hangul fillers, the Braille
# blank, the grapheme joiner, Khmer inherent vowels.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# Control, format (zero-width, bidirectional), private, unassigned, surrogates.
_UNSEEN = ("Cc", "Cf", "Co", "Cn", "Cs")
# Embeddings, overrides and isolates of direction, which reach beyond the text that they stand in.
_TURNS_ROUND = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_MARKS = 4  # in a row are the most that any script needs
_PILE = re.compile(
    r"([\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{2})"
    r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)


def is_visible(text: str) -> bool:
    """True if at least one character of `text` can be seen."""
    return any(unicodedata.category(c)[0] not in "ZCM" and c not in _BLANK for c in text)


def kept(text: str) -> str:
    """A text of any length as it is kept: without what turns round how the rest of a screen is
    read. Empty if nothing of it can be seen."""
    return text.translate(_TURNS_ROUND) if is_visible(text) else ""


def one_line(text: str) -> str:
    """A name or a title as it is kept: what can be seen of it, on one line, with single spaces and
    no piles of accents. Empty if nothing of it can be seen."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    seen = "".join(map(_seen, text))
    line = _without_piles(_PILE.sub(r"\1", " ".join(seen.split())))
    return line if is_visible(line) else ""


def _without_piles(line: str) -> str:
    """Without marks that stand on nothing, twice in a row, or on more than any script stacks."""
    kept: list[str] = []
    marks = _MARKS  # so that none begins the line
    for each in line:
        if unicodedata.category(each)[0] != "M":
            marks = _MARKS if each == " " else 0
        elif marks >= _MARKS or kept[-1] == each:
            continue
        else:
            marks += 1
        kept.append(each)
    return "".join(kept)


def _seen(character: str) -> str:
    if character.isspace():
        return " "
    return "" if character in _BLANK or unicodedata.category(character) in _UNSEEN else character
