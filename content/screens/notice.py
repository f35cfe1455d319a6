"""A notice: what staff wrote, with the placeholders in it filled in for each person."""

import re
from collections.abc import Iterator
from functools import lru_cache

from jinja2 import StrictUndefined, Template, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment

from content.screen import Button, Rows, Screen
from content.splitting import plain
from content.texts import Say
from storage.model.message import Message
from storage.model.refusal import Refusal
from storage.model.visible import is_visible

# What staff may write between braces, in either language, and what it stands for.
PLACEHOLDERS = {"name": "name", "community": "community", "姓名": "name", "社区": "community"}

_ENVIRONMENT = SandboxedEnvironment(
    autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
)
_ENVIRONMENT.globals.clear()  # nobody can reach them, and each rendering would copy them
# Chinese keyboards make full-width braces; nobody sees the difference while typing.
_OPENING = re.compile(r"[{｛]{2}")
_CLOSING = re.compile(r"[}｝]{2}")


def check(body: str) -> None:
    """Raises Refusal if a text of staff (Telegram HTML) uses anything but `{{ placeholder }}`
    with a name that exists: what cannot be filled in is told before it is sent."""
    _template(body)


def personal(message: Message) -> bool:
    """Whether the message differs from person to person. `check` has found its texts in order."""
    return any("{{" in _with_braces(body) for body in message.bodies.values())


def notice(say: Say, message: Message, name: str, community: str) -> Screen:
    """The message as a person gets it, in the language of `say`.

    Below stands the place that says it, but not below a poll or an album without a word, for which
    it would be one more message. An empty `name` or `community` (plain text) is replaced by a word
    that stands for anybody's. Raises Refusal for a text that `check` would refuse.
    """
    body = message.body(say.language)
    given = {
        "name": name if is_visible(name) else say.label("notice.neighbour"),
        "community": community if is_visible(community) else say.label("notice.community"),
    }
    text = _template(body).render({word: given[of] for word, of in PLACEHOLDERS.items()})
    if message.sender and (is_visible(text) or len(message.media) == 1):
        text = f"{text}\n\n{say('notice.signed', sender=message.sender)}".lstrip()
    return Screen(text, _link(message), message.media, message.poll, preview=True)


def _link(message: Message) -> Rows:
    link = message.link
    return ((Button(link.label, url=link.url),),) if link else ()


@lru_cache(maxsize=64)
def _template(body: str) -> Template:
    """The compiled text. Only data and known names ever reach the compiler, so that rendering
    takes no longer than the text is long. Raises Refusal."""
    source = _with_braces(body)
    if _pairs(source) != _pairs(_with_braces(plain(body))):
        raise _not_understood()  # half of a placeholder is bold, or in a link's address
    try:
        for word in _words(source):
            if word not in PLACEHOLDERS:
                raise Refusal("notice.unknown_placeholder", name=word, known=[*PLACEHOLDERS])
    except TemplateSyntaxError:
        raise _not_understood() from None
    return _ENVIRONMENT.from_string(source)


def _words(source: str) -> Iterator[str]:
    """The word in each pair of braces. Raises Refusal for anything else that Jinja has."""
    inside: list[str] | None = None
    for _, kind, value in _ENVIRONMENT.lex(source):
        if kind == "variable_begin" and inside is None:
            inside = []
        elif kind == "variable_end" and inside is not None and len(inside) == 1:
            yield inside[0]
            inside = None
        elif kind == "name" and inside is not None:
            inside.append(value)
        elif kind != ("data" if inside is None else "whitespace"):
            raise _not_understood()
    if inside is not None:
        raise _not_understood()


def _not_understood() -> Refusal:
    return Refusal("notice.broken_placeholder", known=[*PLACEHOLDERS])


def _with_braces(body: str) -> str:
    opened, count = _OPENING.subn("{{", body)
    return _CLOSING.sub("}}", opened) if count else body


def _pairs(text: str) -> int:
    return text.count("{{") + text.count("}}")
