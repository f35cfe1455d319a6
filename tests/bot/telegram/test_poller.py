"""The poller against a server that remembers what was in the file at each of its calls."""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.intake import Intake
from bot.lanes import Raw
from bot.telegram.client import Telegram
from bot.telegram.poller import (
    ALLOWED_UPDATES,
    LONGEST_ASKED,
    CannotPoll,
    Poller,
    TokenTaken,
    WrongToken,
)
from storage.database import Database
from tests.bot.life import Peek
from tests.bot.test_intake import said
from tests.waiting import HANG

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)


class Script:
    """Answers getUpdates from a list, then with nothing; notes offset and stored ids."""

    def __init__(self, path: Path, answers: list[Any]) -> None:
        self._peek = Peek(path)
        self._answers: Iterator[Any] = iter(answers)
        self.calls: list[tuple[int | None, list[int]]] = []
        self.params: dict[str, Any] = {}
        self.over = asyncio.Event()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.params = await request.json()
        stored = [i for (i,) in self._peek.numbers("SELECT update_id FROM updates ORDER BY 1")]
        self.calls.append((self.params.get("offset"), stored))
        given = next(self._answers, None)
        if given is None:
            self.over.set()
            await asyncio.sleep(0.01)
            return web.json_response({"ok": True, "result": []})
        if isinstance(given, web.Response):
            return given
        return web.json_response({"ok": True, "result": given})

    @asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_post("/bot42:TOKENTOKEN/getUpdates", self.answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()
            self._peek.close()


async def never(_: Raw) -> None:
    raise AssertionError("nobody runs the intake here")


async def poll(database: Database, script: Script, **given: Any) -> None:
    """Poll until the script is over."""
    async with script.served() as url:
        telegram = Telegram(url, "42:TOKENTOKEN")
        polling = asyncio.ensure_future(
            Poller(telegram, Intake(database, never, lambda: NOW), **given).run()
        )
        over = asyncio.ensure_future(script.over.wait())
        try:
            await asyncio.wait({polling, over}, timeout=HANG, return_when=asyncio.FIRST_COMPLETED)
            if polling.done():
                polling.result()
            assert over.done()
        finally:
            for task in (polling, over):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, CannotPoll):
                    await task
            await telegram.close()


@pytest.fixture
def path(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite:///"))


async def test_updates_are_in_the_file_before_telegram_may_forget_them(
    sqlite: Database, path: Path
) -> None:
    script = Script(path, [[said(5), said(6)], [], [said(7)]])
    await poll(sqlite, script)
    assert script.calls[:4] == [(None, []), (7, [5, 6]), (7, [5, 6]), (8, [5, 6, 7])]
    assert script.params["allowed_updates"] == ALLOWED_UPDATES


async def test_what_could_not_be_stored_is_not_confirmed_and_asked_for_again(
    path: Path, sqlite: Database, caplog: pytest.LogCaptureFixture
) -> None:
    full = [True]

    class Broken:
        async def write(self, *action: Any) -> Any:
            if full:
                full.pop()
                raise RuntimeError("disk full")
            return await sqlite.write(*action)

    script = Script(path, [[said(5)], [said(5), said(6)]])
    with caplog.at_level(logging.ERROR):
        await poll(Broken(), script)  # type: ignore[arg-type]
    assert script.calls[:3] == [(None, []), (None, []), (7, [5, 6])]
    assert "disk full" in caplog.text


async def test_polling_goes_on_after_a_refusal_or_nonsense(
    sqlite: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    real = asyncio.sleep

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        await real(0)

    monkeypatch.setattr("bot.telegram.poller.asyncio.sleep", sleep)
    refused = {"ok": False, "error_code": 429, "description": "Too Many Requests"}
    script = Script(
        path,
        [
            web.Response(status=502, text="<html>"),
            web.json_response(refused | {"parameters": {"retry_after": 7}}, status=429),
            [said(5)],
            web.Response(text="{"),
            web.json_response({"ok": True, "result": {"update_id": 6}}),
            web.json_response(refused | {"parameters": {"retry_after": 80_000}}, status=429),
        ],
    )
    await poll(sqlite, script)
    assert [offset for offset, _ in script.calls[:5]] == [None, None, None, 6, 6]
    asked_for_a_day = LONGEST_ASKED
    assert [w for w in waits if w >= 1] == [1.0, 7, 1.0, 2.0, asked_for_a_day]


CONFLICT = {
    "ok": False,
    "error_code": 409,
    "description": "Conflict: terminated by other getUpdates",
}


def conflict() -> web.Response:
    return web.json_response(CONFLICT, status=409)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """No pause lasts; how long each would have been."""
    waits: list[float] = []
    real = asyncio.sleep

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        await real(0)

    monkeypatch.setattr("bot.telegram.poller.asyncio.sleep", sleep)
    return waits


@pytest.mark.usefixtures("hurried")
async def test_of_two_with_one_token_the_newcomer_ends_and_says_why(
    sqlite: Database, path: Path
) -> None:
    with pytest.raises(TokenTaken, match="another process asks Telegram with it"):
        await poll(sqlite, Script(path, [conflict(), [said(5)], conflict(), conflict()]))


async def test_the_one_that_was_there_first_goes_on_and_says_so_once_a_minute(
    sqlite: Database, path: Path, hurried: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    script = Script(path, [*[conflict() for _ in range(20)], [said(5)]])
    times = chain([0, 0], count(100, 10))  # made, begun; then ten seconds at each look
    with caplog.at_level(logging.WARNING):
        await poll(sqlite, script, clock=lambda: next(times))
    assert script.calls[-1] == (6, [5])
    assert max(hurried) <= 2
    told = [line for line in caplog.text.splitlines() if "getUpdates" in line]
    assert 3 <= len(told) <= 12
    assert "works again" in told[-1]


async def test_coming_back_is_told_to_whoever_sends_and_noticed_within_two_seconds(
    sqlite: Database, path: Path, hurried: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    back: list[int] = []

    async def on_return() -> None:
        back.append(1)

    answers = [web.Response(status=502, text="<html>") for _ in range(50)]
    with caplog.at_level(logging.WARNING):
        await poll(sqlite, Script(path, [*answers, [], [said(5)]]), on_return=on_return)
    assert back == [1]
    assert max(hurried) <= 2
    assert sum("getUpdates" in line for line in caplog.text.splitlines()) == 2


async def test_a_token_that_was_revoked_ends_the_polling(sqlite: Database, path: Path) -> None:
    body = json.dumps({"ok": False, "error_code": 401, "description": "Unauthorized"})
    script = Script(path, [web.Response(status=401, text=body)])
    with pytest.raises(WrongToken):
        await poll(sqlite, script)
