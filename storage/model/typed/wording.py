"""What stands around a day, and how else it is said, in the words of both languages."""

import re

from storage.model.typed.text import brief

_AROUND = re.compile(
    r"^(?:时间|日期|日子|date|when|time)[:\s]*|^on "
    r"|^(?:那就?|就|是|等|定在|改到|改成|改为|安排在|放在)+"
    r"|(?<=[日号天\d])(?:那天|当天)|\s*(?:吧|好了|可以吗?|行不行|行[吗不]?|好吗|怎么样|呢)$"
)
APART = " ,、@/"  # between a day and its clock time
# What else people call what is read below.
_ELSE = (
    (re.compile(r"(?<=[今明后昨])儿"), "天"),
    (re.compile(r"\(([一二三四五六日])\)"), r"(周\1)"),
    (re.compile(r"^(今|明|后)(?=[早晚晨])"), r"\1天"),
    (re.compile(r"天晨"), "天清晨"),
    (re.compile(r"(?<=\d)t(?=\d)"), " "),
    (re.compile(r"\b(?:the )?end of (?:the |this )?month"), "月底"),
    (re.compile(r"\b(?:the )?end of next month"), "下月底"),
    (re.compile(r"\b(?:the )?end of (?:the |this )?year"), "年底"),
    (re.compile(r"明后[两]?天"), "明天和后天"),
)
# "tomorrow morning at 8" is "tomorrow 8 in the morning".
_PART_FIRST = re.compile(
    r"(.*?)\b(?:in the )?(morning|afternoon|evening)(?:,? at|,)? ((?:half|quarter|a quarter|\d).*)"
)


def bare(text: str) -> str:
    """What is read of a day: without the words around it."""
    typed = brief(text)
    for pattern, meant in _ELSE:
        typed = pattern.sub(meant, typed)
    return _AROUND.sub("", typed).strip(APART)


def parts_behind(typed: str) -> str:
    """A day in English with the part of the day where the clock time is read: behind the hour."""
    typed = re.sub(r"^this (?=morning|afternoon|evening)", "today ", typed)
    typed = re.sub(r"^tonight\b(?: at\b|,)?", "today evening", typed)
    if found := _PART_FIRST.fullmatch(typed):
        day, part, hour = found.groups()
        has_one = re.search(r"m\.?$|in the|at night", hour)
        return f"{day}{hour}" if has_one else f"{day}{hour} in the {part}"
    return typed
