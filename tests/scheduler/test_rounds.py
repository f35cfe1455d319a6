"""Rounds: woken, done, done again; and one that fails ends nothing."""

import asyncio
import logging

import pytest

from scheduler.rounds import Rounds
from tests.waiting import until


async def test_a_round_that_fails_is_logged_and_the_next_wake_does_another(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done: list[int] = []

    async def one_round() -> None:
        done.append(1)
        if len(done) == 1:
            raise RuntimeError("disk full")

    rounds = Rounds(one_round)
    running = asyncio.ensure_future(rounds.run())
    with caplog.at_level(logging.ERROR):
        for number in (1, 2):
            rounds.wake()
            await until(lambda number=number: len(done) == number)  # type: ignore[misc]
    rounds.stop()
    await asyncio.wait_for(running, 5)
    assert "disk full" in caplog.text
    assert len(done) == 2
