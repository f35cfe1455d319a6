"""A migration that kills its own process (SIGKILL) at a given point of its way, and says how many
points there are if it comes through: `python -m tests.storage.dying URL POINT`.

A point is a statement that is about to be executed, or a file that is about to be made, renamed,
linked or taken away.
"""

import os
import signal
import sqlite3
import sys
from itertools import count
from typing import Any

from sqlalchemy import Engine, event

from storage.migrate import migrate

_connect = sqlite3.connect
_OF_FILES = {"os.link", "os.rename", "os.remove", "os.chmod", "os.chown", "sqlite3.connect"}


class Points:
    def __init__(self, last: int) -> None:
        self._last = last
        self._counted = count(1)
        self.passed = 0

    def reach(self, *_: object) -> None:
        self.passed = next(self._counted)
        if self.passed == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def audit(self, what: str, _: tuple[object, ...]) -> None:
        if what in _OF_FILES:
            self.reach()

    def connect(self, *given: Any, **more: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = _connect(*given, **more)
        connection.set_trace_callback(self.reach)
        return connection


def main(url: str, point: int) -> None:
    sys.dont_write_bytecode = True  # which renames files, too
    points = Points(point)
    if url.startswith("sqlite"):
        sys.addaudithook(points.audit)
        sqlite3.connect = points.connect  # type: ignore[assignment]
    else:
        event.listen(Engine, "before_cursor_execute", points.reach)
    migrate(url)
    sys.stdout.write(f"{points.passed}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
