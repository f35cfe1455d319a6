"""Logs of what is away for a while: a line when it begins, one a minute, one when it is well again.

It stands on the lowest floor because every floor has something that can be away.
"""

import logging
import time
from collections.abc import Callable

_BETWEEN_LINES = 60.0  # seconds


class Outage:
    """One thing that may be away; `what` names it in the log."""

    def __init__(
        self,
        logger: logging.Logger,
        what: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._logger = logger
        self._what = what
        self._clock = clock
        self._began: float | None = None
        self._told = 0.0
        self._failures = 0

    @property
    def lasts(self) -> bool:
        """Whether the last try failed."""
        return self._began is not None

    @property
    def failures(self) -> int:
        """How many tries failed in a row."""
        return self._failures

    def failed(self, reason: object) -> None:
        """A try failed, and will be made again."""
        now = self._clock()
        self._failures += 1
        if self._began is None:
            self._began = self._told = now
            self._logger.warning("%s failed (%s); again until it works", self._what, reason)
        elif now - self._told >= _BETWEEN_LINES:
            self._told = now
            self._logger.warning(
                "%s fails since %.0f s, %d times so far (%s)",
                *(self._what, now - self._began, self._failures, reason),
            )

    def worked(self) -> bool:
        """A try did what it should; True if the ones before had failed."""
        if self._began is None:
            return False
        self._logger.warning(
            "%s works again, after %.0f s and %d failures",
            *(self._what, self._clock() - self._began, self._failures),
        )
        self._began, self._failures = None, 0
        return True
