"""The product as a process of its own, which tests start, kill and start again."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import sqlite3
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import bot
from tests.bot import nursery
from tests.bot.nursery import Birth
from tests.waiting import HANG

ROOT = Path(bot.__file__).parent.parent


def environment(**settings: str) -> dict[str, str]:
    """What a process needs of ours, and these settings; nothing of the operator's."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), **settings}


class Life:
    """`python -m bot run` (or another module or command) in `folder`, from a start to a kill."""

    def __init__(
        self, folder: Path, module: str = "bot", command: str = "run", **settings: str
    ) -> None:
        given = environment(**settings)
        self._birth = Birth(tuple(command.split()), folder, given, module)
        self._process: BaseProcess | None = None
        self._log = folder / "log.txt"

    async def start(self) -> None:
        self._process = await asyncio.to_thread(nursery.start, self._birth, self._log, self._log)

    async def kill(self) -> None:
        """kill -9, by its id."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """What an operator does; returns the exit code."""
        return await self._end(signal.SIGTERM)

    def freeze(self) -> None:
        """SIGSTOP: it stands still, and no clock of its own does."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on after `freeze`."""
        os.kill(self.pid, signal.SIGCONT)

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def fill_disk(self) -> None:
        """From now on whatever it writes to a file fails, its log included: EFBIG instead of the
        ENOSPC of a full disk, which SQLite and Python tell us of in the same way."""
        _, most = resource.prlimit(self.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (0, most))

    def free_disk(self) -> None:
        """There is room again after `fill_disk`."""
        _, most = resource.prlimit(self.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (most, most))

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.is_alive()

    @property
    def pid(self) -> int:
        assert self._process is not None
        assert self._process.is_alive()  # the id is not yet somebody else's
        assert self._process.pid is not None
        return self._process.pid

    async def _end(self, number: signal.Signals) -> int:
        if self._process is None:
            return 0
        if self.alive:
            self.tell(number)
        process, self._process = self._process, None
        try:
            return await asyncio.to_thread(nursery.ended, process)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.log()[-4000:]}") from None

    async def until(self, reached: Callable[[], bool], within: float = HANG) -> None:
        """Wait until `reached()`. Raises AssertionError with the log if it never is."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while not reached():
            if not self.alive or loop.time() > deadline:
                what = "too late" if self.alive else "the process ended"
                raise AssertionError(f"{what}\n{self.log()[-4000:]}")
            await asyncio.sleep(0.01)

    def log(self) -> str:
        return self._log.read_text(errors="replace")


class Peek:
    """Looks into the SQLite file from outside, between the commits of the process."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)

    def number(self, statement: str) -> int:
        return int(self._connection.execute(statement).fetchone()[0])

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        return list(self._connection.execute(statement))

    def numbers(self, statement: str) -> list[tuple[int, ...]]:
        return list(self._connection.execute(statement))

    def at_once(self, *statements: str) -> list[list[tuple[Any, ...]]]:
        """The rows of each statement, all at one instant."""
        self._connection.execute("BEGIN")
        try:
            return [list(self._connection.execute(statement)) for statement in statements]
        finally:
            self._connection.execute("ROLLBACK")

    def stored(self) -> int:
        return self.number("SELECT count(*) FROM updates")

    def handled(self) -> int:
        return self.number("SELECT count(*) FROM updates WHERE handled_at IS NOT NULL")

    def close(self) -> None:
        self._connection.close()
