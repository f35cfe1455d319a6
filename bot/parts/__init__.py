"""What `open_app` assembles: each module makes one part of the running product, and runs it."""

import asyncio
from typing import Protocol


class Part(Protocol):
    """One part of the running product."""

    async def run(self, stop: asyncio.Event) -> Exception | None:
        """Work until `stop` is set, then finish what was begun.

        Where nothing makes sense any more without this part, it sets `stop` itself and returns why.
        """
