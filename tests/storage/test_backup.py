"""A backup is whole, and a restore puts back what proved to be so, or nothing."""

import contextlib
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import make_url

from storage.backup import back_up, put_back
from storage.migrate import config_for, migrate
from storage.problem import DatabaseProblem
from tests.bot import nursery
from tests.bot.life import environment
from tests.bot.nursery import Birth, Said
from tests.waiting import HANG

NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
MOMENT = "2026-11-27T093000Z"


@pytest.fixture
def path(sqlite_url: str) -> Path:
    return Path(make_url(sqlite_url).database or "")


def write(path: Path, name: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("INSERT INTO counters VALUES (?, 1)", [name])


def read(path: Path) -> set[str]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {name for (name,) in connection.execute("SELECT name FROM counters")}


@contextlib.contextmanager
def running(path: Path) -> Iterator[sqlite3.Connection]:
    """A process that has it open, as the bot does."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("SELECT * FROM counters").fetchall()
        yield connection


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def test_a_backup_has_what_is_in_the_log_only_and_leaves_others_alone(
    sqlite_url: str, path: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    with running(path) as bot:
        bot.execute("INSERT INTO counters VALUES ('in the log', 1)")
        bot.execute("BEGIN IMMEDIATE")
        bot.execute("INSERT INTO counters VALUES ('not yet', 1)")
        made = back_up(sqlite_url, folder, NOW)
        bot.execute("COMMIT")
    assert made == folder / f"linli-{MOMENT}.db"
    assert names(folder) == {made.name}, "all of it is in one file"
    assert made.stat().st_mode & 0o777 == 0o600, "nobody else's business"
    assert read(made) == {"in the log"}
    assert read(path) == {"in the log", "not yet"}


def test_a_backup_never_takes_the_place_of_another_file(
    sqlite_url: str, path: Path, tmp_path: Path
) -> None:
    there = tmp_path / "there.db"
    there.write_text("precious")
    with pytest.raises(DatabaseProblem, match="is there already"):
        back_up(sqlite_url, there, NOW)
    with pytest.raises(DatabaseProblem, match="is there already"):
        back_up(sqlite_url, path, NOW)
    with pytest.raises(DatabaseProblem, match="is no folder"):
        back_up(sqlite_url, tmp_path / "no" / "folder.db", NOW)
    assert there.read_text() == "precious"
    (tmp_path / "gone.db-wal").write_text("precious, too")
    with pytest.raises(DatabaseProblem, match="gone.db-wal: is there already"):
        back_up(sqlite_url, tmp_path / "gone.db", NOW)


def test_what_is_restored_is_what_was_backed_up_and_what_was_there_is_kept(
    sqlite_url: str, path: Path, tmp_path: Path
) -> None:
    write(path, "before")
    copy = back_up(sqlite_url, tmp_path / "copy.db", NOW)
    for number, name in enumerate(("first", "second"), 1):
        write(path, name)
        kept, shape = put_back(sqlite_url, copy, NOW)
        assert kept is not None
        assert kept.name == f"linli.db.before-restore-{MOMENT}" + ("-2" if number == 2 else "")
        assert shape.is_current
        assert read(path) == {"before"}
        assert read(kept) == {"before", name}
    assert read(copy) == {"before"}


def test_a_restore_makes_what_is_not_there(sqlite_url: str, path: Path, tmp_path: Path) -> None:
    write(path, "before")
    copy = back_up(sqlite_url, tmp_path / "copy.db", NOW)
    new = tmp_path / "new" / "data" / "linli.db"
    assert put_back(f"sqlite:///{new}", copy, NOW)[0] is None
    assert read(new) == {"before"}
    assert new.stat().st_mode & 0o777 == 0o600


def test_a_log_without_its_file_is_not_taken_for_that_of_the_restored_one(
    sqlite_url: str, path: Path, tmp_path: Path
) -> None:
    copy = back_up(sqlite_url, tmp_path / "copy.db", NOW)
    folder = tmp_path / "lost"
    folder.mkdir()
    with running(path) as bot:
        bot.execute("INSERT INTO counters VALUES ('in the log', 1)")
        (folder / "linli.db-wal").write_bytes(path.with_name("linli.db-wal").read_bytes())
    put_back(f"sqlite:///{folder}/linli.db", copy, NOW)
    assert names(folder) == {"linli.db", f"linli.db.before-restore-{MOMENT}-wal"}
    assert read(folder / "linli.db") == set()


def test_a_restore_refuses_while_a_process_runs(
    sqlite_url: str, path: Path, tmp_path: Path
) -> None:
    copy = back_up(sqlite_url, tmp_path / "copy.db", NOW)
    write(path, "newer")
    with running(path):
        refused = linli(sqlite_url, "restore", str(copy))
    assert refused.code == 2
    assert refused.err == f"linli: {path}: is in use by another process; stop that first\n"
    assert read(path) == {"newer"}
    assert names(path.parent) == {"linli.db", "copy.db"}


def test_a_damaged_database_is_replaced_and_kept_as_it_is(
    sqlite_url: str, path: Path, tmp_path: Path
) -> None:
    write(path, "before")
    copy = back_up(sqlite_url, tmp_path / "copy.db", NOW)
    with running(path) as bot:
        bot.execute("INSERT INTO counters VALUES ('in the log', 1)")
        log = path.with_name("linli.db-wal").read_bytes()
    rubbish = b"\x11" * 100_000
    path.write_bytes(rubbish)
    path.with_name("linli.db-wal").write_bytes(log)
    holding = "import sys, sqlite3, fcntl; f = open(sys.argv[1], 'rb+');"
    holding += "fcntl.lockf(f, fcntl.LOCK_EX, 1, 0x40000002); print('held', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", holding, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as bot_still_there:
        assert bot_still_there.stdout is not None
        bot_still_there.stdout.readline()
        with pytest.raises(DatabaseProblem, match="is in use by another process"):
            put_back(sqlite_url, copy, NOW)
        bot_still_there.communicate("\n", timeout=HANG)
    kept, _ = put_back(sqlite_url, copy, NOW)
    assert kept is not None
    assert kept.read_bytes() == rubbish
    assert kept.with_name(f"{kept.name}-wal").read_bytes() == log
    assert read(path) == {"before"}


def test_only_what_is_whole_and_ours_is_put_back(
    sqlite_url: str, path: Path, tmp_path: Path
) -> None:
    write(path, "there")
    source = tmp_path / "source.db"

    def refused(told: str) -> None:
        with pytest.raises(DatabaseProblem, match=told):
            put_back(sqlite_url, source, NOW)
        assert read(path) == {"there"}
        assert not [name for name in names(path.parent) if name.startswith("linli.db.")]

    refused("is not there")
    source.write_text("Buy bread. " * 1000)
    refused("is not a database of SQLite")
    source.unlink()
    with closing(sqlite3.connect(source, isolation_level=None)) as other:
        other.execute("CREATE TABLE songs (title)")
    refused("holds other tables|is no database of Linli")
    source.unlink()
    back_up(sqlite_url, source, NOW)
    whole = source.read_bytes()
    source.write_bytes(whole[: len(whole) // 2])
    refused("damaged")
    source.write_bytes(whole[:40_960] + b"\x11" * 81_920 + whole[40_960 + 81_920 :])
    refused("damaged")
    source.write_bytes(whole)
    with closing(sqlite3.connect(source, isolation_level=None)) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    refused("made by a newer version of Linli")
    with pytest.raises(DatabaseProblem, match="is the database itself"):
        put_back(sqlite_url, path, NOW)


def test_what_an_older_version_made_is_put_back_and_says_so(
    sqlite_url: str, path: Path, tmp_path: Path
) -> None:
    old = tmp_path / "old.db"
    command.upgrade(config_for(f"sqlite:///{old}"), "0004")
    done = linli(sqlite_url, "restore", str(old))
    assert done.code == 0, done.err
    assert "Restored; an older version made it: linli migrate" in done.out
    migrate(sqlite_url)
    assert linli(sqlite_url, "migrate").out == "The database is up to date.\n"
    assert linli(sqlite_url, "backup", str(tmp_path / "again.db")).code == 0


def linli(url: str, *arguments: str, limit: int | None = None) -> Said:
    given = environment(DATABASE_URL=url)
    return nursery.run(Birth(arguments, Path.cwd(), given, largest=limit))


def test_a_full_disk_leaves_no_half_of_a_backup_and_no_half_of_a_restore(
    sqlite_url: str, path: Path, tmp_path: Path
) -> None:
    whole = back_up(sqlite_url, tmp_path / "whole.db", NOW)
    write(path, "there")
    for arguments in (["backup", f"{tmp_path}/half.db"], ["restore", str(whole)]):
        refused = linli(sqlite_url, *arguments, limit=100_000)
        assert refused.code == 2
        assert "disk" in refused.err
        assert refused.err.count("\n") == 1
    assert names(tmp_path) <= {"linli.db", "linli.db-wal", "linli.db-shm", "whole.db"}
    assert read(path) == {"there"}


def test_postgresql_has_tools_of_its_own_which_are_named(tmp_path: Path) -> None:
    url = "postgresql://linli:s3cret@localhost/linli"
    for arguments, tool in (
        (["backup", str(tmp_path)], "pg_dump"),
        (["restore", "x"], "pg_restore"),
    ):
        refused = linli(url, *arguments)
        assert refused.code == 2
        assert tool in refused.err
        assert refused.err.count("\n") == 1
        assert "s3cret" not in refused.err
