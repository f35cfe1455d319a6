"""Time that can be moved."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.simulator import Clock, Simulator, World
from tests.waiting import HANG

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def _near(found: datetime, wanted: datetime) -> bool:
    return abs(found - wanted) < timedelta(seconds=5)


def test_it_shows_real_time_until_it_is_moved() -> None:
    clock = Clock()
    assert _near(clock.now(), datetime.now(UTC))
    assert clock.now().tzinfo is UTC


def test_it_moves_to_an_instant_of_any_zone_and_by_a_span() -> None:
    clock = Clock(at=NOON)
    clock.move_to(datetime(2026, 11, 24, 8, 30, tzinfo=timezone(timedelta(hours=8))))
    assert _near(clock.now(), datetime(2026, 11, 24, 0, 30, tzinfo=UTC))
    clock.advance(timedelta(days=-1))
    assert _near(clock.now(), datetime(2026, 11, 23, 0, 30, tzinfo=UTC))


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        Clock().move_to(datetime(2026, 1, 1))  # noqa: DTZ001


def test_listeners_hear_of_moves_until_they_stop() -> None:
    clock, heard = Clock(), list[datetime]()
    stop = clock.on_move(heard.append)
    clock.move_to(NOON)
    stop()
    clock.move_to(NOON)
    assert len(heard) == 1


async def test_who_waits_is_woken_by_a_move() -> None:
    clock = Clock(at=NOON)
    waiting = asyncio.ensure_future(clock.wait_until(NOON + timedelta(days=30)))
    napping = asyncio.ensure_future(clock.sleep(3600))
    await asyncio.sleep(0)
    clock.advance(timedelta(hours=2))
    await asyncio.wait_for(napping, HANG)
    assert not waiting.done()
    clock.advance(timedelta(days=30))
    await asyncio.wait_for(waiting, HANG)


def test_a_world_has_one_clock() -> None:
    clock = Clock()
    assert Simulator(World(clock=clock), clock=clock).clock is clock
    with pytest.raises(ValueError, match="one of the two"):
        Simulator(World(), clock=clock)
