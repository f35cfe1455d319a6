"""Many log lines of one kind become a number: what happens to each of ten thousand people is one
thing that happened."""

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

_WHOLE = 20  # lines of one kind that are written as they are, in so many
_SECONDS = 60.0


_Key: TypeAlias = tuple[str, int, str]  # logger, level, words


@dataclass(slots=True)
class _Kind:
    began: float
    lines: int = 0

    @property
    def left_out(self) -> int:
        return max(0, self.lines - _WHOLE)


class Thinning(logging.Handler):
    """Writes with `inner`. Of one kind (the same words in our code) only the first lines of a
    minute are written; how many there were more, is said when the minute is over."""

    def __init__(self, inner: logging.Handler, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._inner = inner
        self._clock = clock
        self._kinds: dict[_Key, _Kind] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, or count it."""
        self.sum_up_what_is_over()
        kind = self._kinds.setdefault(_key(record), _Kind(self._clock()))
        kind.lines += 1
        if kind.lines <= _WHOLE:
            self._inner.handle(record)

    def sum_up_what_is_over(self) -> None:
        """Say what was left out in the minutes that are over."""
        self._sum_up(began_before=self._clock() - _SECONDS)

    def _sum_up(self, began_before: float) -> None:
        for key, kind in [*self._kinds.items()]:
            if kind.began <= began_before:
                del self._kinds[key]
                if kind.left_out:
                    self._inner.handle(_summary(key, kind))

    def close(self) -> None:
        """The end: nothing is left unsaid."""
        self._sum_up(began_before=math.inf)
        self._inner.close()
        super().close()


def _key(record: logging.LogRecord) -> _Key:
    return record.name, record.levelno, record.__dict__.get("kind", str(record.msg))


def _summary(key: _Key, kind: _Kind) -> logging.LogRecord:
    name, level, words = key
    said = (kind.left_out, words)
    return logging.LogRecord(name, level, "", 0, "%d more like this: %s", said, None)
