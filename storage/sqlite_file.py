"""The one file of an SQLite database, as a whole: to hold it alone, to look through it, to put
another one in its place (docs/decisions/0023-whole-files.md).

A new file takes the place by a hard link and a rename: at every moment the name stands for the old
file or the new one, whole, and the old one stays beside it under a name of its own.
"""

import contextlib
import errno
import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from storage.channel import over
from storage.problem import DatabaseProblem
from storage.queries.revision import Shape, shape_of
from storage.reasons import IN_USE

PRIVATE = 0o600  # it holds names and what people wrote
_PATIENCE = 5.0  # seconds for a short command that is just looking
_SHARED_BYTES = (510, 0x40000002)  # how many, from where
BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a file that is in use
LOCK = ".lock"  # and beside it, for who serves it (storage/alone.py)
_SPARE = 64 * 2**20  # bytes that a disk should have left


def problem(path: Path, why: str) -> DatabaseProblem:
    """What to raise of the file or folder at `path`."""
    return DatabaseProblem(f"{path}: {why}")


@contextlib.contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Within this block no other process of ours replaces a file in `folder`. Raises
    DatabaseProblem if one does."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise problem(folder, "another `linli migrate` or `linli restore` is at work") from None
        yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def unfinished(path: Path, end: str) -> Iterator[Path]:
    """A name beside `path` for a file that is gone afterwards, whatever happened; a kill leaves it
    for the next time."""
    beside = path.with_name(f"{path.name}.{end}")
    try:
        yield beside
    finally:
        remove(beside)


@contextlib.contextmanager
def alone(path: Path) -> Iterator[sqlite3.Connection]:
    """Hold the database at `path`, its write-ahead log folded in, so that nobody else can read or
    write it. Raises DatabaseProblem if another process has it open.

    A running process holds a share of the lock for as long as its connections are open.
    """
    with contextlib.closing(sqlite3.connect(path, _PATIENCE, isolation_level=None)) as connection:
        try:
            # 1. One file: a log left beside it would be taken for that of the next file.
            connection.execute("PRAGMA journal_mode=DELETE")
            # 2. From here on nothing is written to it: closing it touches nothing by its name.
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise problem(path, IN_USE) from error
            raise
        if connection.execute("PRAGMA journal_mode").fetchone() != ("delete",):
            raise problem(path, IN_USE)
        yield connection


def file_shape(path: Path) -> Shape:
    """What shape the file at `path` has, which need not be there. Raises sqlite3.Error."""
    if not path.exists():
        return Shape(None)
    raw = sqlite3.connect(path, isolation_level=None)
    with contextlib.closing(raw), over(raw, "BEGIN") as connection:
        return shape_of(connection)


@contextlib.contextmanager
def kept_out(path: Path) -> Iterator[None]:
    """The same for a file that is damaged: the lock that SQLite takes (sqlite.org/lockingv3.html),
    whatever the file holds."""
    with path.open("rb+") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, *_SHARED_BYTES)
        except OSError as error:
            raise problem(path, IN_USE) from error
        yield


def is_sound(path: Path | sqlite3.Connection) -> bool:
    """Whether SQLite finds every page, row and index of a file in order."""
    if isinstance(path, Path):
        with contextlib.closing(sqlite3.connect(path)) as connection:
            return is_sound(connection)
    [found] = path.execute("PRAGMA quick_check(1)").fetchone()
    return bool(found == "ok")


def copy_to(source: sqlite3.Connection, path: Path) -> None:
    """Copy a database, as it is at this moment, into the empty file at `path`, which is all of it:
    no log beside it. Others may go on reading and writing meanwhile."""
    with contextlib.closing(sqlite3.connect(path)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")


def require_room(folder: Path, needed: int) -> None:
    """Raise DatabaseProblem unless the disk of `folder` has room for `needed` bytes and some."""
    free = shutil.disk_usage(folder).free
    if free < needed + _SPARE:
        least = _size(needed + _SPARE)
        raise problem(folder, f"not enough room on the disk: {least} needed, {_size(free)} free")


def _size(count: int) -> str:
    return f"{count / 2**30:.1f} GB" if count >= 2**30 else f"{count / 2**20:.0f} MB"


def make_folder(folder: Path) -> None:
    """Make what is missing of `folder`, for nobody else's eyes, and for whoever owns its parent.
    Raises OSError."""
    if folder.is_file():
        raise NotADirectoryError(errno.ENOTDIR, "is a file and no folder", str(folder))
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        as_in(folder.parent, folder)


def new_file(path: Path, instead_of: Path) -> None:
    """Make an empty file at `path`, with the owner and rights of the one that it is to replace; if
    that is not there, private, and of whoever owns the folder.

    Raises DatabaseProblem if only somebody else may do that.
    """
    remove(path)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE))
    if not instead_of.exists():
        as_in(path.parent, path)
        return
    known, made = instead_of.stat(), path.stat()
    try:
        if (known.st_uid, known.st_gid) != (made.st_uid, made.st_gid):
            os.chown(path, known.st_uid, known.st_gid)
        shutil.copymode(instead_of, path)
    except PermissionError:
        owner = f"user {known.st_uid}, group {known.st_gid}"
        raise problem(instead_of, f"belongs to {owner}; run this as that user") from None


def as_in(folder: Path, path: Path | int) -> None:
    """What root makes in somebody's folder is theirs, or they could not use it. `path` may be the
    number of an open file."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def take_place(new: Path, path: Path, kept: Path | None) -> None:
    """Put the file `new` into the place of `path`, at once and for good. What was there is `kept`
    beside it afterwards (None: there was nothing). Raises OSError."""
    _settle(new)
    if kept is not None:
        kept.unlink(missing_ok=True)
        try:
            os.link(path, kept)
        except OSError:  # a disk that knows no links; this lets go of `alone`, at the last moment
            shutil.copy2(path, kept)
    os.replace(new, path)
    _settle(path.parent)


def beside(path: Path) -> list[Path]:
    """What SQLite may keep beside a file."""
    return [path.with_name(path.name + end) for end in BESIDE]


def set_aside(path: Path, kept: Path) -> None:
    """Move what SQLite left beside `path` to where it belongs to `kept`."""
    for end in BESIDE:
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + end).rename(kept.with_name(kept.name + end))


def _settle(path: Path) -> None:
    """Return once what is written is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def forget(path: Path) -> None:
    """Take away a database that is not to be kept. Raises DatabaseProblem if it is in use."""
    if path.exists():
        with contextlib.suppress(sqlite3.DatabaseError), alone(path):
            pass  # one that is damaged is nobody's any more
    remove(path)


def remove(path: Path) -> None:
    """Take away a file of ours that was not finished, and what SQLite keeps beside it."""
    for file in (path, *beside(path)):
        file.unlink(missing_ok=True)
