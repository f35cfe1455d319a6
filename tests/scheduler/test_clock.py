"""The clock of these tests: hours pass at once, work takes no time."""

import asyncio
import time

from sqlalchemy import Connection

from tests.storage.district import District

from .clock import virtual_loop


async def test_hours_pass_at_once_in_the_order_of_their_ends() -> None:
    woke: list[int] = []

    async def nap(hours: int) -> None:
        await asyncio.sleep(hours * 3600)
        woke.append(hours)

    began = virtual_loop().time()
    await asyncio.gather(nap(3), nap(1), nap(2))
    assert woke == [1, 2, 3]
    assert round(virtual_loop().time() - began) == 3 * 3600


async def test_no_time_passes_while_the_database_is_at_work(district: District) -> None:
    def work(_: Connection) -> None:
        time.sleep(0.02)  # in another thread, of which the loop sees nothing

    began = virtual_loop().time()
    napping = asyncio.ensure_future(asyncio.sleep(0.001))
    await district.database.write(work)
    assert virtual_loop().time() == began
    assert not napping.done()
    await napping
