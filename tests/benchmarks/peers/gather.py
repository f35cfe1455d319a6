"""Everything at once: `asyncio.gather` over all chats, each waiting out its own 429."""

import asyncio

from tests.benchmarks.peers.message import order
from tests.benchmarks.peers.with_aiogram import keyboard, opened_bot, send


async def main() -> None:
    todo = order()
    markup = keyboard()
    async with opened_bot(todo.address) as bot:
        await asyncio.gather(*(send(bot, chat, markup) for chat in todo.chats()))


if __name__ == "__main__":
    asyncio.run(main())
