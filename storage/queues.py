"""What waits for SQLite: actions for the connection that writes, queries for those that read.

A hop to their threads costs more than most statements, and the more the busier the event loop is:
Python lets one thread work at a time. So whatever waits goes over in one hop
(docs/decisions/0002-database.md).
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import Connection

from storage.channel import Channel
from storage.receipts import MARK_HANDLED, Receipt

GROUP_LIMIT = 256  # actions in one commit: bounds how long the first of them waits


def _new_future() -> asyncio.Future[Any]:
    return asyncio.get_running_loop().create_future()


@dataclass(slots=True)
class _Asked:
    """An action or a query, and the future of whoever waits for its result."""

    work: Callable[[Connection], Any]
    future: asyncio.Future[Any] = field(default_factory=_new_future)
    result: Any = None
    error: Exception | None = None

    def settle(self) -> None:
        if self.future.done():  # its caller was cancelled meanwhile
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


@dataclass(slots=True)
class _Unit(_Asked):
    """One action on its way through the writer, and in whose name: the writer's thread knows
    nothing of `handling`."""

    receipt: Receipt | None = None
    context: Context = field(default_factory=copy_context)

    def settle(self) -> None:
        if self.receipt is not None and self.error is None:
            self.receipt.written = True
        _Asked.settle(self)  # a class with slots is made anew, and super() finds the old one


class Writer:
    """Takes the units that wait and commits them together, one group after another."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._waiting: asyncio.Queue[_Unit | None] = asyncio.Queue()
        self._task = asyncio.get_running_loop().create_task(self._work(), name="writer")

    async def run(self, action: Callable[[Connection], Any], receipt: Receipt | None) -> Any:
        """Queue one action; returns or raises what it did, after the commit."""
        unit = _Unit(action, receipt=receipt)
        self._waiting.put_nowait(unit)
        return await unit.future

    async def close(self) -> None:
        """Commit what is queued, then let go of the connection."""
        self._waiting.put_nowait(None)
        await self._task
        await self._channel.close()

    async def _work(self) -> None:
        while (unit := await self._waiting.get()) is not None:
            units = [unit]
            ending = self._take_more(units)
            try:
                await self._channel.run(partial(_commit_together, units))
            except Exception as error:  # the commit itself failed: every caller must hear of it
                for each in units:
                    each.error = error
            for each in units:
                each.settle()
            if ending:
                return

    def _take_more(self, units: list[_Unit]) -> bool:
        """Add whatever else waits already; True if the end was asked for."""
        while len(units) < GROUP_LIMIT and not self._waiting.empty():
            unit = self._waiting.get_nowait()
            if unit is None:
                return True
            units.append(unit)
        return False


def _commit_together(units: list[_Unit], connection: Connection) -> None:
    """Run `units` in one transaction. One that raises is undone alone; its error is kept.

    Raises what made SQLite undo all of them: a full disk, say (sqlite.org/lang_transaction.html,
    "Response To Errors Within A Transaction").
    """
    with connection.begin():
        cursor = connection.connection.cursor()
        execute = cursor.execute  # raw: savepoints are on the hot path
        for unit in units:
            execute("SAVEPOINT unit")
            try:
                unit.result = unit.context.run(unit.work, connection)
            except Exception as error:
                if not cursor.connection.in_transaction:
                    raise
                unit.error = error
                execute("ROLLBACK TO unit")
            execute("RELEASE unit")
        marks = [u.receipt.mark() for u in units if u.receipt is not None and u.error is None]
        if marks:
            connection.execute(MARK_HANDLED, marks)


class Readers:
    """Whichever connection is free takes what waits, one query after another, in one hop.

    Each is answered as soon as that can be, and what waits is taken by the other connection: nobody
    waits for a slow query that came at the same time.
    """

    def __init__(self) -> None:
        self._waiting: deque[_Asked] = deque()
        self._idle: list[asyncio.Event] = []
        self._closing = False
        self._loop = asyncio.get_running_loop()
        self._tasks: list[asyncio.Task[None]] = []

    def add(self, channel: Channel) -> None:
        """Let one more connection answer."""
        self._tasks.append(self._loop.create_task(self._work(channel), name="reader"))

    async def run(self, query: Callable[[Connection], Any]) -> Any:
        """Queue one query; returns or raises what it did."""
        asked = _Asked(query)
        self._waiting.append(asked)
        if self._idle:
            self._idle.pop().set()
        return await asked.future

    async def close(self) -> None:
        """Answer what is queued, then let go of the connections."""
        self._closing = True
        while self._idle:
            self._idle.pop().set()
        await asyncio.gather(*self._tasks)

    async def _work(self, channel: Channel) -> None:
        awake = asyncio.Event()
        answered: deque[_Asked] = deque()
        while self._waiting or not self._closing:
            if self._waiting:
                await channel.run(partial(self._answer, answered))
                _settle(answered)
            else:
                awake.clear()
                self._idle.append(awake)
                await awake.wait()
        await channel.close()

    def _answer(self, answered: deque[_Asked], connection: Connection) -> None:
        """Ask what waits. In the connection's thread: the two queues are safe to share."""
        while True:
            try:
                asked = self._waiting.popleft()
            except IndexError:
                return
            if len(answered) == 1:  # the first since the loop last looked
                self._loop.call_soon_threadsafe(_settle, answered)
            try:
                with connection.begin():
                    asked.result = asked.work(connection)
            except Exception as error:
                asked.error = error
            answered.append(asked)


def _settle(answered: deque[_Asked]) -> None:
    while answered:
        answered.popleft().settle()
