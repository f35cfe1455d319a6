"""A look at a database that changes nothing: can it be reached, read and written, and is it of this
version?"""

import asyncio
import contextlib
import os
import shutil
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, NullPool, text

from storage.channel import over
from storage.database import postgres_engine
from storage.dialects import sqlite_path
from storage.problem import DatabaseProblem
from storage.queries.revision import Shape, shape_of
from storage.reasons import CANNOT_USE, NO_ROOM, NOT_WRITABLE, reason
from storage.sqlite_file import BESIDE, LOCK
from storage.startup import lacks, require_ours, require_sqlite

_LEAST_ROOM = 2**20  # bytes: with less on the disk nothing can be written


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen, a line each: what stands in the way of a start, and what is good to know."""

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


_HALF_WRITTEN = "a process was stopped while it wrote; linli migrate, or the start, takes that back"


def look_at(url: str) -> Look:
    """Look at the database at `url`; never raises for what is wrong with it."""
    look = Look()
    try:
        path = sqlite_path(url)
        shape = asyncio.run(_postgres(url)) if path is None else _sqlite(path, look)
        require_ours(shape)
    except CANNOT_USE as error:
        if _is_half_written(error):
            look.notes.append(f"DATABASE_URL: {path}: {_HALF_WRITTEN}")
            return look
        # Where the file or its folder was named already, this is the same once more.
        look.problems[:] = look.problems or [reason(error, url)]
    except DatabaseProblem as problem:
        look.problems.append(str(problem))
    else:
        if not shape.is_current:
            look.notes.append(f"DATABASE_URL: {lacks(shape, path)}")
    return look


def _is_half_written(error: BaseException) -> bool:
    """Whether the file has a journal of what was to be taken back, which a look does not touch."""
    cause = getattr(error, "orig", None) or error
    return getattr(cause, "sqlite_errorcode", 0) == sqlite3.SQLITE_READONLY_ROLLBACK


def _sqlite(path: Path, look: Look) -> Shape:
    require_sqlite()
    look.problems.extend(f"DATABASE_URL: {told}" for told in _rights(path))
    if not path.exists():
        return Shape(None)
    raw = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, isolation_level=None)
    with contextlib.closing(raw), over(raw, "BEGIN") as connection:
        return shape_of(connection)


def _rights(path: Path) -> list[str]:
    """What keeps this user, or whoever owns the folder, from writing there."""
    folder = next(each for each in path.absolute().parents if each.exists())
    if not folder.is_dir():
        return [f"{folder}: is a file and no folder"]
    if not os.access(folder, os.W_OK | os.X_OK):
        return [f"{folder}: {NOT_WRITABLE}"]
    if shutil.disk_usage(folder).free < _LEAST_ROOM:
        return [f"{folder}: {NO_ROOM}"]
    files = [path, *(path.with_name(path.name + end) for end in (*BESIDE, LOCK))]
    for file in filter(Path.is_file, files):
        if not os.access(file, os.W_OK):
            return [f"{file}: {NOT_WRITABLE}"]
        # Root may write everything, but it is the owner of the folder who runs the bot.
        owner, lives = file.stat().st_uid, folder.stat().st_uid
        if os.geteuid() == 0 and owner != lives != 0:
            return [f"{file}: belongs to user {owner}, its folder to {lives}: chown {lives} {file}"]
    return []


async def _postgres(url: str) -> Shape:
    engine = postgres_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_writable_shape)
    finally:
        await engine.dispose()


def _writable_shape(connection: Connection) -> Shape:
    """The shape. Raises DatabaseProblem if this role may not write."""
    shape = shape_of(connection)
    table = "has_table_privilege('alembic_version', 'UPDATE')"
    schema = "has_schema_privilege(current_schema(), 'CREATE')"
    may = table if shape.revision else schema
    if connection.execute(text("SHOW transaction_read_only")).scalar_one() == "on":
        raise DatabaseProblem("DATABASE_URL: PostgreSQL is read-only there: a standby, perhaps")
    if not connection.execute(text(f"SELECT coalesce({may}, false)")).scalar_one():
        raise DatabaseProblem("DATABASE_URL: PostgreSQL lets this role write nothing there")
    return shape
