"""Telegram behind a proxy, which is a real one on this machine; the bot is a real process."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from yarl import URL

from bot.settings import BotSettings, Settings, SettingsError, read_settings
from bot.simulator import Simulator
from bot.telegram.client import Telegram, TelegramUnavailable
from bot.telegram.way import Way

from .life import Life
from .line import process
from .proxies import BEHIND, CERTIFICATE, proxy_to, with_tls
from .test_settings import TOKEN

SECRET, PASSWORD = "p%40ss%3A%2Fw%25rd", "p@ss:/w%rd"
USER = "linli"
NOWHERE = f"http://{BEHIND}"


def port_of(simulator: Simulator) -> int:
    return urlsplit(simulator.url).port or 0


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator(token=TOKEN) as simulator:
        yield simulator


def life(folder: Path, url: str, **settings: str) -> Life:
    """A bot that can reach Telegram by its proxy only."""
    given = {"BOT_TOKEN": TOKEN, "BOT_API_URL": NOWHERE, "DATABASE_URL": url}
    return Life(folder, **given | settings)


@asynccontextmanager
async def serving(life: Life, simulator: Simulator) -> AsyncIterator[None]:
    """Start it, and wait until it answers somebody; in the end it stops in good order."""
    await life.start()
    try:
        await _answers(life, simulator)
        yield
        assert await life.stop() == 0
    finally:
        await life.kill()


async def _answers(life: Life, simulator: Simulator) -> None:
    bo = simulator.person("bo", start="")
    await life.until(lambda: any("您好" in message.text for message in bo.messages))


@pytest.mark.parametrize("way", ["http://{}", "socks5://{}"])
async def test_the_bot_works_through_a_proxy_of_either_kind(
    way: str, simulator: Simulator, sqlite_url: str, tmp_path: Path
) -> None:
    async with proxy_to(port_of(simulator)) as proxy:
        bot = life(tmp_path, sqlite_url, PROXY_URL=way.format(f"127.0.0.1:{proxy.port}"))
        async with serving(bot, simulator):
            pass
    kinds = {kind for kind, _ in proxy.asked}
    assert kinds == ({"SOCKS5"} if way.startswith("socks") else {"POST"})
    assert all(BEHIND in target for _, target in proxy.asked)


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_tls_goes_through_a_proxy_with_a_password_that_no_log_holds(
    scheme: str, simulator: Simulator, sqlite_url: str, tmp_path: Path
) -> None:
    async with with_tls(port_of(simulator)) as tls, proxy_to(tls, USER, PASSWORD) as proxy:
        bot = life(
            tmp_path,
            sqlite_url,
            BOT_API_URL=f"https://{BEHIND}",
            PROXY_URL=f"{scheme}://{USER}:{SECRET}@127.0.0.1:{proxy.port}",
            SSL_CERT_FILE=str(CERTIFICATE),
        )
        async with serving(bot, simulator):
            await proxy.stop()
            await bot.until(lambda: "getUpdates failed" in bot.log())
            await proxy.start()
            await bot.until(lambda: "getUpdates works again" in bot.log())
    assert {kind for kind, _ in proxy.asked} == {"SOCKS5" if scheme == "socks5" else "CONNECT"}
    for secret in (SECRET, PASSWORD, TOKEN):
        assert secret not in bot.log()


@pytest.mark.parametrize("scheme", ["http", "socks5"])
@pytest.mark.parametrize(("command", "trouble"), [("run", "down"), ("owner", "a wrong password")])
async def test_a_proxy_that_cannot_be_used_is_one_line_that_names_it_without_its_password(
    scheme: str,
    command: str,
    trouble: str,
    simulator: Simulator,
    sqlite_url: str,
    tmp_path: Path,
) -> None:
    async with proxy_to(port_of(simulator), USER, "another") as proxy:
        if trouble == "down":
            await proxy.stop()
        given = {
            "BOT_TOKEN": TOKEN,
            "BOT_API_URL": NOWHERE if scheme == "socks5" else f"https://{BEHIND}",
            "DATABASE_URL": sqlite_url,
            "PROXY_URL": f"{scheme}://{USER}:{SECRET}@127.0.0.1:{proxy.port}",
        }
        code, out, err = await process(command, cwd=tmp_path, **given)
    assert (code, out) == (2, "")
    [told] = [line for line in err.splitlines() if line.startswith("linli: ")]
    assert told.startswith(f"linli: PROXY_URL: getMe: the proxy {scheme}://127.0.0.1:{proxy.port} ")
    for absent in ("Traceback", PASSWORD, SECRET):
        assert absent not in err


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_a_proxy_whose_name_nobody_knows_is_the_proxy_s_trouble(scheme: str) -> None:
    """It was told as an address of Telegram's server that does not answer."""
    telegram = Telegram(NOWHERE, TOKEN, Way(URL(f"{scheme}://no.such.host.example:80")))
    try:
        with pytest.raises(TelegramUnavailable, match=r"the proxy .*no\.such\.host") as caught:
            await telegram.call("getMe", {})
    finally:
        await telegram.close()
    assert caught.value.at_proxy


async def test_the_usual_variables_are_heard_and_the_setting_wins(
    simulator: Simulator, sqlite_url: str, tmp_path: Path
) -> None:
    async with proxy_to(port_of(simulator)) as used, proxy_to(1) as unused:
        for setting, proxies in (
            ({}, {"http_proxy": used, "HTTPS_PROXY": unused, "ALL_PROXY": unused}),
            ({}, {"ALL_PROXY": used}),
            ({"PROXY_URL": f"http://127.0.0.1:{used.port}"}, {"HTTP_PROXY": unused}),
        ):
            before = len(used.asked)
            environment = {name: f"127.0.0.1:{each.port}" for name, each in proxies.items()}
            given = {"BOT_TOKEN": TOKEN, "BOT_API_URL": NOWHERE, "DATABASE_URL": sqlite_url}
            code, _, err = await process("owner", cwd=tmp_path, **given, **setting, **environment)
            assert code == 0, err
            assert len(used.asked) > before
            assert unused.asked == []


async def test_no_proxy_names_whoever_is_reached_without_one(
    simulator: Simulator, sqlite_url: str, tmp_path: Path
) -> None:
    async with proxy_to(1) as unused:
        given = {"BOT_TOKEN": TOKEN, "BOT_API_URL": simulator.url, "DATABASE_URL": sqlite_url}
        usual = {"HTTP_PROXY": f"http://127.0.0.1:{unused.port}", "NO_PROXY": "x.org,127.0.0.1"}
        code, _, err = await process("owner", cwd=tmp_path, **given, **usual)
    assert code == 0, err
    assert unused.asked == []


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://h:1", "socks4://h:1", "http://", "http://:8080", "http://h:99999", "http://h:x"),
        *(
            "socks5://u:secret@",
            "socks5://u:secret密@h:1",
            "http://[::1",
            "http://a b:1",
            "://",
            "http://h:0",
        ),
    ],
)
@pytest.mark.parametrize("name", ["PROXY_URL", "HTTPS_PROXY", "ALL_PROXY"])
def test_an_address_that_is_none_is_told_without_what_it_says(
    name: str, url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for each in [*os.environ]:
        if each.lower().endswith("_proxy"):
            monkeypatch.delenv(each)
    monkeypatch.setenv(name, url)
    with pytest.raises(SettingsError) as caught:
        read_settings(Settings)
    [problem] = caught.value.problems
    assert problem.startswith(f"{name}: expected ")
    assert "secret" not in problem


@pytest.mark.parametrize(
    "url", ["socks5h://h:1", "h:1", "HTTP://h/", "https://u:p@[::1]:1", "http://1.2.3.4:8080"]
)
def test_an_address_may_be_written_in_the_usual_ways(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROXY_URL", url)
    settings = read_settings(BotSettings, _env_file=None, bot_token=TOKEN)
    assert Way(URL(settings.proxy_url.get_secret_value())).name  # type: ignore[union-attr]


@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_of_an_address_only_scheme_host_and_port_are_shown(scheme: str) -> None:
    shown = Way(URL(f"{scheme}://user:hush@h.example:81/hush?hush#hush")).name
    assert shown == f"{scheme}://h.example:81"


async def test_a_cut_connection_names_the_proxy_that_it_went_through() -> None:
    async def cut(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(cut, "127.0.0.1", 0) as server:
        proxy = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        telegram = Telegram("https://telegram.example", TOKEN, Way(URL(proxy)))
        with pytest.raises(TelegramUnavailable, match=f"by the proxy {proxy}"):
            await telegram.call("getMe", {})
        await telegram.close()


def test_the_password_is_in_no_repr_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROXY_URL", f"http://{USER}:{SECRET}@h:1")
    settings = read_settings(BotSettings, _env_file=None, bot_token=TOKEN)
    assert SECRET not in repr(settings) + str(settings.model_dump())
    assert set(settings.secrets) == {TOKEN, SECRET, PASSWORD}
