"""An update that comes between a poller's look and its wait is not missed."""

import asyncio

from bot.simulator.signals import Signal
from bot.simulator.updates import UpdateQueue
from tests.waiting import HANG


async def test_an_update_in_the_moment_before_the_wait_ends_the_poll() -> None:
    queue = UpdateQueue(Signal())
    polling = asyncio.ensure_future(queue.poll(0, 100, 2 * HANG, None))
    await asyncio.sleep(0)  # the poll has looked and found nothing; its wait has not begun
    queue.push_raw({"message": {}})
    updates = await asyncio.wait_for(polling, HANG)
    assert len(updates) == 1
