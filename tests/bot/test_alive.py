"""Somebody outside can tell whether the bot lives: systemd by its socket, others by a file."""

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.parts.alive import AlivePart
from bot.settings import Supervisor, supervisor
from bot.simulator import Simulator
from tests.waiting import HANG, until

from .life import Life
from .test_settings import TOKEN


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """A service manager, as far as its socket goes."""
    with listening(str(tmp_path / "notify")) as heard:
        yield heard


@contextmanager
def listening(address: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as heard:
        heard.bind(address)
        yield heard


async def hears(manager: socket.socket, count: int) -> list[str]:
    """The states of so many datagrams, without the words for people that may stand beside them."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(HANG):
        said = [(await loop.sock_recv(manager, 200)).decode() for _ in range(count)]
    assert all("STATUS=" in each for each in said if "WATCHDOG" not in each)
    return [each.split("\n")[0].split("STATUS=")[0] for each in said]


async def test_it_says_ready_then_again_and_again_that_it_lives_and_that_it_stops(
    manager: socket.socket,
) -> None:
    stop = asyncio.Event()
    part = AlivePart(Supervisor(manager.getsockname(), watchdog=0.03), None)
    running = asyncio.ensure_future(part.run(stop))
    assert await hears(manager, 4) == ["READY=1", "WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1"]
    stop.set()
    await running
    said = await hears(manager, 1)
    while said[-1] == "WATCHDOG=1":
        said += await hears(manager, 1)
    assert said[-1] == "STOPPING=1"


async def test_a_socket_without_a_file_hears_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(f"\0linli-{os.getpid()}") as manager:
        monkeypatch.setenv("NOTIFY_SOCKET", f"@linli-{os.getpid()}")
        part, stop = AlivePart(supervisor(), None), asyncio.Event()
        part.begins()
        running = asyncio.ensure_future(part.run(stop))
        assert await hears(manager, 3) == ["", "READY=1", "WATCHDOG=1"]
        stop.set()
        await running
        assert await hears(manager, 1) == ["STOPPING=1"]


def test_a_watchdog_of_another_process_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/systemd/notify")
    monkeypatch.setenv("WATCHDOG_USEC", "30000000")
    for pid, wanted in ((os.getpid(), 30.0), (1, None)):
        monkeypatch.setenv("WATCHDOG_PID", str(pid))
        assert supervisor() == Supervisor("/run/systemd/notify", wanted)


async def test_the_file_is_renewed_while_it_lives_and_goes_with_it(tmp_path: Path) -> None:
    alive, stop = tmp_path / "alive", asyncio.Event()
    gone = Supervisor(str(tmp_path / "nobody listens"), watchdog=0.03)
    running = asyncio.ensure_future(AlivePart(gone, alive).run(stop))
    for _ in range(2):  # deleted by somebody, it comes again
        await until(lambda: alive.exists() and alive.read_text())
        alive.unlink()
    stop.set()
    await running
    assert not alive.exists()


async def test_a_file_that_cannot_be_written_ends_nothing_and_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stop = asyncio.Event()
    gone = Supervisor(str(tmp_path / "nobody listens"), watchdog=0.003)
    running = asyncio.ensure_future(AlivePart(gone, tmp_path / "no" / "folder").run(stop))
    for _ in range(50):
        await asyncio.sleep(0)
    stop.set()
    await running
    assert caplog.text.count("failed (No such file or directory)") == 1


@pytest.mark.parametrize(
    ("address", "wanted", "expected"),
    [
        ("", "", None),
        ("", "30000000", None),
        ("vsock:2:1", "", None),
        ("/run/systemd/notify", "", Supervisor("/run/systemd/notify", None)),
        ("/run/systemd/notify", "0", Supervisor("/run/systemd/notify", None)),
        ("/run/systemd/notify", "soon", Supervisor("/run/systemd/notify", None)),
        ("@linli", "30000000", Supervisor("\0linli", 30.0)),
    ],
)
def test_what_a_service_manager_asks_for_is_read(
    monkeypatch: pytest.MonkeyPatch, address: str, wanted: str, expected: Supervisor | None
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    monkeypatch.setenv("WATCHDOG_USEC", wanted)
    assert supervisor() == expected


async def test_the_bot_is_ready_when_telegram_answers_and_says_so_until_it_stops(
    manager: socket.socket, sqlite_url: str, tmp_path: Path
) -> None:
    alive = tmp_path / "alive"
    async with Simulator(token=TOKEN) as simulator:
        given = {"BOT_TOKEN": TOKEN, "BOT_API_URL": simulator.url, "DATABASE_URL": sqlite_url}
        told = {"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "60000000"}
        life = Life(tmp_path, **given, **told, ALIVE_FILE=str(alive))
        await life.start()
        try:
            assert await hears(manager, 3) == ["", "READY=1", "WATCHDOG=1"]
            await life.until(
                lambda: alive.exists() and alive.read_text().startswith(f"{life.pid} ")
            )
            assert await life.stop() == 0
        finally:
            await life.kill()
    assert await hears(manager, 1) == ["STOPPING=1"]
    assert not alive.exists()
