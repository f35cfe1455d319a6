"""Targets as staff type them: the name of an indicator and a number, a line each."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from storage.model.naming import folded, like, named
from storage.model.typed.numbers import CHINESE, measures, number_of
from storage.model.typed.text import brief

_TIMES = {"万": 10_000, "千": 1_000, "百": 100, "": 1}
_DIGITS = r"-?(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.\d{1,6})?"
_NUMBER = rf"(?:大?约|about)?\s*({_DIGITS})\s*([万千百]?)"
_IN_WORDS = f"({CHINESE})"
# What may stand behind a number, and changes nothing about it; "每月" or "因为人手增加" is not.
_TAIL = (
    r"\s*(?:%|per ?cent|{measures})?\s*(?:左右|上下|以上|以内)?\s*"
    r"(?:[/每一]年|全年|(?:a|per|/|each|every) ?year)?"
)
# "3. 走访慰问:150 人次": a number before it, the name, the number.
_LINE = re.compile(rf"(?:\d{{1,2}}[.、)]\s*)?(\D.*?)(?:[\s:=]+|(?<=\D))({_DIGITS}\s*[万千百]?\D*)")
_LINE_IN_WORDS = re.compile(rf"(?:\d{{1,2}}[.、)]\s*)?(\D.*?)[\s:=]+({CHINESE}\D{{0,4}})")
# "1e" of "1e9", two numbers, the first of "3、5", "3~5" and "1万2": none of them is guessed.
_APART = re.compile(r"\d 000(?!\d)")  # "1 000"
_OTHER_NUMBER = re.compile(
    r"[\s:=]-?\d[\d.,]*[a-z%]*[\s:=]*$|\d\s*[、,~'/-]\s*$|\d\s*[万千百]\s*$", re.I
)
# Where the next of several may begin: "走访慰问 500,短视频 100", "visits 500 and videos 100".
_NEXT = re.compile(r"\s*[,，、]\s*|\s*(?:和|与|以及|及|\+|\band\b)\s*|\s+", re.I)
_NAMED_NEXT = re.compile(
    rf"(?:\d{{1,2}}[.、)]\s*)?([^\W\d_]{{2}}[^\d,，、]*?)[\s::=]*(?:\d|{CHINESE}(?:\s|$|[,，、]))"
)
# What stands around a name and says no more than that it is planned.
_AROUND = re.compile(
    r"^(?:(?:全年|年度|计划|目标|任务|完成|开展|plan|target)[\s::]*)+"
    r"|(?:\s*(?:的|数量?|全年|年度|计划|目标|任务|指标|完成|定[为到]?|为|是|改[成为到]|调整?[成为到]"
    r"|增加?到|减少?到|达到|不少于|不低于|至少|plan|target|at least))+$"
)


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


def read_amount(text: str, units: Iterable[str] = ()) -> Decimal:
    """A number as people type it: "150", "1,500 人次", "1.2万", "92.5 %", "三百"; also one that
    cannot be a target, such as "-3"; with one of the `units`, or what else people count in. Raises
    ValueError for anything else: "40 每月" is no 40."""
    typed, tail = brief(text), _TAIL.format(measures=measures(units))
    if found := re.fullmatch(_NUMBER + tail, typed):
        return Decimal(found[1].replace(",", "")) * _TIMES[found[2]]
    if found := re.fullmatch(_IN_WORDS + tail, typed):
        return Decimal(number_of(found[1]))
    raise ValueError(text)


def read_targets(
    text: str, choices: Sequence[tuple[str, str]], units: Collection[str] = ()
) -> Typed:
    """Read lines such as "走访慰问 150", each for the one of the `choices` (id, name) that it
    names, in whole or nearly; several may stand in one line. All of a line is understood, or it
    is not read: what else it says could be of another place, or of a month. Of an indicator that
    stands there twice the last line holds."""
    numbers: dict[str, Decimal] = {}
    unread, percents = [], set[str]()
    lines = filter(str.strip, re.split(r"[\n;；]", text))
    for line in (each for whole in lines for each in _each(whole, choices, units)):
        try:
            indicator, number = _read(line, choices, units)
            numbers[indicator] = number
            if is_percent(line):
                percents.add(indicator)
        except ValueError:
            unread.append(line.strip())
    return Typed(numbers, tuple(unread), frozenset(percents))


def _each(line: str, choices: Sequence[tuple[str, str]], units: Collection[str]) -> Iterator[str]:
    """The parts of a line that holds several: each with its name and number. No comma parts a
    number or a name, and a space only where a known name follows."""
    start, unit = 0, re.compile(rf"(?:{measures(units)})(?![^\W\d_])")
    for found in _NEXT.finditer(line):
        if unit.match(line, found.end()):  # "500 人次" goes on
            continue
        following = _NAMED_NEXT.match(line, found.end())
        if following is None or not _is_whole(line[start : found.start()], units):
            continue
        name = _AROUND.sub("", following[1].strip())
        if found[0].strip() in {",", "，", "、"} or named(choices, name) or like(choices, name):
            yield line[start : found.start()]
            start = found.end()
    yield line[start:]


def _is_whole(line: str, units: Collection[str]) -> bool:
    try:
        split_line(line, units)
    except ValueError:
        return False
    return True


def split_line(line: str, units: Collection[str] = ()) -> tuple[str, Decimal]:
    """The name and the number of a line. Raises ValueError."""
    typed = brief(line)
    found = _LINE.fullmatch(typed) or _LINE_IN_WORDS.fullmatch(typed)
    if found is None or _APART.search(typed) or _OTHER_NUMBER.search(found[1]):
        raise ValueError(line)
    return found[1].strip(" :,"), read_amount(found[2], units)


def holds_more(name: str, choices: Iterable[tuple[str, str]]) -> bool:
    """Whether one of the `choices` stands in a name with more beside it: "每月走访慰问"."""
    said = folded(name)
    return any(label in said and label != said for label in (folded(each) for _, each in choices))


def _read(
    line: str, choices: Sequence[tuple[str, str]], units: Collection[str]
) -> tuple[str, Decimal]:
    name, number = split_line(line, units)
    bare = _AROUND.sub("", name)
    found = _ids(named(choices, name)) or _ids(named(choices, bare))
    if not found and not holds_more(bare, choices):
        found = _ids(like(choices, bare))
    (indicator,) = found  # one, or ValueError
    return indicator, number


def _ids(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return list(dict.fromkeys(value for value, _ in pairs))
