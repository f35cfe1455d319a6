"""A simulator, and aiogram's own client talking to it over HTTP."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import pytest
from aiogram import Bot, Dispatcher, F
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.types import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
)

from bot.simulator import Person, Simulator

ClientFactory = Callable[[], Bot]


class QuickSession(AiohttpSession):
    """Closes without aiogram's pause for TLS, which nobody uses here."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def keyboard(*labels: str, data: str = "go") -> InlineKeyboardMarkup:
    """One row of inline buttons."""
    row = [InlineKeyboardButton(text=label, callback_data=data) for label in labels]
    return InlineKeyboardMarkup(inline_keyboard=[row])


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator() as simulator:
        yield simulator


@pytest.fixture
async def client(sim: Simulator) -> AsyncIterator[ClientFactory]:
    """Makes clients of the Bot API with the right token."""
    made: list[Bot] = []

    def make() -> Bot:
        session = QuickSession(api=TelegramAPIServer.from_base(sim.url))
        defaults = DefaultBotProperties(parse_mode="HTML")
        made.append(Bot(sim.token, session=session, default=defaults))
        return made[-1]

    yield make
    for bot in made:
        await bot.session.close()


@pytest.fixture
def bot(client: ClientFactory) -> Bot:
    return client()


@pytest.fixture
def ana(sim: Simulator) -> Person:
    """A person who has started the bot; the update of that is gone."""
    person = sim.person("ana", start="")
    sim.world.updates.drop()
    return person


@pytest.fixture
async def club(client: ClientFactory) -> AsyncIterator[None]:
    """A small bot to talk to: /start, 报名 with a full list, a reply keyboard, an echo."""
    bot, dispatcher = client(), Dispatcher()
    register(dispatcher)
    task = asyncio.ensure_future(dispatcher.start_polling(bot, handle_signals=False))
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def register(dispatcher: Dispatcher) -> None:
    """The little bot's handlers."""
    places = iter(("第 1 位", "第 2 位"))

    @dispatcher.message(CommandStart(deep_link=True))
    async def linked(message: Message) -> None:
        await message.answer(f"欢迎 {(message.text or '').partition(' ')[2]}")

    @dispatcher.message(CommandStart())
    async def start(message: Message) -> None:
        await message.answer("<b>您好</b>", reply_markup=keyboard("我要报名"))

    @dispatcher.message(F.text == "/keys")
    async def keys(message: Message) -> None:
        contact = KeyboardButton(text="📱 手机号", request_contact=True)
        row = [KeyboardButton(text="💡 提建议"), contact]
        markup = ReplyKeyboardMarkup(keyboard=[row], one_time_keyboard=True)
        await message.answer("请选择", reply_markup=markup)

    @dispatcher.callback_query(F.data == "silent")
    async def silent(_: CallbackQuery) -> None:
        return

    @dispatcher.callback_query()
    async def pressed(query: CallbackQuery) -> None:
        place = next(places, "已满")
        if isinstance(query.message, Message):
            await query.message.edit_text(f"已报名 {place}", reply_markup=keyboard("取消报名"))
        await query.answer(place, show_alert=place == "已满")

    @dispatcher.message(F.contact)
    async def contact(message: Message) -> None:
        assert message.contact is not None
        await message.answer(f"号码 {message.contact.phone_number}")

    @dispatcher.message(F.text)
    async def echo(message: Message) -> None:
        await message.answer(f"您说:{message.text}", parse_mode=None)
