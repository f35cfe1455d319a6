"""Long writes in short steps, so that nobody who presses a button meanwhile waits for the whole."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from storage.database import Database
from storage.model.sweep import FEWEST, next_size

K = TypeVar("K")
P = ParamSpec("P")
T = TypeVar("T")


async def in_steps(
    database: Database,
    keys: Sequence[K],
    action: Callable[[Connection, Sequence[K], datetime], T],
    now: datetime,
) -> AsyncIterator[T]:
    """Run `action(connection, some, now)` for all of `keys`, in their order, in transactions of
    some 25 ms each; gives what each returned. Half of the time is left to everybody else."""
    at, size = 0, FEWEST
    while at < len(keys):
        some = keys[at : at + size]
        result, seconds = await timed(database, action, some, now)
        yield result
        at, size = at + len(some), next_size(size, seconds)
        await asyncio.sleep(seconds)


async def timed(
    database: Database,
    action: Callable[Concatenate[Connection, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> tuple[T, float]:
    """What an action returned, and the seconds it took, without those for which it waited."""

    def work(connection: Connection) -> tuple[T, float]:
        begun = time.perf_counter()
        result = action(connection, *args, **kwargs)
        return result, time.perf_counter() - begun

    return await database.write(work)
