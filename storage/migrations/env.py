"""Run by Alembic: the migrations go through the same drivers as the product."""

import asyncio
from typing import Literal

from alembic import context
from sqlalchemy import Connection, NullPool, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from storage.tables import metadata
from storage.tables.base import Instant

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


def _render(kind: str, item: object, _context: object) -> str | Literal[False]:
    return "Instant()" if kind == "type" and isinstance(item, Instant) else False


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,  # SQLite cannot alter most things in place
        render_item=_render,
        on_version_apply=context.config.attributes.get("applied"),
    )
    with context.begin_transaction():
        context.run_migrations()


async def _run() -> None:
    """For whoever writes a migration: `alembic revision`, and single steps in tests."""
    url = make_url(context.config.attributes["url"])
    driver = _DRIVERS[url.get_backend_name()]
    engine = create_async_engine(url.set(drivername=driver), poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_migrate)
    finally:
        await engine.dispose()


_given: Connection | None = context.config.attributes.get("connection")
if _given is None:
    asyncio.run(_run())
else:
    _migrate(_given)
