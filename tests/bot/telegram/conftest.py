"""A simulator, what speaks to it, and somebody who has started the bot."""

from collections.abc import AsyncIterator

import pytest

from bot.simulator import (
    Person,
    Simulator,
)
from bot.telegram.chat import Chat
from bot.telegram.client import Telegram
from bot.telegram.sending import TelegramSender

from .scene import AtOnce, Debts, arrived, chat_over, missing


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator() as simulator:
        yield simulator


@pytest.fixture
async def telegram(sim: Simulator) -> AsyncIterator[Telegram]:
    client = Telegram(sim.url, sim.token)
    yield client
    await client.close()


@pytest.fixture
def sender(telegram: Telegram) -> TelegramSender:
    return TelegramSender(telegram, missing)


@pytest.fixture
def debts() -> Debts:
    return Debts()


@pytest.fixture
def chat(telegram: Telegram, debts: Debts) -> Chat:
    return chat_over(telegram, AtOnce(), debts)


@pytest.fixture
def ana(sim: Simulator) -> Person:
    return arrived(sim, "ana")
