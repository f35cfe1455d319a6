"""A migration is done wholly or not at all, whatever happens to the process and the disk."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from storage.database import Database
from storage.migrate import migrate
from storage.migrations import HEAD
from storage.problem import DatabaseProblem
from tests.bot import line, nursery
from tests.bot.life import ROOT, environment
from tests.bot.nursery import Birth, Said
from tests.conftest import new_postgres
from tests.storage.test_migrations_with_data import Rows, fill, move, rows_of, run, schema_of

OLD = "0001"
KILLS = 3  # points, spread over the whole way
LAST = 6  # and all of the last ones, at which the new file takes the place of the old one
FULL = (20_000, 150_000, 250_000, 300_000)  # bytes that a file may have; the old one has 241,664


class Content(NamedTuple):
    """All that is in a database."""

    rows: Rows
    schema: object


def content(url: str) -> Content:
    return Content(run(url, rows_of), run(url, schema_of))


class Old(NamedTuple):
    """A database of an old version, as a killed process left it, and what is in it."""

    path: Path
    before: Content
    after: Content

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"

    def put(self, folder: Path) -> "Old":
        """A copy of it in `folder`."""
        for file in self.path.parent.glob("old.db*"):
            shutil.copy(file, folder / file.name)
        return self._replace(path=folder / self.path.name)


@pytest.fixture(scope="module")
def old_file(tmp_path_factory: pytest.TempPathFactory) -> Old:
    made = tmp_path_factory.mktemp("made") / "old.db"
    move(f"sqlite:///{made}", OLD)
    run(f"sqlite:///{made}", fill)
    left = tmp_path_factory.mktemp("left") / "old.db"
    with closing(sqlite3.connect(made, isolation_level=None)) as writing:
        writing.execute("PRAGMA journal_mode=WAL")
        writing.execute("UPDATE nodes SET name = 'in the log only' WHERE id = 1")
        for file in made.parent.glob("old.db*"):  # before closing it folds the log in
            shutil.copy(file, left.parent / file.name)
    assert left.with_name("old.db-wal").stat().st_size
    known = tmp_path_factory.mktemp("known")
    old = Old(left, content(f"sqlite:///{made}"), content(f"sqlite:///{made}"))
    there = old.put(known)
    migrate(there.url)
    return old._replace(after=content(there.url))


@pytest.fixture
def old(old_file: Old, tmp_path: Path) -> Old:
    return old_file.put(tmp_path)


def dying(url: str, point: int) -> Said:
    return nursery.run(Birth((url, str(point)), ROOT, environment(), module="tests.storage.dying"))


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def test_a_kill_at_any_point_leaves_the_old_version_or_the_new_one(
    old: Old, old_file: Old, tmp_path: Path
) -> None:
    whole = dying(old.url, 0)
    assert whole.code == 0, whole.err
    points = int(whole.out)
    assert points > 100
    found = []
    for point in [*range(1, points - LAST, points // KILLS), *range(points - LAST, points + 1)]:
        folder = tmp_path / str(point)
        folder.mkdir()
        there = old_file.put(folder)
        assert dying(there.url, point).code == -9
        left = content(there.url)
        assert left in (there.before, there.after), point
        found.append(left == there.after)
        migrate(there.url)
        assert content(there.url) == there.after
        assert names(folder) == {"old.db", f"old.db.before-{HEAD}"}, point
        assert content(f"{there.url}.before-{HEAD}") == there.before
    assert found == sorted(found), "once it is the new one, it stays"
    assert {True, False} == set(found)


@pytest.fixture
def old_postgres(postgres_server: str, worker_id: str) -> Iterator[str]:
    with new_postgres(postgres_server, f"dying_{worker_id}") as url:
        move(url, OLD)
        run(url, fill)
        yield url


def test_a_kill_leaves_postgresql_as_it_was(old_postgres: str) -> None:
    before = content(old_postgres)
    for point in (3, 20, 60, 90):
        assert dying(old_postgres, point).code == -9
        assert content(old_postgres) == before, point
    migrate(old_postgres)
    assert content(old_postgres) != before
    assert dying(old_postgres, 0).code == 0


def narrow(url: str, limit: int) -> Said:
    """`linli migrate` in a process whose files may have `limit` bytes."""
    given = environment(DATABASE_URL=url)
    return nursery.run(Birth(("migrate",), Path.cwd(), given, largest=limit))


def linli(url: str, *arguments: str) -> Said:
    return line.linli(*arguments, cwd=Path.cwd(), DATABASE_URL=url)


@pytest.mark.parametrize("limit", FULL)
def test_a_full_disk_is_told_in_one_line_and_changes_nothing(old: Old, limit: int) -> None:
    refused = narrow(old.url, limit)
    assert refused.code == 2
    assert is_one_line(refused.err), refused.err
    assert "disk" in refused.err
    assert content(old.url) == old.before
    assert names(old.path.parent) <= {"old.db", "old.db-wal", "old.db-shm"}
    assert linli(old.url, "migrate").code == 0
    assert content(old.url) == old.after


def test_a_log_without_its_file_is_not_taken_for_that_of_a_new_database(tmp_path: Path) -> None:
    path = tmp_path / "data" / "new.db"
    migrate(f"sqlite:///{path}")
    with closing(sqlite3.connect(path, isolation_level=None)) as killed:
        killed.execute("PRAGMA journal_mode=WAL")
        killed.execute("INSERT INTO counters VALUES ('said before', 1)")
        log = path.with_name("new.db-wal").read_bytes()
    path.unlink()  # whoever begins anew removes the file, and not what stands beside it
    path.with_name("new.db-wal").write_bytes(log)
    migrate(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as new:
        assert new.execute("SELECT count(*) FROM counters").fetchone() == (0,)
    assert path.with_name("new.db.lost-wal").read_bytes() == log, "it is nobody's, and kept"


def test_a_full_disk_leaves_no_half_of_a_new_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/data/new.db"
    refused = narrow(url, 100_000)
    assert refused.code == 2
    assert is_one_line(refused.err)
    assert names(tmp_path / "data") == set()


def is_one_line(told: str) -> bool:
    return told.count("\n") == 1 and told.startswith("linli: DATABASE_URL: ")


def test_room_on_the_disk_is_looked_at_first_and_told(
    old: Old, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(old.path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=3 * 2**20))
    with pytest.raises(DatabaseProblem, match=r"not enough room on the disk: \d+ MB needed, 3 MB"):
        migrate(old.url)
    monkeypatch.undo()
    assert content(old.url) == old.before


def test_the_file_is_small_afterwards_and_says_so_step_by_step(old: Old) -> None:
    with closing(sqlite3.connect(old.path)) as writing:
        writing.execute("CREATE TABLE much (bytes)")
        writing.execute("INSERT INTO much VALUES (zeroblob(3000000))")
        writing.execute("DROP TABLE much")
        writing.commit()
    told: list[str] = []
    kept = migrate(old.url, told.append)
    assert kept is not None
    assert kept.stat().st_size > 3_000_000 > old.path.stat().st_size
    with closing(sqlite3.connect(old.path)) as reading:
        assert reading.execute("PRAGMA freelist_count").fetchone() == (0,)
    steps = [step for step in told if " of " in step]
    many = int(HEAD) - int(OLD)
    assert [step.split(":")[0] for step in steps] == [f"{n} of {many}" for n in range(1, many + 1)]
    assert len(told) > len(steps)


def test_of_the_copies_from_before_the_newest_two_are_kept(old: Old) -> None:
    for number in ("0002", "0003", "0004"):
        old.path.with_name(f"old.db.before-{number}").touch()
    other = old.path.with_name("old.db.before-restore-x")
    other.touch()
    migrate(old.url)
    kept = {"old.db", "old.db.before-0004", f"old.db.before-{HEAD}", other.name}
    assert names(old.path.parent) == kept


def test_owner_and_rights_of_the_file_stay(old: Old) -> None:
    old.path.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(old.path, 12_345, 12_346)
    before = old.path.stat()
    migrate(old.url)
    after = old.path.stat()
    assert after.st_ino != before.st_ino
    assert (after.st_mode, after.st_uid, after.st_gid) == (
        before.st_mode,
        before.st_uid,
        before.st_gid,
    )


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")


@needs_root
def test_what_root_makes_belongs_to_whoever_owns_the_folder(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, 12_345, 12_346)
    path = home / "data" / "new.db"
    migrate(f"sqlite:///{path}")
    for made, mode in ((path.parent, 0o40700), (path, 0o100600)):
        found = made.stat()
        assert (found.st_mode, found.st_uid, found.st_gid) == (mode, 12_345, 12_346)


AS_SOMEBODY_ELSE = """
import os, sys
from storage.migrate import migrate
from storage.problem import DatabaseProblem
os.setuid(12345)
try:
    migrate(sys.argv[1])
except DatabaseProblem as problem:
    sys.exit(str(problem))
"""


@needs_root
def test_who_cannot_keep_the_owner_is_told_who_it_is(old_file: Old) -> None:
    with tempfile.TemporaryDirectory() as name:
        there = old_file.put(Path(name))
        for file in (there.path.parent, *there.path.parent.iterdir()):
            file.chmod(0o777)
        done = subprocess.run(
            [sys.executable, "-c", AS_SOMEBODY_ELSE, there.url],
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert "belongs to user 0, group 0; run this as that user" in done.stderr, done.stderr
        assert content(there.url) == there.before


def test_a_database_in_use_is_not_migrated(old: Old) -> None:
    with closing(sqlite3.connect(old.path)) as running:
        running.execute("SELECT * FROM nodes").fetchall()
        refused = linli(old.url, "migrate")
    assert refused.code == 2
    assert refused.err == (f"linli: {old.path}: is in use by another process; stop that first\n")
    assert content(old.url) == old.before


async def test_one_that_is_up_to_date_may_be_in_use(sqlite: Database, sqlite_url: str) -> None:
    await sqlite.write(lambda c: None)
    done = await line.beside("migrate", cwd=Path.cwd(), DATABASE_URL=sqlite_url)
    assert (done.code, done.out) == (0, "The database is up to date.\n")


def test_two_at_once_do_it_once(old: Old) -> None:
    birth = Birth(("migrate",), Path.cwd(), environment(DATABASE_URL=old.url))
    with ThreadPoolExecutor() as pool:
        told = list(pool.map(nursery.run, [birth] * 2))
    codes = sorted(said.code for said in told)
    assert codes in ([0, 0], [0, 2]), told
    assert content(old.url) == old.after


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "made by a newer version of Linli"),
        ("DROP TABLE alembic_version", "holds other tables than those of Linli, or a part"),
        ("UPDATE alembic_version SET version_num = 'abc'", "holds other tables than those of"),
    ],
)
def test_a_database_of_another_version_is_left_alone(old: Old, made: str, told: str) -> None:
    with closing(sqlite3.connect(old.path, isolation_level=None)) as writing:
        writing.execute(made)
    before = content(old.url)
    for arguments in (["migrate"], ["demo"]):
        refused = linli(old.url, *arguments)
        assert refused.code == 2
        assert is_one_line(refused.err), refused.err
        assert told in refused.err
    assert content(old.url) == before


def test_what_a_killed_one_left_is_cleared_away(old: Old) -> None:
    for end in ("migrating", "migrated", "migrating-journal"):
        old.path.with_name(f"old.db.{end}").write_bytes(b"half")
    migrate(old.url)
    assert names(old.path.parent) == {"old.db", f"old.db.before-{HEAD}"}


def test_a_damaged_file_is_not_migrated(old: Old) -> None:
    for file in old.path.parent.glob("old.db-*"):
        file.unlink()
    pages = bytearray(old.path.read_bytes())
    pages[4096 * 8 : 4096 * 30] = b"\x11" * 4096 * 22
    old.path.write_bytes(pages)
    with pytest.raises(DatabaseProblem, match="is damaged; put a copy of it back"):
        migrate(old.url)
    assert old.path.read_bytes() == bytes(pages)
