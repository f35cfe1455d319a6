"""A real start while Telegram has no time for it, has a webhook for it, or hears of it twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.simulator import BadGateway, Simulator, TooManyRequests

from .life import Life
from .line import process
from .test_settings import TOKEN

NO_NAME = "getMe: no user name in the result"


@asynccontextmanager
async def running(simulator: Simulator, url: str, folder: Path) -> AsyncIterator[Life]:
    """A bot, until it is killed."""
    given = {"BOT_TOKEN": TOKEN, "BOT_API_URL": simulator.url, "DATABASE_URL": url}
    life = Life(folder, **given)
    await life.start()
    try:
        yield life
    finally:
        await life.kill()


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator(token=TOKEN) as simulator:
        yield simulator


async def test_a_start_waits_while_telegram_is_busy_or_broken_and_says_so_once(
    simulator: Simulator, sqlite_url: str, tmp_path: Path
) -> None:
    simulator.faults.next(TooManyRequests(1), method="getMe")
    simulator.faults.next(BadGateway(), method="getMe", times=2)
    bo = simulator.person("bo", start="")
    async with running(simulator, sqlite_url, tmp_path) as life:
        await life.until(lambda: any("您好" in message.text for message in bo.messages))
    assert life.log().count("getMe failed (429") == 1
    assert life.log().count("getMe works again, after") == 1
    assert "not accept" not in life.log()


async def test_a_stop_ends_the_waiting(
    simulator: Simulator, sqlite_url: str, tmp_path: Path
) -> None:
    simulator.faults.next(TooManyRequests(1000), method="getMe")
    async with running(simulator, sqlite_url, tmp_path) as life:
        await life.until(lambda: "getMe failed" in life.log())
        assert await life.stop() == 0


async def test_a_webhook_is_removed_and_what_waited_for_it_is_answered(
    simulator: Simulator, sqlite_url: str, tmp_path: Path
) -> None:
    simulator.world.updates.set_webhook({"url": "https://hooks.example.org/a-secret-path"})
    bo = simulator.person("bo", start="")
    async with running(simulator, sqlite_url, tmp_path) as life:
        await life.until(lambda: any("您好" in message.text for message in bo.messages))
    log = life.log()
    assert log.count("the token's webhook at hooks.example.org is removed; updates kept: 1") == 1
    assert "a-secret-path" not in log


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("123456:another-token", "linli: BOT_TOKEN: Telegram does not accept it (401 "),
        (
            TOKEN,
            "linli: BOT_API_URL: no answer from there (getMe: ClientConnectorError: Con",
        ),
    ],
)
async def test_a_link_for_the_owner_that_cannot_be_made_is_one_line(
    token: str, expected: str, simulator: Simulator, sqlite_url: str, tmp_path: Path
) -> None:
    url = simulator.url if token != TOKEN else "http://127.0.0.1:9"
    given = {"BOT_TOKEN": token, "BOT_API_URL": url, "DATABASE_URL": sqlite_url}
    code, out, err = await process("owner", cwd=tmp_path, **given)
    assert (code, out) == (2, "")
    assert err.startswith(expected)
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "url", ["http://h:99999", "http://h:port", "http://", "https://:443", "http://a b", "http://[x"]
)
async def test_an_address_that_cannot_be_one_is_one_line(url: str, tmp_path: Path) -> None:
    code, _, err = await process("run", cwd=tmp_path, BOT_TOKEN=TOKEN, BOT_API_URL=url)
    assert code == 2
    assert err.startswith("linli: BOT_API_URL: expected a host")
    assert err.count("\n") == 1


@pytest.mark.parametrize("result", ["{}", "null", "true", "[1]", '{"username":7}'])
async def test_a_server_that_is_not_telegram_is_one_line(result: str, tmp_path: Path) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = f'{{"ok":true,"result":{result}}}'.encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        url = "sqlite:///a.db"
        given = {"BOT_TOKEN": TOKEN, "BOT_API_URL": address, "DATABASE_URL": url}
        await process("migrate", cwd=tmp_path, DATABASE_URL=url)
        for command in ("run", "owner"):
            said = await process(command, cwd=tmp_path, **given)
            last = said.err.splitlines()[-1]
            assert (said.code, "Traceback" in said.err) == (2, False)
            assert last == f"linli: BOT_API_URL: no answer from there ({NO_NAME})"
