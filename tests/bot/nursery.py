"""Processes born with all that is imported at a start, which is most of what a start takes: one
imports it for all that a worker of the tests starts. They are real ones, with an id, a folder and
an environment of their own. What is said of the import itself is tested with `python -m bot`.
"""

import multiprocessing
import os
import resource
import runpy
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import NamedTuple

from tests.waiting import HANG

_BORN_WITH_ALL = multiprocessing.get_context("forkserver")
_BORN_WITH_ALL.set_forkserver_preload(
    ["bot.app", "bot.commands.run", "bot.commands.simulate", "storage.migrate", "asyncpg"]
)
_BORN_WITH_NOTHING = multiprocessing.get_context("spawn")
_READ_BY_AN_IMPORT = {"SSL_CERT_FILE"}  # aiohttp makes its contexts then


@dataclass(frozen=True)
class Birth:
    """`python -m {module} {arguments}` in `folder`, with this environment alone.

    No file of it may have more than `largest` bytes: EFBIG then, of which SQLite and Python tell
    us as of a full disk.
    """

    arguments: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]
    module: str = "bot"
    largest: int | None = None


class Said(NamedTuple):
    """How a command ended, and what it wrote to standard output and standard error."""

    code: int
    out: str
    err: str


def start(birth: Birth, out: Path, err: Path) -> BaseProcess:
    """A process that runs already and adds to the files `out` and `err`. Whoever starts it ends
    it."""
    for file in (out, err):
        file.touch()
    early = _READ_BY_AN_IMPORT & birth.environment.keys()
    born = _BORN_WITH_NOTHING.Process if early else _BORN_WITH_ALL.Process
    process = born(target=_live, args=(birth, out, err), daemon=True)
    process.start()
    return process


def ended(process: BaseProcess) -> int:
    """Wait for its end; the exit code, negative if a signal killed it.

    Raises:
        AssertionError: it did not end and was killed.
    """
    process.join(HANG)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise AssertionError("it did not end")
    return process.exitcode


def run(birth: Birth) -> Said:
    """The whole life of a process."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        code = ended(start(birth, out, err))
        return Said(code, out.read_text(), err.read_text())


def _live(birth: Birth, out: Path, err: Path) -> None:
    for stream, path in ((1, out), (2, err)):
        file = os.open(path, os.O_WRONLY | os.O_APPEND)
        os.dup2(file, stream)
        os.close(file)
    if birth.largest is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (birth.largest, birth.largest))
    os.chdir(birth.folder)
    os.environ.clear()
    os.environ.update(birth.environment)
    tempfile.tempdir = None  # found anew from the environment
    sys.argv[1:] = birth.arguments
    runpy.run_module(birth.module, run_name="__main__", alter_sys=True)
