"""`linli simulate`: its first minute, and started twice."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from aiohttp import ClientSession
from playwright.async_api import expect

from bot.commands.simulate import PortTaken, prepare
from storage.problem import DatabaseProblem
from tests.bot.life import Life
from tests.bot.line import process
from tests.browser import PHONE, launched, opened


@asynccontextmanager
async def server() -> AsyncIterator[int]:
    """Somebody who listens on a port."""
    listening = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    async with listening:
        yield listening.sockets[0].getsockname()[1]


async def free_port() -> int:
    async with server() as port:
        return port


@asynccontextmanager
async def simulation(folder: Path, port: int, **settings: str) -> AsyncIterator[Life]:
    """One that runs, and said where."""
    life = Life(folder, command=f"simulate --port {port}", **settings)
    await life.start()
    try:
        await life.until(lambda: f"127.0.0.1:{port}" in life.log())
        yield life
    finally:
        await life.kill()


async def labels(port: int, language: str) -> set[str]:
    """What people are, by the page that somebody with a browser of this language opens."""
    async with ClientSession(f"http://127.0.0.1:{port}") as browser:
        async with browser.get("/", headers={"Accept-Language": language}) as page:
            assert page.status == 200
        async with browser.get("/sim/state") as state:
            return {person["label"] for person in (await state.json())["persons"]}


async def test_a_second_one_is_told_in_one_line_and_the_first_goes_on(tmp_path: Path) -> None:
    port = await free_port()
    async with simulation(tmp_path, port) as first:
        before = {file.name for file in (tmp_path / "data").iterdir()}
        code, out, told = await process("simulate", "--port", str(port), cwd=tmp_path)
        assert (code, out) == (2, "")
        assert told.startswith(f"linli: port {port} is taken")
        assert told.count("\n") == 1
        other = int(told.rpartition("make run PORT=")[2])
        left = {file.name for file in (tmp_path / "data").iterdir()}
        assert left >= before, "what the first one uses stays"
        async with simulation(tmp_path, other, DEFAULT_LANGUAGE="zh"):
            assert "工作人员" in await labels(other, "en-GB"), "a setting wins"
        assert await labels(port, "de, en;q=0.5") >= {"工作人员"}
        assert first.alive
    with closing(sqlite3.connect(tmp_path / "data" / f"simulator-{port}.db")) as reading:
        assert reading.execute("SELECT count(*) FROM nodes").fetchone() == (3,)


async def test_whoever_opens_the_page_first_is_told_what_to_try_in_their_language(
    tmp_path: Path,
) -> None:
    port = await free_port()
    async with (
        simulation(tmp_path, port) as life,
        launched() as browser,
        opened(browser, f"http://127.0.0.1:{port}/?open=ana,kim", PHONE, "en-GB") as page,
    ):
        await expect(page.get_by_test_id("guide")).to_contain_text("Telegram is not connected")
        await expect(page.get_by_label("ana's phone")).to_contain_text("Chat with Linli")
        assert "邻里" not in await page.locator("html").inner_html(), "the bot has an English name"
        await page.get_by_test_id("try-newcomer").click()
        await expect(page.get_by_text("suggestion helper of East Lake")).to_be_visible()
        await expect(page.get_by_test_id("guide")).to_be_hidden()
        await page.reload()
        await expect(page.get_by_test_id("chip")).to_have_count(5)
        await expect(page.get_by_test_id("guide")).to_be_hidden()
        await page.get_by_test_id("settings").click()
        await page.get_by_test_id("guide-again").click()
        await page.get_by_test_id("guide-done").click()
        await expect(page.get_by_test_id("guide")).to_be_hidden()
        assert await labels(port, "zh-CN") >= {"staff", "newcomer"}, "and it stays theirs"
        assert life.alive


async def test_one_that_nobody_opened_stops_at_once(tmp_path: Path) -> None:
    async with simulation(tmp_path, await free_port()) as life:
        assert await life.stop() == 0


def test_each_start_forgets_the_one_before_on_its_port(tmp_path: Path) -> None:
    port = asyncio.run(free_port())
    path = Path(prepare(tmp_path, port).removeprefix("sqlite:///"))
    with closing(sqlite3.connect(path)) as writing:
        writing.execute("CREATE TABLE forgotten (x)")
        writing.commit()
        writing.execute("SELECT * FROM forgotten").fetchall()
        writing.execute("PRAGMA journal_mode=WAL")
        writing.execute("SELECT * FROM forgotten").fetchall()
        with pytest.raises(DatabaseProblem, match="is in use by another process"):
            prepare(tmp_path, port)
    prepare(tmp_path, port)
    with closing(sqlite3.connect(path)) as reading, pytest.raises(sqlite3.OperationalError):
        reading.execute("SELECT * FROM forgotten")
    path.write_bytes(b"not a database" * 1000)
    prepare(tmp_path, port)


async def test_a_port_that_somebody_else_has_is_told_before_anything_is_made(
    tmp_path: Path,
) -> None:
    async with server() as port:
        with pytest.raises(PortTaken, match=rf"port {port} is taken.*make run PORT=\d+"):
            prepare(tmp_path / "data", port)
    assert not (tmp_path / "data").exists()
