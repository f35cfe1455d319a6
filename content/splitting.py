"""Cutting a long message into pieces that Telegram takes, without breaking its HTML."""

import re
from html import unescape
from typing import NamedTuple

from storage.model.message import utf16_length

# UTF-16 units after entities parsing, Bot API: sendMessage, sendPhoto.
MESSAGE_LIMIT = 4096
CAPTION_LIMIT = 1024

_TAG = re.compile(r"""<(/?)([a-zA-Z][\w-]*)(?:"[^"]*"|'[^']*'|[^'">])*>""")
# The references that Telegram knows: https://core.telegram.org/bots/api#html-style
_REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#[xX][\da-fA-F]{1,6});")
_TOKEN = re.compile(f"{_TAG.pattern}|{_REFERENCE.pattern}|.", re.DOTALL)
_BLANK = " \t\r\n"
# Where a piece may end, best first.
_BORDERS = (
    re.compile(r"(?=\n[ \t\r]*\n)"),  # before a blank line
    re.compile(r"(?=\n)"),  # at a line's end
    re.compile(r"(?<=[。！？…])[”’」』）》]*(?![。！？…”’」』）》])|(?<=[.!?])[\"')\]]*(?=\s)"),
    re.compile(r"(?=\s)|(?<=[，、；：])"),  # between words
)
_SHORT = 24  # UTF-16 units: with a day before it, what a phone shows on one line or two
_LOOK_AHEAD = 8  # visible characters behind the last that fits: is it the end of a paragraph?


class _Token(NamedTuple):
    source: str
    shown: str  # nothing for a tag


def clip(text: str, limit: int) -> str:
    """The beginning of plain `text`, at most `limit` UTF-16 units, and "…" if there is more."""
    length = 0
    for i, character in enumerate(text):
        length += utf16_length(character)
        if length > limit:
            return text[:i] + "…"
    return text


def short(name: str) -> str:
    """What there is room for of somebody's words, a name or a title, on a button in a list."""
    return clip(name, _SHORT)


def plain(html: str) -> str:
    """What a reader sees of Telegram HTML."""
    return _REFERENCE.sub(lambda found: unescape(found[0]), _TAG.sub("", html))


def fits(html: str, limit: int) -> bool:
    """Whether a reader sees at most `limit` UTF-16 units."""
    return len(html) <= limit // 2 or utf16_length(plain(html)) <= limit


def split(html: str, limit: int = MESSAGE_LIMIT) -> list[str]:
    """`html` in pieces of at most `limit` visible UTF-16 units each.

    A piece ends at a blank line if there is one behind its first quarter, else at a line's end, a
    sentence's or a word's; blank space at the border is left out. Tags that are open at a border
    are closed there and opened again behind it.
    """
    if fits(html, limit):
        return [html]
    tokens = [_token(found) for found in _TOKEN.finditer(html)]
    pieces: list[str] = []
    open_tags: list[str] = []
    start = 0
    while (start := _skip(tokens, start, open_tags)) < len(tokens):
        end = _end(tokens, start, limit)
        opened = "".join(open_tags)
        body = "".join(token.source for token in tokens[start:end])
        for token in tokens[start:end]:
            _track(open_tags, token)
        piece = opened + body.rstrip(_BLANK) + _closing(open_tags)
        if plain(piece).strip():  # wide blanks alone are no message
            pieces.append(piece)
        start = end
    return pieces or [html]


def _token(found: re.Match[str]) -> _Token:
    source = found[0]
    if found[2]:
        return _Token(source, "")
    return _Token(source, unescape(source) if len(source) > 1 else source)


def _skip(tokens: list[_Token], start: int, open_tags: list[str]) -> int:
    """Where the next visible character is; the tags on the way are tracked."""
    while start < len(tokens) and tokens[start].shown in _BLANK:
        _track(open_tags, tokens[start])
        start += 1
    return start


def _end(tokens: list[_Token], start: int, limit: int) -> int:
    """Behind the last token of the piece that begins at `start`."""
    shown: list[str] = []
    at: list[int] = []
    length = fitting = 0
    for i in range(start, len(tokens)):
        if not tokens[i].shown:
            continue
        length += utf16_length(tokens[i].shown)
        fitting += length <= limit
        shown.append(tokens[i].shown)
        at.append(i)
        if len(shown) - fitting >= _LOOK_AHEAD:
            break
    if fitting == len(shown):
        return len(tokens)
    return at[_border("".join(shown), fitting) - 1] + 1


def _border(text: str, fitting: int) -> int:
    """How many characters of `text`, of which `fitting` fit, stay in the piece."""
    least = max(1, fitting // 4)
    for border in _BORDERS:
        ends = [end for found in border.finditer(text) if least <= (end := found.end()) <= fitting]
        if ends:
            return ends[-1]
    return fitting


def _track(open_tags: list[str], token: _Token) -> None:
    if token.shown:
        return
    if not token.source.startswith("</"):
        open_tags.append(token.source)
    elif open_tags:
        open_tags.pop()


def _closing(open_tags: list[str]) -> str:
    # A tag without attributes ends in ">", which stays with the name.
    return "".join(f"</{tag[1:].split()[0].rstrip('>')}>" for tag in reversed(open_tags))
