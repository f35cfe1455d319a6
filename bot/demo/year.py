"""The demo year: last year and this one up to today, in which all that is shown has happened."""

import heapq
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from itertools import chain, count
from typing import Any

from bot.commands.demo import FIRST_ID, PEOPLE
from bot.commands.progress import Told
from bot.demo.characters import CHARACTERS, STEADY, Character
from bot.demo.post import Post
from bot.demo.script import script
from bot.demo.stage import Line, Place, Size, Somebody, Stage
from bot.demo.words import Words
from bot.product import Content, load_content
from bot.settings import Settings
from scheduler.building import build_rollups
from storage.database import Database
from storage.queries.people import anybody
from storage.shares import Kept

_ROUNDS = (11.5, 19.5)  # hours at which the post goes
_BLOCKED = 0.02
USUAL = Size()


async def fill_year(
    database: Database,
    settings: Settings,
    now: datetime,
    seed: int,
    size: Size = USUAL,
    told: Told = lambda _done, _total: None,
) -> bool:
    """Let the year before that of `now`, and this one up to yesterday, happen in an empty database;
    False, and nothing is done, if it holds people. `told` of the days gone.

    The same `seed` on the same day gives the same life.
    """
    if await database.read(anybody):
        return False
    content = load_content(settings, lambda: now)
    stage = set_up(content, settings, now, seed, size)
    await build_rollups(database, Kept(settings.zone, content.programme.shares))
    given = (content.programme, content.courses, content.holidays)
    post = Post(database, given, settings.zone, _blocked(stage))
    await _Life(database, stage, post).live(told)
    await post.close()
    return True


def set_up(content: Content, settings: Settings, now: datetime, seed: int, size: Size) -> Stage:
    """The stage with everybody who will come upon it."""
    words = Words(settings.default_language, content.programme)
    ids = count(FIRST_ID)
    stage = Stage(
        seed=seed,
        today=now.astimezone(settings.zone).date(),
        size=size,
        zone=settings.zone,
        words=words,
        programme=content.programme,
        course=next(iter(content.courses)),
        holidays=content.holidays,
        owner=_cast("mei"),
        places=[],
    )
    stage.places.extend(_place(stage, each, ids) for each in CHARACTERS[: size.communities])
    return stage


def _cast(name: str) -> Somebody:
    [found] = [each for each in PEOPLE if each.name == name]
    return Somebody(found.telegram_id, found.name, stays=True)


def _place(stage: Stage, character: Character, ids: Iterator[int]) -> Place:
    """A community with those who will live there; the cast lives in the first one."""
    joined = character.joined_month
    since_on = date(stage.years[joined is not None], joined or 1, 1)
    words, first = stage.words, character is STEADY
    name = words.community(character.number)
    staff = Somebody(next(ids), words.said("staff", n=character.number), stays=True)
    place = Place(character, name, since_on, _cast("kim") if first else staff)
    if first:
        place.people += [_cast("ana"), _cast("bo")]
    for _ in range(max(1, round(stage.size.people * character.people)) - 2 * first):
        telegram_id = next(ids)
        place.people.append(Somebody(telegram_id, words.resident(telegram_id - FIRST_ID)))
    return place


def _blocked(stage: Stage) -> dict[int, datetime]:
    """Who blocks the bot one day, and when."""
    found = {}
    for who in chain.from_iterable(place.people for place in stage.places):
        chance = stage.chance("blocked", who.telegram_id)
        if chance.random() < _BLOCKED and not who.stays:
            found[who.telegram_id] = stage.at(date(stage.years[0], 3, 1), 12) + timedelta(
                days=chance.randrange(600)
            )
    return found


class _Life:
    """All lines of a stage, told in the order of their instants."""

    def __init__(self, database: Database, stage: Stage, post: Post) -> None:
        self._database = database
        self._stage = stage
        self._post = post
        self._waiting: list[tuple[datetime, int, Line]] = []

    async def live(self, told: Told) -> None:
        """Day by day; what happens between two rounds of the post is one transaction."""
        stage = self._stage
        for number, line in enumerate(script(stage)):
            first = next(line)
            assert isinstance(first, datetime)  # each begins by waiting
            heapq.heappush(self._waiting, (first, number, line))
        day = stage.began_on
        days = (stage.today - day).days
        for gone in range(1, days + 1):
            for hour in _ROUNDS:
                told_some = await self._until(stage.at(day, hour))
                await self._post.round(stage.at(day, hour), something_new=told_some)
            day += timedelta(days=1)
            told(gone, days)
        await self._until(stage.at(day, 0))

    async def _until(self, end: datetime) -> bool:
        """Tell what happens before `end`; whether there was anything."""
        if not self._waiting or self._waiting[0][0] >= end:
            return False
        await self._database.write(lambda connection: self._tell(end, partial(_on, connection)))
        return True

    def _tell(self, end: datetime, act: Callable[[Callable[..., Any]], Any]) -> None:
        while self._waiting and self._waiting[0][0] < end:
            at, number, line = heapq.heappop(self._waiting)
            if (then := _go_on(line, at, act)) is not None:
                heapq.heappush(self._waiting, (then, number, line))


def _on(connection: Any, action: Callable[..., Any]) -> Any:
    return action(connection)


def _go_on(line: Line, at: datetime, act: Callable[[Callable[..., Any]], Any]) -> datetime | None:
    """Let a line that waited for `at` do what it does then; until when it waits next, None at its
    end."""
    result = None
    try:
        while True:
            step = line.send(result)
            if isinstance(step, datetime):
                if step > at:
                    return step
                result = None  # it may go on at once
            else:
                result = act(step)
    except StopIteration:
        return None
