"""Years as people type them, and which one is meant where none is typed."""

from enum import Enum


class Lean(Enum):
    """Which day is meant where the year is left out: of a plan, the next one; of figures, the
    latest one that began."""

    AHEAD = 1
    BACK = -1


_WORDS = {"前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1, "来年": 1, "后年": 2}
_IN_WORDS = "零一二三四五六七八九"
# Of two digits one of these decades, and before a whole date only: "26-12-5", "26.12.5".
_SHORT = r"[23]\d(?=-\d{1,2}-\d|/\d{1,2}/\d|\.\d{1,2}\.\d)"
YEAR = rf"\d{{4}}|\d\d(?=年)|{_SHORT}|{'|'.join(_WORDS)}|[{_IN_WORDS}]{{4}}"


def year_of(typed: str, this_year: int) -> int:
    """ "2026", "26", "二零二六", "去年": the year that is meant in the year `this_year`."""
    if typed in _WORDS:
        return this_year + _WORDS[typed]
    digits = "".join(c if c.isdecimal() else str(_IN_WORDS.index(c)) for c in typed)
    return 2000 + int(digits) if len(digits) == 2 else int(digits)
