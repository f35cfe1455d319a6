"""The peer: bare aiogram with one handler that only answers. `python -m tests.benchmarks.peer
press|message <address>`."""

import asyncio
import sys

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, Message

from tests.benchmarks.processes import TOKEN


async def answer_press(query: CallbackQuery) -> None:
    await query.answer()


async def answer_message(message: Message) -> None:
    await message.answer("ok")


async def main(kind: str, address: str) -> None:
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(address)))
    dispatcher = Dispatcher()
    if kind == "press":
        dispatcher.callback_query.register(answer_press)
    else:
        dispatcher.message.register(answer_message)
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
