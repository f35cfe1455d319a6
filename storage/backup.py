"""Copies of an SQLite database: made while it is in use, and put back whole.

PostgreSQL has better tools of its own, which are named instead.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from storage.dialects import sqlite_path
from storage.problem import DatabaseProblem
from storage.queries.revision import Shape
from storage.reasons import CANNOT_USE, DAMAGED, reason, why
from storage.sqlite_file import (
    alone,
    beside,
    copy_to,
    file_shape,
    is_sound,
    kept_out,
    make_folder,
    new_file,
    one_at_a_time,
    problem,
    require_room,
    set_aside,
    take_place,
    unfinished,
)
from storage.startup import require_ours

Tell = Callable[[str], object]  # gets each step that may take long

_MOMENT = "%Y-%m-%dT%H%M%SZ"


def back_up(url: str, target: Path, now: datetime, tell: Tell = lambda _: None) -> Path:
    """Copy the SQLite database at `url`, as it is at one moment, into the new file `target`; in a
    folder, it is named by the time. Whoever uses the database goes on. Returns where it is.

    Raises DatabaseProblem if that cannot be done; then there is no such file, rather than a half.
    """
    path = _file(url, "pg_dump --format=custom --file=FILE ADDRESS")
    if target.is_dir():
        target = target / f"linli-{now:{_MOMENT}}.db"
    for file in (target, *beside(target)):  # a log would be taken for that of the copy
        if file.exists():
            raise problem(file, "is there already; name a new file, or a folder")
    if not target.parent.is_dir():
        raise problem(target.parent, "is no folder")
    _shape(path, reason_of=lambda error: reason(error, url))
    with _copying(path, target), unfinished(target, "unfinished") as copy:
        _fill(copy, path, target, tell)
        take_place(copy, target, kept=None)
    return target


def put_back(
    url: str, source: Path, now: datetime, tell: Tell = lambda _: None
) -> tuple[Path | None, Shape]:
    """Put the copy `source` into the place of the SQLite database at `url`, at once, when it has
    proved to be whole, and ours, and of no newer version.

    Returns where what was there is kept, if anything was, and the shape of what is there now.
    Raises DatabaseProblem if that cannot be done, or a process uses it; then it is as it was.
    """
    path = _file(url, "pg_restore --clean --if-exists --single-transaction --dbname=ADDRESS FILE")
    path = path.resolve()
    if source.resolve() == path:
        raise problem(source, "is the database itself")
    shape = _shape(source, reason_of=lambda error: f"{source}: {_of_a_copy(error, source)}")
    kept = _new_name(path.with_name(f"{path.name}.before-restore-{now:{_MOMENT}}"))
    with _copying(source, path):
        make_folder(path.parent)
        with one_at_a_time(path.parent), unfinished(path, "restoring") as copy:
            _fill(copy, source, path, tell)
            _replace(path, copy, kept)
    return (kept if kept.exists() else None), shape


def _of_a_copy(error: Exception, source: Path) -> str:
    told = why(error, source)
    return "is damaged; take another copy" if told == DAMAGED else told


def _fill(copy: Path, source: Path, target: Path, tell: Tell) -> None:
    """Make `copy` a whole copy of `source`, for the place of `target`. Raises DatabaseProblem."""
    require_room(target.parent, source.stat().st_size)
    new_file(copy, target)
    tell("copying it")
    with contextlib.closing(sqlite3.connect(source)) as given:
        copy_to(given, copy)
    tell("looking through the copy")
    if not is_sound(copy):
        raise problem(source, "is damaged: its copy is")


def _replace(path: Path, copy: Path, kept: Path) -> None:
    if not path.exists():
        set_aside(path, kept)  # a log without its file would be taken for that of the new one
        take_place(copy, path, kept=None)
        return
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(alone(path))
        except sqlite3.DatabaseError:  # it is damaged: what there is of it is kept as it is
            stack.enter_context(kept_out(path))
            set_aside(path, kept)
        take_place(copy, path, kept)


def _new_name(path: Path) -> Path:
    """`path`, or one like it that nobody has yet: what is kept is kept for good."""
    names = (path, *(path.with_name(f"{path.name}-{n}") for n in range(2, 1000)))
    return next(name for name in names if not name.exists())


def _file(url: str, instead: str) -> Path:
    path = sqlite_path(url)
    if path is None:
        raise DatabaseProblem(f"DATABASE_URL: for PostgreSQL use its own tool: {instead}")
    return path


def _shape(path: Path, reason_of: Callable[[Exception], str]) -> Shape:
    """The shape of one of our databases. Raises DatabaseProblem if it is none, or a newer one."""
    if not path.exists():
        raise problem(path, "is not there")
    try:
        shape = file_shape(path)
    except CANNOT_USE as error:
        raise DatabaseProblem(reason_of(error)) from error
    if shape.revision is None:
        raise problem(path, "is no database of Linli, or a part of one only")
    require_ours(shape)
    return shape


@contextlib.contextmanager
def _copying(source: Path, target: Path) -> Iterator[None]:
    """Tells what goes wrong from here to there."""
    try:
        yield
    except CANNOT_USE as error:
        raise DatabaseProblem(f"{source} to {target}: {why(error, target)}") from error
