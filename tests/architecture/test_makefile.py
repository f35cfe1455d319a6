"""What the Makefile does to a folder in which somebody lives."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def a_venv(folder: Path, python: str) -> None:
    """What looks like an installed .venv, with such a Python."""
    binaries = folder / ".venv" / "bin"
    binaries.mkdir(parents=True)
    (binaries / "python").write_text(f"#!/bin/sh\n{python}\n")
    (binaries / "python").chmod(0o755)
    for name in ("installed", "installed-dev"):
        (folder / ".venv" / name).touch()


def test_cleaning_never_touches_the_live_database(folder: Path):
    a_venv(folder, "exit 0")
    (folder / "data").mkdir()
    (folder / "data" / "linli.db").write_text("everything")
    (folder / ".env").write_text("BOT_TOKEN=")
    assert make(folder, "clean").returncode == 0
    assert not (folder / ".venv").exists()
    assert (folder / "data" / "linli.db").read_text() == "everything"
    assert (folder / ".env").exists()


@pytest.mark.parametrize("target", ["run", "test"])
@pytest.mark.parametrize("python", ["exit 1", "exec /no/such/python"])
def test_a_venv_of_too_old_a_python_is_made_anew(folder: Path, python: str, target: str):
    a_venv(folder, python)
    would = make(folder, "--dry-run", target, f"PYTHON={sys.executable}").stdout
    assert f"{sys.executable} -m venv .venv" in would
    assert "pip install" in would


def test_a_good_venv_is_kept(folder: Path):
    a_venv(folder, f'exec {sys.executable} "$@"')
    would = make(folder, "--dry-run", "run").stdout
    assert "-m venv" not in would
    assert "pip install" not in would
    assert "linli simulate --port 8088" in would


@pytest.mark.parametrize("name", ["linli", "邻里 a"])
def test_a_venv_that_was_moved_with_its_folder_is_made_anew(tmp_path: Path, name: str):
    made = tmp_path / name
    made.mkdir()
    for each in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / each, made)
    a_venv(made, f'exec {sys.executable} "$@"')
    pip = f'#!/bin/sh\n\'exec\' "{made}/.venv/bin/python" "$0" "$@"\n'
    (made / ".venv" / "bin" / "pip").write_text(pip)
    assert "-m venv" not in make(made, "--dry-run", "run").stdout
    moved = made.rename(tmp_path / "moved")
    would = make(moved, "--dry-run", "run", f"PYTHON={sys.executable}").stdout
    assert f"{sys.executable} -m venv .venv" in would
    assert "pip install" in would


def test_too_old_a_python_is_told_in_one_line(folder: Path):
    old = folder / "old-python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = make(folder, "run", f"PYTHON={old}")
    assert done.returncode != 0
    assert "Python 3.11 or newer is needed" in done.stderr
    assert not (folder / ".venv").exists()
