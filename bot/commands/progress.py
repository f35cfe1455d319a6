"""A progress bar on the terminal, beside what a command prints."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TimeElapsedColumn

# Told of how many are done, of how many if that is known.
Told = Callable[[int, int | None], None]


@contextmanager
def bar() -> Iterator[Told]:
    """A bar on standard error, gone when the work is done; none where nobody looks."""
    columns = SpinnerColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    console = Console(stderr=True)
    # Even a bar that shows nothing would end with a line of its own in somebody's file.
    idle = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=idle) as progress:
        task = progress.add_task("", total=None)

        def tell(done: int, total: int | None) -> None:
            progress.update(task, completed=done, total=total)

        yield tell
