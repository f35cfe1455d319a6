"""Commits a second of the database that groups them, against one by one at the same durability
(WAL, synchronous=FULL): raw sqlite3, and SQLAlchemy over aiosqlite."""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Connection, event, insert
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import open_database
from storage.migrate import migrate
from storage.tables import updates
from tests.benchmarks.outcome import Outcome, ratios

_CALLERS = 64
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_INSERT = insert(updates)
_RAW = "INSERT INTO updates (update_id, body, received_at) VALUES (?, ?, ?)"
_PRAGMAS = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON")


def run(commits: int = 2000, rounds: int = 5) -> Outcome:
    """`commits` inserts of one row by each in turn, in each of `rounds` rounds."""
    speeds: dict[str, list[float]] = {name: [] for name in _WAYS}
    for _ in range(rounds):
        for name, way in _WAYS.items():
            speeds[name].append(_speed(way, commits))
    raw = ratios(speeds["grouped"], speeds["raw"])
    library = ratios(speeds["grouped"], speeds["sqlalchemy"])
    return Outcome(
        "writes",
        f"durable commits of {_CALLERS} callers ÷ one by one with sqlite3, and with SQLAlchemy",
        "",
        f"{raw['median']:.1f} × and {library['median']:.1f} ×: "
        f"{median(speeds['grouped']):,.0f} against {median(speeds['raw']):,.0f} "
        f"and {median(speeds['sqlalchemy']):,.0f} commits/s",
        None,
        {
            "commits_per_second": speeds,
            "ratio_to_sqlite3": raw,
            "ratio_to_sqlalchemy": library,
        },
    )


def _speed(way: Callable[[Path, int], float], commits: int) -> float:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "bench.db"
        migrate(f"sqlite:///{path}")
        seconds = way(path, commits)
        with closing(sqlite3.connect(path)) as raw:
            (count,) = raw.execute("SELECT count(*) FROM updates").fetchone()
    assert count == commits
    return commits / seconds


def _grouped(path: Path, commits: int) -> float:
    def store(connection: Connection, i: int) -> None:
        connection.execute(_INSERT, _row(i))

    async def run() -> float:
        database = open_database(f"sqlite:///{path}")
        todo = iter(range(commits))

        async def caller() -> None:
            for i in todo:
                await database.write(store, i)

        try:
            began = time.monotonic()
            await asyncio.gather(*(caller() for _ in range(_CALLERS)))
            return time.monotonic() - began
        finally:
            await database.close()

    return asyncio.run(run())


def _one_by_one(path: Path, commits: int) -> float:
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        for pragma in _PRAGMAS:
            raw.execute(pragma)
        began = time.monotonic()
        for i in range(commits):
            row = _row(i)
            raw.execute("BEGIN IMMEDIATE")
            raw.execute(_RAW, (row["update_id"], row["body"], str(row["received_at"])))
            raw.execute("COMMIT")
        return time.monotonic() - began


def _sqlalchemy(path: Path, commits: int) -> float:
    async def run() -> float:
        engine = create_async_engine(f"sqlite+aiosqlite:///{path}")

        @event.listens_for(engine.sync_engine, "connect")
        def set_up(raw: Any, _record: Any) -> None:
            for pragma in _PRAGMAS:
                raw.execute(pragma)

        try:
            began = time.monotonic()
            for i in range(commits):
                async with engine.begin() as connection:
                    await connection.execute(_INSERT, _row(i))
            return time.monotonic() - began
        finally:
            await engine.dispose()

    return asyncio.run(run())


def _row(i: int) -> dict[str, Any]:
    return {"update_id": i, "body": "x" * 400, "received_at": _NOW}


_WAYS = {"grouped": _grouped, "raw": _one_by_one, "sqlalchemy": _sqlalchemy}
