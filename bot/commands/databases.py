"""The database of a command: opened for it, in the shape of this version, and closed after it."""

from collections.abc import Callable
from typing import Any


async def with_database(use: Callable[..., Any], settings: Any) -> Any:
    """What `use` gives for the database and the settings. Raises DatabaseProblem."""
    from storage.database import open_database
    from storage.startup import ensure_current

    database = open_database(settings.database_url)
    try:
        await ensure_current(database, settings.database_url)
        return await use(database, settings)
    finally:
        await database.close()
