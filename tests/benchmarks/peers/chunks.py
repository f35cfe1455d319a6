"""Chunk and sleep: as many as a second allows at once, then the rest of that second off."""

import asyncio
import time

from tests.benchmarks.peers.message import order
from tests.benchmarks.peers.with_aiogram import keyboard, opened_bot, send


async def main() -> None:
    todo = order()
    markup = keyboard()
    chats = todo.chats()
    async with opened_bot(todo.address) as bot:
        for first in range(0, len(chats), todo.limit):
            began = time.monotonic()
            chunk = chats[first : first + todo.limit]
            await asyncio.gather(*(send(bot, chat, markup) for chat in chunk))
            await asyncio.sleep(max(0.0, began + 1 - time.monotonic()))


if __name__ == "__main__":
    asyncio.run(main())
