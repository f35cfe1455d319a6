"""What goes wrong on the way to Telegram."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError, TelegramRetryAfter

from bot.simulator import (
    BadGateway,
    CutAnswer,
    DropAfterAccept,
    GatewayTimeout,
    Hang,
    Held,
    Person,
    Reset,
    Simulator,
    TooManyRequests,
)
from tests.waiting import HANG, until


async def test_telegram_asks_for_patience_once(sim: Simulator, bot: Bot, ana: Person) -> None:
    sim.faults.next(TooManyRequests(7), method="sendMessage")
    await bot.get_me()
    with pytest.raises(TelegramRetryAfter) as caught:
        await bot.send_message(ana.id, "a")
    assert caught.value.retry_after == 7
    assert ana.messages[-1].text == "/start"
    await bot.send_message(ana.id, "a")
    assert ana.screen == "a"


async def test_a_gateway_answers_with_html(sim: Simulator, bot: Bot, ana: Person) -> None:
    sim.faults.next(BadGateway(), times=2)
    for _ in range(2):
        with pytest.raises(ClientDecodeError, match="502 Bad Gateway"):
            await bot.send_message(ana.id, "a")
    await bot.send_message(ana.id, "a")


async def test_the_connection_is_reset(sim: Simulator, bot: Bot, ana: Person) -> None:
    sim.faults.next(Reset())
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(ana.id, "a")
    assert len(ana.messages) == 1


async def test_the_connection_is_really_reset(sim: Simulator) -> None:
    sim.faults.next(Reset())
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientOSError, match="reset by peer"):
            await session.post(f"{sim.url}/bot{sim.token}/getMe")


async def test_accepted_and_no_answer(sim: Simulator, bot: Bot, ana: Person) -> None:
    sim.faults.next(DropAfterAccept(), method="sendMessage", chat_id=ana.id)
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(ana.id, "a")
    assert ana.screen == "a"


async def test_carried_out_and_a_gateway_lost_patience(
    sim: Simulator, bot: Bot, ana: Person
) -> None:
    sim.faults.next(GatewayTimeout(), method="sendMessage")
    with pytest.raises(ClientDecodeError, match="504 Gateway Time-out"):
        await bot.send_message(ana.id, "a")
    assert ana.screen == "a"


async def test_an_answer_is_cut_in_the_middle(sim: Simulator, ana: Person) -> None:
    sim.faults.next(CutAnswer(), method="sendMessage")
    async with aiohttp.ClientSession() as session:
        url = f"{sim.url}/bot{sim.token}/sendMessage"
        async with session.post(url, json={"chat_id": ana.id, "text": "a"}) as response:
            assert response.status == 200
            with pytest.raises(aiohttp.ClientPayloadError):
                await response.read()
    assert ana.screen == "a"


async def test_an_answer_that_never_comes(sim: Simulator, bot: Bot, ana: Person) -> None:
    sim.faults.next(Hang())
    with pytest.raises(TelegramNetworkError, match="timeout"):
        await bot.send_message(ana.id, "a", request_timeout=1)
    sim.faults.next(Hang(0.01))
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(ana.id, "a")


async def test_stopping_ends_what_hangs_or_waits(sim: Simulator, bot: Bot, ana: Person) -> None:
    sim.faults.next(Hang())
    calls = [
        asyncio.ensure_future(bot.send_message(ana.id, "a")),
        asyncio.ensure_future(bot.get_updates(timeout=3600)),
    ]
    await until(lambda: sim._api.in_flight and sim.world.updates._poller)
    await asyncio.wait_for(sim.stop(), HANG)
    sent, polled = await asyncio.gather(*calls, return_exceptions=True)
    assert isinstance(sent, TelegramNetworkError)
    assert polled == []


async def test_a_call_that_is_held_is_carried_out_once_it_is_freed(
    sim: Simulator, bot: Bot, ana: Person
) -> None:
    freed = asyncio.Event()
    sim.faults.next(Held(freed), method="sendMessage")
    held = asyncio.ensure_future(bot.send_message(ana.id, "a"))
    await until(lambda: sim._api.in_flight)
    await bot.send_message(ana.id, "b")
    assert ana.screen == "b"
    freed.set()
    await held
    assert ana.screen == "a"


async def test_a_seed_draws_the_same_calls_again(sim: Simulator, bot: Bot) -> None:
    async def drawn() -> list[bool]:
        sim.faults.clear()
        sim.faults.randomly(TooManyRequests(), 0.5, method="getMe", seed=7)
        result = []
        for _ in range(20):
            try:
                await bot.get_me()
                result.append(True)
            except TelegramRetryAfter:
                result.append(False)
        return result

    first = await drawn()
    assert first == await drawn()
    assert 3 < sum(first) < 17


async def test_polling_is_spared_unless_it_is_named(sim: Simulator, bot: Bot) -> None:
    sim.faults.next(BadGateway())
    assert await bot.get_updates() == []
    sim.faults.next(BadGateway(), method="getUpdates")
    with pytest.raises(ClientDecodeError):
        await bot.get_updates()


async def test_telegram_goes_away_and_comes_back(sim: Simulator, bot: Bot, ana: Person) -> None:
    port = int(sim.url.rpartition(":")[2])
    await sim.stop()
    with pytest.raises(TelegramNetworkError):
        await bot.get_me()
    await ana.says("while it was away")
    await sim.start(port=port)
    assert len(await bot.get_updates()) == 1


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "example.org", ""])
async def test_it_listens_to_this_machine_only(host: str) -> None:
    with pytest.raises(ValueError, match="loopback only"):
        await Simulator().start(host=host)
