"""A database that tells when it fails and when it is well again: once a minute at most, however
many ask for it meanwhile."""

import logging
import time
from collections.abc import Callable
from typing import Concatenate, Literal, ParamSpec, TypeVar

from sqlalchemy import Connection

from storage.database import Database
from storage.queries.revision import touch
from storage.reasons import reason
from storage.trouble import is_trouble

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

EVERY = 60.0  # seconds between two lines of a failure that lasts
_Use = Literal["read", "written"]


_TOLD = "the database failed; that is told by itself"


def was_told(error: BaseException) -> bool:
    """Whether an error, or what it came of, is told by a watched database already."""
    if isinstance(error, BaseExceptionGroup):
        return all(was_told(each) for each in error.exceptions)
    told = _TOLD in getattr(error, "__notes__", ())
    return told or (error.__cause__ is not None and was_told(error.__cause__))


class Watched:
    """`database` as it is; `url` is its address, for what is told of it.

    Who uses it still gets each error. What is logged of those elsewhere, `bot/logs.py` leaves out.
    """

    def __init__(
        self, database: Database, url: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._url = url
        self._clock = clock
        self._failing: set[_Use] = set()
        self._since = self._told_at = float("-inf")
        self._told = False  # of the failure that lasts

    async def write(
        self,
        action: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        try:
            result = await self._database.write(action, *args, **kwargs)
        except Exception as error:
            self._note(error, "written")
            raise
        if self._failing:
            await self._prove()
        return result

    async def read(
        self,
        query: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        try:
            result = await self._database.read(query, *args, **kwargs)
        except Exception as error:
            self._note(error, "read")
            raise
        if self._failing:
            self._is_well("read")  # a full disk can be read all the time
        return result

    async def close(self) -> None:
        await self._database.close()

    def _note(self, error: Exception, use: _Use) -> None:
        if not is_trouble(error):
            return
        error.add_note(_TOLD)
        now = self._clock()
        if not self._failing:
            self._since, self._told = now, False
        self._failing.add(use)
        if now - self._told_at >= EVERY:
            lasts = f"; for {now - self._since:.0f} s now" if self._told else ""
            why = reason(error, self._url)
            logger.error(
                "the database cannot be %s: %s%s; nothing is lost, and it is tried again",
                use,
                why,
                lasts,
            )
            self._told, self._told_at = True, now

    async def _prove(self) -> None:
        """An action that had nothing to write works on a full disk, too."""
        try:
            await self._database.write(touch)
        except Exception as error:
            self._note(error, "written")
        else:
            self._is_well("read", "written")

    def _is_well(self, *uses: _Use) -> None:
        self._failing.difference_update(uses)
        if not self._failing and self._told:
            logger.warning("the database is well again, after %.0f s", self._clock() - self._since)
            self._told = False
