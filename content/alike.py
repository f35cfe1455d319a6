"""How near a text comes to a name: one way for what is recorded and for what is asked.

By rapidfuzz, which is read when the first name is looked for: most who start the bot never get
here.
"""

from collections.abc import Sequence
from typing import NamedTuple


class Span(NamedTuple):
    """Where in a text something stands."""

    start: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.start


def same_characters(said: str, name: str) -> bool:
    """Whether a Chinese name was said in another order ("慰问走访" for "走访慰问")."""
    return not said.isascii() and sorted(said) == sorted(name)


def fit(said: str, name: str) -> tuple[float, float]:
    """How well a name fits what was said, which may be a part of it, and how alike all of it is:
    each from 0 to 100."""
    from rapidfuzz import fuzz

    alike = fuzz.ratio(said, name)
    if same_characters(said, name):
        return 100.0, alike
    if said.isascii():
        return fuzz.token_set_ratio(said, name), alike
    return (fuzz.partial_ratio(said, name) if len(said) <= len(name) else alike), alike


def likest(name: str, text: str) -> tuple[float, Span]:
    """The part of a text that is the most like a name, and how alike (from 0 to 1)."""
    from rapidfuzz import fuzz

    if len(text) < len(name):
        return fuzz.ratio(name, text) / 100, Span(0, len(text))
    found = fuzz.partial_ratio_alignment(name, text)
    if found is None:
        return 0.0, Span(0, 0)
    return found.score / 100, Span(found.dest_start, found.dest_end)


def shared(name: str, text: str) -> Span:
    """The longest run of a text that stands in the name, too; an empty one if there is none."""
    from rapidfuzz.distance import LCSseq

    blocks = LCSseq.opcodes(name, text).as_matching_blocks()
    longest = max(blocks, key=lambda block: block.size)
    return Span(longest.b, longest.b + longest.size)


def is_one_of(word: str, words: Sequence[str], least: float) -> bool:
    """Whether a word is one of several, or as alike one (from 0 to 1) as after a slip in typing."""
    from rapidfuzz import fuzz, process

    return process.extractOne(word, words, scorer=fuzz.ratio, score_cutoff=least * 100) is not None
