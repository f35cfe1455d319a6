"""Whoever presses what, and when: never over capacity, nor out of order, and every sum is right."""

import random
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from scheduler.building import build_rollups
from storage.actions import sign_ups as actions
from storage.actions.seats import lapse, offer_free_seats
from storage.model.event import Event
from storage.model.period import Days, year_of
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.sign_up import TAKING_SEATS, SignUpState, Wish, Yes
from storage.queries.figures.cells import Each
from storage.queries.seats import over_offers
from storage.tables import deliveries, events, sign_ups

from .district import DAY, NOW, ZONE, District, outcomes
from .test_rollups import HERE, counted

COMPANIONS = 2
STARTS = NOW + 3 * DAY


class Party:
    """An event, a crowd, and chance. Each press is a change that some of them make."""

    def __init__(self, district: District, event: Event, crowd: list[Person], seed: int) -> None:
        self.district, self.event, self.crowd = district, event, crowd
        self.chance, self.now = random.Random(seed), NOW
        self.line: list[int] = []  # who waits, in the order in which they asked
        self.held: dict[int, int] = {}  # how many seats each has, or was offered

    def anything(self) -> partial[Any]:
        """What somebody presses next, or what time does."""
        who = self.chance.choice(self.crowd)
        pressed = (who.telegram_id, self.event.id, self.now, ZONE)
        seats = self.chance.choice((1, 1, 1, 2, 3))
        staff = self.district.mei.id
        return self.chance.choice(
            (
                *[partial(actions.sign_up, wish=Wish(seats), **_named(pressed))] * 4,
                partial(actions.cancel, **_named(pressed)),
                partial(actions.accept, yes=Yes(0), **_named(pressed)),
                partial(actions.accept, yes=Yes(0), **_named(pressed)),
                partial(actions.decline, **_named(pressed)),
                partial(actions.change_seats, seats=seats, **_named(pressed)),
                partial(self._capacity, more=self.chance.randint(-2, 3)),
                partial(
                    actions.take_off,
                    by=staff,
                    event_id=self.event.id,
                    person_id=who.id,
                    now=self.now,
                    zone=ZONE,
                ),
            )
        )

    def _capacity(self, connection: Connection, more: int) -> None:
        """Staff raise or lower it, never under what is taken."""
        this = events.c.id == self.event.id
        row = connection.execute(
            select(events.c.taken, events.c.capacity).where(this).with_for_update()
        ).one()
        capacity = max(1, row.taken, row.capacity + more)
        connection.execute(update(events).where(this).values(capacity=capacity))
        offer_free_seats(connection, self.event.id, self.now, ZONE)

    async def time_passes(self) -> None:
        self.now += timedelta(minutes=self.chance.choice((1, 20, 150)))
        arrived = update(deliveries).values(state="sent")
        await self.district.database.write(lambda c: c.execute(arrived) and None)
        for event_id in await self.district.database.read(over_offers, self.now):
            await self.district.database.write(lapse, event_id, self.now, ZONE)

    async def is_right(self) -> None:
        """The seats are those of the rows, and whoever is first in line has no seat to wait for."""
        [event] = await self.district.rows(events, events.c.id == self.event.id)
        rows = await self.district.rows(sign_ups, sign_ups.c.event_id == self.event.id)
        assert event.taken == sum(row.seats for row in rows if row.state in TAKING_SEATS)
        assert event.taken <= event.capacity
        waiting = _in_line(rows)
        fitting = [row for row in waiting if row.seats <= event.capacity]
        assert not fitting or fitting[0].seats > event.capacity - event.taken
        assert len({row.waiting_at for row in waiting}) == len(waiting)
        self._is_in_order(rows, event.capacity)

    def _is_in_order(self, rows: Any, capacity: int) -> None:
        waiting = [row.person_id for row in _in_line(rows)]
        offered = {row.person_id for row in rows if row.state == SignUpState.OFFERED}
        stayed = [who for who in self.line if who in waiting]
        assert waiting[: len(stayed)] == stayed, "who asks later stands behind"
        # Before everybody who was offered a seat now, nobody waits still who fits the event.
        seats = {row.person_id: row.seats for row in rows}
        for who in offered & set(self.line):
            before = self.line[: self.line.index(who)]
            assert [each for each in before if each in waiting and seats[each] <= capacity] == []
        held = {row.person_id: row.seats for row in rows if row.state in TAKING_SEATS}
        gained = [who for who in held if held[who] > self.held.get(who, 0) and who not in self.line]
        if [each for each in stayed if seats[each] <= capacity]:
            assert gained == [], "who did not wait takes nothing as long as others do"
        self.line, self.held = waiting, held

    async def figures_agree(self) -> None:
        """What the sums say is what the rows say."""
        await build_rollups(self.district.database, HERE)
        days = Days(year_of(NOW.date()), ZONE, STARTS + DAY)
        kept, full = [
            await self.district.database.read(
                counted, self.district.east, days, Each.WHOLE, by_rollups=by_rollups
            )
            for by_rollups in (True, False)
        ]
        assert kept == full


def _named(pressed: tuple[int, int, datetime, Any]) -> dict[str, Any]:
    return dict(zip(("telegram_id", "event_id", "now", "zone"), pressed, strict=True))


def _in_line(rows: Any) -> list[Any]:
    waiting = (row for row in rows if row.state == SignUpState.WAITING)
    return sorted(waiting, key=lambda row: row.waiting_at)


async def a_party(district: District, seed: int) -> Party:
    event = await district.event(capacity=4, starts_at=STARTS)
    this = update(events).where(events.c.id == event.id).values(companions=COMPANIONS)
    await district.database.write(lambda c: c.execute(this) and None)
    crowd = [await district.resident(f"p{n}") for n in range(9)]
    return Party(district, event, crowd, seed)


@pytest.mark.parametrize("seed", [1, 2])
async def test_any_presses_one_after_the_other(district: District, seed: int) -> None:
    party = await a_party(district, seed)
    await party.figures_agree()
    for number in range(160):
        with suppress(Refusal):  # it changes nothing, which is looked at, too
            await district.database.write(party.anything())
        if number % 8 == 0:
            await party.time_passes()
        await party.is_right()
        if number % 40 == 0:
            await party.figures_agree()
    await party.figures_agree()


async def test_any_presses_at_once(district: District) -> None:
    party = await a_party(district, 3)
    # Connections are there already, so that the presses really meet.
    await outcomes(district.database.read(over_offers, NOW) for _ in range(8))
    for _ in range(20):
        party.line = []  # who was first of two at once, only the database knows
        await outcomes(district.database.write(party.anything()) for _ in range(8))
        await party.is_right()
        await party.time_passes()
        await party.is_right()
    await party.figures_agree()
