"""Figures asked in words, such as "东湖上半年学习活动几场": which indicator, where, which days."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from content.alike import fit
from content.programme import Indicator, Programme
from content.recording import units_of
from storage.model.naming import folded
from storage.model.node import Node
from storage.model.period import Period
from storage.model.refusal import Refusal

LONGEST = 100  # characters; whoever asks for a number says it in fewer
SHOWN = 3  # of the likeliest
MOST = 4  # to choose among: two figures of two places, say
# Of content.alike: of 100 nothing else can be meant; below, it is asked; far below, none is.
_SURE, _APART, _LIKELY = 90, 10, 60
_ASKED = (
    r"(?:还差|差|计划|目标)?(?:一共|总共|共|都)?(?:做了|办了|搞了|开展了|举办了|组织了|完成了|收到了?|发了|有了?|是|了)?"
    r"(?:多少|几)(?:{units})?"
    r"|(?:完成率|完成情况|完成进度|完成比例|进度|数量|总数|次数|个数)(?:是|怎么样|怎样|如何)?"
    r"|(?:完成了?|是|达到了?)?百分之(?:多少|几)"
    r"|how many|how much|what is|what are|number of|figures? (?:of|for)|[?？]"
)
_MEASURES = ("人次", "人", "场", "次", "条", "个", "篇", "起", "期", "家", "位", "件")
_STANDS_AROUND = (
    r"请问|麻烦|帮我|我们(?:{place})|本(?:{place})|我们|咱们|查一下|查查|看一下|看看"
    r"|的?(?:数字|数据|情况|统计)|各自|分别|各(?= |$)|[吗呢啊的]$|[，。,.!！]"
    r"|\b(?:please|show me|tell me|did|do|does|we|were|was|are|is|there|in|at|of|for|the|had|have"
    r"|has|been|so far|pay|paid|hold|held|make|made)\b"
)
_PLACES = ("社区", "街道", "居委会", "村", "镇", "区", "馆", " community", " district")
_CHINESE_DAYS = re.compile(
    r"[今去前本这上下最近过当0-9〇一二三四五六七八九十两年月日号周季度半个至到从自以来全初底末旬天"
    r"星期礼拜第昨中春节国庆秋端午清明元旦假\-~./]{2,16}"
)
_WITHIN_CHINESE = re.compile(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])")
_CN = "〇一二三四五六七八九十"
_WITHIN_NUMBER = re.compile(rf"(?<=\d)(?=\d)|(?<=[{_CN}])(?=[{_CN}])")
_MOST_WORDS = 7  # of an English period
_AND = re.compile(r"、|，|,|和|与|及|以及|\band\b")
# Between two places or times: "今年比去年", "East Lake and West Hill".
_BESIDE = r"(?:、|，|,|以及|和|与|及|跟|同|比|对比|还是|\band\b|\bor\b|\bvs\.?|\bthan\b)"
_HOLE = "\0"  # where what was understood stood
_BOTH_ENGLISH = re.compile(r"(?<!\S)(?:and|or|vs\.?|than)(?!\S)")
# All of the places, and each beside the others; {place} is what an organisation calls one.
_WHOLE = re.compile(
    r"(?<!安)全区(?!域)|整个区|\b(?:the )?(?:whole|entire) district\b|\bdistrict-?wide\b"
)
_EACH = r"(?:各个?|每个?|所有的?|全部)(?:{place})|\b(?:all(?: the)?|each|every|by) {place_en}\b"
_NO_DAYS = "stats.period_unclear"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: the likeliest `indicators` (their ids; none: all of them) and `places` (the
    ids of nodes; none was named), and of which days, if that was said. `sure`: nothing else can be
    meant. `each`: of every place beside the others."""

    indicators: tuple[str, ...]
    places: tuple[int, ...]
    periods: tuple[Period, ...]
    sure: bool
    each: bool = False

    @property
    def period(self) -> Period | None:
        """The days that are meant, or the first ones."""
        return self.periods[0] if self.periods else None


class Which(NamedTuple):
    """One of the things that may be asked: an indicator (None: all of them), where, which days."""

    indicator: Indicator | None
    node: Node
    period: Period


class _Patterns(NamedTuple):
    """What an organisation's own words and units are needed for."""

    asking: re.Pattern[str]
    counting: re.Pattern[str]
    around: re.Pattern[str]
    suffix: re.Pattern[str]
    each: re.Pattern[str]


def _patterns(programme: Programme) -> _Patterns:
    term = programme.terms.community
    return _compiled(units_of(programme), (term.zh.casefold(), term.en.casefold()))


@lru_cache(maxsize=4)
def _compiled(units: tuple[str, ...], place: tuple[str, str]) -> _Patterns:
    longest_first = sorted({*units, *_MEASURES}, key=len, reverse=True)
    suffix = sorted({*_PLACES, place[0], f" {place[1]}"}, key=len, reverse=True)
    english = _any_of([place[1], f"{place[1]}s", f"{place[1].removesuffix('y')}ies", "places"])
    return _Patterns(
        re.compile(_ASKED.format(units=_any_of(longest_first))),
        re.compile(rf"多少|几(?:{_any_of(longest_first)})|how many|number of"),
        re.compile(_STANDS_AROUND.format(place=_any_of(["社区", place[0]]))),
        re.compile(f"(?:{_any_of(suffix)})$"),
        re.compile(_EACH.format(place=_any_of(["社区", place[0]]), place_en=f"(?:{english})")),
    )


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in words)


def asked(
    text: str,
    programme: Programme,
    places: Iterable[tuple[int, str]],
    read: Callable[[str], Period],
    *,
    by_command: bool = False,
) -> Asked | None:
    """What a text asks for, among the `places` (id, name) of whoever wrote it; None if it asks for
    no figure. Without a question nothing but a name, a place and days may stand in it. `read` is
    `parse_period` of today; a text behind the command of figures asks for one anyhow.

    Raises what `read` refuses of days that cannot be, such as 29 February of most years, and
    Refusal if all places are asked for by somebody who has one."""
    said = folded(text)
    if len(said) > LONGEST or text.startswith("/"):
        return None
    of, places = _patterns(programme), [*places]
    rest, each = _without(of.each, said)
    rest, whole = _without(_WHOLE, rest)
    rest, named = _without_places(rest, places, programme)
    where = tuple(each for ids in named for each in ids)[:SHOWN]
    over = (each or whole) and not where
    if over:
        where = tuple(node_id for node_id, _ in places[:1])
    rest, asking = _without(of.asking, rest)
    rest, days = _without_periods(rest, read)
    rest, asking = _bare(rest, of), asking or by_command
    if not asking:
        rest, asking = _without_unit(rest, programme)
    found = _meant(rest, where, programme, asking=asking)
    if found is None:
        return None
    if isinstance(days, Refusal):
        raise days
    if over and len(places) < 2:
        raise Refusal("stats.only_own", names=[name for _, name in places])
    return replace(found, periods=days, sure=found.sure and len(days) < 2, each=each and over)


def _meant(
    rest: str, where: tuple[int, ...], programme: Programme, *, asking: bool
) -> Asked | None:
    """What is asked by what is left without place and days."""
    if not rest:
        return Asked((), where, (), sure=len(where) == 1) if where and asking else None
    if several := _several(rest, programme):
        return Asked(several, where, (), sure=False)
    meant = likeliest(rest, programme)
    if not meant or not (asking or _is_named(rest, meant[0], programme)):
        return None
    sure = len(where) < 2 and _sure(rest, programme)
    return Asked(meant, where, (), sure)


def _several(rest: str, programme: Programme) -> tuple[str, ...]:
    """The figures (their ids) that are asked for at once, if they are more than one; "Home and
    condolence visits" is one."""
    parts = [part.strip() for part in _AND.split(rest) if part.strip()]
    if len(parts) < 2 or any(_is_named(rest, each.id, programme) for each in programme.indicators):
        return ()
    found = [likeliest(part, programme) for part in parts]
    each = tuple(dict.fromkeys(meant[0] for meant in found if meant))
    return each[:SHOWN] if all(len(meant) == 1 for meant in found) and len(each) > 1 else ()


def _without_unit(rest: str, programme: Programme) -> tuple[str, bool]:
    """A whole name without the unit in which it is counted ("学习活动场次"), and whether it had
    one: so people ask for its number."""
    for each in programme.indicators:
        name, unit = rest.removesuffix(each.unit.zh.casefold()), each.unit.zh
        if name != rest and unit and _is_named(name.rstrip(), each.id, programme):
            return name.rstrip(), True
    return rest, False


def asks_how_many(text: str, programme: Programme) -> bool:
    """Whether somebody asks for a number, whatever of."""
    return len(text) <= LONGEST and bool(_patterns(programme).counting.search(folded(text)))


def likeliest(name: str, programme: Programme) -> tuple[str, ...]:
    """The indicators (their ids) that a name could mean, the likeliest first: one if it is sure."""
    rest = _bare(folded(name), _patterns(programme))
    found = [e for e, (score, _) in _scores(rest, programme).items() if score >= _LIKELY][:SHOWN]
    return tuple(found[:1] if _sure(rest, programme) else found)


def _sure(rest: str, programme: Programme) -> bool:
    """Whether nothing else can be meant."""
    scores = _scores(rest, programme)
    best, second = (*(score for score, _ in scores.values()), 0, 0)[:2]
    first = next(iter(scores), "")
    return best >= _SURE and (best - second >= _APART or _is_named(rest, first, programme))


def _bare(said: str, of: _Patterns) -> str:
    """A text without what stands around what is asked."""
    return _WITHIN_CHINESE.sub("", " ".join(of.around.sub(" ", said).split()))


def _without(pattern: re.Pattern[str], said: str) -> tuple[str, bool]:
    rest = pattern.sub(" ", said)
    return rest, rest != said


def _without_places(
    said: str, places: Iterable[tuple[int, str]], programme: Programme
) -> tuple[str, list[tuple[int, ...]]]:
    """A folded text without the longest name of a place in it, and without those that stand beside
    it; for each name all the places that are called so."""
    of, found = _patterns(programme), dict[str, list[int]]()
    for node_id, name in places:
        whole = folded(name)
        for each in {whole, of.suffix.sub("", whole)}:
            if len(each) > 1 and each in said:
                found.setdefault(each, []).append(node_id)
    if not found:
        return said, []
    longest, *others = sorted(found, key=len, reverse=True)
    rest, named = said.replace(longest, _HOLE, 1), [tuple(found[longest])]
    for name in others:
        rest, there = _beside(rest, name)
        if there:
            named.append(tuple(found[name]))
    return rest.replace(_HOLE, " "), named


def _beside(said: str, part: str) -> tuple[str, bool]:
    """A text without a part that stands beside the hole in it, and whether there was one."""
    escaped = re.escape(part)
    pattern = rf"{_HOLE}\s*{_BESIDE}\s*{escaped}|{escaped}\s*{_BESIDE}\s*{_HOLE}"
    rest = re.sub(pattern, _HOLE, said, count=1)
    return rest, rest != said


def the_place(said: str, places: Sequence[Node], programme: Programme) -> tuple[str, int | None]:
    """A folded text without the name of one of the `places`, and the id of that (None: there is
    none). Raises Refusal if several are meant: none is guessed."""
    rest, named = _without_places(said, [(each.id, each.name) for each in places], programme)
    where = {each for ids in named for each in ids}
    meant = [each for each in places if each.id in where]
    if len(meant) > 1:
        whole = [each for each in meant if folded(each.name) in said]
        if len(whole) != 1 or len(named) > 1:
            raise Refusal("refused.which_place", names=[each.name for each in meant])
        meant = whole
    return rest, meant[0].id if meant else None


def _without_periods(
    said: str, read: Callable[[str], Period]
) -> tuple[str, tuple[Period, ...] | Refusal]:
    """The text without the longest part that is read as days, and without those that stand beside
    it; and these in the order in which they were said, or why they cannot be."""
    found, rest = list[tuple[int, Period]](), said
    for part in sorted(_parts(said), key=len, reverse=True):
        without, there = _beside(rest, part) if found else (rest.replace(part, _HOLE, 1), True)
        if not there:
            continue
        try:
            found.append((said.index(part), read(part)))
        except Refusal as refusal:
            if refusal.key != _NO_DAYS:
                return without.replace(_HOLE, " "), refusal
        else:
            rest = without
    return rest.replace(_HOLE, " "), tuple(
        dict.fromkeys(days for _, days in sorted(found, key=_at))
    )


def _at(found: tuple[int, Period]) -> int:
    return found[0]


def _parts(said: str) -> Iterator[str]:
    """What could be days: runs of the characters that Chinese ones are made of, no number of which
    is cut through ("2月29日" is no 2 February), and of words."""
    for run in _CHINESE_DAYS.findall(said):
        within = {found.start() for found in _WITHIN_NUMBER.finditer(run)}
        ends = [at for at in range(len(run) + 1) if at not in within]
        for first, last in combinations(ends, 2):
            part = run[first:last]
            if len(part) > 1 and (not part.isdecimal() or len(part) == 4):
                yield part
    words = said.split(" ")
    for first in range(len(words)):
        for last in range(first + 1, min(first + _MOST_WORDS, len(words)) + 1):
            part = " ".join(words[first:last]).strip(" ?.,")
            if _BOTH_ENGLISH.search(part) and "between" not in part:
                continue
            if len(part) > 1 and part.isascii() and (not part.isdecimal() or len(part) == 4):
                yield part


def _scores(rest: str, programme: Programme) -> Mapping[str, tuple[float, float]]:
    """How well each indicator's name fits, the best first: of 100, and how alike all of it is."""
    scored = {each.id: _score(rest, each, _patterns(programme)) for each in programme.indicators}
    return dict(sorted(scored.items(), key=lambda each: each[1], reverse=True))


def _score(rest: str, indicator: Indicator, of: _Patterns) -> tuple[float, float]:
    """Part of its name will do; what else it is called is meant only as a whole: in "suggestions"
    nobody asks for the "suggestions adopted"."""
    own, also = (indicator.name.zh, indicator.name.en), (*indicator.also.zh, *indicator.also.en)
    whole = (fit(rest, _bare(folded(name), of))[1] for name in also)
    return max(
        *(fit(rest, _bare(folded(name), of)) for name in own),
        *((alike, alike) for alike in whole),
    )


def _is_named(rest: str, indicator_id: str, programme: Programme) -> bool:
    """Whether it is the name, and nothing else."""
    found, of = programme.indicator(indicator_id), _patterns(programme)
    return found is not None and rest in {_bare(folded(name), of) for name in found.names}


def choices(
    meant: Asked, programme: Programme, places: Sequence[Node], usual: Period
) -> list[Which]:
    """What to choose among, where it is not sure what is meant; `places` are those of whoever
    asked, the widest first, and the `usual` days those that are meant where none are said."""
    known = [programme.indicator(each) for each in meant.indicators]
    found: list[Indicator | None] = [each for each in known if each] if known else [None]
    where = [each for each in places if each.id in meant.places] or places[:1]
    every = [
        Which(each, node, days)
        for each in found
        for node in where
        for days in (meant.periods or (usual,))
    ]
    return every[:MOST]
