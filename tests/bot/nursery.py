"""Processes born with all that is imported at a start, which is most of what a start takes: one
imports it for all that a worker of the tests starts. They are real ones, with an id, a folder and
an environment of their own. What is said of the import itself is tested with `python -m bot`.
"""

import multiprocessing
import os
import resource
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import IO, NamedTuple

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


class Born:
    """One whose standard output is read while it lives; asked as a `subprocess.Popen` is."""

    def __init__(self, birth: Birth, err: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder, "out")
            os.mkfifo(out)
            self._process = start(birth, out, err)
            self.stdout: IO[str] | None = out.open()  # waits until the process has it, too
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Raises subprocess.TimeoutExpired."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0.0)
        return self._process.exitcode

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()


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
    sys.stdout = os.fdopen(1, "w", closefd=False)  # the one before may take a pipe for a file
    if birth.largest is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (birth.largest, birth.largest))
    os.chdir(birth.folder)
    os.environ.clear()
    os.environ.update(birth.environment)
    tempfile.tempdir = None  # found anew from the environment
    sys.argv[1:] = birth.arguments
    runpy.run_module(birth.module, run_name="__main__", alter_sys=True)
