"""Two databases that are alike, but that the one has the triggers that keep the roll-ups and the
other has idle ones; and what is done to either.

An idle trigger has the name of one that was dropped and stands on a table that nobody changes: else
the product would make the triggers again, and build the roll-ups.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Table, func, insert, literal, select, true, update

from storage.actions import outbox, updates
from storage.actions.attendances import record
from storage.actions.fan_out import fan_out
from storage.actions.sign_ups import sign_up
from storage.actions.study import acknowledge, push_now
from storage.database import Database
from storage.model.broadcast import BroadcastState
from storage.model.delivery import DeliveryState, Outcome
from storage.model.event import EventState
from storage.model.person import Standing
from storage.model.push import NewPush
from storage.model.sign_up import SignUpState
from storage.receipts import handling
from storage.tables import (
    acknowledgements,
    attendances,
    broadcasts,
    deliveries,
    events,
    memberships,
    persons,
    reach,
    rollups,
    sign_ups,
)
from storage.triggers import Trigger, drop_all, there
from tests.benchmarks import life, prefill
from tests.conftest import new_postgres

MOST_ROUNDS = 10  # so many events there are of either kind
_CALLERS = 64
_BATCH = 100  # updates that come together, and outcomes
_LETTERS = 400  # of an update
_COURIER = 1
_MONTH = timedelta(days=31)


@contextmanager
def twins(server: str | None, folder: Path, people: int, pressing: int) -> Iterator[list[str]]:
    """The addresses of both, first of the one with the triggers: files of SQLite in `folder`, or on
    a server of PostgreSQL. The first `pressing` people had signed up for what took place."""
    with ExitStack() as kept:
        urls = []
        for name in ("kept", "idle"):
            own = folder / name
            own.mkdir()
            empty = kept.enter_context(new_postgres(server, name)) if server else None
            url = prefill.new_database(own, people, 2 * MOST_ROUNDS, empty)
            life.run(url, _durable)
            life.run(url, partial(_fill, pressing=pressing))
            life.build(url)
            life.run(url, life.analyzed)
            urls.append(url)
        life.run(urls[1], leave_out)
        life.run(urls[0], _settled)
        yield urls


def _settled(connection: Connection) -> None:
    """PostgreSQL has written all that was changed before, of other databases, too."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("CHECKPOINT")


def leave_out(connection: Connection) -> None:
    """Put an idle trigger in the place of each that keeps a roll-up."""
    names = there(connection)
    drop_all(connection)
    for name in names:
        idle = Trigger(name, "months", "DELETE", (), "", ("DELETE FROM months WHERE month < 0",))
        for statement in idle.statements(connection.dialect.name):
            connection.exec_driver_sql(statement)


def _durable(connection: Connection) -> None:
    """Tests do not wait for PostgreSQL's disk; the product does."""
    if connection.dialect.name == "postgresql":
        name = connection.exec_driver_sql("SELECT current_database()").scalar_one()
        connection.exec_driver_sql(f'ALTER DATABASE "{name}" RESET synchronous_commit')


def _fill(connection: Connection, pressing: int) -> None:
    """Everybody is on the register and never asleep; an event took place in each of the coming
    months."""
    everybody = {"standing": Standing.MEMBER, "quiet_starts": None, "quiet_ends": None}
    connection.execute(update(persons).values(everybody))
    members = select(persons.c.id, persons.c.node_id, persons.c.joined_at)
    stays = insert(memberships)
    connection.execute(stays.from_select(["person_id", "node_id", "since_at"], members))
    for number in range(MOST_ROUNDS):
        one = events.c.id == 1 + MOST_ROUNDS + number
        took_place = {"state": EventState.HELD, "category": "study", "starts_at": _at(number)}
        connection.execute(update(events).where(one).values(took_place))
    seat = {
        "event_id": events.c.id,
        "person_id": persons.c.id,
        "state": literal(SignUpState.SIGNED_UP, sign_ups.c.state.type),
        "signed_up_at": literal(_at(0), sign_ups.c.signed_up_at.type),
    }
    held = (events.c.id > MOST_ROUNDS, persons.c.id <= pressing)
    seats = select(*seat.values()).join_from(events, persons, true()).where(*held)
    connection.execute(insert(sign_ups).from_select([*seat], seats))


def _at(number: int) -> datetime:
    """The moment of a round: what is done is the first of its month, which costs most."""
    return datetime.now(UTC) + number * _MONTH


@dataclass(slots=True)
class Twin:
    """What is done to either in each round, by the product's own actions, as it does them."""

    database: Database
    pressing: int

    async def done(self, number: int) -> None:
        """Press "done" on the next item."""
        item, now = prefill.items()[number], _at(number)

        async def press(i: int) -> None:
            who = prefill.FIRST_PERSON + i
            await self.database.write(acknowledge, who, prefill.COURSE, item, now)

        await self._pressed(press, number, 0)

    async def signed_up(self, number: int) -> None:
        """Press "sign up" on the next event."""

        async def press(i: int) -> None:
            who = prefill.FIRST_PERSON + i
            await self.database.write(sign_up, who, 1 + number, _at(0), life.ZONE)

        await self._pressed(press, number, 1)

    async def ticked(self, number: int) -> None:
        """Staff tick everybody of the next event that took place."""
        event_id, now = 1 + MOST_ROUNDS + number, _at(number)

        async def press(i: int) -> None:
            await self.database.write(record, 1, event_id, i + 1, now)

        await self._pressed(press, number, 2)

    async def _pressed(
        self, press: Callable[[int], Awaitable[None]], number: int, kind: int
    ) -> None:
        """Presses of everybody, some at a time: stored as they come, and marked as handled with
        their effect."""
        now = _at(number)
        first = (number * 3 + kind) * self.pressing
        for start in range(0, self.pressing, _BATCH):
            some = range(start, min(start + _BATCH, self.pressing))
            received = [(first + i, "x" * _LETTERS) for i in some]
            senders = [prefill.FIRST_PERSON + i for i in some]
            await self.database.write(updates.store, received, senders, now)

        async def handle(todo: Iterator[int]) -> None:
            for i in todo:
                with handling(first + i, now):
                    await press(i)

        todo = iter(range(self.pressing))
        await asyncio.gather(*(handle(todo) for _ in range(_CALLERS)))

    async def owed(self, number: int) -> None:
        """Owe a study item to everybody."""
        now = datetime.now(UTC)
        broadcast_id = await self.database.write(push_now, 1, _push(number), now)
        while await self.database.write(fan_out, broadcast_id, now, life.ZONE):
            continue

    async def sent(self, number: int) -> None:
        """Claim what is owed, and record it as sent, for as many people as press."""
        now = datetime.now(UTC)
        for _ in range(0, self.pressing, _BATCH):
            claimed = await self.database.write(outbox.claim_due, _COURIER, now, _BATCH, life.ZONE)
            outcomes = [
                Outcome(each.id, each.broadcast_id, DeliveryState.SENT, ((each.id,),))
                for each in claimed
            ]
            await self.database.write(outbox.record, _COURIER, outcomes, now)


def _push(number: int) -> NewPush:
    return NewPush(f"push {number}", 1, prefill.COURSE, prefill.items()[-1], 0, again=True)


def push_later(connection: Connection, number: int) -> int:
    """Owe a study item to everybody, of which nothing is sent before it is resumed; returns its
    id."""
    now = datetime.now(UTC)
    broadcast_id = push_now(connection, 1, _push(number), now)
    paused = update(broadcasts).where(broadcasts.c.id == broadcast_id)
    connection.execute(paused.values(state=BroadcastState.PAUSED))
    while fan_out(connection, broadcast_id, now, life.ZONE):
        continue
    return broadcast_id


def left(connection: Connection) -> dict[str, int]:
    """What all of it left behind: facts, and what the roll-ups say of them."""

    def counted(table: Table, *conditions: ColumnElement[bool]) -> int:
        statement = select(func.count()).select_from(table).where(*conditions)
        return int(connection.execute(statement).scalar_one())

    of_push = deliveries.c.broadcast_id != 1
    months = rollups.c.month % 100 > 0
    sums = select(func.coalesce(func.sum(rollups.c.records), 0)).where(months)
    reached = select(func.coalesce(func.sum(reach.c.arrived), 0))
    return {
        "acknowledgements": counted(acknowledgements),
        "sign_ups": counted(sign_ups, sign_ups.c.event_id <= MOST_ROUNDS),
        "attendances": counted(attendances),
        "owed": counted(deliveries, of_push),
        "sent": counted(deliveries, of_push, deliveries.c.state == DeliveryState.SENT),
        "summed": int(connection.execute(sums).scalar_one()),
        "reached": int(connection.execute(reached).scalar_one()),
    }
