"""Text as Telegram keeps it: cleaned, trimmed, with entities counted in UTF-16 units."""

from __future__ import annotations

import html as stdlib_html
import itertools
import re
from collections.abc import Callable
from typing import Any

from .html import Entity, HtmlError, parse_html
from .refusals import bad_request

MESSAGE_LIMIT = 4096
CAPTION_LIMIT = 1024

_CONTROL = {code: " " for code in range(32) if code not in (10, 13)}
_CLEAN = {**_CONTROL, 13: None, **dict.fromkeys(range(0x2028, 0x202F))}
_AUTOMATIC = (
    (
        "url",
        re.compile(
            r"https?://[^\s<>\"“”（），。；！？、]+[^\s<>\"“”（），。；！？、.,:;!?)]", re.I
        ),
    ),
    ("url", re.compile(r"(?<![\w@.])(?:t\.me|telegram\.me)/[\w?=&/%-]+", re.I | re.A)),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]*\w", re.A)),
    (
        "bot_command",
        re.compile(r"(?<![\w/>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/])", re.A),
    ),
    ("mention", re.compile(r"(?<![\w@])@[a-zA-Z0-9_]{3,32}(?!\w)", re.A)),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d]\w*")),
)
_CLOSED = {"code", "pre", "text_link", "text_mention"}


def utf16_len(text: str) -> int:
    """The length that Telegram counts: an emoji outside the basic plane is two."""
    return len(text) + sum(1 for char in text if ord(char) > 0xFFFF)


def clean(text: str) -> str:
    """Control characters become spaces, as on Telegram's servers; lone surrogates are refused."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    return text.translate(_CLEAN)


def formatted(
    text: str,
    parse_mode: str | None,
    entities: list[Entity] | None = None,
    user: Callable[[int], dict[str, Any] | None] = lambda _: None,
) -> tuple[str, list[Entity]]:
    """Parses, cleans and trims what a bot wrote; raises Refusal in Telegram's words.

    `user(id)` returns the JSON of a person for `tg://user?id=…` links, None for a stranger.
    """
    text = clean(text)
    if parse_mode:
        if parse_mode.lower() != "html":
            raise bad_request(f"unsupported parse_mode ({parse_mode} is not simulated)")
        try:
            text, found = parse_html(text)
        except HtmlError as error:
            raise bad_request(f"can't parse entities: {error}") from None
    else:
        found = _clip(entities or [], utf16_len(text))
    text, found = _trim(text, _mentions(found, user))
    return text, with_automatic(text, found)


def _mentions(entities: list[Entity], user: Callable[[int], dict[str, Any] | None]) -> list[Entity]:
    """Replaces ids by persons; a link to a stranger becomes plain text."""
    result = []
    for entity in entities:
        if entity["type"] == "text_mention" and isinstance(entity.get("user"), int):
            person = user(entity["user"])
            if person is None:
                continue
            entity = {**entity, "user": person}
        result.append(entity)
    return result


def _clip(entities: list[Entity], size: int) -> list[Entity]:
    result = []
    for entity in entities:
        start = min(max(int(entity["offset"]), 0), size)
        end = min(start + max(int(entity["length"]), 0), size)
        if end > start:
            result.append({**entity, "offset": start, "length": end - start})
    return sorted(result, key=lambda entity: (entity["offset"], -entity["length"]))


def _trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Strips spaces and line feeds at both ends, in front only as far as the first entity."""
    text = text.rstrip(" \n")
    first = min((entity["offset"] for entity in entities), default=len(text))
    lead = 0
    while lead < min(first, len(text)) and text[lead] in " \n":
        lead += 1
    moved = [{**entity, "offset": entity["offset"] - lead} for entity in entities]
    text = text[lead:]
    return text, _clip(moved, utf16_len(text))


def with_automatic(text: str, entities: list[Entity]) -> list[Entity]:
    """Adds what Telegram finds by itself: addresses, commands, mentions, hashtags."""
    if not any(mark in text for mark in "/@#"):
        return entities
    taken = [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in _CLOSED]
    found: list[Entity] = []
    for kind, pattern in _AUTOMATIC:
        for match in pattern.finditer(text):
            start = utf16_len(text[: match.start()])
            end = start + utf16_len(match.group())
            if all(end <= low or start >= high for low, high in taken):
                taken.append((start, end))
                found.append({"type": kind, "offset": start, "length": end - start})
    return sorted([*entities, *found], key=lambda entity: (entity["offset"], -entity["length"]))


# -- back to HTML, for the page ------------------------------------------------------------------

_RENDERED = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "spoiler": ("<tg-spoiler>", "</tg-spoiler>"),
    "code": ("<code>", "</code>"),
    "pre": ("<pre>", "</pre>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote>", "</blockquote>"),
}
_SAFE_LINK = re.compile(r"(?:https?|tg|mailto|tel):", re.I)


def to_html(text: str, entities: list[Entity]) -> str:
    """Safe HTML: every character escaped, known tags only, always well nested."""
    units = text.encode("utf-16-le", "surrogatepass")
    marks = {0, len(units) // 2}
    for entity in entities:
        marks |= {entity["offset"], entity["offset"] + entity["length"]}
    borders = sorted(mark for mark in marks if 0 <= mark <= len(units) // 2)
    out: list[str] = []
    stack: list[Entity] = []
    for start, end in itertools.pairwise(borders):
        covering = [e for e in entities if e["offset"] <= start < e["offset"] + e["length"]]
        keep = 0
        while keep < min(len(stack), len(covering)) and stack[keep] is covering[keep]:
            keep += 1
        part = units[start * 2 : end * 2].decode("utf-16-le", "replace")
        out += [_tags(e, part)[1] for e in reversed(stack[keep:])]
        out += [_tags(e, _span(units, e))[0] for e in covering[keep:]]
        out.append(stdlib_html.escape(part))
        stack = covering
    out += [_tags(e, "")[1] for e in reversed(stack)]
    return "".join(out)


def _span(units: bytes, entity: Entity) -> str:
    start = entity["offset"] * 2
    return units[start : start + entity["length"] * 2].decode("utf-16-le", "replace")


def _tags(entity: Entity, covered: str) -> tuple[str, str]:
    kind = entity["type"]
    if kind not in ("text_link", "url", "email"):
        return _RENDERED.get(kind, ("", ""))
    address = entity.get("url") or (f"mailto:{covered}" if kind == "email" else covered)
    if not _SAFE_LINK.match(address):
        address = f"https://{address}"
    return f'<a href="{stdlib_html.escape(address)}" rel="noopener noreferrer">', "</a>"
