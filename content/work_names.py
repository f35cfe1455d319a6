"""Which work a text names: by a whole name, by nearly one, or by part of one."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from content.alike import is_one_of, likest, same_characters, shared
from content.programme import Indicator, Programme
from storage.model.person import LANGUAGES

GLUE = " \t\n,.;:!-，。；：！、()（）"
_LITTLE = frozenset(
    (
        *("a", "an", "and", "at", "by", "for", "from", "in"),
        *("of", "on", "or", "the", "those", "to", "with"),
    )
)
_ALIKE = 0.7  # of a name and the part of a text that is most like it
_NEAR = 0.05  # of two scores that are as good as one
_SLIP = 0.8  # of two words


class Named(NamedTuple):
    """Indicators that a text may name, where it does, and how surely."""

    ids: tuple[str, ...]
    start: int
    end: int
    sure: bool


class _Found(NamedTuple):
    """An indicator that a text may name: how alike they are, where, and whether that is plain."""

    score: float
    indicator: Indicator
    start: int
    end: int
    sure: bool


def _names(programme: Programme) -> Iterable[tuple[Indicator, str]]:
    for indicator in programme.indicators:
        for language in LANGUAGES:
            yield indicator, indicator.name.in_(language).casefold()


def exact(programme: Programme, text: str) -> Named | None:
    """The longest name that stands in a text as it is; one of what is recorded by hand before one
    of what is not, unless it is part of that."""
    folded = text.casefold()
    if len(folded) != len(text):
        return None
    spans = [(i, folded.find(name), len(name)) for i, name in _names(programme) if name in folded]
    whole = [
        (i.is_recorded, length, i.id, start)
        for i, start, length in spans
        if not any(size > length and at <= start <= at + size - length for _, at, size in spans)
    ]
    if not whole:
        return None
    _, length, indicator, start = max(whole)
    return Named((indicator,), start, start + length, True)


def named_in(programme: Programme, text: str) -> Iterator[tuple[int, int]]:
    """Where names of work stand in a text, in whole or surely meant."""
    folded = text.casefold()
    for _, name in _names(programme) if len(folded) == len(text) else ():
        if name in folded:
            yield folded.find(name), folded.find(name) + len(name)
    for found in (*_chinese(programme, text), *_english(programme, text)):
        if found.sure:
            yield found.start, found.end


def nearly(programme: Programme, piece: str) -> tuple[float, Named | None]:
    """What is nearly a name in a text, or part of one, and how alike they are."""
    found = [*_chinese(programme, piece), *_english(programme, piece)]
    return max((each.score for each in found), default=0.0), _best(found)


def _chinese(programme: Programme, piece: str) -> list[_Found]:
    """By the characters that a name and a text share; part of a name will do."""
    told, found = piece.strip(GLUE), list[_Found]()
    for indicator in programme.indicators:
        name = indicator.name.zh
        turned = (e for e in re.finditer(r"\S+", piece) if same_characters(e[0], name))
        found += (_Found(2.0, indicator, each.start(), each.end(), True) for each in turned)
        run = shared(name, piece)
        if run.size < 2:
            continue
        alike, where = likest(name, piece)
        if told in name:
            found.append(_Found(2.0, indicator, *run, run.size * 2 >= len(name)))
        elif alike >= _ALIKE:
            found.append(_Found(1 + alike, indicator, *where, True))
        else:
            found.append(_Found(run.size / len(name), indicator, *run, False))
    return found


def _english(programme: Programme, piece: str) -> list[_Found]:
    """By how many words in a row are, or nearly are, words of a name."""
    words, found = list(re.finditer(r"[A-Za-z']+", piece)), list[_Found]()
    for indicator in programme.indicators:
        name = re.findall(r"[a-z']+", indicator.name.en.casefold())
        own = [_stem(word) for word in name if word not in _LITTLE]
        run = _longest_run(words, own)
        told = sum(word[0].casefold() not in _LITTLE for word in run)
        if told:
            sure = told >= 2 or told == len(own)
            found.append(_Found(float(told), indicator, run[0].start(), run[-1].end(), sure))
    return found


def _longest_run(words: Sequence[re.Match[str]], own: Sequence[str]) -> list[re.Match[str]]:
    """The most words in a row that are (nearly) some of `own`, little ones between them."""
    best: list[re.Match[str]] = []
    run: list[re.Match[str]] = []
    for word in words:
        folded = word[0].casefold()
        if is_one_of(_stem(folded), own, _SLIP):
            run.append(word)
            best = max(best, run[:], key=len)
        elif not run or folded not in _LITTLE:
            run = []
    return best


def _stem(word: str) -> str:
    return word.removesuffix("s") if len(word) > 3 else word


def _best(found: Sequence[_Found]) -> Named | None:
    """Those that are named the most surely; what is recorded by hand before what is not."""
    if not found:
        return None
    top = max(each.score for each in found)
    best = [each for each in found if each.score > top - _NEAR]
    by_hand = [each for each in best if each.indicator.is_recorded] or best
    first = min(by_hand, key=lambda each: each.start)
    if first.sure:  # what is named further on is other work
        by_hand = [each for each in by_hand if each.start < first.end]
    ids = tuple(each.indicator.id for each in by_hand)
    return Named(ids, by_hand[0].start, by_hand[0].end, by_hand[0].sure)
