"""Photos for documents, had from Telegram as long as somebody waits."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

from storage.model.refusal import Refusal

# Gives a file of Telegram's by its id. Raises Refusal if it cannot be had now.
Fetch = Callable[[str], Awaitable[bytes]]
PATIENCE = 25.0  # seconds: photos keep no document back for longer
_AT_ONCE = 4


async def had(
    file_ids: Iterable[str], fetch: Fetch, patience: float = PATIENCE
) -> dict[str, bytes]:
    """Those of these photos that can be had within `patience` seconds and are pictures, as JPEGs by
    their ids."""
    # Pillow and python-docx are loaded by whoever asks for a document.
    from content.report.pictures import scaled

    found: dict[str, bytes] = {}
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(file_id: str) -> None:
        async with turns:
            with suppress(Refusal):
                if picture := await asyncio.to_thread(scaled, await fetch(file_id)):
                    found[file_id] = picture

    with suppress(TimeoutError):
        async with asyncio.timeout(patience), asyncio.TaskGroup() as group:
            for each in dict.fromkeys(file_ids):
                group.create_task(one(each))
    return found
