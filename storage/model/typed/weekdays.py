"""Days of the week as people type them, in both languages: "周一到周五", "Mon, Wed"."""

import re

from storage.model.typed.text import brief

_CHINESE = "一二三四五六日"
_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SOME = {
    **dict.fromkeys(("每天", "天天", "every day", "daily"), range(7)),
    **dict.fromkeys(("工作日", "上班日", "平日", "weekdays", "every weekday"), range(5)),
    **dict.fromkeys(("周末", "双休日", "双休", "weekends", "weekend"), range(5, 7)),
}
_ONE = (
    r"(?:(?:周|星期|礼拜)?[一二三四五六日天1-7]"
    r"|(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs|r)?|fri|sat(?:ur)?|sun)(?:days?)?)"
)
_PART = re.compile(
    rf"\s*(?:每个?|每?逢|every )?\s*({_ONE})(?:\s*(?:[-~至到]|to)\s*({_ONE}))?\s*"
    r"(?:[和跟、,;&+/.]|and\b)?\s*"
)


def read_weekdays(text: str) -> frozenset[int]:
    """Read some of them: 0 is Monday. Raises ValueError for anything else."""
    typed = brief(text)
    found = set(_SOME.get(re.sub(r"^(?:每个?|每?逢)(?!天)", "", typed), ()))
    at = len(typed) if found else 0
    while at < len(typed):
        part = _PART.match(typed, at)
        if part is None:
            raise ValueError(text)
        first = _number(part[1])
        last = _number(part[2]) if part[2] else first
        found.update((first + n) % 7 for n in range((last - first) % 7 + 1))
        at = part.end()
    if not found:
        raise ValueError(text)
    return frozenset(found)


def _number(typed: str) -> int:
    if typed[0].isalpha() and typed.isascii():
        return _ENGLISH.index(typed[:3])
    if typed[-1].isdecimal():
        return int(typed[-1]) - 1
    return _CHINESE.index(typed[-1].replace("天", "日"))
