"""What a day that is called by a name may mean."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from storage.model.holidays import Holidays
from storage.model.period import Period
from storage.model.refusal import Refusal
from storage.model.typed.years import Lean


class Known(NamedTuple):
    """What a name is read by: the day it is, which year is meant without one, the calendar; and
    whether all its days are asked for, or one day."""

    today: date
    lean: Lean
    holidays: Holidays
    all_days: bool = False


class Meant(NamedTuple):
    """All the `days` of a name, and the `day` that is meant where one is asked. Where `days` is
    None they are not known, as `refusal` tells; where `day` is, it may be any of them."""

    days: Period | None
    day: date | None
    refusal: Refusal | None = None


def nearest(make: Callable[[int], Meant], known: Known, said: object) -> Meant:
    """What a name means: that of this year or month (`make(0)`), or of the next one (1), if it is
    over, or of the last one (-1), if it did not begin. `said`: of which one was said besides."""
    this = make(0)
    begins, ends = this.day, this.day
    if this.days is not None:
        ends = this.day or this.days.last_on
        begins = this.days.first_on if known.all_days else this.day or this.days.first_on
    if said or ends is None or begins is None:
        return this
    if known.lean is Lean.AHEAD:
        return make(1) if ends < known.today else this
    return make(-1) if begins > known.today else this
