"""A plan told in one line behind the command, such as "东湖 明年 走访慰问 150"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from content.asking import likeliest, the_place
from content.programme import Programme
from storage.model.naming import folded
from storage.model.node import Node
from storage.model.person import LANGUAGES
from storage.model.typed.targets import Typed, is_percent, read_targets, split_line

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
    typed = read_targets(rest, names_of(programme))
    line = PlanLine(place, year, typed, any(map(str.isdigit, rest)))
    return line if typed.numbers or len(typed.unread) != 1 else _unsure(line, programme)


def _unsure(line: PlanLine, programme: Programme) -> PlanLine:
    """With what its one line could mean; nearly a name is enough, for it is asked back anyhow."""
    try:
        name, number = split_line(line.typed.unread[0])
    except ValueError:
        return line
    found = tuple(e for e in likeliest(name, programme) if e in programme.plannable)
    if len(found) == 1:
        percents = frozenset(found if is_percent(line.typed.unread[0]) else ())
        return replace(line, typed=Typed({found[0]: number}, percents=percents))
    return replace(line, could_be=found, number=number)


def names_of(programme: Programme) -> list[tuple[str, str]]:
    """What can be planned, by its names in every language."""
    return [
        (each.id, each.name.in_(language))
        for each in programme.indicators
        if each.planned
        for language in LANGUAGES
    ]
