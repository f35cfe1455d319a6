"""Why a database cannot be used, in one line that holds no secret and says what to do."""

import errno
import os
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from storage.dialects import sqlite_path

# What using a database may fail with: a path, a server, an address, a password.
CANNOT_USE = (SQLAlchemyError, sqlite3.Error, OSError)

_LONG = 8  # letters of a password, which no other word has by chance
DAMAGED = "is damaged; put a copy of it back: linli restore"
IN_USE = "is in use by another process; stop that first"
NO_ROOM = "no room left on the disk"
NOT_WRITABLE = "cannot be written: the file, its folder or the disk is read-only for this user"


def reason(error: BaseException, url: str) -> str:
    """Why the database at `url` cannot be used: the line to tell, with the setting's name."""
    cause = getattr(error, "orig", None) or error
    try:
        path = sqlite_path(url)
    except SQLAlchemyError:
        return "DATABASE_URL: expected sqlite:///path/to/file or postgresql://user@host:port/name"
    if path is not None:
        return f"DATABASE_URL: {path}: {why(error, path)}"
    return f"DATABASE_URL: {_of_postgresql(cause, url)}"


def why(error: BaseException, path: Path) -> str:
    """Why the SQLite file at `path` cannot be used."""
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, sqlite3.Error):
        return _of_sqlite(cause, path)
    return _of_the_system(cause) if isinstance(cause, OSError) else _first_line(cause)


def _of_sqlite(error: sqlite3.Error, path: Path) -> str:
    if path.is_dir():  # told as one thing or another
        return "is a folder; name a file in it"
    # The low byte is the primary code (sqlite.org/rescode.html).
    told = _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    return told(path) if told is not None else _first_line(error)


def _why_not_opened(path: Path) -> str:
    if not path.parent.is_dir():
        return "its folder is not there"
    if not os.access(path.parent, os.W_OK | os.X_OK):
        return f"no right to write in its folder {path.parent}"
    return "no right to open it, or no right to open it for writing"


_SQLITE: dict[int, Callable[[Path], str]] = {
    sqlite3.SQLITE_NOTADB: lambda _: "is not a database of SQLite; is it the right file?",
    sqlite3.SQLITE_CORRUPT: lambda _: DAMAGED,
    sqlite3.SQLITE_BUSY: lambda _: IN_USE,
    sqlite3.SQLITE_LOCKED: lambda _: IN_USE,
    sqlite3.SQLITE_READONLY: lambda _: NOT_WRITABLE,
    sqlite3.SQLITE_FULL: lambda _: NO_ROOM,
    sqlite3.SQLITE_IOERR: lambda _: "the disk cannot be read or written: full, too small or broken",
    sqlite3.SQLITE_CANTOPEN: _why_not_opened,
    sqlite3.SQLITE_INTERRUPT: lambda _: "stopped in the middle; nothing was changed",
}


def _of_the_system(error: OSError) -> str:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return NO_ROOM
        case errno.EROFS:
            return NOT_WRITABLE
    where = f" ({error.filename})" if error.filename else ""
    return f"{error.strerror or _first_line(error)}{where}"


def _of_postgresql(error: BaseException, url: str) -> str:
    """In PostgreSQL's own words, which name role, database, host or option, never a password."""
    parsed = make_url(url)
    told = _first_line(error)
    for password in (parsed.password, parsed.query.get("password")):
        if password not in (None, "", parsed.username, parsed.database, parsed.host):
            told = re.sub(_as_a_word(str(password)), "[password]", told)
    return f"PostgreSQL at {parsed.host or 'localhost'}:{parsed.port or 5432}: {told}"


def _as_a_word(password: str) -> str:
    """What finds it, but a short one only where it stands by itself: not the p of "port"."""
    found = re.escape(password)
    return found if len(password) >= _LONG else rf"(?<!\w){found}(?!\w)"


def _first_line(error: BaseException) -> str:
    lines = str(error).splitlines()
    return lines[0] if lines else type(error).__name__
