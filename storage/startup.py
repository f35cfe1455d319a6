"""Before anything starts: can the database be used?"""

import contextlib
import sqlite3

from sqlalchemy.exc import SQLAlchemyError

from storage.database import Database, SqliteDatabase
from storage.problem import DatabaseProblem
from storage.queries.revision import is_current

# What opening a database may fail with: a path, a server, a password.
CANNOT_OPEN = (SQLAlchemyError, sqlite3.Error, OSError)
_OLDEST_SQLITE = (3, 35)  # RETURNING (sqlite.org/lang_returning.html)


async def ensure_current(database: Database) -> None:
    """Raise DatabaseProblem if the database cannot be opened or has not this version's shape."""
    if isinstance(database, SqliteDatabase):
        _require_sqlite()
    try:
        current = await database.read(is_current)
    except CANNOT_OPEN as error:
        raise DatabaseProblem(unusable(error)) from error
    if not current:
        raise DatabaseProblem("DATABASE_URL: not of this version; run: linli migrate")


def _require_sqlite() -> None:
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


def unusable(error: Exception) -> str:
    """Why a database cannot be opened, in one line that holds no secret."""
    cause = getattr(error, "orig", None) or error
    return f"DATABASE_URL: cannot be opened ({type(cause).__name__})"
