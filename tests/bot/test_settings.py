"""Settings and the command line: what is wrong is said in one line each, all at once, and ends."""

import asyncio
import json
import os
import re
import socket
import sys
from pathlib import Path

import pytest

from bot.settings import NO_TOKEN, BotSettings, Settings, SettingsError, read_settings
from bot.simulator import BadGateway, Simulator
from content.programme import SHELF
from storage.migrations import HEAD
from tests.waiting import HANG

from .life import environment
from .line import beside, linli, process

TOKEN = "123456:a-secret-token_of_ours"
PACE_PERHAPS = "there is no such setting; PACE_PER_SECOND perhaps?"
WRONG = {
    "BOT_TOKEN": "not a token",
    "BOT_API_URL": "ftp://example.org",
    "PROXY_URL": "socks9://secret@x",
    "DATABASE_URL": "mysql://x",
    "TIMEZONE": "Asia/Atlantis",
    "DEFAULT_LANGUAGE": "de",
    "PROGRAMME": "/nowhere",
    "LOG_FORMAT": "xml",
    "LOG_LEVEL": "loud",
    "PACE_PER_SECOND": "0",
    "PAID_BROADCAST": "perhaps",
    "TICK_SECONDS": "often",
    "ALIVE_FILE": "/nowhere/alive",
}


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings but the defaults."""
    for name in WRONG:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("clean")
@pytest.mark.parametrize("name", sorted(WRONG))
def test_each_wrong_setting_is_one_problem_that_names_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, WRONG[name])
    with pytest.raises(SettingsError) as caught:
        read_settings(Settings)
    [problem] = caught.value.problems
    assert problem.startswith(f"{name}: ")
    assert "\n" not in problem
    secret = name in ("BOT_TOKEN", "DATABASE_URL", "PROXY_URL")  # the last two: a password
    assert (WRONG[name] in problem) is not secret


@pytest.mark.usefixtures("clean")
def test_every_setting_is_tried_above_and_the_defaults_are_right() -> None:
    assert {name.lower() for name in WRONG} == set(Settings.model_fields)
    settings = read_settings(Settings)
    assert (settings.timezone, settings.default_language) == ("Asia/Shanghai", "zh")
    assert settings.zone.key == "Asia/Shanghai"


@pytest.mark.usefixtures("clean")
@pytest.mark.parametrize(
    ("given", "rate"),
    [
        ({}, 30),
        ({"PAID_BROADCAST": "true"}, 1000),
        ({"PAID_BROADCAST": "true", "PACE_PER_SECOND": "200"}, 200),
        ({"PACE_PER_SECOND": "12.5"}, 12.5),
    ],
)
def test_the_rate_is_as_set_or_what_those_who_pay_may(
    given: dict[str, str], rate: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert read_settings(Settings).rate == rate


@pytest.mark.usefixtures("clean")
def test_settings_come_from_the_environment_before_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = (
        f"BOT_TOKEN={TOKEN}\nDEFAULT_LANGUAGE=en\nTIMEZONE=UTC\nBOT_API_URL=http://x/\nUNKNOWN=1\n"
    )
    (tmp_path / ".env").write_text(lines)
    monkeypatch.setenv("TIMEZONE", "Asia/Urumqi")
    monkeypatch.setenv("DEFAULT_LANGUAGE", "")  # empty is the same as not set
    settings = read_settings(BotSettings)
    found = (settings.default_language, settings.timezone, settings.bot_api_url)
    assert found == ("en", "Asia/Urumqi", "http://x")
    assert settings.bot_token.get_secret_value() == TOKEN
    assert TOKEN not in repr(settings) + str(settings.model_dump())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_TOKEN", "１２３４５６:ABCDEFGH"),
        ("BOT_TOKEN", "123456:ABC中文DEFGH"),
        ("BOT_TOKEN", "“123456:ABCDEFGH”"),
        ("ALIVE_FILE", "kept.db"),
        ("ALIVE_FILE", ".env"),
        ("ALIVE_FILE", "pipe"),
    ],
)
@pytest.mark.usefixtures("clean")
def test_what_is_almost_right_is_wrong_too(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("kept.db").write_bytes(b"SQLite format 3\0" + bytes(4000))
    Path(".env").write_text("TIMEZONE=UTC\n")
    os.mkfifo("pipe")
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^{name}: expected a [a-z]+ (as|of its own)"):
        read_settings(BotSettings, **({} if name == "BOT_TOKEN" else {"bot_token": TOKEN}))


@pytest.mark.parametrize("kind", ["pipe", "socket", "link", "escaped"])
@pytest.mark.usefixtures("clean")
def test_a_database_takes_no_place_of_what_is_no_file(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo("a pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        Path("link").symlink_to("a pipe")
        name = {"pipe": "a pipe", "escaped": "a%20pipe"}.get(kind, kind)
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{name}")
        with pytest.raises(SettingsError, match="^DATABASE_URL: expected a file, and there is"):
            read_settings(Settings)


@pytest.mark.parametrize("name", ["PROGRAMME", "ALIVE_FILE"])
@pytest.mark.usefixtures("clean")
def test_a_path_that_the_system_refuses_is_told_of_its_setting(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "a" * 300)
    with pytest.raises(SettingsError, match=f"^{name}: cannot be looked at .File name too long"):
        read_settings(Settings)


@pytest.mark.usefixtures("clean")
def test_the_file_of_another_life_is_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    for left in ("", "4711 2026-11-27T08:30:00Z\n"):
        Path("alive").write_text(left)
        monkeypatch.setenv("ALIVE_FILE", "alive")
        assert read_settings(Settings).alive_file == Path("alive")


@pytest.mark.parametrize("options", ["?mode=ro", "?timeout=5", "?nonsense", "?mode=ro&uri=true"])
def test_options_that_would_not_be_obeyed_are_refused(options: str) -> None:
    with pytest.raises(SettingsError, match=r"^DATABASE_URL: options behind a \? are not for"):
        read_settings(Settings, database_url=f"sqlite:///x.db{options}")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:///data/a b.db", "sqlite:///data/a b.db"),
        ("postgresql://h/n", "postgresql://h/n"),
        ("postgresql://u@h:5/n", "postgresql://u@h:5/n"),
        ("postgresql://u:hush@h:5/n?sslmode=require", "postgresql://u:…@h:5/n"),
        ("postgresql://u@h/n?password=hush&sslmode=require", "postgresql://u@h/n"),
        ("postgresql:///n?user=u&password=hush", "postgresql:///n"),
    ],
)
def test_where_the_database_is_is_shown_without_a_password(url: str, shown: str) -> None:
    assert read_settings(Settings, database_url=url).database == shown


async def test_all_that_is_wrong_is_said_at_once_with_exit_code_2(tmp_path: Path) -> None:
    code, out, err = await process("run", cwd=tmp_path, **WRONG)
    lines = err.splitlines()
    assert (code, out) == (2, "")
    assert {line.split(":")[1].strip() for line in lines} == set(WRONG)
    assert all(line.startswith("linli: ") for line in lines)
    assert WRONG["BOT_TOKEN"] not in err


async def test_a_name_that_nothing_reads_is_named_by_check_with_the_one_that_was_meant(
    tmp_path: Path,
) -> None:
    (tmp_path / ".env").write_text("LANGUAGE=en\nTIME_ZONE=UTC\nHELLO=1\nTIMEZONE=UTC\n")
    code, _, err = await beside("check", cwd=tmp_path, BOT_TOKN=TOKEN, HOMEPAGE="x")
    assert (code, err.splitlines()) == (
        2,
        [
            "linli: LANGUAGE: in .env: it is called DEFAULT_LANGUAGE now",
            "linli: TIME_ZONE: in .env: there is no such setting; TIMEZONE perhaps?",
            "linli: HELLO: in .env: there is no such setting",
            "linli: BOT_TOKN: in the environment: there is no such setting; BOT_TOKEN perhaps?",
            f"linli: {NO_TOKEN}",
        ],
    )


def test_a_programme_that_ships_is_chosen_by_its_name(tmp_path: Path) -> None:
    def chosen(programme: str) -> Path:
        return read_settings(Settings, _env_file=None, programme=programme).programme

    assert chosen("library") == SHELF / "library"
    assert chosen(str(tmp_path)) == tmp_path
    with pytest.raises(SettingsError, match="expected a folder that exists, or one of: community,"):
        chosen("school")


@pytest.mark.parametrize("languages", ["zh_CN:zh", "de", "en_US:en"])
async def test_the_languages_of_a_desktop_are_no_setting_of_ours(
    languages: str, tmp_path: Path
) -> None:
    code, out, err = await beside("check", cwd=tmp_path, LANGUAGE=languages, LC_ALL="C.UTF-8")
    assert (code, err) == (0, "")
    assert out.endswith("Settings, programme, content and texts are in order.\n")


async def test_a_file_of_settings_in_another_encoding_or_no_file_is_one_line(
    tmp_path: Path,
) -> None:
    (tmp_path / ".env").write_bytes("# 时区\nTIMEZONE=Asia/Shanghai\n".encode("gbk"))
    for command in ("run", "check", "migrate", "owner"):
        code, _, err = await beside(command, cwd=tmp_path)
        assert (code, err) == (2, "linli: .env: not in UTF-8; save it in that encoding\n")


async def test_without_a_token_the_bot_says_how_to_get_one(tmp_path: Path) -> None:
    code, _, err = await process("run", cwd=tmp_path)
    assert code == 2
    assert re.fullmatch(r"linli: BOT_TOKEN: .*@BotFather.*\n", err)


# A start that fails must end: a connection that stays open would keep the process alive.


async def test_a_start_on_a_database_that_was_not_migrated_ends(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/empty.db"
    (tmp_path / ".env").write_text("PACE_PER_SECONDS=5\n")
    code, _, err = await process("run", cwd=tmp_path, BOT_TOKEN=TOKEN, DATABASE_URL=url)
    misspelt, _, err = err.partition("\n")
    assert misspelt.endswith("PACE_PER_SECONDS: in .env: " + PACE_PERHAPS)
    none = f"there is none yet at {tmp_path}/empty.db, this version needs {HEAD}"
    assert (code, err) == (2, f"linli: DATABASE_URL: {none}; run: linli migrate\n")


async def test_a_start_without_telegram_ends_and_never_tells_the_token(
    sqlite_url: str, tmp_path: Path
) -> None:
    code, out, err = await process(
        "run",
        cwd=tmp_path,
        BOT_TOKEN=TOKEN,
        DATABASE_URL=sqlite_url,
        BOT_API_URL="http://127.0.0.1:9",  # discard: nobody listens
    )
    assert code == 2
    assert [line for line in err.splitlines() if line.startswith("linli: BOT_API_URL: ")]
    assert TOKEN not in out + err


async def test_a_token_that_telegram_refuses_is_said_and_never_told(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with Simulator() as simulator:
        code, out, err = await process(
            "run",
            cwd=tmp_path,
            BOT_TOKEN=TOKEN,
            DATABASE_URL=sqlite_url,
            BOT_API_URL=simulator.url,
        )
    assert code == 2
    assert "linli: BOT_TOKEN: Telegram does not accept it (401 Unauthorized)" in err
    assert TOKEN not in out + err


async def test_the_token_is_in_no_log_even_when_everything_fails(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with Simulator(token=TOKEN) as simulator:
        bo = simulator.person("bo", start="")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-X", "dev", "-W", "default", "-m", "bot", "run"),
            cwd=tmp_path,
            env=environment(
                BOT_TOKEN=TOKEN,
                BOT_API_URL=simulator.url,
                DATABASE_URL=sqlite_url,
                LOG_FORMAT="json",
                PYTHONASYNCIODEBUG="1",
            ),
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            await bo.sees("您好")
            for method in ("getUpdates", "sendMessage", "answerCallbackQuery"):
                simulator.faults.next(BadGateway(), method=method, times=2)
            await bo.says("/start")
            await asyncio.sleep(2.5)
            process.terminate()
            _, err = await asyncio.wait_for(process.communicate(), HANG)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    lines = err.decode().splitlines()
    assert any("getUpdates" in line for line in lines), "something was logged"
    assert TOKEN not in err.decode()
    logged = [json.loads(line) for line in lines if line.startswith("{")]
    assert {"levelname", "name", "message"} <= logged[0].keys()
    assert process.returncode == 0


# Short commands


async def test_the_short_commands_start_without_aiogram(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv = ['linli', *sys.argv[1:]]\n"
        "import bot.cli\n"
        "try: bot.cli.main()\n"
        "except SystemExit: pass\n"
        "print(sorted(m for m in sys.modules if m.partition('.')[0] in"
        " ('aiogram', 'aiogram_dialog')))"
    )
    url = f"sqlite:///{tmp_path}/x.db"
    for command in (["--help"], ["migrate"], ["check"], ["demo"]):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", code, *command),
            cwd=tmp_path,
            env=environment(DATABASE_URL=url),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        loaded = out.decode().splitlines()[-1]
        assert loaded == "[]", (command, err.decode())


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("nosuch", "No such command 'nosuch'"),
        ("broadcasts x", "valid integer"),
        ("broadcasts 99999999999999999999", "less than or equal to"),
        ("backup", "Missing argument 'target'"),
        ("backup --foo x", "No such option: --foo"),
    ],
)
def test_what_cannot_be_meant_is_told_in_one_line(
    tmp_path: Path, typed: str, expected: str
) -> None:
    code, out, err = linli(*typed.split(), cwd=tmp_path)
    assert (code, out) == (2, "")
    assert re.fullmatch(rf"linli: .*{expected}.*; see linli --help\n", err), err


async def test_the_commands_do_what_they_say(tmp_path: Path) -> None:
    given = {"DATABASE_URL": f"sqlite:///{tmp_path}/x.db"}
    refused, _, err = await beside("demo", cwd=tmp_path, **given)
    none = f"there is none yet at {tmp_path}/x.db, this version needs {HEAD}"
    assert (refused, err) == (2, f"linli: DATABASE_URL: {none}; run: linli migrate\n")
    made = f"There was none; a new one, with nobody in it: {tmp_path}/x.db\n"
    for told in (made, ""):
        code, out, _ = await beside("migrate", cwd=tmp_path, **given)
        assert (code, out) == (0, f"{told}The database is up to date.\n")
    assert (await beside("check", cwd=tmp_path, **given))[0] == 0
    assert (await beside("demo", cwd=tmp_path, **given))[0] == 0
    again, _, err = await beside("demo", cwd=tmp_path, **given)
    assert again == 2
    assert "not empty" in err
    async with Simulator(token=TOKEN) as simulator:
        outside = {"BOT_TOKEN": TOKEN, "BOT_API_URL": simulator.url}
        code, out, err = await beside("owner", cwd=tmp_path, **given, **outside)
    assert code == 0
    assert re.fullmatch(r"https://t\.me/linli_bot\?start=inv_[\w-]{16,60}\n", out)
    assert "works once" in err
    assert os.listdir(tmp_path)
