"""Festivals that are on another day each year, typed where a day of every year is asked."""

import re
from datetime import time
from typing import NamedTuple

from storage.model.holidays import MOVING
from storage.model.typed.clocks import read_time
from storage.model.typed.festivals import FESTIVAL, days_away, name_of
from storage.model.typed.wording import bare

_AROUND = re.compile(r"^(?:每年的?|(?:every year|each year))? ?(?:on )?(?:the )?")


class Moving(NamedTuple):
    """A festival, or the day so many days `away` from it, and the clock time behind it."""

    name: str
    away: int
    at: time | None


def read_moving(text: str) -> Moving | None:
    """The festival that a text names: "春节", "每年中秋前一天 9:00", "lantern festival".

    None for another text, for a festival that is on the same day each year, and for that of one
    year or its days off. Raises Refusal for a clock time that cannot be.
    """
    typed = _AROUND.sub("", bare(text))
    found = FESTIVAL.match(typed)
    if found is None or found["year"] or found["behind"] or found["off"]:
        return None
    name, rest = name_of(found), typed[found.end() :].strip(" ,，的").removeprefix("at ")
    if name not in MOVING:
        return None
    try:
        at = read_time(rest).by_day if rest else None
    except ValueError:
        return None
    return Moving(name, days_away(found) or 0, at)
