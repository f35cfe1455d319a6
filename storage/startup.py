"""Before anything starts: can the database be used?"""

import sqlite3

from sqlalchemy.exc import SQLAlchemyError

from storage.database import Database
from storage.problem import DatabaseProblem
from storage.queries.revision import is_current

# What opening a database may fail with: a path, a server, a password.
CANNOT_OPEN = (SQLAlchemyError, sqlite3.Error, OSError)


async def ensure_current(database: Database) -> None:
    """Raise DatabaseProblem if the database cannot be opened or has not this version's shape."""
    try:
        current = await database.read(is_current)
    except CANNOT_OPEN as error:
        raise DatabaseProblem(unusable(error)) from error
    if not current:
        raise DatabaseProblem("DATABASE_URL: not of this version; run: linli migrate")


def unusable(error: Exception) -> str:
    """Why a database cannot be opened, in one line that holds no secret."""
    cause = getattr(error, "orig", None) or error
    return f"DATABASE_URL: cannot be opened ({type(cause).__name__})"
