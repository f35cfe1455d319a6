"""python-telegram-bot with its own rate limiter, which sends again after 429 up to `RETRIES` times.

Its documentation warns that it is a minimal reference. A loop that awaits one message after another
would be slower, so many wait for the limiter at once.
"""

import asyncio
from importlib import import_module
from typing import Any

from tests.benchmarks.peers.message import LABEL, LINK, TEXT, TOKEN, gave_up, order

RETRIES = 5
WORKERS = 20  # more or fewer reach less


async def main() -> None:
    telegram, ext = import_module("telegram"), import_module("telegram.ext")
    todo = order()
    button = telegram.InlineKeyboardButton(LABEL, url=LINK)
    markup = telegram.InlineKeyboardMarkup([[button]])
    limiter = ext.AIORateLimiter(overall_max_rate=todo.limit, max_retries=RETRIES)
    chats = iter(todo.chats())

    async def worker(bot: Any) -> None:
        for chat in chats:
            try:
                await bot.send_message(chat, TEXT, parse_mode="HTML", reply_markup=markup)
            except telegram.error.TelegramError as error:
                gave_up(chat, error)

    async with ext.ExtBot(TOKEN, base_url=f"{todo.address}/bot", rate_limiter=limiter) as bot:
        await asyncio.gather(*(worker(bot) for _ in range(WORKERS)))


if __name__ == "__main__":
    asyncio.run(main())
