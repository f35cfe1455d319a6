"""`linli demo`: a small district in which every screen has something to show."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.commands.progress import Told
from bot.outside import utc_now
from bot.product import load_content
from bot.settings import Settings
from content.programme import ExampleEvent
from scheduler.calendar import next_slots
from storage.actions import events, invitations, people, study, suggestions
from storage.actions.leaving import leave
from storage.actions.nodes import add_community, found_district
from storage.database import Database
from storage.model.event import NewEvent
from storage.model.local_time import instant_of
from storage.model.node import Node
from storage.model.period import day_of
from storage.model.person import Person
from storage.model.push import NewPush
from storage.model.rhythm import Rhythm, ScheduleKind
from storage.model.roles import Role
from storage.model.schedule import Timetable
from storage.model.suggestion import NewSuggestion
from storage.queries.nodes import root


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody of the cast: invited to a role, or (None) to be a member; else a resident."""

    telegram_id: int
    name: str
    label_zh: str
    label_en: str
    community: int | None
    invited: bool = False
    role: Role | None = None


PEOPLE = (
    DemoPerson(5_000_000_001, "ana", "成员", "member", 0, invited=True),
    DemoPerson(5_000_000_002, "bo", "居民", "resident", 0),
    DemoPerson(5_000_000_003, "kim", "工作人员", "staff", 0, True, Role.COMMUNITY),
    DemoPerson(5_000_000_004, "mei", "区级", "district", None, True, Role.OWNER),
)
_COMMUNITIES = 2
# Of the people of the demo year: beyond what Telegram gives today, so that nobody is written to by
# mistake.
FIRST_ID = 4_000_000_000_000_000
HALF_FILLED = (
    "stopped half-way. A demo goes into an empty database only: remove this one, or name another "
    "by DATABASE_URL, and begin again"
)


async def fill(
    database: Database, settings: Settings, now: Callable[[], datetime] = utc_now
) -> bool:
    """Fill an empty database with what happens at `now`; False if it was not empty."""
    if await database.read(root) is not None:
        return False
    await _Filling(database, settings, now()).fill()
    return True


async def fill_with_year(
    database: Database,
    settings: Settings,
    seed: int,
    told: Told = lambda _done, _total: None,
    now: Callable[[], datetime] = utc_now,
) -> bool:
    """Fill an empty database with last year and this one up to yesterday; False if it was not
    empty."""
    from bot.demo.year import fill_year  # loads the planner, which the small demo does without

    return await fill_year(database, settings, now(), seed, told=told)


class _Filling:
    """One filling: every step is an action that people could have caused themselves."""

    def __init__(self, database: Database, settings: Settings, now: datetime) -> None:
        self._write = database.write
        self._language = settings.default_language
        self._zone = settings.zone
        self._now = now
        content = load_content(settings, lambda: now)
        self._programme, self._course = content.programme, next(iter(content.courses))

    async def fill(self) -> None:
        example = self._programme.example
        names = self._names()
        district = await self._write(found_district, names[0], self._now)
        owner = await self._join(-1, "demo")
        await self._write(invitations.invite_owner, district.id, "demo-owner", self._now)
        await self._write(invitations.redeem, owner.id, "demo-owner", self._now)
        communities = [
            await self._write(add_community, owner.id, name, self._now) for name in names[1:]
        ]
        cast = {
            each.name: await self._settle(each, owner, district, communities) for each in PEOPLE
        }
        await self._write(leave, owner.id, self._now, self._zone)
        if example is not None:
            await self._post_event(cast["kim"], communities[0], example.event)
            words = example.suggestion.text.in_(self._language)
            new = NewSuggestion("demo-suggestion", example.suggestion.category, words, (), False)
            await self._write(suggestions.submit, cast["bo"].id, new, self._now, self._zone)
        await self._schedule(cast["kim"], communities[0])

    def _names(self) -> list[str]:
        """Of the district and two communities; numbers where the programme names none."""
        example = self._programme.example
        if example is not None:
            named = [example.district, *example.communities[:_COMMUNITIES]]
            return [each.in_(self._language) for each in named]
        district, place = self._programme.district, self._programme.terms.community
        word = place.en.capitalize() if self._language == "en" else place.zh
        numbered = [f"{word} {number}" for number in range(1, _COMMUNITIES + 1)]
        return [district.in_(self._language), *numbered]

    async def _join(self, telegram_id: int, name: str) -> Person:
        return await self._write(people.consent, telegram_id, name, self._language, self._now)

    async def _settle(
        self, each: DemoPerson, owner: Person, district: Node, communities: list[Node]
    ) -> Person:
        person = await self._join(each.telegram_id, each.name)
        home = None if each.community is None else communities[each.community]
        if home is not None:
            await self._write(people.choose_community, person.id, home.id, self._now)
        if each.invited:
            secret, place = f"demo-{each.name}", home or district
            await self._write(invitations.invite, owner.id, each.role, place.id, secret, self._now)
            await self._write(invitations.redeem, person.id, secret, self._now)
        return person

    async def _post_event(self, staff: Person, community: Node, told: ExampleEvent) -> None:
        day = day_of(self._now, self._zone) + timedelta(days=5)
        event = NewEvent(
            draft_key="demo-event",
            node_id=community.id,
            category=told.category,
            title=told.title.in_(self._language),
            place=told.place.in_(self._language),
            starts_at=instant_of(day, time(9, 30), self._zone),
            capacity=40,
        )
        await self._write(events.post, staff.id, event, self._now)

    async def _schedule(self, staff: Person, community: Node) -> None:
        rhythm = Rhythm(ScheduleKind.WEEKLY, days=("mon", "wed", "fri"), at=time(8, 30))
        slot = next_slots(rhythm, self._now, self._zone, 1)[0]
        push = NewPush("demo-push", community.id, self._course.id, self._course.items[0].id, 0)
        timetable = Timetable(rhythm, slot)
        await self._write(study.schedule_push, staff.id, push, timetable, self._now)
