"""Work told in one line, as people write it: "走访慰问 3 昨天", "home visits 3 yesterday"."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from content.alike import is_one_of, likest, same_characters, shared
from content.programme import Indicator, Programme
from content.recording import units_of
from storage.model.calendar import Calendar
from storage.model.ledger_draft import read_day
from storage.model.person import LANGUAGES
from storage.model.refusal import Refusal
from storage.model.typed.days import MONTH_ENGLISH
from storage.model.typed.numbers import AMOUNT, CHINESE, amount_of, measures

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
_COUNTED = re.compile(rf"\s*(?:{AMOUNT})")
_MAYBE_NUMBER = re.compile(r"\d{1,2}\.\d{1,2}")  # a day, unless there is no other number
_BEHIND = r"(?![\d号月日楼栋室院%⁄a-z]|\s*单元)"
# Several numbers, or one that nobody reads for sure: "3,5", "3、5", "1,0000", "1 000", "3点5".
_UNCLEAR = re.compile(
    rf"(?<![\w.-])(?!\d{{1,3}}(?:,\d{{3}})+(?![\d,、~'点]))"
    rf"(?:(?:\d[\d.]*(?:\s*[,、~'+]\s?\d[\d.]*)+|\d{{1,3}}(?: 000)+|\d+(?:\.\d+){{2,}}|\d+万\d+"
    rf"|\d+点\d(?!\d))(?!-){_BEHIND}(?:\s*{_MEASURED})?|\d+-\d+\s*{_MEASURED}"
    rf"|\d+[多余几来]\s*{_MEASURED})",
    re.I,
)
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
_GLUE = " \t\n,.;:!-，。；：！、()（）"
_LITTLE = frozenset(
    (
        *("a", "an", "and", "at", "by", "for", "from", "in"),
        *("of", "on", "or", "the", "those", "to", "with"),
    )
)
_ALIKE = 0.7  # of a name and the part of a text that is most like it
_NEAR = 0.05  # of two scores that are as good as one
_SLIP = 0.8  # of two words


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


class _Named(NamedTuple):
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


def read_line(programme: Programme, text: str, calendar: Calendar) -> Line:
    """What work a text tells of. Days are read as those that were."""
    typed = _TIMES.sub(" ", _VERB.sub("", unicodedata.normalize("NFKC", text))).strip()
    typed = _POINT.sub(".", typed)
    for pattern, plainly in (*_TIME_OF_DAY, *_HEDGED, _COUNT_FIRST):
        typed = pattern.sub(plainly, typed)
    if not typed or len(typed) > _LONGEST:
        return Line(())
    named = _exact(programme, typed)
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
    rest = " ".join(filter(None, (each.strip(_GLUE) for each in pieces.left)))
    if named is None:
        return Line((), number, on, rest, refused=refused, unclear=unclear)
    plain = named.sure and len(named.ids) == 1 and number is not None
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
    """What is left of a text, and from where on it tells of other work: a whole name of what is
    recorded by hand, with a number right behind it."""
    named = _exact(programme, rest)
    if named is None or not _COUNTED.match(rest, named.end):
        return rest, ""
    other = programme.indicator(named.ids[0])
    if other is None or not other.is_recorded:
        return rest, ""
    return rest[: named.start].strip(_GLUE), rest[named.start :].strip(_GLUE)


def _days(pieces: _Pieces) -> Iterator[tuple[int, re.Match[str]]]:
    """What may be a day, each with the number of its piece: what has the form of one, and words
    that are read as a whole ("上月底"); of two that begin at one place the longer first."""
    for at, piece in enumerate(pieces.left):
        every = (*_DAY.finditer(piece), *_WORD.finditer(piece))
        for found in sorted(every, key=lambda each: (each.start(), -each.end())):
            yield at, found


def _may_be_number(found: re.Match[str]) -> bool:
    return _MAYBE_NUMBER.fullmatch(found[0].strip()) is not None


def _cut_number(pieces: _Pieces, programme: Programme, named: _Named | None) -> Decimal | None:
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


def _counted(words: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\d.\w])({AMOUNT})\s*(万)?\s*(?:{words})(?!\w)|"
        rf"(?<![\d.第])({AMOUNT})\s*(万)?\s*(?:{words})",
        re.I,
    )


def _names(programme: Programme) -> Iterable[tuple[Indicator, str]]:
    for indicator in programme.indicators:
        for language in LANGUAGES:
            yield indicator, indicator.name.in_(language).casefold()


def _exact(programme: Programme, text: str) -> _Named | None:
    """The longest name that stands in a text as it is."""
    folded = text.casefold()
    if len(folded) != len(text):
        return None
    named = [(name, i.id) for i, name in _names(programme) if name in folded]
    found = [(len(name), indicator, folded.find(name)) for name, indicator in named]
    if not found:
        return None
    length, indicator, start = max(found)
    return _Named((indicator,), start, start + length, True)


def _cut_name(pieces: _Pieces, programme: Programme) -> _Named | None:
    """What is nearly a name, or part of one."""
    best: tuple[float, int, _Named] | None = None
    for at, piece in enumerate(pieces.left):
        found = [*_chinese(programme, piece), *_english(programme, piece)]
        named = _best(found)
        score = max((each.score for each in found), default=0.0)
        if named is not None and (best is None or score > best[0]):
            best = score, at, named
    if best is None:
        return None
    _, at, named = best
    pieces.cut(at, named.start, named.end)
    return named


def _chinese(programme: Programme, piece: str) -> list[_Found]:
    """By the characters that a name and a text share; part of a name will do."""
    told, found = piece.strip(_GLUE), list[_Found]()
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


def _best(found: Sequence[_Found]) -> _Named | None:
    """Those that are named the most surely; what is recorded by hand before what is not."""
    if not found:
        return None
    top = max(each.score for each in found)
    best = [each for each in found if each.score > top - _NEAR]
    by_hand = [each for each in best if each.indicator.is_recorded] or best
    ids = tuple(each.indicator.id for each in by_hand)
    return _Named(ids, by_hand[0].start, by_hand[0].end, by_hand[0].sure)
