"""Before anything starts: can the database be used?"""

import contextlib
import sqlite3
from pathlib import Path

from storage.database import Database
from storage.dialects import sqlite_path
from storage.migrations import HEAD
from storage.problem import DatabaseProblem
from storage.queries.revision import Shape, shape_of, touch
from storage.reasons import CANNOT_USE, reason

_OLDEST_SQLITE = (3, 35)  # RETURNING (sqlite.org/lang_returning.html)


async def ensure_current(database: Database, url: str) -> None:
    """Raise DatabaseProblem if the database at `url` cannot be read and written, or has not this
    version's shape."""
    try:
        path = sqlite_path(url)
        if path is not None:
            require_sqlite()
            if not path.exists():
                raise DatabaseProblem(f"DATABASE_URL: {lacks(Shape(None), path)}")
        shape = await database.read(shape_of)
        require_ours(shape)
        if not shape.is_current:
            raise DatabaseProblem(f"DATABASE_URL: {lacks(shape, path)}")
        await database.write(touch)
    except CANNOT_USE as error:
        raise DatabaseProblem(reason(error, url)) from error


def lacks(shape: Shape, path: Path | None) -> str:
    """What a database has that is not of this version's shape, and what to do; `path`: its file."""
    none = "there is none yet" + (f" at {path.absolute()}" if path else "")
    now = f"it is at {shape.revision}" if shape.revision else none
    return f"{now}, this version needs {HEAD}; run: linli migrate"


def require_ours(shape: Shape) -> None:
    """Raise DatabaseProblem if a database of this `shape` is not ours, or of a newer version."""
    if shape.foreign:
        raise DatabaseProblem(
            "DATABASE_URL: holds other tables than those of Linli, or a part of them only; name an "
            "empty database, or put a copy back"
        )
    if shape.is_newer:
        raise DatabaseProblem(
            f"DATABASE_URL: made by a newer version of Linli ({shape.revision}; this one knows "
            f"{HEAD}); install that one, or put an older copy back"
        )


def require_sqlite() -> None:
    """Raise DatabaseProblem if Python came with a SQLite that lacks what we use."""
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("SELECT json_extract('[1]', '$[0]')")  # may be left out before 3.38
            able = sqlite3.sqlite_version_info >= _OLDEST_SQLITE
        except sqlite3.OperationalError:
            able = False
    if not able:
        raise DatabaseProblem(
            f"DATABASE_URL: this Python has SQLite {sqlite3.sqlite_version}; 3.38 or newer is "
            "needed, or PostgreSQL"
        )
