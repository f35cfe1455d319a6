"""A press through the page carries the button's data unchanged."""

import asyncio

import aiohttp
from aiogram import Bot
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.simulator import Simulator
from tests.bot.simulator.conftest import ClientFactory


async def test_control_characters_in_callback_data_survive(
    sim: Simulator, client: ClientFactory
) -> None:
    data = "abc\x1dchoice:1"
    ana = sim.person("ana", start="")
    bot: Bot = client()
    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text="go", callback_data=data)]]
    )
    message = await bot.send_message(ana.id, "?", reply_markup=keyboard)
    url = f"{sim.url}/sim/persons/{ana.id}/chats/{ana.id}/press"
    async with aiohttp.ClientSession() as session:
        pressing = asyncio.ensure_future(
            session.post(url, json={"message_id": message.message_id, "data": data})
        )
        updates = await bot.get_updates(offset=None, timeout=2)
        while not any(update.callback_query for update in updates):
            updates = await bot.get_updates(timeout=2)
        query = next(u.callback_query for u in updates if u.callback_query)
        await bot.answer_callback_query(query.id)
        async with await pressing as answer:
            assert answer.status == 200
    assert query.data == data
