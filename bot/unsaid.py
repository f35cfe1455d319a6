"""What went wrong, told without what people wrote.

The message of an error may quote the value that it is about: `int("…")`, a key that is not there, a
row that PostgreSQL refuses. So of most errors only the kind is told, and where they happened, which
is our code and no value. While an update is handled we know what somebody wrote: a message that
shares nothing with it may be told, too, unless it is of a kind that quotes.
"""

import re
import sqlite3
from collections.abc import Iterator
from traceback import format_tb
from typing import Any

from storage.trouble import is_trouble

_OF_OURS = ("bot.", "handlers.", "scheduler.", "content.", "storage.")
_QUOTING = (ValueError, LookupError, TypeError, AssertionError)
_SHORTEST = 3  # letters or digits that a word must have to be known again
_HAN = "\u3400-\u9fff"
_WORDS = re.compile(rf"[{_HAN}]{{2,}}|[^\W{_HAN}]{{{_SHORTEST},}}")


def trace(error: BaseException) -> str:
    """Where it happened, and its kind: of the errors it came of, too, the first of them first."""
    lines: list[str] = []
    for each in _chain(error):
        lines += [*format_tb(each.__traceback__), f"{kind(each)}\n"]
    return "".join(lines).rstrip()


def kind(error: BaseException) -> str:
    """Its kind, with its message where that quotes nothing."""
    name = type(error).__name__
    return f"{name}: {_first_line(error)}" if _quotes_nothing(error) else name


def told(error: BaseException, update: Any) -> str:
    """Its kind, with its message unless that shares a word with what stands in an update."""
    message = _first_line(error)
    quotes = (
        isinstance(error, _QUOTING)
        or hasattr(error, "orig")
        or any(word in message.casefold() for word in _words(update))
    )
    return kind(error) if quotes or not message else f"{type(error).__name__}: {message}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        waiting.append(each)
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    for each in reversed(waiting):
        if isinstance(each, BaseExceptionGroup):
            for inner in each.exceptions:
                yield from _chain(inner)
        yield each


def _quotes_nothing(error: BaseException) -> bool:
    cause = getattr(error, "orig", None) or error
    ours = type(error).__module__.startswith(_OF_OURS)
    return ours or isinstance(cause, OSError | sqlite3.Error) or is_trouble(error)


def _first_line(error: BaseException) -> str:
    lines = str(error).splitlines()
    return lines[0] if lines else ""


def _words(value: Any) -> Iterator[str]:
    """Every word in the texts of a raw update; of Chinese, which has no spaces, each two signs."""
    if isinstance(value, str):
        for found in _WORDS.findall(value.casefold()):
            if re.match(f"[{_HAN}]", found):
                yield from (found[i : i + 2] for i in range(len(found) - 1))
            else:
                yield found
    elif isinstance(value, dict):
        for each in value.values():
            yield from _words(each)
    elif isinstance(value, list):
        for each in value:
            yield from _words(each)
