"""`linli check` names what would keep the bot from running, and changes nothing."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import make_url

from bot.settings import NO_TOKEN
from storage.look import look_at
from storage.migrate import config_for
from storage.migrations import HEAD
from tests.bot.line import beside, linli
from tests.bot.nursery import Said
from tests.bot.test_settings import TOKEN
from tests.waiting import HANG

NEXT_YEAR = "holidays.yaml: the holidays of "  # told from November on
GOOD = "Settings, programme, content and texts are in order."


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in folder.iterdir()}


async def checked(folder: Path, url: str) -> Said:
    said = await beside("check", cwd=folder, DATABASE_URL=url)
    lines = said.out.splitlines(keepends=True)
    return said._replace(out="".join(line for line in lines if not line.startswith(NEXT_YEAR)))


async def test_a_missing_token_is_named_and_wrong_where_there_is_a_file_of_settings(
    sqlite_url: str, tmp_path: Path
) -> None:
    assert await checked(tmp_path, sqlite_url) == (0, f"{NO_TOKEN}\n{GOOD}\n", "")
    await beside("migrate", cwd=tmp_path, DATABASE_URL=sqlite_url)
    (tmp_path / ".env").write_text("BOT_TOKEN=\n")
    assert await checked(tmp_path, sqlite_url) == (2, "", f"linli: {NO_TOKEN}\n")
    # As some editors of Windows write it.
    (tmp_path / ".env").write_text(f"\ufeffBOT_TOKEN={TOKEN}\r\n", encoding="utf-8")
    assert await checked(tmp_path, sqlite_url) == (0, f"{GOOD}\n", "")


def test_a_line_that_cannot_be_read_ends_every_command(sqlite_url: str, tmp_path: Path) -> None:
    lines = ["# a note", "", "BOT_TOKEN", f"BOT_TOKEN：{TOKEN}", "TIMEZONE: UTC", "TICK_SECONDS=x"]
    (tmp_path / ".env").write_text("\n".join(lines))
    for name in ("check", "migrate", "owner", "run"):
        said = linli(name, cwd=tmp_path, DATABASE_URL=sqlite_url)
        assert (said.code, said.out) == (2, "")
        *unread, wrong = said.err.splitlines()
        assert unread == [
            f"linli: .env: line {number} is none of the form NAME=value, and cannot be read"
            for number in (3, 4, 5)
        ]
        assert wrong.startswith("linli: TICK_SECONDS: ")
        assert TOKEN not in said.err


def test_a_quote_that_is_never_closed_is_one_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f'BOT_TOKEN="{TOKEN}\nDATABASE_URL=sqlite:///other.db\n')
    for name in ("migrate", "owner"):
        said = linli(name, cwd=tmp_path)
        assert said.err == (
            "linli: .env: line 1 is none of the form NAME=value, and cannot be read\n"
        )
    assert [each.name for each in tmp_path.iterdir()] == [".env"], "no other database was made"


async def test_a_link_to_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").symlink_to("secrets/linli.env")
    told = (2, "", "linli: .env: is a link to secrets/linli.env, where there is no file\n")
    assert await beside("check", cwd=tmp_path) == told


async def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    told = (2, "", "linli: .env: is a folder and no file\n")
    assert await beside("check", cwd=tmp_path) == told
    assert await beside("run", cwd=tmp_path) == told


@pytest.mark.parametrize("kind", ["sqlite_url", "empty_postgres"])
def test_what_is_in_order_has_no_word(request: pytest.FixtureRequest, kind: str) -> None:
    look = look_at(request.getfixturevalue(kind))
    assert (look.problems, look.notes) == ([], [])


def test_a_look_changes_nothing_even_while_it_is_used(sqlite_url: str, tmp_path: Path) -> None:
    path = make_url(sqlite_url).database or ""
    before = state(tmp_path)
    assert look_at(sqlite_url).problems == []
    assert state(tmp_path) == before
    with closing(sqlite3.connect(path, isolation_level=None)) as bot:
        bot.execute("PRAGMA journal_mode=WAL")
        bot.execute("INSERT INTO counters VALUES ('n', 1)")
        names = set(state(tmp_path))
        assert look_at(sqlite_url).problems == []
        assert set(state(tmp_path)) == names


def test_one_that_is_not_there_yet_is_a_note_and_not_made(tmp_path: Path) -> None:
    look = look_at(f"sqlite:///{tmp_path}/data/linli.db")
    assert look.problems == []
    at = tmp_path / "data/linli.db"
    assert look.notes == [
        f"DATABASE_URL: there is none yet at {at}, this version needs {HEAD}; run: linli migrate"
    ]
    assert list(tmp_path.iterdir()) == []


def test_an_older_one_is_a_note_and_a_newer_one_a_problem(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/linli.db"
    command.upgrade(config_for(url), "0004")
    look = look_at(url)
    assert (look.problems, len(look.notes)) == ([], 1)
    assert f"it is at 0004, this version needs {HEAD}" in look.notes[0]
    with closing(sqlite3.connect(tmp_path / "linli.db", isolation_level=None)) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    [problem] = look_at(url).problems
    assert "made by a newer version of Linli" in problem


@pytest.mark.parametrize("place", ["folder", "text", "below"])
def test_what_is_no_database_is_told(tmp_path: Path, place: str) -> None:
    path = tmp_path / "linli.db"
    if place == "folder":
        path.mkdir()
    else:
        path.write_text("Buy bread. " * 1000)
    [problem] = look_at(f"sqlite:///{path / 'x.db' if place == 'below' else path}").problems
    told = {"folder": "is a folder", "text": "is not a database", "below": "is a file and no fold"}
    assert told[place] in problem


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
@pytest.mark.parametrize("end", ["", "-wal", ".lock"])
def test_root_is_told_of_a_file_that_the_owner_of_the_folder_cannot_write(
    sqlite_url: str, tmp_path: Path, end: str
) -> None:
    """What made a bot that answers nobody of `linli migrate` by root."""
    folder = tmp_path / "data"
    folder.mkdir()
    path = folder / "linli.db"
    shutil.copy(make_url(sqlite_url).database or "", path)
    path.with_name(f"linli.db{end}").touch()
    for file in (folder, *folder.iterdir()):
        os.chown(file, 12_345, 12_345)
    assert look_at(f"sqlite:///{path}").problems == []
    os.chown(f"{path}{end}", 0, 0)
    [problem] = look_at(f"sqlite:///{path}").problems
    assert problem == f"DATABASE_URL: {path}{end}: belongs to user 0, its folder to 12345: " + (
        f"chown 12345 {path}{end}"
    )


def test_a_full_disk_is_told(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=2**20 - 1))
    [problem] = look_at(sqlite_url).problems
    assert problem.endswith(": no room left on the disk")


def test_a_server_that_is_away_is_told() -> None:
    [problem] = look_at("postgresql://linli@127.0.0.1:9/linli").problems
    assert "Connect call failed" in problem


def test_a_server_that_only_lets_us_read_is_told(postgres_url: str) -> None:
    separator = "&" if "?" in postgres_url else "?"
    url = f"{postgres_url}{separator}options=-c%20default_transaction_read_only%3Don"
    [problem] = look_at(url).problems
    assert "read-only" in problem


HALF_WRITTEN = """
import os, sqlite3
raw = sqlite3.connect("a.db", isolation_level=None)
raw.execute("PRAGMA journal_mode = DELETE")
raw.execute("PRAGMA cache_size = 1")
raw.execute("BEGIN IMMEDIATE")
raw.execute("CREATE TABLE half (it)")
for _ in range(2000):
    raw.execute("INSERT INTO half VALUES (randomblob(900))")
os._exit(0)
"""


def test_what_was_half_written_is_told_and_taken_back_by_the_next_that_writes(
    tmp_path: Path,
) -> None:
    assert linli("migrate", cwd=tmp_path, DATABASE_URL="sqlite:///a.db").code == 0
    subprocess.run([sys.executable, "-c", HALF_WRITTEN], cwd=tmp_path, check=True, timeout=HANG)
    journal = tmp_path / "a.db-journal"
    assert journal.stat().st_size
    before = journal.read_bytes()
    look = look_at(f"sqlite:///{tmp_path}/a.db")
    assert look.problems == []
    [note] = look.notes
    assert "stopped while it wrote; linli migrate, or the start, takes that back" in note
    assert journal.read_bytes() == before, "a look changes nothing"
    assert linli("migrate", cwd=tmp_path, DATABASE_URL="sqlite:///a.db").code == 0
    assert not journal.exists()
    look = look_at(f"sqlite:///{tmp_path}/a.db")
    assert (look.problems, look.notes) == ([], [])
