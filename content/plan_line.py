"""A plan told in one line behind the command, such as "东湖 明年 走访慰问 150"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from content.asking import likeliest, the_place
from content.programme import Programme
from content.recording import units_of
from storage.model.naming import folded
from storage.model.node import Node
from storage.model.person import LANGUAGES
from storage.model.typed.targets import Typed, holds_more, is_percent, read_targets, split_line

_YEAR = re.compile(
    r"(\d{4})\s*年度?(?:的?计划)?|^\s*(\d{4})\s+(?=\D)|\b(?:for|in)\s+(\d{4})\b"
    r"|(今年|本年度?|明年|去年|this year|next year|last year)(?:的?计划)?"
)
_AWAY = {"明年": 1, "next year": 1, "去年": -1, "last year": -1}


@dataclass(frozen=True, slots=True)
class PlanLine:
    """What was understood: the id of the place and the year, as far as they were said; the numbers,
    and the lines that were not. `could_be`: of a single line whose name could mean several, the
    indicators, the likeliest first, and its `number`. `is_one`: there is a number in it, so it is
    no mere question."""

    place: int | None
    year: int | None
    typed: Typed
    is_one: bool
    could_be: tuple[str, ...] = ()
    number: Decimal = Decimal(0)


def read_plan_line(
    text: str, programme: Programme, places: Sequence[Node], this_year: int
) -> PlanLine:
    """Read what stands behind the command of plans; `places` are those that may be planned.
    Raises Refusal if several of them are meant."""
    said = "\n".join(folded(line) for line in text.splitlines())
    rest, place = the_place(said, places, programme)
    year, found = None, _YEAR.search(rest)
    if found:
        digits = found[1] or found[2] or found[3]
        year = int(digits) if digits else this_year + _AWAY.get(found[4], 0)
        rest = rest[: found.start()] + " " + rest[found.end() :]
    typed = read_targets(rest, names_of(programme), units_of(programme))
    line = PlanLine(place, year, typed, any(map(str.isdigit, rest)))
    return _unsure(line, programme)


def _unsure(line: PlanLine, programme: Programme) -> PlanLine:
    """With what its other lines could mean; nearly a name is enough, for it is asked back anyhow.
    Where a whole name stands with more beside it, that more is not understood: another place, a
    month."""
    numbers, percents, unread = dict(line.typed.numbers), set(line.typed.percents), list[str]()
    for said in line.typed.unread:
        name, number, found = _could_be(said, programme)
        if len(found) != 1 or holds_more(name, names_of(programme)):
            unread.append(said)
            if len(found) > 1 and line.typed.unread == (said,) and not numbers:
                return replace(line, could_be=found, number=number)
        elif found[0] not in numbers:
            numbers[found[0]] = number
            percents |= {found[0]} if is_percent(said) else set()
    return replace(line, typed=Typed(numbers, tuple(unread), frozenset(percents)))


def _could_be(said: str, programme: Programme) -> tuple[str, Decimal, tuple[str, ...]]:
    """The name and the number of a line, and what can be planned that it could mean."""
    try:
        name, number = split_line(said, units_of(programme))
    except ValueError:
        return "", Decimal(0), ()
    return name, number, tuple(e for e in likeliest(name, programme) if e in programme.plannable)


def names_of(programme: Programme) -> list[tuple[str, str]]:
    """What can be planned, by its names in every language."""
    return [
        (each.id, each.name.in_(language))
        for each in programme.indicators
        if each.planned
        for language in LANGUAGES
    ]
