"""Names: what somebody types among many things to choose from, and people who share one."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from storage.model.typed.numbers import number_of

_NUMBERED = re.compile(r"(?:第|no\.? ?|number )?(.{1,4}?)(?:课|条|项|个|号)?")
_ALIKE = 0.7  # of two names, difflib's ratio: one character of four is another


@dataclass(frozen=True, slots=True)
class Namesake:
    """What tells somebody from others of the same name in one list: since when they are known, and
    their place among those who came within the same minute (0: nobody else did)."""

    joined_at: datetime
    place: int = 0


def apart(people: Iterable[tuple[int, str, datetime]]) -> dict[int, Namesake]:
    """What tells those of the `people` (id, name, when they joined) apart who share a name."""
    named = defaultdict[str, list[tuple[datetime, int]]](list)
    for i, name, joined_at in people:
        named[folded(name)].append((joined_at, i))
    found: dict[int, Namesake] = {}
    for shared in named.values():
        if len(shared) > 1:
            found |= _by_time(shared)
    return found


def _by_time(shared: list[tuple[datetime, int]]) -> dict[int, Namesake]:
    """For ids of one name, each with when they joined."""
    of_minute = defaultdict[datetime, list[int]](list)
    joined = {i: at for at, i in sorted(shared)}
    for i, at in joined.items():
        of_minute[at.replace(second=0, microsecond=0)].append(i)
    places = {
        i: place if len(ids) > 1 else 0
        for ids in of_minute.values()
        for place, i in enumerate(ids, start=1)
    }
    return {i: Namesake(at, places[i]) for i, at in joined.items()}


def folded(text: str) -> str:
    """A text without what nobody means when typing: case, width, spaces around and doubled."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def named(choices: Iterable[tuple[str, str]], text: str) -> list[tuple[str, str]]:
    """Those of the (value, label) pairs whose label is `text`; else that of the number that it is,
    if they are numbered ("2. …"); else those that have it in them."""
    sought, among = folded(text), [(pair, folded(pair[1])) for pair in choices]
    exact = [pair for pair, label in among if label == sought]
    number = _number_in(sought)
    numbered = [pair for pair, label in among if number and label.startswith(f"{number}. ")]
    return exact or numbered or [pair for pair, label in among if sought in label]


def _number_in(text: str) -> int | None:
    """The number that a text is: "2", "第二课"."""
    found = _NUMBERED.fullmatch(text)
    try:
        return number_of(found[1]) if found else None
    except ValueError:
        return None


def like(choices: Iterable[tuple[str, str]], text: str) -> list[tuple[str, str]]:
    """Those of the (value, label) pairs whose label is nearly `text`, the nearest first: as after a
    slip in typing. Three at most."""
    labels = {pair: folded(pair[1]) for pair in choices}
    near = get_close_matches(folded(text), set(labels.values()), 3, _ALIKE)
    return [pair for label in near for pair in labels if labels[pair] == label][:3]
