"""The command line in the process of the tests, or in one of its own where a start, a kill or a
signal is what a test is about."""

import asyncio
import contextlib
import io
import os
import sys
from pathlib import Path
from unittest.mock import patch

from bot.cli import main
from tests.bot import nursery
from tests.bot.life import environment
from tests.bot.nursery import Birth, Said


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
    birth = Birth(arguments, cwd, environment(**settings))
    return await asyncio.to_thread(nursery.run, birth)
