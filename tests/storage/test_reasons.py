"""Whatever is wrong with the database is told in one line that says what, and ends with code 2."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from storage.reasons import reason
from tests.bot import line
from tests.bot.life import environment
from tests.waiting import HANG

ALL = (["migrate"], ["demo"], ["broadcasts"])


def linli(url: str, *arguments: str, around: tuple[str, ...] = ()) -> tuple[int, str]:
    """Run the command line on the database at `url`; code and what it said. `around` it another
    command, it runs as a process of its own."""
    if not around:
        code, _, err = line.linli(*arguments, cwd=Path.cwd(), DATABASE_URL=url)
        return code, err
    done = subprocess.run(
        [*around, sys.executable, "-m", "bot", *arguments],
        env=environment(DATABASE_URL=url),
        capture_output=True,
        text=True,
        timeout=HANG,
        check=False,
    )
    return done.returncode, done.stderr


def told(url: str, arguments: list[str], around: tuple[str, ...] = ()) -> str:
    """The one line that a command says of a database that it cannot use."""
    code, said = linli(url, *arguments, around=around)
    assert code == 2, said
    assert said.count("\n") == 1, said
    assert said.startswith("linli: DATABASE_URL: ")
    return said.removeprefix("linli: DATABASE_URL: ").rstrip()


@pytest.mark.parametrize("arguments", ALL, ids=str)
def test_a_folder_instead_of_a_file(tmp_path: Path, arguments: list[str]) -> None:
    assert told(f"sqlite:///{tmp_path}", arguments) == f"{tmp_path}: is a folder; name a file in it"


@pytest.mark.parametrize("arguments", ALL, ids=str)
def test_a_file_that_is_no_database(tmp_path: Path, arguments: list[str]) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Buy bread. " * 1000)
    assert "is not a database of SQLite" in told(f"sqlite:///{path}", arguments)
    assert path.read_text() == "Buy bread. " * 1000


@pytest.mark.parametrize("arguments", ALL, ids=str)
def test_a_file_in_place_of_a_folder(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "data").touch()
    said = told(f"sqlite:///{tmp_path}/data/linli.db", arguments)
    assert "is a file and no folder" in said or "run: linli migrate" in said


@pytest.mark.parametrize("arguments", ALL[1:], ids=str)
def test_a_locked_file(sqlite_url: str, arguments: list[str]) -> None:
    with closing(sqlite3.connect(make_url(sqlite_url).database or "")) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        assert told(sqlite_url, arguments).endswith("is in use by another process; stop that first")


@pytest.mark.parametrize("arguments", ALL[1:], ids=str)
def test_a_damaged_file(sqlite_url: str, arguments: list[str]) -> None:
    path = Path(make_url(sqlite_url).database or "")
    path.write_bytes(path.read_bytes()[:4096] + b"\x11" * 40_960)
    assert "damaged" in told(sqlite_url, arguments)


@pytest.mark.parametrize("arguments", ALL[1:], ids=str)
def test_a_file_that_is_not_there_is_not_made(tmp_path: Path, arguments: list[str]) -> None:
    assert "run: linli migrate" in told(f"sqlite:///{tmp_path}/data/new.db", arguments)
    assert list(tmp_path.iterdir()) == []


READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'


def read_only(folder: Path) -> tuple[str, ...]:
    """What to put before a command so that it sees `folder` as a disk that cannot be written."""
    around = ("unshare", "--map-root-user", "--mount", "sh", "-c", READ_ONLY, str(folder))
    if not shutil.which("unshare") or subprocess.run([*around, "true"], check=False).returncode:
        pytest.skip("needs a machine on which mounts may be made")
    return around


@pytest.mark.parametrize("arguments", ALL[1:], ids=str)
def test_a_disk_that_cannot_be_written(
    sqlite_url: str, tmp_path: Path, arguments: list[str]
) -> None:
    said = told(sqlite_url, arguments, read_only(tmp_path))
    assert "cannot be written" in said or "no right" in said


def test_nothing_is_made_on_a_disk_that_cannot_be_written(tmp_path: Path) -> None:
    around = read_only(tmp_path)
    assert "cannot be written" in told(f"sqlite:///{tmp_path}/data/x.db", ["migrate"], around)


def change(url: str, **parts: object) -> str:
    return make_url(url).set(**parts).render_as_string(hide_password=False)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"database": "nowhere"}, 'database "nowhere" does not exist'),
        ({"username": "nobody"}, 'role "nobody" does not exist'),
        ({"query": {"sslmode": "perhaps"}}, "`sslmode` parameter must be one of: disable, allow"),
        ({"query": {"sslmode": "require"}}, "rejected SSL upgrade"),
        ({"query": {"colour": "blue"}}, 'unrecognized configuration parameter "colour"'),
        ({"port": 9}, "Connect call failed ('127.0.0.1', 9)"),
        ({"host": "no.such.host.example"}, "PostgreSQL at no.such.host.example:"),
    ],
)
@pytest.mark.parametrize("arguments", ALL[:2], ids=str)
def test_postgresql_says_what_is_wrong(
    postgres_server: str, parts: dict[str, object], expected: str, arguments: list[str]
) -> None:
    assert expected in told(change(postgres_server, **parts), arguments)


def test_a_mode_of_ssl_that_postgresql_knows_is_taken(postgres_url: str) -> None:
    url = change(postgres_url, query={"sslmode": "disable"})
    assert linli(url, "migrate") == (0, "")


SECRET = "s3cret-word"


@pytest.fixture
async def refusing() -> AsyncIterator[int]:
    """The port of a server that refuses every password, and repeats what it got."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        size = int.from_bytes(await reader.readexactly(4))
        if size == 8:  # a question for TLS comes first
            await reader.readexactly(4)
            writer.write(b"N")
            size = int.from_bytes(await reader.readexactly(4))
        await reader.readexactly(size - 4)
        fields = f'SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed ("{SECRET}")\0\0'
        writer.write(b"E" + (len(fields) + 4).to_bytes(4) + fields.encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize("arguments", ALL[:2], ids=str)
async def test_a_wrong_password_is_named_and_never_told(
    refusing: int, arguments: list[str]
) -> None:
    url = f"postgresql://linli:{SECRET}@127.0.0.1:{refusing}/linli"
    said = await asyncio.to_thread(told, url, arguments)
    assert "password authentication failed" in said
    assert SECRET not in said


@pytest.mark.parametrize(
    ("password", "told", "expected"),
    [
        ("linli", 'no role "linli" at port 1', 'no role "linli" at port 1'),  # the user's name, too
        ("p", 'port "p"; p', 'port "[password]"; [password]'),
        (SECRET, f"x{SECRET}y", "x[password]y"),
    ],
)
def test_a_password_is_told_by_no_error_and_takes_no_letter_out_of_other_words(
    password: str, told: str, expected: str
) -> None:
    url = f"postgresql://linli:{password}@h/linli"
    assert reason(ValueError(told), url) == f"DATABASE_URL: PostgreSQL at h:5432: {expected}"


def test_a_file_that_is_not_there_is_named_by_its_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever calls a command in another folder sees where it looked."""
    monkeypatch.chdir(tmp_path)
    said = told("sqlite:///data/linli.db", ["broadcasts"])
    assert f"there is none yet at {tmp_path}/data/linli.db, this version needs " in said


BAD_PARTS = ["h:abc", "h:99999", "[::1", f":{SECRET}#x@h", f":{SECRET}/x@h", f":x@{SECRET}@h"]


@pytest.mark.parametrize("host", BAD_PARTS)
def test_a_port_that_is_none(host: str) -> None:
    said = told(f"postgresql://linli{'@' * ('@' not in host)}{host}/linli", ["migrate"])
    assert "port" in said
    assert SECRET not in said


def test_the_environment_of_the_tests_has_no_part_in_this() -> None:
    assert "PGPASSWORD" not in environment(), os.environ
