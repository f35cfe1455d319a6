"""What goes wrong every day on the command line is one line and code 2, never a trace; and what
could not be written leaves nothing behind."""

import resource
import shutil
import sqlite3
from pathlib import Path

import pytest

from bot.commands.outputs import put
from tests.bot.line import linli

EAST = "东湖社区"
WRITTEN = {
    "report": ("report",),
    "export": ("export", "--place", EAST),
    "template": ("ledger", "template", "--place", EAST),
}
KIND = {"report": "a.docx", "export": "a.xlsx", "template": "a.xlsx"}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with two communities."""
    folder = tmp_path_factory.mktemp("filled")
    for command in ("migrate", "demo"):
        assert linli(command, cwd=folder, DATABASE_URL="sqlite:///a.db").code == 0
    return folder / "a.db"


@pytest.fixture
def here(filled: Path, tmp_path: Path) -> Path:
    shutil.copy(filled, tmp_path / "a.db")
    return tmp_path


def fault(here: Path, *arguments: str, database: str = "sqlite:///a.db") -> str:
    """What was told: one line."""
    said = linli(*arguments, cwd=here, DATABASE_URL=database)
    assert said.code == 2, said
    [line] = said.err.splitlines()
    assert line.startswith("linli: ")
    assert "Error" not in line
    return line


@pytest.mark.parametrize("command", WRITTEN)
def test_a_file_that_cannot_be_written_is_told_before_anything_is_counted(
    here: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(out: str) -> str:
        return fault(here, *WRITTEN[command], "--out", out)

    kind = KIND[command]
    assert "there is no folder" in told(f"no/such/{kind}")
    assert "there is no folder" in told(f"a.db/{kind}")
    assert "is a folder" in told(".")
    assert "write ." in told("a.txt")
    assert f"linli: /proc/{kind}: No such file" in told(f"/proc/{kind}"), "whatever may be there"
    monkeypatch.setattr("os.access", lambda *_: False)
    assert "nothing may be written into" in told(kind)
    assert sorted(each.name for each in here.iterdir()) == ["a.db"]


def test_plain_tables_go_into_a_folder(here: Path) -> None:
    plain = ("export", "--place", EAST, "--format", "csv", "--out")
    assert "is a file; name a folder" in fault(here, *plain, "a.db")
    assert "linli: /proc/new" in fault(here, *plain, "/proc/new")
    assert linli(*plain, "new/folder", cwd=here, DATABASE_URL="sqlite:///a.db").code == 0
    assert (here / "new/folder").is_dir()


def test_a_disk_that_is_full_after_all_is_one_line(here: Path) -> None:
    (here / "full.xlsx").symlink_to("/dev/full")
    (here / "full.md").symlink_to("/dev/full")
    for out, command in (("full.xlsx", "export"), ("full.xlsx", "template"), ("full.md", "report")):
        assert f"linli: {out}: No space left" in fault(here, *WRITTEN[command], "--out", out)


def test_a_file_that_is_too_large_for_the_disk_is_named_and_leaves_no_half(tmp_path: Path) -> None:
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, usual[1]))
    try:
        with pytest.raises(OSError, match=r"too large.*a\.md"):
            put(tmp_path / "a.md", b"x" * 100)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert list(tmp_path.iterdir()) == []


def test_what_is_read_must_be_there_and_be_what_it_is(here: Path) -> None:
    def told(name: str) -> str:
        return fault(here, "ledger", "import", name, "--place", EAST)

    (here / "empty.xlsx").touch()
    (here / "plain.xlsx").write_text("日期,项目,数量")
    assert "does not exist" in told("missing.xlsx")
    assert "is a directory" in told(".")
    assert "空文件" in told("empty.xlsx")
    assert "纯文本" in told("plain.xlsx")
    assert "Input/output error" in told("/proc/self/mem")
    report = ("report", "--out", "a.docx", "--template")
    assert "there is no such file" in fault(here, *report, "missing.docx")
    assert "there is no such file" in fault(here, *report, ".")
    assert "no Word file" in fault(here, *report, "plain.xlsx")
    assert "is for Word" in fault(here, "report", "--out", "a.md", "--template", "a.docx")


PLACED = {
    "stats": ("stats",),
    "verify": ("closing", "verify"),
    "report": ("report", "--out", "a.md"),
    "export": ("export", "--out", "a.xlsx"),
    "template": ("ledger", "template", "--out", "a.xlsx"),
}


@pytest.mark.parametrize("command", PLACED)
def test_a_place_that_there_is_not_or_not_one_alone(here: Path, command: str) -> None:
    unknown = fault(here, *PLACED[command], "--place", "北山社区")
    assert "西山社区 (c-3)" in unknown
    several = fault(here, *PLACED[command], "--place", "社区")
    assert "may be several places" in several
    assert "(c-2)" in several


def test_days_that_there_are_not(here: Path) -> None:
    assert "no period" in fault(here, "stats", "--period", "胡说")
    assert "没有2月29日" in fault(here, "stats", "--period", "2026-02-29")
    assert "--year: 99999" in fault(here, "report", "--out", "a.md", "--year", "99999")
    assert "no indicator" in fault(here, "stats", "--records", "nonsense")


@pytest.mark.parametrize("group", ["ledger", "closing"])
def test_a_command_that_was_not_named_is_told_below_the_help(here: Path, group: str) -> None:
    said = linli(group, cwd=here, DATABASE_URL="sqlite:///a.db")
    assert (said.code, said.err) == (2, "linli: name a command\n")
    assert "Usage: linli" in said.out


COMMANDS = {**PLACED, "demo": ("demo",)}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_that_is_not_there_or_of_another_version(here: Path, command: str) -> None:
    needed = ("--place", EAST) if command in ("export", "template") else ()
    arguments = (*COMMANDS[command], *needed)
    with sqlite3.connect(here / "a.db") as changed:
        changed.execute("UPDATE alembic_version SET version_num = '0030'")
    assert "run: linli migrate" in fault(here, *arguments)
    with sqlite3.connect(here / "a.db") as changed:
        changed.execute("UPDATE alembic_version SET version_num = '0999'")
    assert "made by a newer version" in fault(here, *arguments)
    (here / "a.db").write_bytes(b"no database at all, but long enough to be looked at" * 20)
    assert "is not a database" in fault(here, *arguments)
    assert "run: linli migrate" in fault(here, *arguments, database="sqlite:///missing.db")
    nobody = "postgresql://x:y@127.0.0.1:1/z"
    assert "PostgreSQL at 127.0.0.1:1" in fault(here, *arguments, database=nobody)
