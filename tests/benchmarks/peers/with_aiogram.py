"""What the peers that use aiogram share: the bot, and one message that is sent again after 429."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError, TelegramRetryAfter
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from tests.benchmarks.peers.message import LABEL, LINK, TEXT, TOKEN, gave_up


@asynccontextmanager
async def opened_bot(address: str) -> AsyncIterator[Bot]:
    """aiogram's bot as it is by default, for the server at `address`."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(address))
    async with Bot(
        TOKEN, session=session, default=DefaultBotProperties(parse_mode="HTML")
    ).context() as bot:
        yield bot


def keyboard() -> InlineKeyboardMarkup:
    """One button."""
    button = InlineKeyboardButton(text=LABEL, url=LINK)
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


async def send(bot: Bot, chat: int, markup: InlineKeyboardMarkup) -> bool:
    """The sender of aiogram's broadcast example: 429 is waited for, another refusal is final."""
    try:
        await bot.send_message(chat, TEXT, reply_markup=markup)
    except TelegramRetryAfter as error:
        await asyncio.sleep(error.retry_after)
        return await send(bot, chat, markup)
    except TelegramAPIError as error:
        gave_up(chat, error)
        return False
    return True
