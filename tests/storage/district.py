"""What tests of storage say in one word: people, events and rows of a small district."""

import asyncio
import itertools
from collections.abc import Awaitable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Engine, Row, Table, event, select

from storage.actions import events, invitations, people, study
from storage.actions.fan_out import fan_out
from storage.actions.nodes import add_community, found_district
from storage.actions.people import choose_community, consent, enrol
from storage.database import Database
from storage.model.audience import Audience, Behaviour, audience_from_json
from storage.model.delivery import Claimed
from storage.model.event import Event, NewEvent
from storage.model.moves import Move
from storage.model.node import Node
from storage.model.person import Person, Quiet
from storage.model.push import NewPush
from storage.model.refusal import Refusal
from storage.model.rhythm import Rhythm, ScheduleKind
from storage.model.roles import Role
from storage.model.schedule import Schedule, Timetable
from storage.model.subject import SubjectKind
from storage.model.suggestion import NewSuggestion
from storage.queries import audience as audience_queries
from storage.queries import moves as move_queries
from storage.queries import outbox as outbox_queries
from storage.queries import people as people_queries
from storage.queries import schedules as schedule_queries
from storage.tables import persons

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # a Monday, noon in Shanghai
TODAY = (datetime(2026, 3, 1, 16, tzinfo=UTC), datetime(2026, 3, 2, 16, tzinfo=UTC))
ZONE = ZoneInfo("Asia/Shanghai")
COURIER = 7  # the one of these tests
DAY = timedelta(days=1)


def in_order(claimed: list[Claimed]) -> list[Claimed]:
    """As the people joined; of those that are due at once PostgreSQL owes and gives any first."""
    return sorted(claimed, key=lambda each: each.chat_id)


@contextmanager
def counted() -> Iterator[list[str]]:
    """Fills with the statements that are executed."""
    statements = list[str]()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@dataclass
class District:
    """A district with two communities. `mei` owns it."""

    database: Database
    node: Node
    east: Node
    west: Node
    mei: Person
    _ids: Iterable[int] = field(default_factory=lambda: itertools.count(100))

    async def resident(
        self, name: str = "bo", node: Node | None = None, quiet: Quiet | None = None
    ) -> Person:
        """Somebody who joined a community (the eastern one), without quiet hours."""
        telegram_id, home = next(iter(self._ids)), (node or self.east).id

        def join(connection: Connection) -> Person:
            person = _arrived(connection, telegram_id, name, quiet)
            return choose_community(connection, person.id, home, NOW)

        return await self.database.write(join)

    async def member(
        self, name: str = "ana", node: Node | None = None, quiet: Quiet | None = None
    ) -> Person:
        """Somebody on the register of a community."""
        person = await self.resident(name, node, quiet)
        await self.database.write(enrol, person.id, node or self.east, NOW)
        return await self.known(person)

    async def staff(self, name: str, role: Role, node: Node) -> Person:
        """Somebody with a role, who lives in no community."""
        telegram_id, secret = next(iter(self._ids)), f"secret of {name}"

        def take_up(connection: Connection) -> Person:
            person = _arrived(connection, telegram_id, name, None)
            invitations.invite(connection, self.mei.id, role, node.id, secret, NOW)
            invitations.redeem(connection, person.id, secret, NOW)
            return people_queries.by_id(connection, person.id)

        return await self.database.write(take_up)

    async def kim(self) -> Person:
        """Staff of the eastern community."""
        return await self.staff("kim", Role.COMMUNITY, self.east)

    async def known(self, person: Person) -> Person:
        """The person as the database has them now."""
        return await self.database.read(people_queries.by_id, person.id)

    async def event(self, node: Node | None = None, **given: Any) -> Event:
        """An event tomorrow, for the eastern community unless said otherwise."""
        new: dict[str, Any] = {
            "draft_key": f"event {next(iter(self._ids))}",
            "node_id": (node or self.east).id,
            "category": "service",
            "title": "家庭消防演练",
            "place": "社区广场",
            "starts_at": NOW + DAY,
            "capacity": None,
        }
        posted = NewEvent(**(new | given))
        event = await self.database.write(events.post, self.mei.id, posted, NOW)
        await self.owes()
        return event

    async def owes(self, now: datetime = NOW) -> None:
        """Turn the audience of every broadcast into deliveries, as the planner does."""
        for broadcast_id in await self.database.read(outbox_queries.unplanned):
            while await self.database.write(fan_out, broadcast_id, now, ZONE):
                continue

    async def schedule(self, rhythm: Rhythm, slot: datetime, node: Node | None = None) -> Schedule:
        """A schedule of the shipped course from its first item on."""
        key = f"push {next(iter(self._ids))}"
        place, now = (node or self.east).id, min(NOW, slot)
        push = NewPush(key, place, "resident-basics", "safe-account", 0)
        timetable = Timetable(rhythm, slot)
        await self.database.write(study.schedule_push, self.mei.id, push, timetable, now)
        return (await self.database.read(schedule_queries.due, slot))[-1]

    async def chosen(self, behaviour: Behaviour) -> list[str]:
        """The names of the eastern community's people who did something, or did not."""
        audience = Audience(self.east.id, behaviour=behaviour)
        assert audience_from_json(audience.to_json()) == audience
        here = persons.c.node_id == self.east.id
        rows = await self.rows(persons, here, *audience_queries.conditions(audience))
        assert await self.database.read(audience_queries.count, audience) == len(rows)
        return sorted(row.name for row in rows)

    async def history(self, kind: SubjectKind, subject_id: int) -> list[Move]:
        """How something came to be as it is."""
        return await self.database.read(move_queries.history, kind, subject_id)

    async def rows(self, table: Table, *conditions: ColumnElement[bool]) -> Sequence[Row[Any]]:
        """Rows of a table as they are, by id."""
        return await self.database.read(rows_of, table, *conditions)


def _arrived(connection: Connection, telegram_id: int, name: str, quiet: Quiet | None) -> Person:
    person = consent(connection, telegram_id, name, "zh", NOW)
    people.set_quiet(connection, person.id, quiet, NOW, ZONE)
    return person


async def founded(database: Database) -> District:
    """A district with two communities and its owner, mei; all in one transaction."""

    def found(connection: Connection) -> tuple[Node, Node, Node, Person]:
        node = found_district(connection, "示范区", NOW)
        mei = consent(connection, 1, "mei", "zh", NOW)
        invitations.invite_owner(connection, node.id, "owner", NOW)
        invitations.redeem(connection, mei.id, "owner", NOW)
        east = add_community(connection, mei.id, "东湖社区", NOW)
        west = add_community(connection, mei.id, "西山社区", NOW)
        return node, east, west, people_queries.by_id(connection, mei.id)

    return District(database, *await database.write(found))


def rows_of(
    connection: Connection, table: Table, *conditions: ColumnElement[bool]
) -> Sequence[Row[Any]]:
    return connection.execute(select(table).where(*conditions).order_by(*table.primary_key)).all()


def draft(key: str, text: str = "路灯坏了", **given: Any) -> NewSuggestion:
    usual: dict[str, Any] = {"category": "repairs", "media": (), "anonymous": False}
    return NewSuggestion(**(usual | given), key=key, text=text)


def once(at: datetime) -> Rhythm:
    return Rhythm(ScheduleKind.ONCE, once_at=at)


async def outcomes(calls: Iterable[Awaitable[Any]]) -> list[Any]:
    """What became of calls made at once: each one's result, or the key of its refusal."""
    answers = await asyncio.gather(*calls, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, Refusal):
            raise answer
    return [a.key if isinstance(a, Refusal) else a for a in answers]
