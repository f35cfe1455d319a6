"""Who and what the lines of the demo year are about, and chance, which is the same for a seed."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from bot.demo.characters import CHARACTERS, Character
from bot.demo.words import Words
from content.courses import Course
from content.programme import Programme
from storage.model.holidays import Holidays
from storage.model.local_time import instant_of

# A line waits for an instant, or does something: an action without its connection, whose result
# it is given. Each does everything of one subject, from its beginning to its end.
Line = Generator[datetime | Callable[..., Any], Any, None]


@dataclass(frozen=True, slots=True)
class Size:
    """How large a demo is: so many communities, as many people in a usual one, and how much
    happens, as a share of the usual."""

    communities: int = len(CHARACTERS)
    people: int = 32
    work: float = 1.0

    @property
    def crowd(self) -> float:
        """How many people there are, as a share of the usual."""
        return self.people / Size().people


@dataclass(slots=True)
class Somebody:
    """A person. `home` None: not here yet, or gone. `stays`: one of those whose telephones the
    simulator opens, who never leave."""

    telegram_id: int
    name: str
    stays: bool = False
    id: int = 0
    home: int | None = None
    is_member: bool = False


@dataclass(slots=True)
class Place:
    """A community. `node_id` is 0 until it is there, `since_on` the day from which it is."""

    character: Character
    name: str
    since_on: date
    staff: Somebody
    people: list[Somebody] = field(default_factory=list)
    node_id: int = 0

    @property
    def living(self) -> list[Somebody]:
        """Who lives there now."""
        return [each for each in self.people if each.home == self.node_id]

    def work(self, *, last_year: bool) -> float:
        """How much of the usual it does in this year, or did in the last one."""
        return self.character.work_before if last_year else self.character.work


@dataclass(slots=True)
class Stage:
    """Where the lines are told. The life ends before `today` begins. `district_id` is 0 until it is
    there."""

    seed: int
    today: date
    size: Size
    zone: ZoneInfo
    words: Words
    programme: Programme
    course: Course
    holidays: Holidays
    owner: Somebody
    places: list[Place]
    district_id: int = 0

    @property
    def years(self) -> tuple[int, int]:
        """Last year and this one."""
        return self.today.year - 1, self.today.year

    @property
    def began_on(self) -> date:
        """The day on which the district begins with the bot."""
        return date(self.years[0], 1, 1)

    def chance(self, *about: object) -> Random:
        """Chance for one subject: it does not depend on what else happens, and in which order."""
        return Random(" ".join(map(str, (self.seed, *about))))

    def at(self, day: date, hour: float) -> datetime:
        """An instant by the clock of the district."""
        minutes = round(hour * 60)
        return instant_of(day, time(minutes // 60, minutes % 60), self.zone)

    def workday(self, day: date) -> date:
        """That day, or the next one on which staff work."""
        while not self.holidays.is_working(day):
            day += timedelta(days=1)
        return day


def whole(number: float, chance: Random) -> int:
    """A number without decimals that is as large in the mean."""
    return int(number + chance.random())
