"""`linli migrate`, and what else is done to a database as a whole."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from bot.settings import Settings
from storage import backup as copies
from storage.dialects import sqlite_path
from storage.migrate import migrate as migrate_database

Tell = Callable[[str], object]


def migrate(settings: Settings, tell: Tell) -> None:
    """Bring the database up to date; `tell` gets what became of it. Raises DatabaseProblem."""
    path = sqlite_path(settings.database_url)
    is_new = path is not None and not path.exists()
    with _steps(tell) as step:
        kept = migrate_database(settings.database_url, step)
    if is_new and path is not None:  # perhaps the other one is elsewhere
        tell(f"There was none; a new one, with nobody in it: {path.absolute()}")
    if kept is not None:
        tell(f"As it was before: {kept}")
    tell("The database is up to date.")


def back_up(settings: Settings, target: Path, now: datetime, tell: Tell) -> None:
    """Copy the database to `target`, a new file or a folder. Raises DatabaseProblem."""
    with _steps(tell) as step:
        made = copies.back_up(settings.database_url, target, now, step)
    tell(f"Backed up, and found whole: {made}")


def put_back(settings: Settings, source: Path, now: datetime, tell: Tell) -> None:
    """Put a copy into the place of the database. Raises DatabaseProblem."""
    with _steps(tell) as step:
        kept, shape = copies.put_back(settings.database_url, source, now, step)
    if kept is not None:
        tell(f"What was there before: {kept}")
    tell("Restored." if shape.is_current else "Restored; an older version made it: linli migrate")


@contextlib.contextmanager
def _steps(tell: Tell) -> Iterator[Tell]:
    """Who is told of steps that take long: `tell`, or a terminal with a clock that runs. What is
    done does not fail because nobody hears of it."""

    def to_whoever_listens(what: str) -> None:
        with contextlib.suppress(OSError):  # a pipe that was closed, a log on a full disk
            tell(what)

    console = Console(stderr=True)
    if not console.is_terminal:
        yield to_whoever_listens
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        shown: list[TaskID] = []

        def step(what: str) -> None:
            for before in shown:
                progress.update(before, total=1, completed=1)
            shown[:] = [progress.add_task(what, total=None)]

        yield step
