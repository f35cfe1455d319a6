"""What is added to what a draft holds. Who sends the same twice (the network hung, a tap too many)
means it once, so that it does not stand there a second time."""

from collections.abc import Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


def stands_in(text: str, said: str, glue: str = "\n") -> bool:
    """Whether the whole message `said` is one of those that `text` was put together of, `glue`
    between each two."""
    words = said.strip()
    return bool(words) and f"{glue}{words}{glue}" in f"{glue}{text.strip()}{glue}"


def with_words(text: str, said: str, glue: str = "\n") -> str:
    """`text` with one more message behind it, unless it stands there already."""
    if stands_in(text, said, glue):
        return text
    return f"{text}{glue}{said}" if text else said


def with_each(kept: Sequence[Thing], more: Sequence[Thing], most: int) -> tuple[Thing, ...]:
    """What is kept, with as much more as makes `most` of them, each once."""
    return (*kept, *new_among(kept, more)[: max(0, most - len(kept))])


def too_many(kept: Sequence[Thing], more: Sequence[Thing], most: int) -> bool:
    """Whether not all of `more` has room."""
    return len(kept) + len(new_among(kept, more)) > most


def new_among(kept: Sequence[Thing], more: Sequence[Thing]) -> tuple[Thing, ...]:
    """What of `more` is not kept yet, each once."""
    return tuple(each for each in dict.fromkeys(more) if each not in kept)
