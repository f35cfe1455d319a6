"""How updates reach the bot: offsets, pollers, what it asked for, webhooks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramBadRequest, TelegramConflictError
from aiohttp import web

from bot.simulator import Person, Simulator
from tests.waiting import HANG, until

ClientFactory = Callable[[], Bot]


async def test_updates_stay_until_a_higher_offset_confirms_them(bot: Bot, ana: Person) -> None:
    await ana.says("1")
    await ana.says("2")
    first, second = await bot.get_updates()
    assert second.update_id == first.update_id + 1
    assert await bot.get_updates(offset=first.update_id) == [first, second]
    assert await bot.get_updates(offset=second.update_id) == [second]
    assert await bot.get_updates() == [second]
    assert await bot.get_updates(offset=second.update_id + 1) == []


async def test_a_negative_offset_keeps_the_last_ones_only(bot: Bot, ana: Person) -> None:
    for text in ("1", "2", "3"):
        await ana.says(text)
    found = await bot.get_updates(offset=-2)
    assert [u.message.text for u in found if u.message] == ["2", "3"]
    assert len(await bot.get_updates()) == 2


async def test_a_limit_takes_the_oldest(bot: Bot, ana: Person) -> None:
    for text in ("1", "2", "3"):
        await ana.says(text)
    found = await bot.get_updates(limit=2)
    assert [u.message.text for u in found if u.message] == ["1", "2"]


async def test_a_poller_waits_for_news(sim: Simulator, bot: Bot, ana: Person) -> None:
    waiting = asyncio.ensure_future(bot.get_updates(timeout=50))
    await until(lambda: sim.world.updates._poller)
    assert not waiting.done()
    await ana.says("hello")
    [update] = await waiting
    assert update.message is not None
    assert update.message.text == "hello"


async def test_a_poller_goes_home_after_its_time(bot: Bot) -> None:
    assert await asyncio.wait_for(bot.get_updates(timeout=1), HANG) == []


async def test_of_two_pollers_the_first_is_sent_away(
    sim: Simulator, client: ClientFactory, ana: Person
) -> None:
    first = asyncio.ensure_future(client().get_updates(timeout=50))
    await until(lambda: sim.world.updates._poller)
    second = asyncio.ensure_future(client().get_updates(timeout=50))
    with pytest.raises(TelegramConflictError) as caught:
        await first
    assert caught.value.message == (
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running"
    )
    await ana.says("hello")
    assert len(await second) == 1


async def test_the_bot_gets_the_kinds_it_asked_for(bot: Bot, ana: Person) -> None:
    await bot.get_updates(allowed_updates=["message"])
    await ana.blocks()
    await ana.unblocks()
    await ana.says("hello")
    assert [u.event_type for u in await bot.get_updates()] == ["message"]
    await bot.get_updates(allowed_updates=[])
    await ana.blocks()
    assert [u.event_type for u in await bot.get_updates()] == ["message", "my_chat_member"]


async def test_an_update_that_nobody_can_read(sim: Simulator, bot: Bot, ana: Person) -> None:
    update_id = sim.world.push_raw_update({"message": {"message_id": "?", "new": {"kind": 1}}})
    await ana.says("hello")
    with pytest.raises(ClientDecodeError):
        await bot.get_updates()
    [good] = await bot.get_updates(offset=update_id + 1)
    assert good.update_id == update_id + 1


async def test_three_thousand_updates_are_handed_out_in_order(bot: Bot, ana: Person) -> None:
    for number in range(3000):
        await ana.says(str(number))
    offset, texts = 0, []
    while batch := await bot.get_updates(offset=offset):
        texts += [u.message.text for u in batch if u.message]
        offset = batch[-1].update_id + 1
    assert texts == [str(number) for number in range(3000)]


async def test_a_group_is_private_unless_the_bot_may_read_it(
    sim: Simulator, bot: Bot, ana: Person
) -> None:
    group = sim.group("东湖", [ana])
    sim.world.updates.drop()
    there = ana.in_group(group)
    await there.says("not for the bot")
    await there.says("/start@another_bot")
    await there.says("/help@linli_bot")
    sent = await bot.send_message(group.id, "a")
    await there.says("an answer", reply_to=group.chat.messages[sent.message_id])
    await group.promotes_bot()
    await there.says("now for the bot")
    found = await bot.get_updates()
    texts = [u.message.text for u in found if u.message]
    assert texts == ["/help@linli_bot", "an answer", "now for the bot"]


class Hook:
    """A web server of a bot, as small as can be."""

    def __init__(self) -> None:
        self.got: list[tuple[str | None, dict[str, Any]]] = []
        self.statuses: list[int] = []
        self.answer: dict[str, Any] = {}
        self.came = asyncio.Event()
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 200:
            secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
            self.got.append((secret, await request.json()))
            self.came.set()
        return web.json_response(self.answer, status=status)


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    made = Hook()
    app = web.Application()
    app.router.add_post("/hook", made.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield made
    await runner.cleanup()


async def test_a_webhook_gets_updates_and_may_answer_with_a_call(
    sim: Simulator, bot: Bot, ana: Person, hook: Hook
) -> None:
    hook.answer = {"method": "sendMessage", "chat_id": ana.id, "text": "from the hook"}
    await bot.set_webhook(hook.url, secret_token="secret")
    await ana.says("hello")
    await ana.sees("from the hook")
    [(secret, update)] = hook.got
    assert secret == "secret"
    assert update["message"]["text"] == "hello"
    assert (await bot.get_webhook_info()).pending_update_count == 0


async def test_a_webhook_that_fails_gets_the_update_again(
    bot: Bot, ana: Person, hook: Hook
) -> None:
    hook.statuses = [500, 502]
    await bot.set_webhook(hook.url)
    await ana.says("hello")
    await asyncio.wait_for(hook.came.wait(), HANG)
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 502 Bad Gateway"


async def test_polling_and_a_webhook_exclude_each_other(bot: Bot, hook: Hook) -> None:
    await bot.set_webhook(hook.url)
    with pytest.raises(TelegramConflictError, match="can't use getUpdates method while webhook"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == []


async def test_a_webhook_outside_of_this_machine_is_never_called(
    sim: Simulator, bot: Bot, ana: Person, caplog: pytest.LogCaptureFixture
) -> None:
    await bot.set_webhook("https://example.org/hook")
    await ana.says("hello")
    await until(lambda: "no webhook outside" in caplog.text)
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Connection refused"
    assert info.pending_update_count == 1
    assert "no webhook outside of this machine" in caplog.text


async def test_a_webhook_needs_an_address(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="An HTTPS URL must be provided for webhook"):
        await bot.set_webhook("ftp://example.org")
