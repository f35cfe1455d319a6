"""Telegram's HTML parse mode: text and entities out of HTML, refusing what Telegram refuses.

Follows the rules published at https://core.telegram.org/bots/api#html-style and the behaviour of
the Bot API server: the same tags, the same order of checks, offsets in bytes of the UTF-8 text.
Offsets of entities count UTF-16 code units, as everywhere in the Bot API.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import Any

Entity = dict[str, Any]

_TAGS: dict[str, str] = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "u": "underline",
    "ins": "underline",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_SPACE = " \t\r\n\0\v"
_NAME = string.ascii_letters + string.digits + ".-"
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_LONGEST_REFERENCE = 10


class HtmlError(ValueError):
    """HTML that Telegram refuses; the message is Telegram's."""


@dataclass
class _Open:
    """A start tag whose end has not come yet."""

    tag: str
    attributes: dict[str, str]
    offset: int  # in UTF-16 units of the plain text
    begin: int  # in characters of the plain text


def parse_html(html: str) -> tuple[str, list[Entity]]:
    """Returns the plain text and its entities in the order in which they begin.

    Raises HtmlError in Telegram's words, without the prefix "can't parse entities: ".
    """
    return _Parser(html).parse()


class _Parser:
    def __init__(self, html: str) -> None:
        self.html = html.replace("\0", " ") + "\0"
        self.size = len(html)
        self.at = 0
        self.out: list[str] = []
        self.length = 0  # of the plain text so far, in UTF-16 units
        self.stack: list[_Open] = []
        self.entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        while self.at < self.size:
            char = self.html[self.at]
            if char == "<":
                self._tag()
            elif char == "&":
                self._emit(self._reference() or self._plain())
            else:
                self._emit(self._plain())
        if self.stack:
            tag = self.stack[-1].tag
            raise HtmlError(f'Can\'t find end tag corresponding to start tag "{tag}"')
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return "".join(self.out), self.entities

    # -- characters -----------------------------------------------------------------------------

    def _plain(self) -> str:
        char = self.html[self.at]
        self.at += 1
        return char

    def _emit(self, char: str) -> None:
        self.out.append(char)
        self.length += 2 if ord(char) > 0xFFFF else 1

    def _reference(self) -> str | None:
        """Reads `&lt;` or `&#60;` here; None, and no move, when it is neither."""
        end = self.at + 1
        if self.html[end] == "#":
            char, end = self._numeric(end + 1)
        else:
            start = end
            while self.html[end] in string.ascii_letters:
                end += 1
            char = _NAMED.get(self.html[start:end])
        if char is None or end - self.at >= _LONGEST_REFERENCE:
            return None
        self.at = end + 1 if self.html[end] == ";" else end
        return char

    def _numeric(self, start: int) -> tuple[str | None, int]:
        base, digits = 10, string.digits
        if self.html[start] == "x":
            base, digits, start = 16, string.hexdigits, start + 1
        end = start
        while self.html[end] in digits and end - self.at <= _LONGEST_REFERENCE:
            end += 1
        code = int(self.html[start:end] or "0", base)
        usable = 0 < code < 0x10FFFF and not 0xD800 <= code <= 0xDFFF
        return (chr(code) if usable else None), end

    # -- tags -----------------------------------------------------------------------------------

    def _tag(self) -> None:
        begin = self.at
        self.at += 1
        if self.html[self.at] == "/":
            self._end_tag(begin)
        else:
            self._start_tag(begin)

    def _byte(self, position: int) -> int:
        return len(self.html[:position].encode("utf-8", "surrogatepass"))

    def _skip_space(self) -> None:
        while self.at < self.size and self.html[self.at] in _SPACE:
            self.at += 1

    def _word(self, stop: str) -> str:
        start = self.at
        while self.html[self.at] not in stop:
            self.at += 1
        return self.html[start : self.at]

    def _start_tag(self, begin: int) -> None:
        tag = _lower(self._word(_SPACE + ">"))
        if self.at >= self.size:
            raise HtmlError(f"Unclosed start tag at byte offset {self._byte(begin)}")
        if tag not in _TAGS:
            raise HtmlError(f'Unsupported start tag "{tag}" at byte offset {self._byte(begin)}')
        attributes: dict[str, str] = {}
        while self.html[self.at] != ">":
            self._skip_space()
            if self.html[self.at] != ">":
                name, value = self._attribute(tag, begin)
                attributes[name] = value
        self.at += 1
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise HtmlError(
                f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}'
            )
        self.stack.append(_Open(tag, attributes, self.length, len(self.out)))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        name = self._word(_SPACE + "=>/\"'")
        if not name:
            raise HtmlError(
                f'Empty attribute name in the tag "{tag}" at byte offset {self._byte(begin)}'
            )
        self._skip_space()
        if self.html[self.at] != "=":
            if self.at >= self.size:
                raise HtmlError(f'Unclosed start tag "{tag}" at byte offset {self._byte(begin)}')
            return name, ""
        self.at += 1
        self._skip_space()
        value = self._value() if self.at < self.size else ""
        if self.at >= self.size:
            raise HtmlError(f"Unclosed start tag at byte offset {self._byte(begin)}")
        return name, value

    def _value(self) -> str:
        quote = self.html[self.at]
        if quote not in "'\"":
            start = self.at
            while self.html[self.at] in _NAME:
                self.at += 1
            if self.html[self.at] not in _SPACE + ">":
                raise HtmlError(f"Unexpected end of name token at byte offset {self._byte(start)}")
            return _lower(self.html[start : self.at])
        self.at += 1
        value: list[str] = []
        while self.at < self.size and self.html[self.at] != quote:
            reference = self._reference() if self.html[self.at] == "&" else None
            value.append(reference or self._plain())
        if self.at < self.size:
            self.at += 1
        return "".join(value)

    def _end_tag(self, begin: int) -> None:
        if not self.stack:
            raise HtmlError(f"Unexpected end tag at byte offset {self._byte(begin)}")
        self.at += 1
        found = _lower(self._word(_SPACE + ">"))
        self._skip_space()
        if self.html[self.at] != ">":
            raise HtmlError(f"Unclosed end tag at byte offset {self._byte(begin)}")
        self.at += 1
        opened = self.stack.pop()
        if found and found != opened.tag:
            raise HtmlError(
                f"Unmatched end tag at byte offset {self._byte(begin)}, "
                f'expected "</{opened.tag}>", found "</{found}>"'
            )
        if self.length > opened.offset:
            self._close(opened)

    # -- entities -------------------------------------------------------------------------------

    def _close(self, opened: _Open) -> None:
        entity: Entity = {
            "type": _TAGS[opened.tag],
            "offset": opened.offset,
            "length": self.length - opened.offset,
        }
        if opened.tag == "a":
            entity.update(_link(opened.attributes.get("href") or "".join(self.out[opened.begin :])))
            if not entity["url"] and "user" not in entity:
                return
            if "user" in entity:
                del entity["url"]
        elif opened.tag == "tg-emoji":
            entity["custom_emoji_id"] = _emoji_id(opened.attributes.get("emoji-id", ""))
        elif opened.tag == "tg-time":
            entity["unix_time"] = _unix_time(opened.attributes.get("unix", ""))
            if "format" in opened.attributes:
                entity["date_time_format"] = opened.attributes["format"]
        elif opened.tag == "blockquote" and "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        elif opened.tag in ("pre", "code"):
            entity = self._code(entity, opened)
        self.entities.append(entity)

    def _code(self, entity: Entity, opened: _Open) -> Entity:
        """`<pre><code class="language-x">` in either order becomes one block in a language."""
        name = opened.attributes.get("class", "")
        if opened.tag == "code" and name.startswith("language-"):
            entity["language"] = name.removeprefix("language-")
        if not self.entities:
            return entity
        inner = self.entities[-1]
        same = (inner["offset"], inner["length"]) == (entity["offset"], entity["length"])
        language = entity.get("language") or inner.get("language")
        if same and {inner["type"], entity["type"]} == {"pre", "code"} and language:
            self.entities.pop()
            return {**entity, "type": "pre", "language": language}
        return entity


def _lower(text: str) -> str:
    return text.translate(_ASCII_LOWER)


_ASCII_LOWER = {ord(upper): upper.lower() for upper in string.ascii_uppercase}


def _link(url: str) -> Entity:
    """A text_link, a text_mention for `tg://user?id=…`, or an empty url for no usable address."""
    address = url.strip()
    prefix, _, person = address.partition("tg://user?id=")
    if not prefix and _is_number(person, 2**63):
        return {"type": "text_mention", "url": "", "user": int(person)}
    scheme, separator, rest = address.partition("://")
    if separator:
        return {"url": address if scheme.lower() in ("http", "https", "tg", "ton") and rest else ""}
    host = address.split("/")[0]
    usable = "." in host.strip(".") and not any(char in _SPACE for char in address)
    return {"url": f"http://{address}" if usable else ""}


def _is_number(value: str, below: int) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 20 and int(value) < below


def _emoji_id(value: str) -> str:
    if not _is_number(value, 2**63) or int(value) == 0:
        raise HtmlError("Invalid custom emoji identifier specified")
    return value


def _unix_time(value: str) -> int:
    if not _is_number(value, 2**31):
        raise HtmlError("Invalid date specified")
    return int(value)
