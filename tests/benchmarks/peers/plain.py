"""Bare aiogram as fast as it goes: so many `send_message` in flight, nothing recorded.

`python -m tests.benchmarks.peers.plain <address> <messages> <in flight>`
"""

import asyncio

from tests.benchmarks.peers.message import order
from tests.benchmarks.peers.with_aiogram import keyboard, opened_bot, send


async def main() -> None:
    todo = order()
    markup = keyboard()
    chats = iter(todo.chats())

    async def worker() -> None:
        for chat in chats:
            await send(bot, chat, markup)

    async with opened_bot(todo.address) as bot:
        await asyncio.gather(*(worker() for _ in range(todo.limit)))


if __name__ == "__main__":
    asyncio.run(main())
