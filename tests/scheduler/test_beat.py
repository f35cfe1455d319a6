"""What wakes the jobs: time that passed, whatever the clock shows."""

import asyncio
from datetime import timedelta

import pytest

from scheduler.beat import Job, Steps, beat
from tests.storage.district import NOW

from .clock import virtual_loop


async def test_jobs_come_each_at_its_own_beat_and_one_that_fails_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stop, done = asyncio.Event(), list[str]()

    async def good() -> None:
        done.append("good")

    async def bad() -> None:
        done.append("bad")
        raise RuntimeError("disk full")

    running = asyncio.ensure_future(beat((Job("good", 1, good), Job("bad", 2, bad)), stop))
    await asyncio.sleep(4.5)
    stop.set()
    await running
    assert (done.count("good"), done.count("bad")) == (4, 2)
    assert caplog.text.count("bad failed; again in 2 s") == 2


async def test_a_stop_waits_for_what_was_begun_and_for_nothing_else() -> None:
    stop, done, begun = asyncio.Event(), list[str](), asyncio.Event()

    async def slow() -> None:
        begun.set()
        await asyncio.sleep(5)
        done.append("slow")

    never = Job("never", 1e9, slow)
    running = asyncio.ensure_future(beat((Job("slow", 1, slow), never), stop))
    await begun.wait()
    stop.set()
    began = virtual_loop().time()
    await running
    assert done == ["slow"]
    assert virtual_loop().time() - began < 6


def test_a_clock_that_was_set_is_noticed_until_that_is_accepted_and_drift_is_not() -> None:
    shown, passed = [NOW], [0.0]
    steps = Steps(lambda: shown[0], lambda: passed[0])

    def pass_time(seconds: float, shown_as: float) -> timedelta | None:
        passed[0] += seconds
        shown[0] += timedelta(seconds=shown_as)
        return steps.found()

    assert pass_time(3600, 3600.5) is None
    assert pass_time(1, 1) is None
    assert pass_time(10, -7190) == timedelta(hours=-2)
    assert pass_time(10, 10) == timedelta(hours=-2)
    assert steps.expected() - shown[0] == timedelta(hours=2)
    steps.accept()
    assert pass_time(1, 1) is None
    assert pass_time(1, 7201) == timedelta(hours=2)
