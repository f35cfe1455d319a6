"""Calls under way follow the pace and the time that a call takes; who hangs holds up nobody."""

import asyncio
import random

import pytest

from scheduler.flight import Flight
from tests.scheduler.clock import virtual_loop

HANGS = 15.0  # seconds until a call is given up


async def sent(rate: float, seconds: float, latency: float, hanging: float = 0.0) -> float:
    """The share of `rate` that goes out when so many calls are made for so long."""
    flight, loop, chance = Flight(rate, round(2 * rate)), virtual_loop(), random.Random(1)
    began, answered = loop.time(), 0

    async def call(number: int, hangs: bool) -> None:
        nonlocal answered
        flight.called(number)
        await asyncio.sleep(HANGS if hangs else latency)
        flight.end(number, answered=not hangs)
        answered += 1

    async with asyncio.TaskGroup() as group:
        for turn in range(round(rate * seconds)):
            number = await flight.begin()
            await asyncio.sleep(max(0.0, began + turn / rate - loop.time()))
            group.create_task(call(number, chance.random() < hanging))
        took = loop.time() - began
    return answered / rate / took


@pytest.mark.parametrize("rate", [30, 1000])
@pytest.mark.parametrize("latency", [0.001, 0.05, 0.1, 0.2, 0.3, 0.5])
async def test_calls_under_way_use_the_rate_however_long_a_call_takes(
    rate: float, latency: float
) -> None:
    assert await sent(rate, 60 if rate < 100 else 10, latency) >= 0.98


async def test_calls_that_hang_hold_up_no_other() -> None:
    assert await sent(30, 600, 0.3, hanging=0.01) >= 0.97


async def test_while_calls_take_little_only_a_few_are_under_way() -> None:
    flight = Flight(30, 60)
    numbers = [await flight.begin() for _ in range(3)]
    waiting = asyncio.ensure_future(flight.begin())
    await asyncio.sleep(0.5)
    assert not waiting.done()
    flight.end(numbers[0], answered=True)
    await waiting
    assert flight.limit < 60


async def test_there_are_never_more_than_the_most_even_if_all_hang() -> None:
    flight = Flight(30, 5)
    for _ in range(5):
        await asyncio.wait_for(flight.begin(), 10)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(flight.begin(), 1000)
