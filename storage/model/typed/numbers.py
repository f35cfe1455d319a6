"""Numbers: in digits, or in the words of Chinese; with the word of what is counted."""

import re
from collections.abc import Iterable
from decimal import Decimal

from storage.model.typed.text import brief

DIGITS = "零一二三四五六七八九"
CHINESE = "[零一二两三四五六七八九十百千]+"
_ONE = "([一二三四五六七八九两])"
# 三千零五十二: each place with its digit; a ten may begin without one ("十二").
_PLACES = re.compile(f"(?:{_ONE}千)?零?(?:{_ONE}百)?零?(?:{_ONE}?(十))?零?{_ONE}?")
_BEFORE = (
    r"(?:名额|人数|间隔|次数|每隔?|[总一]?共|第|招募?|no\.?|every)?[:\s]*"
    r"(?:大?约|大概|最多|至多|不超过|[上只仅]?限额?|[满前]"
    r"|limit|max\.?|up to|at most|about|around)?[:\s]*"
)
_COUNTED = re.compile(
    rf"{_BEFORE}(\d{{1,12}}|\d{{1,3}}(?:,\d{{3}})+|\d[百千]|{CHINESE})\s*来?"
    r"(?:个?人|个?名额|名|位|个|[户组桌对家份张]|次|[回遍场]|天|日|周|个星期|条|页"
    r"|people|persons?|places?|seats?|families|households|times?|days?|weeks?)?"
    r"(?:一次|左右|以内|以下|封顶|为限|满)?"
)
_TENTH = re.compile(f"(.*)([百千]){_ONE}")


def number_of(digits: str) -> int:
    """A number in digits, or in Chinese words up to 9999. Raises ValueError."""
    if digits.isdecimal():
        return int(digits)
    digits = re.sub(r"\d", lambda digit: DIGITS[int(digit[0])], digits)  # 3百
    if short := _TENTH.fullmatch(digits):  # 一百二 is 120, and 一百零二 is 102
        return number_of(short[1] + short[2]) + _digit(short[3]) * (10 if short[2] == "百" else 100)
    found = _PLACES.fullmatch(digits)
    if found is None:
        raise ValueError(digits)
    thousands, hundreds, tens, ten, ones = found.groups()
    tens = tens or ("一" if ten else None)
    places = zip((1000, 100, 10, 1), (thousands, hundreds, tens, ones), strict=True)
    return sum(place * _digit(digit) for place, digit in places)


def _digit(word: str | None) -> int:
    return DIGITS.index("二" if word == "两" else word or "零")


# Not a day: "2026-12-05" is no number.
_REFERENCE = re.compile(
    r"(?<![\d-])(\d{4}) ?(?:[-/_. ]|年?第|年) ?(\d{1,8})(?![\d月]|[-/_.]\d)"
    r"|(?<![\d-])(\d{4})(\d{4})(?![\d-])"
)


def read_reference(text: str) -> tuple[int, int]:
    """The year and the sequence of the one suggestion that a text names: "#2026-0042",
    "编号 ２０２６－００４２". Raises ValueError for none, or for several."""
    (found,) = _REFERENCE.findall(brief(text))  # one, or it is a ValueError
    return int(found[0] or found[2]), int(found[1] or found[3])


def read_number(text: str) -> int:
    """A whole number as people type it: "40", "４０ 人", "四十", "每 3 天".

    Raises ValueError for anything else; also for "+1" and "1.5".
    """
    found = _COUNTED.fullmatch(brief(text))
    if found is None:
        raise ValueError(text)
    return number_of(found[1].replace(",", ""))


AMOUNT = rf"-?(?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,50}})(?:\.\d{{1,50}})?|{CHINESE}"
# What work is counted in, besides what a programme says.
_MEASURES = (
    *("人次", "家次", "场次", "户次", "人", "名", "位", "户", "家", "个", "次", "起", "件", "条"),
    *("篇", "期", "场", "项", "份", "处", "天", "小时", "people", "persons?", "families", "family"),
    *("households?", "times?", "hours?"),
)


def measures(units: Iterable[str]) -> str:
    """The words, as of a regular expression, in which work is counted: the `units` of a programme,
    and what else people say; the longest first."""
    own = (re.escape(brief(unit)) for unit in units)
    return "|".join(sorted({*own, *_MEASURES}, key=len, reverse=True))


def read_amount(text: str, units: Iterable[str] = ()) -> Decimal:
    """A number as people type it, perhaps with one of the `units` or another measure word: "3",
    "2.5 小时", "十二户", "1,200 人次", "-3". Raises ValueError for anything else."""
    pattern = rf"(?:大?约|共|about)?\s*({AMOUNT})\s*(万)?\s*(?:{measures(units)})?"
    found = re.fullmatch(pattern, brief(text))
    if found is None:
        raise ValueError(text)
    return amount_of(found[1]) * (10_000 if found[2] else 1)


def amount_of(digits: str) -> Decimal:
    """What `AMOUNT` matched. Raises ValueError."""
    plain = digits.replace(",", "")
    if re.fullmatch(CHINESE, plain):
        return Decimal(number_of(plain))
    return Decimal(plain)
