"""One process on one database, and one token: the second says who the first is, and ends."""

import asyncio
import json
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import NullPool, text

from bot.outside import token_lock
from bot.simulator import Simulator
from storage.alone import Held, alone_on, held, holder
from storage.database import postgres_engine
from storage.problem import DatabaseProblem
from tests.waiting import HANG, until

from .life import Life
from .line import process
from .test_settings import TOKEN

OTHER = "654321:another-token_of_ours"


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator(token=TOKEN) as simulator:
        yield simulator


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    name = {"sqlite": "sqlite_url", "postgresql": "empty_postgres"}[request.param]
    found: str = request.getfixturevalue(name)
    return found


@pytest.fixture
async def first(simulator: Simulator, url: str, tmp_path: Path) -> AsyncIterator[Life]:
    given = {"BOT_TOKEN": TOKEN, "BOT_API_URL": simulator.url, "DATABASE_URL": url}
    life = Life(tmp_path, **given)
    await life.start()
    try:
        await life.until(lambda: bool(simulator.calls("setMyCommands")))
        yield life
    finally:
        await life.kill()


async def test_a_second_process_on_one_database_names_the_first_and_a_kill_holds_up_nobody(
    first: Life, simulator: Simulator, url: str, tmp_path: Path
) -> None:
    given = {"BOT_API_URL": simulator.url, "DATABASE_URL": url}
    code, _, err = await process("run", cwd=tmp_path, BOT_TOKEN=OTHER, **given)
    assert code == 2
    assert re.fullmatch(
        rf"linli: DATABASE_URL: process {first.pid} on \S+, since \d\d-\d\d \d\d:\d\d UTC, "
        r"serves this database; stop that first\n",
        err,
    )
    assert first.alive
    code, out, err = await process("status", "--json", cwd=tmp_path, DATABASE_URL=url)
    found = json.loads(out)
    assert (code, found["ok"], found["queued"], err) == (0, True, 0, "")
    since = r"since \d\d-\d\d \d\d:\d\d UTC"
    assert re.fullmatch(rf"process {first.pid} on \S+, {since}", found["serves"])
    await first.kill()
    code, out, _ = await process("status", cwd=tmp_path, DATABASE_URL=url)
    assert code == 1
    assert "trouble: no process serves this database" in out
    before = len(simulator.calls("setMyCommands"))
    await first.start()
    await first.until(lambda: len(simulator.calls("setMyCommands")) > before)
    assert await first.stop() == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files for others")
async def test_what_root_leaves_in_the_folder_of_another_user_is_theirs(tmp_path: Path) -> None:
    """A `linli run` by root, once, made a service that could never start again."""
    os.chown(tmp_path, 12_345, 12_345)
    async with alone_on(f"sqlite:///{tmp_path}/linli.db", "process 1, "):
        assert (tmp_path / "linli.db.lock").stat().st_uid == 12_345


async def test_a_lock_that_cannot_be_opened_is_told_in_one_line(tmp_path: Path) -> None:
    url, lock = f"sqlite:///{tmp_path}/linli.db", tmp_path / "linli.db.lock"
    lock.mkdir()  # root may open what it has no right to
    for ask in (holder(url), alone_on(url, "process 1").__aenter__()):
        with pytest.raises(
            DatabaseProblem, match=rf"^DATABASE_URL: .*: Is a directory \({lock}\)$"
        ):
            await ask


async def test_a_second_process_with_one_token_names_the_first(
    sqlite_url: str, simulator: Simulator, tmp_path: Path
) -> None:
    second_path = tmp_path / "second.db"
    shutil.copy(sqlite_url.removeprefix("sqlite:///"), second_path)
    given = {"BOT_TOKEN": TOKEN, "BOT_API_URL": simulator.url}
    life = Life(tmp_path, **given, DATABASE_URL=sqlite_url)
    await life.start()
    try:
        await life.until(lambda: bool(simulator.calls("setMyCommands")))
        second = f"sqlite:///{second_path}"
        code, _, err = await process("run", cwd=tmp_path, **given, DATABASE_URL=second)
        assert code == 2
        assert err.startswith(f"linli: BOT_TOKEN: process {life.pid} on ")
        assert err.count("\n") == 1
    finally:
        await life.kill()


async def test_of_two_that_cannot_see_each_other_one_is_told_by_telegram_and_ends(
    sqlite_url: str, simulator: Simulator, tmp_path: Path
) -> None:
    """As on two machines: the file that stands for the token is another one. That it is whoever
    came last is tested with the poller, where neither is quicker than the other by chance."""
    lives = []
    for name in ("first", "second"):
        (folder := tmp_path / name).mkdir()
        shutil.copy(sqlite_url.removeprefix("sqlite:///"), folder / "linli.db")
        lives.append(
            Life(
                folder,
                BOT_TOKEN=TOKEN,
                BOT_API_URL=simulator.url,
                DATABASE_URL=f"sqlite:///{folder}/linli.db",
                TMPDIR=str(folder),
            )
        )
    try:
        for life in lives:
            await life.start()
        await until(lambda: not all(life.alive for life in lives))
        [gone] = [life for life in lives if not life.alive]
        [stays] = [life for life in lives if life.alive]
        await stays.until(lambda: "getUpdates works again" in stays.log())
        assert stays.log().count("409") <= gone.log().count("409") < 5
        told = [line for line in gone.log().splitlines() if line.startswith("linli: ")]
        assert len(told) == 1
        assert told[0].startswith("linli: BOT_TOKEN: another process asks Telegram with it (409 ")
        assert await gone.stop() == 2
    finally:
        for life in lives:
            await life.kill()


def test_the_file_of_a_token_tells_nobody_the_token_and_names_its_holder(tmp_path: Path) -> None:
    lock = token_lock("https://api.telegram.org", TOKEN)
    assert TOKEN.partition(":")[2] not in str(lock)
    path = tmp_path / "lock"
    with held(path, "somebody"):
        assert path.stat().st_mode & 0o777 == 0o600
        with pytest.raises(Held, match="somebody"), held(path, "another"):
            pass
    with held(path, "x"):
        assert path.read_text() == "x"


async def test_what_the_server_forgot_is_taken_again_and_a_loser_ends(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.alone._LOOK", 0.02)
    monkeypatch.setattr("storage.alone._TRIES", 200)
    monkeypatch.setattr("storage.alone._BETWEEN_TRIES", 0.005)
    stop = asyncio.Event()
    first_name = f"first-{os.getpid()}"
    async with alone_on(postgres_url, first_name) as first:
        running = asyncio.ensure_future(first.run(stop))
        await _forget(postgres_url, first_name)
        await _until_seen(postgres_url, _HELD, first_name)
        await asyncio.sleep(0)
        assert not running.done()
        while not running.done():  # until another, who stands at the door, is quicker
            second_name = f"second-{os.getpid()}"
            second = asyncio.ensure_future(_hold_until(postgres_url, second_name, running))
            await _until_seen(postgres_url, _THERE, second_name)
            await _forget(postgres_url, first_name)
            await second
        assert stop.is_set()
        assert f"{second_name} serves this database" in str(await running)


async def _hold_until(url: str, who: str, over: "asyncio.Future[Exception | None]") -> None:
    with suppress(DatabaseProblem):  # the first was quicker
        async with alone_on(url, who):
            await asyncio.wait([over], timeout=HANG)


async def _forget(url: str, who: str) -> None:
    engine = postgres_engine(url, poolclass=NullPool)
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :who"
    async with engine.connect() as connection:
        await connection.execute(text(end), {"who": who})
    await engine.dispose()


_THERE = "SELECT count(*) FROM pg_stat_activity WHERE application_name = :who"
_HELD = (
    "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
    " WHERE locktype = 'advisory' AND granted AND application_name = :who"
)


async def _until_seen(url: str, what: str, who: str) -> None:
    """Wait until the server says so, without ever holding anything: the first would lose it."""
    # Each look in a transaction of its own: within one, that view never changes.
    engine = postgres_engine(url).execution_options(isolation_level="AUTOCOMMIT")
    async with asyncio.timeout(HANG), engine.connect() as connection:
        while not await connection.scalar(text(what), {"who": who}):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await engine.dispose()
