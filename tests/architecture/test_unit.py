"""The unit of systemd, and the documents of operators, name what is there."""

import re
import shutil
import subprocess
import tomllib

import pytest
import typer.main
from sqlalchemy import make_url

from bot.cli import app
from bot.parts.alive import EVERY
from bot.settings import Settings
from tests.architecture.source import ROOT

UNIT = ROOT / "deploy" / "linli.service"
MOST_EXPOSED = 3.0  # of ten
COMMANDS = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]

needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")


def settings() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", UNIT.read_text(), re.MULTILINE):
        found.setdefault(name, []).append(value)
    return found


def systemd_analyze(*arguments: str) -> str:
    done = subprocess.run(
        ["systemd-analyze", *arguments], capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


@needs_systemd
def test_systemd_knows_every_setting():
    told = systemd_analyze("verify", str(UNIT)).splitlines()
    # It is installed here at most by chance.
    assert [line for line in told if UNIT.name in line and "is not executable" not in line] == []


@needs_systemd
def test_little_is_exposed():
    told = systemd_analyze("security", "--offline=true", str(UNIT))
    exposed = re.search(r"Overall exposure level for linli.service: ([\d.]+)", told)
    if exposed is None:
        pytest.skip(f"this systemd cannot look at a file: {told[:200]}")
    assert float(exposed[1]) <= MOST_EXPOSED, told


def test_a_migration_is_not_killed_and_files_are_private():
    unit = settings()
    assert unit["TimeoutStartSec"] == ["infinity"], "a migration runs before the start"
    assert unit["UMask"] == ["0077"]
    assert unit["SystemCallErrorNumber"] == ["EPERM"], "a call too many is no reason to kill it"


def test_it_is_started_anew_when_it_hangs():
    unit = settings()
    assert unit["Type"] == ["notify"], "the program says when it is ready"
    [seconds] = unit["WatchdogSec"]
    assert int(seconds) > 2 * EVERY, "it is told that often that it lives"


def test_it_may_write_where_the_database_is_and_runs_what_is_there():
    unit = settings()
    [home] = unit["WorkingDirectory"]
    database = make_url(Settings.model_fields["database_url"].default).database
    assert database
    assert unit["ReadWritePaths"] == [f"{home}/{database.rpartition('/')[0]}"]
    for line in (*unit["ExecStart"], *unit["ExecStartPre"]):
        program, command = line.split()
        assert program == f"{home}/.venv/bin/linli"
        assert command in COMMANDS


def test_every_command_that_operators_are_told_to_type_is_there():
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    told = set(re.findall(r"(?:\.venv/bin/|`|: )linli ([a-z]+)", text))
    assert {"check", "migrate", "backup", "restore", "owner"} <= told
    assert told <= COMMANDS


def test_the_guide_runs_what_writes_as_the_user_of_the_unit():
    """By sudo it needed a program that small machines lack; by root the files were root's."""
    [user] = settings()["User"]
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    blocks = "".join(re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    writing = re.findall(
        r"^(.*)\.venv/bin/linli (?:check|migrate|owner|backup|restore)", blocks, re.M
    )
    assert len(writing) > 5
    assert set(writing) - {"17 3 * * *  cd /srv/linli && "} == {f"runuser -u {user} -- "}
    assert "sudo" not in blocks


def test_the_guide_leads_all_the_way_from_the_installation_to_the_removal():
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert {"Install", "Back up", "Upgrade", "Logs", "Remove it"} <= set(headings)
    assert "**The way back**" in text
    for said in (
        "systemctl stop",
        "systemctl start",
        "systemctl disable",
        "daemon-reload",
        "userdel",
    ):
        assert said in text


def test_an_offline_install_takes_along_what_builds_the_program():
    """Or pip asks the network for it. Tried by hand, as the guide says, with the network cut."""
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    [line] = [each for each in text.splitlines() if "pip download" in each]
    assert [each for each in build if f"'{each}'" not in line] == []
