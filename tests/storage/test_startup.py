"""What is looked at before anything starts."""

import sqlite3

import pytest

from storage.database import Database, PostgresDatabase
from storage.problem import DatabaseProblem
from storage.startup import ensure_current


async def test_a_sqlite_that_lacks_what_we_use_is_told_before_anything_starts(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ensure_current(database, database_url)
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    if isinstance(database, PostgresDatabase):
        await ensure_current(database, database_url)
        return
    with pytest.raises(DatabaseProblem, match=r"3\.38 or newer is needed, or PostgreSQL"):
        await ensure_current(database, database_url)
