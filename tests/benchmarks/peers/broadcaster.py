"""aiogram-broadcaster: a mailer without an interval (it sends one message after another, which
keeps it below the limit as it is) and with its handler that waits out a 429."""

import asyncio
from importlib import import_module

from tests.benchmarks.peers.message import TEXT, order
from tests.benchmarks.peers.with_aiogram import keyboard, opened_bot


async def main() -> None:
    library = import_module("aiogram_broadcaster")
    retrying = import_module("aiogram_broadcaster.utils.retry_after_handler")
    todo = order()
    async with opened_bot(todo.address) as bot:
        broadcaster = library.Broadcaster(bot)
        broadcaster.event.bind(retrying.setup_retry_after_handler(library.Event()))
        content = library.contents.TextContent(text=TEXT, reply_markup=keyboard())
        mailer = await broadcaster.create_mailer(todo.chats(), content)
        await mailer.start()


if __name__ == "__main__":
    asyncio.run(main())
