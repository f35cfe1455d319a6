"""Work told in one line, as people write it: "走访慰问 3 昨天", "home visits 3 yesterday"."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from content.programme import Programme
from content.recording import units_of
from content.work_names import GLUE, Named, exact, named_in, nearly
from storage.model.calendar import Calendar
from storage.model.ledger_draft import read_day
from storage.model.refusal import Refusal
from storage.model.typed.days import MONTH_ENGLISH
from storage.model.typed.numbers import AMOUNT, CHINESE, amount_of, measures
from storage.model.typed.text import brief

_PERCENT = "%"  # a unit in which nothing is recorded
_LONGEST = 200  # characters of a line
_VERB = re.compile(
    r"^\s*/?(?:(?:log|record(?:ed)?)\b|记台账|台账|记一笔|登记|记录|记(?=[\s:,]))[\s:,]*", re.I
)
# Chinese keyboards have "。" where others have ".": "3。5" is 3.5, "3。5号楼" is two sentences.
_POINT = re.compile(r"(?<=\d)[。｡](?=\d+(?![\d号月日楼栋室院./-]|\s*单元))")
_TIMES = re.compile(r"(?<![a-z\d])[x×*]\s*(?=\d)", re.I)  # "走访慰问×3"
# When on a day: of that nothing is recorded, and "昨晚" is yesterday.
_CLOCK = "早上|早晨|上午|中午|下午|傍晚|晚上|夜里|[早晚夜](?!报)"
_TIME_OF_DAY = (
    (re.compile(rf"(?<=[前昨今]天)(?:{_CLOCK})"), ""),
    (re.compile(rf"(?<=[昨今])日?(?:{_CLOCK})"), "天"),
    (re.compile(r"\blast night\b", re.I), "yesterday"),
    (re.compile(r"\bthis (?:morning|afternoon|evening)\b|\btonight\b", re.I), "today"),
)
# How a number is hedged, or told to be less than nothing.
_HEDGED = (
    (re.compile(r"(?:大约|大概|约|一共|总共|(?<!\d)\+)\s*(?=\d)"), " "),
    (re.compile(r"负\s*(?=\d)|\bminus\s+(?=\d)", re.I), "-"),
)
# What was counted right behind a number, and no word that begins so ("11-20家访").
_MEASURED = r"(?:人次|家次|场次|户次|[人名位户家个次起件条篇期场项份处天万](?![一-鿿]))"
_TWO = r"[一二三四五六七八九十]{1,3}"
_DAYS = (
    r"大前天|前天|昨[天日]|今[天日]|明[天日]|后天",
    r"(?:上上|上个?|本|这个?|下个?)?(?:周|星期|礼拜)[一二三四五六日天]",
    r"(?:(?:\d{4}|去年|今年|前年|明年)\s*[-./年]?\s*)?(?<![\d.])\d{1,2}\s*[-./月]\s*\d{1,2}\s*[日号]?"
    rf"(?![\d.楼栋-]|{_MEASURED})",
    rf"{_TWO}月{_TWO}[日号]?",
    r"(?:[上本]个?月|这个月)\s*\d{1,2}\s*[日号](?![楼栋院门店线])",
    r"(?<![\d.])\d{1,2}[日号](?![楼栋院门店线])",
    rf"(?:\d{{1,3}}|{CHINESE})天前",
    r"\b(?:the )?day (?:before yesterday|after tomorrow)\b|\b(?:yesterday|today|tomorrow)\b",
    r"\b(?:\d{1,3}|an?) (?:days?|weeks?) ago\b",
    rf"\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{MONTH_ENGLISH})\b(?:,? \d{{4}})?",
    rf"\b(?:{MONTH_ENGLISH}) \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}})?",
    r"\b(?:last |this |next |coming )?(?:mon|tues|wednes|thurs|fri|satur|sun)day\b",
)
_RELATIVE = r"(?:大?前天|昨[天日]|今[天日]|\b(?:yesterday|today)\b)"
_SEVERAL = re.compile(rf"{_RELATIVE}\s*(?:[、,~-]|和|与|及|到|至|and\b|to\b)?\s*{_RELATIVE}", re.I)
_DAY = re.compile("|".join(f"(?:{each})" for each in _DAYS), re.I)
_WRITTEN_OUT = re.compile(r"月.*[日号]")  # nothing else is written so, even "13月5日"
_WORD = re.compile(r"[^\s,，、;；。]+")
_SPAN = re.compile(
    r"(?<!\S)(?:去年|今年|前年|上上?个?月|本月|这个?月|上上?周|本周|这周|上个?星期|这个?星期|上个?季度|本季度"
    r"|[上下]半年|第?[一二三四1-4]季度|(?:去年|今年|前年|\d{4}年)?(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?"
    r"|\d{4}年"
    r"|明年|后年|下下?个?月|下下?周|下个?星期|下个?季度"
    r"|(?:last|this|next) (?:year|month|week|quarter))(?!\S)",
    re.I,
)
_COUNTED_BEFORE = re.compile(
    r"(?<![\da-z第.-])\d{1,7}\s*(?:人次|家次|场次|户次|[人名位户家个次起件条篇期场项份处])?\s*$",
    re.I,
)
_PLANNED = re.compile(r"计划|目标|打算|\b(?:plan|target)(?:s|ned)?\b", re.I)  # is not done yet
_AND = re.compile(r"\s*(?:和|与|及|以及|\+|\band)\s*$", re.I)
_MAYBE_NUMBER = re.compile(r"\d{1,2}\.\d{1,2}")  # a day, unless there is no other number
_BEHIND = r"(?![\d号月日楼栋室院%⁄a-z]|\s*单元)"
_COUNTED = re.compile(rf"[\s:]*(?:{AMOUNT}){_BEHIND}", re.I)
# Several numbers, or one that nobody reads for sure: "3,5", "3、5", "1,0000", "1 000", "3点5".
_UNCLEAR = re.compile(
    rf"(?<![\w.-])(?!\d{{1,3}}(?:,\d{{3}})+(?![\d,、~'点]))"
    rf"(?:(?:\d[\d.]*(?:\s*[,、~'+]\s?\d[\d.]*)+|\d{{1,3}}(?: 000)+|\d+(?:\.\d+){{2,}}|\d+万\d+"
    rf"|\d+点\d(?!\d))(?!-){_BEHIND}(?:\s*{_MEASURED})?|\d+-\d+\s*{_MEASURED}"
    rf"|\d+[多余几来]\s*{_MEASURED}|\d+\s*(?:到|至|或者?|to|or)\s*\d+{_BEHIND}(?:\s*{_MEASURED})?"
    rf"|\d+(?: \d+)+(?=\s*(?:$|[,;。]))|(?:[一二三四五六七八九]{{2}}[十百千]?|半)\s*{_MEASURED})",
    re.I,
)
_IN_WORDS = re.compile(rf"(?<!\S)({CHINESE}|[a-z]+(?:-[a-z]+)?)(?!\S)", re.I)  # "十二", "two"
_IN_DIGITS = re.compile(rf"\d+|{CHINESE}")
_ON = re.compile(r"\b(?:on|the|on the)\s+$", re.I)  # before a day
# "visits 3 Nov 20": three, on the 20th.
_COUNT_FIRST = (
    re.compile(
        rf"(?<=[^\W\d_] )(?<!\bon )(\d{{1,2}}) "
        rf"(?=(?:{MONTH_ENGLISH}) \d{{1,2}}(?:st|nd|rd|th)?(?!\S))",
        re.I,
    ),
    r"\1, ",
)


@dataclass(frozen=True, slots=True)
class Line:
    """What a line says: `indicators` that may be meant (one, if it is clear), how many, when, and
    the `rest`. `plain`: it can hardly be anything else. `refused`: why its day cannot be.
    `unclear`: why it is not known how many. `more`: what tells of other work, which is for another
    line."""

    indicators: tuple[str, ...]
    number: Decimal | None = None
    on: date | None = None
    rest: str = ""
    plain: bool = False
    refused: Refusal | None = None
    more: str = ""
    unclear: Refusal | None = None


def read_line(programme: Programme, text: str, calendar: Calendar) -> Line:
    """What work a text tells of. Days are read as those that were."""
    typed = _TIMES.sub(" ", _VERB.sub("", unicodedata.normalize("NFKC", text))).strip()
    typed = _POINT.sub(".", typed)
    for pattern, plainly in (*_TIME_OF_DAY, *_HEDGED, _COUNT_FIRST):
        typed = pattern.sub(plainly, typed)
    if not typed or len(typed) > _LONGEST:
        return Line(())
    named = exact(programme, typed)
    pieces = _Pieces([typed])
    if named is not None:
        pieces.cut(0, named.start, named.end)
    on, refused = None, _cut_unclear(pieces, _SEVERAL, "ledger.many_days")
    if refused is None:
        on, refused = _cut_day(pieces, calendar)
    if on is None and refused is None:
        refused = _cut_unclear(pieces, _SPAN, "ledger.many_days")
    unclear = _cut_unclear(pieces, _UNCLEAR, "ledger.unclear_number")
    number = None if unclear else _cut_number(pieces, programme, named)
    if not unclear and number is None and on is not None and pieces.maybe is not None:
        on, number = None, pieces.maybe
    if named is None:
        named = _cut_name(pieces, programme)
    if named is not None and number is None and unclear is None:
        number = _cut_words(pieces)
    rest = " ".join(filter(None, (each.strip(GLUE) for each in pieces.left)))
    if named is None:
        return Line((), number, on, rest, refused=refused, unclear=unclear)
    plain = named.sure and len(named.ids) == 1 and number is not None
    plain = plain and not _PLANNED.search(text)
    rest, more = _without_other_work(programme, rest)
    return Line(named.ids, number, on, rest, plain, refused, more, unclear)


class _Pieces:
    """What is left of a text as parts of it are understood and cut out."""

    def __init__(self, left: list[str]) -> None:
        self.left = left
        self.maybe: Decimal | None = None  # the number that what was taken for a day may be

    def cut(self, at: int, start: int, end: int) -> None:
        piece = self.left[at]
        self.left[at : at + 1] = [piece[:start], piece[end:]]


def _cut_day(pieces: _Pieces, calendar: Calendar) -> tuple[date | None, Refusal | None]:
    """The first day that is named, and why it cannot be; one that may be a number ("7.5") only
    where no other is."""
    for at, found in sorted(_days(pieces), key=lambda each: _may_be_number(each[1])):
        try:
            day, refused = read_day(found[0], calendar), None
        except Refusal as refusal:
            if refusal.key == "ledger.bad_day" and not _WRITTEN_OUT.search(found[0]):
                continue
            day, refused = None, refusal
        if _may_be_number(found):
            pieces.maybe = Decimal(found[0].strip())
        before = _ON.search(found.string[: found.start()])
        pieces.cut(at, before.start() if before else found.start(), found.end())
        return day, refused
    return None, None


def _cut_unclear(pieces: _Pieces, pattern: re.Pattern[str], why: str) -> Refusal | None:
    """Why it cannot be told what the first of such a `pattern` means ("昨天和前天", "去年", "3,5"),
    with the key `why`: of several readings none is guessed."""
    for at, piece in enumerate(pieces.left):
        found = pattern.search(piece)
        if found is not None:
            pieces.cut(at, found.start(), found.end())
            return Refusal(why, said=found[0].strip())
    return None


def _without_other_work(programme: Programme, rest: str) -> tuple[str, str]:
    """What is left of a text, and from where on it tells of other work: the first name with a
    number right behind it, or before it."""
    starts = list[int]()
    for start, end in named_in(programme, rest):
        before = _COUNTED_BEFORE.search(rest, 0, start)
        if before or _COUNTED.match(rest, end):
            starts.append(before.start() if before else start)
    if not starts:
        return rest, ""
    return _AND.sub("", rest[: min(starts)]).strip(GLUE), rest[min(starts) :].strip(GLUE)


def _days(pieces: _Pieces) -> Iterator[tuple[int, re.Match[str]]]:
    """What may be a day, each with the number of its piece: what has the form of one, and words
    that are read as a whole ("上月底"); of two that begin at one place the longer first."""
    for at, piece in enumerate(pieces.left):
        every = (*_DAY.finditer(piece), *_WORD.finditer(piece))
        for found in sorted(every, key=lambda each: (each.start(), -each.end())):
            yield at, found


def _may_be_number(found: re.Match[str]) -> bool:
    return _MAYBE_NUMBER.fullmatch(found[0].strip()) is not None


def _cut_number(pieces: _Pieces, programme: Programme, named: Named | None) -> Decimal | None:
    """The number that has a measure word, that of what is `named` before any other ("2户3人"), or
    stands nearest: behind the name, if that is known."""
    words = measures(each for each in units_of(programme) if each != _PERCENT)
    indicator = programme.indicator(named.ids[0]) if named else None
    own = [each for each in words.split("|") if indicator and each[0] == indicator.unit.zh[0]]
    bare = re.compile(
        rf"(?<![\d.a-z⁄第])(-?\d[\d,]{{0,50}}(?:\.\d{{1,50}})?)\s*(万)?{_BEHIND}", re.I
    )
    order = list(range(len(pieces.left)))
    if named is not None:
        order.sort(key=lambda at: at == 0)
    for pattern in (*([_counted("|".join(own))] if own else ()), _counted(words), bare):
        for at in order:
            for found in pattern.finditer(pieces.left[at]):
                groups = [each for each in found.groups() if each]
                try:
                    number = amount_of(groups[0].rstrip(","))
                except ValueError:
                    continue
                pieces.cut(at, found.start(), found.end())
                return number * (10_000 if "万" in groups[1:] else 1)
    return None


def _cut_words(pieces: _Pieces) -> Decimal | None:
    """The number that a word is by itself, where there are no digits; behind the name first."""
    for at in reversed(range(len(pieces.left))):
        for found in _IN_WORDS.finditer(pieces.left[at]):
            word = brief(found[1])
            try:
                number = amount_of(word) if _IN_DIGITS.fullmatch(word) else None
            except ValueError:
                continue
            if number is not None:
                pieces.cut(at, found.start(), found.end())
                return number
    return None


def _counted(words: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\d.\w])({AMOUNT})\s*(万)?\s*(?:{words})(?!\w)|"
        rf"(?<![\d.第])({AMOUNT})\s*(万)?\s*(?:{words})",
        re.I,
    )


def _cut_name(pieces: _Pieces, programme: Programme) -> Named | None:
    """What is nearly a name, or part of one."""
    best: tuple[float, int, Named] | None = None
    for at, piece in enumerate(pieces.left):
        score, named = nearly(programme, piece)
        if named is not None and (best is None or score > best[0]):
            best = score, at, named
    if best is None:
        return None
    _, at, named = best
    pieces.cut(at, named.start, named.end)
    return named
