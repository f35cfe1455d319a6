"""Bringing a database to the shape that this version expects: wholly, or not at all.

PostgreSQL changes tables in a transaction. For SQLite a copy is migrated, without any journal, made
small and looked through, and takes the place of the file at once (storage/sqlite_file.py). Whatever
happens before, even kill -9 or a full disk, leaves the old file as it was; run it again then.
"""

import asyncio
import contextlib
import glob
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, text

from storage.channel import over
from storage.database import postgres_engine
from storage.dialects import sqlite_path
from storage.migrations import HEAD
from storage.problem import DatabaseProblem
from storage.queries.revision import Shape, shape_of
from storage.reasons import CANNOT_USE, DAMAGED, reason
from storage.sqlite_file import (
    alone,
    copy_to,
    file_shape,
    is_sound,
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

Tell = Callable[[str], object]

COPIES = 2  # of the file as it was before a migration: the newest ones are kept
_ROOM = 3  # bytes for each of the old file: a copy, which grows, and the small one
# The copy is thrown away if anything fails, so nothing needs to be undone or kept safe.
_HEEDLESS = (
    "PRAGMA journal_mode=OFF",
    "PRAGMA synchronous=OFF",
    "PRAGMA cache_size=-65536",  # KiB
)
_ONE_MIGRATES = 7_206_150_023  # any number: the name of our lock in PostgreSQL


def config_for(url: str) -> Config:
    """Alembic's configuration for the database at `url`."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = url
    return config


def migrate(url: str, tell: Tell = lambda _: None) -> Path | None:
    """Apply every migration that the database at `url` lacks; makes an SQLite file if needed.

    `tell` gets a line for each step that may take long. Returns the copy of an SQLite file as it
    was before, if it was changed. Raises DatabaseProblem if that cannot be done; then nothing was.
    """
    try:
        path = sqlite_path(url)
        if path is not None:
            return _migrate_file(path.resolve(), tell)
        asyncio.run(_migrate_postgres(url, tell))
    except CANNOT_USE as error:
        raise DatabaseProblem(reason(error, url)) from error
    return None


async def _migrate_postgres(url: str, tell: Tell) -> None:
    engine = postgres_engine(url, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            # A second one waits here, and finds that there is nothing left to do.
            lock = text("SELECT pg_advisory_xact_lock(:key)")
            await connection.execute(lock, {"key": _ONE_MIGRATES})
            shape = await connection.run_sync(shape_of)
            require_ours(shape)
            if not shape.is_current:
                await connection.run_sync(_upgrade, shape, tell)
    finally:
        await engine.dispose()


def _migrate_file(path: Path, tell: Tell) -> Path | None:
    make_folder(path.parent)
    with one_at_a_time(path.parent):
        shape = file_shape(path)
        require_ours(shape)
        if shape.is_current:
            return None
        if shape.revision is not None:
            return _replace(path, shape, tell)
        with unfinished(path, "migrated") as new:
            new_file(new, path)
            _change(new, shape, tell=lambda _: None)  # nothing in it takes long
            # A log without its file would be taken for that of the new one.
            set_aside(path, path.with_name(f"{path.name}.lost"))
            take_place(new, path, kept=None)
        return None


def _replace(path: Path, shape: Shape, tell: Tell) -> Path:
    """Put a migrated copy into the place of `path`; returns where the old file is kept."""
    kept = path.with_name(f"{path.name}.before-{HEAD}")
    with unfinished(path, "migrated") as small, alone(path) as old:
        tell("looking through the database")
        if not is_sound(old):
            raise problem(path, DAMAGED)
        require_room(path.parent, path.stat().st_size * _ROOM)
        new_file(small, path)
        with unfinished(path, "migrating") as grown:
            new_file(grown, path)
            tell("copying it")
            copy_to(old, grown)
            _change(grown, shape, tell)
            tell("making the new file small")
            with contextlib.closing(sqlite3.connect(grown)) as raw:
                raw.execute("VACUUM INTO ?", [str(small)])
        tell("looking through the new file")
        if not is_sound(small):
            raise problem(small, "came out damaged; is the disk broken?")
        take_place(small, path, kept)
    _forget_old_copies(path)
    return kept


def _change(path: Path, shape: Shape, tell: Tell) -> None:
    """Migrate the file at `path`, which is spoilt if that fails."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as raw:
        for pragma in _HEEDLESS:
            raw.execute(pragma)
        raw.set_progress_handler(lambda: None, 1_000_000)  # so that Ctrl-C is heard meanwhile
        with over(raw, "BEGIN") as connection, connection.begin():
            _upgrade(connection, shape, tell)


def _upgrade(connection: Connection, shape: Shape, tell: Tell) -> None:
    config = config_for("")
    script = ScriptDirectory.from_config(config)
    steps = [s.doc for s in script.iterate_revisions(HEAD, shape.revision or "base")][::-1]
    titles = iter([f"{n} of {len(steps)}: {doc}" for n, doc in enumerate(steps, 1)])
    config.attributes["connection"] = connection
    config.attributes["applied"] = lambda **_: _tell_next(titles, tell)
    _tell_next(titles, tell)
    command.upgrade(config, HEAD)


def _tell_next(titles: Iterator[str], tell: Tell) -> None:
    title = next(titles, None)
    if title is not None:
        tell(title)


def _forget_old_copies(path: Path) -> None:
    copies = path.parent.glob(f"{glob.escape(path.name)}.before-[0-9]*")
    for copy in sorted(copies, key=lambda each: each.name)[:-COPIES]:
        copy.unlink()
