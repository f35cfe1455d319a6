"""The command line in the process of the tests. The tests on a start, a kill, or what a command
imports start a process of its own instead, which takes a second of a processor each time."""

import asyncio
import contextlib
import io
import os
import sys
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from bot.cli import main
from tests.bot.life import environment
from tests.waiting import HANG


class Said(NamedTuple):
    """How a command ended, and what it wrote to standard output and standard error."""

    code: int
    out: str
    err: str


def linli(*arguments: str, cwd: Path, **settings: str) -> Said:
    """Run a short command (none that waits for signals) in `cwd`, with these settings alone."""
    out, err = io.StringIO(), io.StringIO()
    code: int | str | None = 0
    with (
        patch.dict(os.environ, environment(**settings), clear=True),
        patch.object(sys, "argv", ["linli", *arguments]),
        contextlib.chdir(cwd),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code
    return Said(code if isinstance(code, int) else 0, out.getvalue(), err.getvalue())


async def beside(*arguments: str, cwd: Path, **settings: str) -> Said:
    """The same beside servers that the test's own loop runs."""
    return await asyncio.to_thread(linli, *arguments, cwd=cwd, **settings)


async def process(*arguments: str, cwd: Path, **settings: str) -> Said:
    """The same in a process of its own, which may wait for signals."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=cwd,
        env=environment(**settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await asyncio.wait_for(running.communicate(), HANG)
    finally:
        if running.returncode is None:
            running.kill()
            await running.wait()
    assert running.returncode is not None
    return Said(running.returncode, out.decode(), err.decode())
