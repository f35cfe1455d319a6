"""A database that may be looked at."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from storage.database import Database

P = ParamSpec("P")
T = TypeVar("T")


class Untouched:
    """Another `Database`, in which nothing changes: an action raises `why` instead."""

    def __init__(self, database: Database, why: Exception) -> None:
        self._database = database
        self.why = why

    async def write(
        self,
        action: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        raise self.why

    async def read(
        self,
        query: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        return await self._database.read(query, *args, **kwargs)

    async def close(self) -> None:
        """It is the other's to close."""
