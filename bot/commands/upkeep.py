"""`linli migrate`, and what else is done to a database as a whole."""

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from bot.settings import Settings
from storage.migrate import migrate as migrate_database

Tell = Callable[[str], object]


def migrate(settings: Settings, tell: Tell) -> None:
    """Bring the database up to date; `tell` gets what became of it. Raises DatabaseProblem."""
    with _steps() as step:
        kept = migrate_database(settings.database_url, step)
    if kept is not None:
        tell(f"As it was before: {kept}")
    tell("The database is up to date.")


@contextlib.contextmanager
def _steps() -> Iterator[Tell]:
    """Where steps are shown that take long: one line each, on a terminal with a clock that runs."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda what: console.print(what, soft_wrap=True)
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        shown: list[TaskID] = []

        def step(what: str) -> None:
            for before in shown:
                progress.update(before, total=1, completed=1)
            shown[:] = [progress.add_task(what, total=None)]

        yield step
