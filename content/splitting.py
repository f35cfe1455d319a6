"""Cutting a long message into pieces that Telegram takes, without breaking its HTML."""

import re

MESSAGE_LIMIT = 4096  # UTF-16 units after entities parsing, Bot API: sendMessage
_TOKEN = re.compile(r"<(/?)(\w+)[^>]*>|&#?\w+;|[^<]", re.DOTALL)


def clip(text: str, limit: int) -> str:
    """The beginning of plain `text`, at most `limit` UTF-16 units, and "…" if there is more."""
    length = 0
    for i, character in enumerate(text):
        length += _width(character)
        if length > limit:
            return text[:i] + "…"
    return text


def split(html: str, limit: int = MESSAGE_LIMIT) -> list[str]:
    """`html` in pieces of at most `limit` visible UTF-16 units each.

    A piece ends at a line's end where there is one in its second half. Tags that are open at a
    border are closed there and opened again behind it.
    """
    if len(html) <= limit // 2:  # the common case: cannot be too long, whatever is in it
        return [html]
    pieces: list[str] = []
    tokens: list[str] = []
    length = 0
    open_tags: list[str] = []
    for found in _TOKEN.finditer(html):
        token = found[0]
        width = 0 if found[2] else _width(token)
        while length + width > limit:  # twice, if what was kept of the second half is long
            head, tail = _cut(tokens)
            pieces.append("".join(head) + _closing(open_tags))
            tokens = [*open_tags, *tail]
            length = sum(_width(each) for each in tail)
        tokens.append(token)
        length += width
        if found[2]:
            _track(open_tags, token, closing=bool(found[1]))
    return [*pieces, "".join(tokens)]


def _cut(tokens: list[str]) -> tuple[list[str], list[str]]:
    """Behind the last line end of the second half, if no tag stands after it; else at the end."""
    for i in range(len(tokens) - 1, len(tokens) // 2, -1):
        if tokens[i].startswith("<"):
            break
        if tokens[i] == "\n":
            return tokens[:i], tokens[i + 1 :]
    return tokens, []


def _track(open_tags: list[str], token: str, *, closing: bool) -> None:
    if closing:
        open_tags.pop()
    else:
        open_tags.append(token)


def _closing(open_tags: list[str]) -> str:
    return "".join(f"</{re.split(r'[ >]', tag[1:], maxsplit=1)[0]}>" for tag in reversed(open_tags))


def _width(token: str) -> int:
    """Visible UTF-16 units of one character or entity."""
    return 1 if token.startswith("&") else len(token.encode("utf-16-le")) // 2
