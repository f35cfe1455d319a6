"""aiogram's documented broadcast: one message after another, and a twentieth of a second between
them (docs.aiogram.dev/en/v2.25.1/examples/broadcast_example.html, told in the words of aiogram 3).
"""

import asyncio

from tests.benchmarks.peers.message import order
from tests.benchmarks.peers.with_aiogram import keyboard, opened_bot, send


async def main() -> None:
    todo = order()
    markup = keyboard()
    async with opened_bot(todo.address) as bot:
        for chat in todo.chats():
            await send(bot, chat, markup)
            await asyncio.sleep(0.05)


if __name__ == "__main__":
    asyncio.run(main())
