"""Whose turn it is: actions on one thing that many want at once run one after the other, and of
those that wait, whoever came first is next.

PostgreSQL gives a locked row to whichever connection asks first, which is not who pressed first.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import partial
from heapq import heappop, heappush
from inspect import signature
from itertools import count
from sys import maxsize
from typing import Any, TypeVar

from storage.receipts import cause

A = TypeVar("A", bound=Callable[..., Any])

_LAST = maxsize  # of whoever comes because of no update
_lines: dict[Callable[..., Any], tuple[str, int]] = {}


def in_turn(of: str) -> Callable[[A], A]:
    """Mark an action: those stand in one line that are given the same for their parameter `of`."""

    def mark(action: A) -> A:
        place = [*signature(action).parameters].index(of) - 1  # the connection left out
        _lines[action] = (of, place)
        return action

    return mark


def line_of(
    action: Callable[..., Any], args: tuple[Any, ...], named: Mapping[str, Any]
) -> Hashable | None:
    """The line in which an action stands that is called so; None if it is in none."""
    given: Any = action
    while isinstance(given, partial):
        args, named = (*given.args, *args), {**given.keywords, **named}
        given = given.func
    if given not in _lines:
        return None
    name, place = _lines[given]
    return name, named[name] if name in named else args[place]


class _Once:
    """Does something when it is called first, and nothing afterwards."""

    def __init__(self, do: Callable[[], None]) -> None:
        self._do: Callable[[], None] | None = do

    def __call__(self) -> None:
        do, self._do = self._do, None
        if do is not None:
            do()


_passing: ContextVar[Callable[[], None] | None] = ContextVar("passing", default=None)


def pass_on() -> None:
    """Within an action whose turn it is: what all want is its own now (a locked row, say), so that
    the next one may come and wait for that. The others come one by one: who waits alone is next."""
    passing = _passing.get()
    if passing is not None:
        passing()


class Turns:
    """Lines, each while somebody is in it. Their order is that of the updates (`cause`): Telegram
    numbers them as they come."""

    def __init__(self) -> None:
        self._lines: dict[Hashable, list[tuple[int, int, asyncio.Future[None]]]] = {}
        self._asked = count()

    @asynccontextmanager
    async def of(self, line: Hashable | None) -> AsyncIterator[None]:
        """Wait for one's turn, and have it until `pass_on`, or else until the end of the block.
        None: there is no line."""
        if line is None:
            yield
            return
        await self._wait(line)
        passing = _Once(partial(self._next, line))
        token = _passing.set(passing)
        try:
            yield
        finally:
            _passing.reset(token)
            passing()

    async def _wait(self, line: Hashable) -> None:
        if line not in self._lines:
            self._lines[line] = []
            return
        came, turn = cause(), asyncio.get_running_loop().create_future()
        heappush(self._lines[line], (_LAST if came is None else came, next(self._asked), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it was theirs at this very moment
                self._next(line)
            raise

    def _next(self, line: Hashable) -> None:
        waiting = self._lines[line]
        while waiting:
            turn = heappop(waiting)[-1]
            if not turn.done():  # else whoever waited was cancelled
                turn.set_result(None)
                return
        del self._lines[line]
