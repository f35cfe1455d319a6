"""Telling a database that fails from a mistake of ours: what fails now may work in a minute."""

import socket
import sqlite3

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

# SQLite's primary result codes (sqlite.org/rescode.html): a full or broken disk, a lock that
# another process holds for too long, no memory, a file that cannot be opened or written.
_SQLITE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}
# PostgreSQL manual, appendix A: connection exception, insufficient resources, operator
# intervention (a shutdown, say), system error.
_POSTGRES = ("08", "53", "57", "58")
_POSTGRES_VALUES = ("22", "23")  # data exception, integrity constraint violation


def is_trouble(error: BaseException) -> bool:
    """Whether the database itself failed (a full disk, no connection), whatever was asked of it.

    If so, nothing of the transaction was done, and it may be tried again. Of several at once, all
    must be of that kind.
    """
    match error:
        case BaseExceptionGroup():
            return all(is_trouble(each) for each in error.exceptions)
        case sqlite3.Error():
            # The low byte is the primary code.
            return getattr(error, "sqlite_errorcode", 0) & 0xFF in _SQLITE
        case DBAPIError():
            state = _sqlstate(error)
            lost = error.connection_invalidated or state.startswith(_POSTGRES)
            return lost or (error.orig is not None and is_trouble(error.orig))
        case NoFreeConnection() | ConnectionError() | socket.gaierror():
            return True
    return False


def _sqlstate(error: DBAPIError) -> str:
    """PostgreSQL's code; empty if there is none. While connecting only asyncpg's error has it."""
    known = (
        getattr(each, "sqlstate", None)
        for each in (error.orig, error.orig and error.orig.__cause__)
    )
    return next(filter(None, known), "")


def is_about_the_values(error: BaseException) -> bool:
    """Whether it was for the values themselves, which break a rule of the tables or are none that
    a column can hold: the same again would be refused again, anything else would not."""
    match error:
        case DBAPIError():
            state = _sqlstate(error)
            cause = error.orig and error.orig.__cause__  # asyncpg's own error
            return (
                isinstance(error, IntegrityError | DataError)
                or state.startswith(_POSTGRES_VALUES)
                or isinstance(cause, ValueError)
            )
        case StatementError() | ValueError() | OverflowError():
            return True
    return False
