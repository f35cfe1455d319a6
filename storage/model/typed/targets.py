"""Targets as staff type them: the name of an indicator and a number, a line each."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from storage.model.naming import like, named
from storage.model.typed.numbers import CHINESE, number_of
from storage.model.typed.text import brief

_TIMES = {"万": 10_000, "千": 1_000, "百": 100, "": 1}
_DIGITS = r"-?(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.\d{1,6})?"
_UNIT = r"(?:%|个?人次|家次|场次|\D{0,12})"
_NUMBER = re.compile(rf"(?:大?约|about)?\s*({_DIGITS})\s*([万千百]?)\s*{_UNIT}")
_IN_WORDS = re.compile(rf"({CHINESE})\s*[^\d点{CHINESE[1:-2]}]{{0,4}}")
# "3. 走访慰问:150 人次": a number before it, the name, the number.
_LINE = re.compile(rf"(?:\d{{1,2}}[.、)]\s*)?(\D.*?)(?:[\s:=]+|(?<=\D))({_DIGITS}\s*[万千百]?\D*)")
_LINE_IN_WORDS = re.compile(rf"(?:\d{{1,2}}[.、)]\s*)?(\D.*?)[\s:=]+({CHINESE}\D{{0,4}})")
# "1e" of "1e9", two numbers, the first of "3、5" and "3~5": none of them is guessed.
_APART = re.compile(r"\d 000(?!\d)")  # "1 000"
_OTHER_NUMBER = re.compile(r"[\s:=]-?\d[\d.,]*[a-z%]*[\s:=]*$|\d\s*[、,~'/-]\s*$", re.I)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was understood, by the indicators' ids, and the lines that were not; `percents`: whose
    number was written as a percentage."""

    numbers: dict[str, Decimal]
    unread: tuple[str, ...] = ()
    percents: frozenset[str] = frozenset()


def is_percent(text: str) -> bool:
    """Whether a number is written as a percentage."""
    return brief(text).endswith("%")


def read_amount(text: str) -> Decimal:
    """A number as people type it: "150", "1,500 人次", "1.2万", "92.5 %", "三百"; also one that
    cannot be a target, such as "-3". Raises ValueError for anything else."""
    typed = brief(text)
    if found := _NUMBER.fullmatch(typed):
        return Decimal(found[1].replace(",", "")) * _TIMES[found[2]]
    if found := _IN_WORDS.fullmatch(typed):
        return Decimal(number_of(found[1]))
    raise ValueError(text)


def read_targets(text: str, choices: Sequence[tuple[str, str]]) -> Typed:
    """Read lines such as "走访慰问 150", each for the one of the `choices` (id, name) that it
    names, in whole or nearly. Of an indicator that stands there twice the last line holds."""
    numbers: dict[str, Decimal] = {}
    unread, percents = [], set[str]()
    for line in filter(str.strip, re.split(r"[\n;；]", text)):
        try:
            indicator, number = _read(line, choices)
            numbers[indicator] = number
            if is_percent(line):
                percents.add(indicator)
        except ValueError:
            unread.append(line.strip())
    return Typed(numbers, tuple(unread), frozenset(percents))


def split_line(line: str) -> tuple[str, Decimal]:
    """The name and the number of a line. Raises ValueError."""
    typed = brief(line)
    found = _LINE.fullmatch(typed) or _LINE_IN_WORDS.fullmatch(typed)
    if found is None or _APART.search(typed) or _OTHER_NUMBER.search(found[1]):
        raise ValueError(line)
    return found[1].strip(" :,"), read_amount(found[2])


def _read(line: str, choices: Sequence[tuple[str, str]]) -> tuple[str, Decimal]:
    name, number = split_line(line)
    (indicator,) = _ids(named(choices, name)) or _ids(like(choices, name))  # one, or ValueError
    return indicator, number


def _ids(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return list(dict.fromkeys(value for value, _ in pairs))
