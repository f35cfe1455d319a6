"""Waiting for states. Never for seconds: a busy machine takes long, and is no mistake."""

import asyncio
from collections.abc import Callable

HANG = 100.0  # seconds: only ends what would never end


async def until(reached: Callable[[], object]) -> None:
    """Wait until `reached()` is true of what tells nobody that it changed. Raises TimeoutError."""
    async with asyncio.timeout(HANG):
        while not reached():  # noqa: ASYNC110 - that is what this is for
            await asyncio.sleep(0.005)
