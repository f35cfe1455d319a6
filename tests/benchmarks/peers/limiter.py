"""Workers behind aiolimiter's `AsyncLimiter(limit, 1)`, as its documentation shows it."""

import asyncio
from importlib import import_module

from tests.benchmarks.peers.message import order
from tests.benchmarks.peers.with_aiogram import keyboard, opened_bot, send

WORKERS = 50  # fewer reach less


async def main() -> None:
    todo = order()
    markup = keyboard()
    limiter = import_module("aiolimiter").AsyncLimiter(todo.limit, 1)
    chats = iter(todo.chats())

    async def worker() -> None:
        for chat in chats:
            async with limiter:
                await send(bot, chat, markup)

    async with opened_bot(todo.address) as bot:
        await asyncio.gather(*(worker() for _ in range(WORKERS)))


if __name__ == "__main__":
    asyncio.run(main())
