"""How a command ends that nobody listens to any more, or that is told to end."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.bot.life import Life, environment
from tests.bot.line import linli
from tests.waiting import HANG

URL = "sqlite:///a.db"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with a database in which something is being sent."""
    for command in ("migrate", "demo"):
        assert linli(command, cwd=tmp_path, DATABASE_URL=URL).code == 0
    return tmp_path


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def said_to(out: int, here: Path, *arguments: str, **given: str) -> tuple[int, str]:
    """The exit code and what was told of a command that writes to the file `out`."""
    ended = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=here,
        env=environment(DATABASE_URL=URL, **given),
        stdout=out,
        stderr=subprocess.PIPE,
        timeout=HANG,
        check=False,
    )
    return ended.returncode, ended.stderr.decode()


def test_what_is_done_does_not_fail_because_nobody_hears_of_it(here: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        code, told = said_to(writing, here, "backup", "copy.db")
    finally:
        os.close(writing)
    assert (code in (0, 1), told) == (True, "")
    with closing(sqlite3.connect(here / "copy.db")) as copy:
        assert copy.execute("SELECT count(*) FROM nodes").fetchone() == (3,)


@pytest.mark.parametrize("command", ["stats", "check", "broadcasts"])
def test_what_cannot_be_written_is_one_line(here: Path, command: str) -> None:
    with Path("/dev/full").open("w") as full:
        code, told = said_to(full.fileno(), here, command)
    assert code == 2
    assert told == "linli: what is said here, or a file: No space left on device\n"


def test_a_terminal_without_chinese_is_shown_what_it_can_show(here: Path) -> None:
    for command in (("broadcasts",), ("stats", "--place", "北山")):
        code, told = said_to(subprocess.DEVNULL, here, *command, PYTHONIOENCODING="ascii")
        assert code in (0, 2)
        assert "Error" not in told


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, -signal.SIGTERM), (signal.SIGINT, 130)]
)
async def test_a_command_that_is_told_to_end_clears_away_what_it_began(
    here: Path, number: signal.Signals, code: int
) -> None:
    life = Life(here, command="broadcasts --watch", DATABASE_URL=URL)
    await life.start()
    await life.until(lambda: "a.db-wal" in names(here))
    life.tell(number)
    assert await life.ends() == code
    assert "Traceback" not in life.log()
    assert not names(here) & {"a.db-wal", "a.db-shm"}, "the database was closed"
