"""How a command ends that nobody listens to any more, or that is told to end."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.bot.life import environment
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


# In the middle of a command comes a signal: while a copy is looked through, and while the database
# is open and something is waited for.
MIDDLE = {
    "backup": """
import storage.backup
def is_sound(_):
    signal.raise_signal(signal.{number})
    for _ in range(1000):  # it is heard between two steps of a program
        pass
    return True
storage.backup.is_sound = is_sound
""",
    "broadcasts": """
import asyncio, bot.commands.broadcasts
async def show(database, settings, **_):
    await database.read(lambda connection: None)
    signal.raise_signal(signal.{number})
    await asyncio.sleep(1000)
bot.commands.broadcasts.show = show
""",
}


@pytest.mark.parametrize("command", MIDDLE)
@pytest.mark.parametrize(
    ("number", "ctrl_c", "code"),
    [
        ("SIGTERM", "default_int_handler", -signal.SIGTERM),
        ("SIGINT", "default_int_handler", 130),
        ("SIGTERM", "SIG_IGN", -signal.SIGTERM),  # as a shell begins what runs in its background
    ],
)
def test_a_command_that_is_told_to_end_clears_away_what_it_began(
    here: Path, command: str, number: str, ctrl_c: str, code: int
) -> None:
    program = f"import signal, sys; signal.signal(signal.SIGINT, signal.{ctrl_c})\n"
    program += MIDDLE[command].format(number=number)
    program += "from bot.cli import main\nmain()"
    target = ["copy.db"] if command == "backup" else []
    ended = subprocess.run(
        [sys.executable, "-c", program, command, *target],
        cwd=here,
        env=environment(DATABASE_URL=URL),
        capture_output=True,
        timeout=HANG,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (code, b"")
    # Of connections that close in one moment each may leave an empty log to the other.
    assert names(here) <= {"a.db", "a.db-wal", "a.db-shm"}, "no half of a copy is there"


# As soon as the first of what the command line is made of is looked for.
EARLY = """
import os, signal, sys
class Presses:
    def find_spec(self, name, path=None, target=None):
        if name == "typer":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Presses())
from bot.__main__ import main
main()
"""


@pytest.mark.parametrize(
    ("ctrl_c", "code"), [("default_int_handler", -signal.SIGINT), ("SIG_IGN", 0)]
)
def test_ctrl_c_ends_a_command_without_a_word_before_it_has_begun(ctrl_c: str, code: int) -> None:
    program = f"import signal; signal.signal(signal.SIGINT, signal.{ctrl_c})\n{EARLY}"
    ended = subprocess.run(
        [sys.executable, "-c", program, "--version"],
        env=environment(),
        capture_output=True,
        timeout=HANG,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (code, b"")
