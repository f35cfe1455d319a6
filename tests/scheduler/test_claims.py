"""Two couriers on one database: what is whose, and what becomes of a dead one's."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Connection, update

from scheduler.courier import Courier
from storage.database import PostgresDatabase, open_database
from storage.model.delivery import Claimed, DeliveryState, Outcome
from storage.model.lease import LEASE, RENEWED, runs
from storage.queries.leases import anything_left
from storage.tables import couriers, deliveries
from tests.conftest import empty
from tests.scheduler.clock import TimelessDatabase, pace_of
from tests.scheduler.post import Post, Telegram
from tests.storage.conftest import database_url as database_url
from tests.storage.district import NOW, District, founded
from tests.waiting import until

PEOPLE = 40
MOMENT = timedelta(milliseconds=1)


@pytest.fixture
async def district(database_url: str) -> AsyncIterator[District]:
    """On each kind of database, instead of SQLite alone."""
    opened = open_database(database_url)
    database = TimelessDatabase(opened)
    try:
        if isinstance(opened, PostgresDatabase):
            await database.write(empty)
        yield await founded(database)
    finally:
        await database.close()


@pytest.fixture
async def post(district: District) -> Post:
    """Somebody to write to, and news for each of them."""
    for n in range(PEOPLE):
        await district.resident(f"p{n}")
    await district.event()
    await district.owes()
    return Post(district, Telegram())


def beside(post: Post) -> Post:
    """Another courier's view of the same district, with a Telegram and a pace of its own."""
    return Post(post.district, Telegram(), post.now, pace_of(200), couriers=post.couriers + 100)


@asynccontextmanager
async def at_work(post: Post) -> AsyncIterator[Courier]:
    courier = post.courier()
    running = asyncio.ensure_future(courier.run())
    courier.rounds.wake()
    try:
        yield courier
    finally:
        courier.rounds.stop()
        await asyncio.wait_for(running, 10)


async def hangs(post: Post) -> "asyncio.Future[None]":
    """A courier that has something in flight, and something more in hand."""
    post.telegram.hang = asyncio.Event()
    courier = post.courier()
    running = asyncio.ensure_future(courier.run())
    courier.rounds.wake()
    await until(lambda: post.telegram.under_way > 0)
    return running


async def all_but(post: Post, number: int) -> None:
    """Wait until so many and no more are not sent."""
    async with asyncio.timeout(20):
        while (await post.states())[DeliveryState.SENT] != PEOPLE - number:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


def times(*posts: Post) -> set[int]:
    """How often each chat was written to."""
    return set(Counter(chat for post in posts for chat, _ in post.telegram.sent).values())


async def test_each_sends_its_own_only_and_nothing_comes_twice(post: Post) -> None:
    slow, quick = beside(post), beside(post)
    quick.couriers += 1
    slow.telegram.hang = asyncio.Event()
    async with at_work(slow):
        await until(lambda: slow.telegram.under_way > 0)
        async with at_work(quick) as courier:
            held = (await post.states())[DeliveryState.CLAIMED]
            await until(lambda: len(quick.telegram.sent) >= PEOPLE - 20)
            quick.now += LEASE / 2
            courier.rounds.wake()
        assert held > 0
        slow.telegram.hang.set()
        await all_but(post, 0)
    assert times(slow, quick) == {1}
    assert slow.telegram.sent
    assert len(slow.telegram.sent) + len(quick.telegram.sent) == PEOPLE
    rows = await post.rows()
    assert {row.claimed_by for row in rows} == {None}
    assert {row.unsure_at for row in rows} == {None}
    assert await post.district.rows(couriers) == []


async def test_what_a_dead_one_had_is_sent_when_its_lease_has_run_out(post: Post) -> None:
    dead, alive = beside(post), beside(post)
    alive.couriers += 1
    running = await hangs(dead)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    left = (await post.states())[DeliveryState.CLAIMED]
    assert left > 0
    async with at_work(alive) as courier:
        await all_but(post, left)
        alive.now += LEASE - MOMENT
        courier.rounds.wake()
        await asyncio.sleep(0.05)
        await all_but(post, left)
        alive.now += RENEWED
        courier.rounds.wake()
        await all_but(post, 0)
    assert times(dead, alive) == {1}
    assert len(await post.district.rows(deliveries, deliveries.c.unsure_at.is_not(None))) == left


def sent(delivery: Claimed) -> Outcome:
    return Outcome(delivery.id, delivery.broadcast_id, DeliveryState.SENT, ((1,),))


async def test_one_that_was_thought_dead_sends_and_records_nothing_of_what_it_had(
    post: Post,
) -> None:
    frozen, other = post.claims(1), post.claims(2)
    had = await frozen.claim(5)
    assert all(frozen.holds(delivery.id) for delivery in had)
    post.now += LEASE
    assert not any(frozen.holds(delivery.id) for delivery in had)
    await other.take_up()
    taken = await other.claim(5)
    assert {delivery.id for delivery in taken} == {delivery.id for delivery in had}
    more = await frozen.claim(3)  # it goes on, under a new lease
    assert not any(frozen.holds(delivery.id) for delivery in had)
    assert all(frozen.holds(delivery.id) for delivery in more)
    await frozen.record([sent(delivery) for delivery in had])
    assert (await post.states())[DeliveryState.SENT] == 0
    await other.record([sent(delivery) for delivery in taken])
    assert (await post.states())[DeliveryState.SENT] == 5


async def test_a_lease_that_ran_out_unnoticed_goes_on(post: Post) -> None:
    claims = post.claims(1)
    had = await claims.claim(5)
    post.now += 2 * LEASE
    await claims.claim(1)
    assert all(claims.holds(delivery.id) for delivery in had)


async def test_of_two_who_look_at_once_one_takes_up_what_was_left(post: Post) -> None:
    await post.claims(1).claim(PEOPLE)
    post.now += LEASE
    await asyncio.gather(*(post.claims(n).take_up() for n in (2, 3, 4)))
    rows = await post.rows()
    assert {(row.state, row.attempts) for row in rows} == {(DeliveryState.QUEUED, 0)}


async def test_what_an_older_version_left_claimed_is_taken_up(post: Post) -> None:
    await post.claims(1).claim(5)
    claims = post.claims(2)
    await claims.take_up()
    assert (await post.states())[DeliveryState.CLAIMED] == 5, "its courier lives"

    def forget(connection: Connection) -> None:
        connection.execute(update(deliveries).values(claimed_by=None))

    await post.district.database.write(forget)
    await post.claims(2).take_up()
    assert (await post.states())[DeliveryState.CLAIMED] == 0


async def test_the_rule_of_leases_is_the_same_in_the_model_and_in_the_database(post: Post) -> None:
    claims = post.claims(1)
    await claims.claim(1)
    until_at = NOW + LEASE
    for left, expected in (
        (-LEASE, False),
        (timedelta(), False),
        (MOMENT, True),
        (LEASE, True),
        (LEASE + MOMENT, False),  # the clock was set back since
    ):
        now = until_at - left
        assert runs(until_at, now) is expected, left
        assert await post.district.database.read(anything_left, 2, now) is not expected, left
