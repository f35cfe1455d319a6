"""Figures say how old they are."""

import re
import subprocess

import pytest

from tests.benchmarks import ages, report
from tests.benchmarks.__main__ import ROWS
from tests.benchmarks.processes import ROOT

needs_history = pytest.mark.skipif(
    not ages.git_knows(), reason="needs git, and the history that a shallow clone lacks"
)


@needs_history
def test_a_figure_of_code_that_has_changed_since_is_marked_as_old() -> None:
    text = report.DOCUMENT.read_text()
    assert report.marked(text) == text, (
        "What these rows measure is not what it was: python -m tests.benchmarks marks"
    )


def test_every_row_names_what_it_measures_and_that_is_there() -> None:
    assert ages.MEASURES.keys() == ROWS.keys()
    for row in ROWS:
        missing = [p for p in ages.of_everything(row) if p[0] != ":" and not (ROOT / p).exists()]
        assert not missing, row


def test_every_line_of_the_table_says_when_and_at_which_commit() -> None:
    lines = report.lines_of(report.DOCUMENT.read_text())
    assert set(lines) <= ROWS.keys()
    for row, line in lines.items():
        assert re.search(r"\| \d{4}-\d\d-\d\d \| ([0-9a-f]{7,}|unknown) \|", line), row


@needs_history
def test_what_was_measured_led_to_this_version() -> None:
    """A commit that was made anew before it was merged is on no branch, and gone one day."""
    lines = report.lines_of(report.DOCUMENT.read_text())
    commits = {row: _commit_of(line) for row, line in lines.items()}
    lost = {row: at for row, at in commits.items() if at != "unknown" and not ages.led_here(at)}
    assert not lost, (
        "Measured at commits that are no part of this version: name what became of them"
    )


def _commit_of(line: str) -> str:
    found = re.search(r"\| \d{4}-\d\d-\d\d \| (\w+) \|", line)
    assert found, line
    return found[1]


@needs_history
def test_a_row_is_old_once_a_file_of_its_own_is_changed_and_only_then() -> None:
    first, then = _commits_of("storage/database.py")
    assert ages.changed("writes", first)
    assert ages.changed("writes", "unknown")
    assert ages.changed("writes", then) is _differs(then)


def _commits_of(path: str) -> tuple[str, str]:
    """The first commit with a file, and the last that changed it."""
    said = subprocess.run(
        ["git", "log", "--format=%h", "--", path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    commits = said.stdout.split()
    return commits[-1], commits[0]


def _differs(commit: str) -> bool:
    """Whether what the row on writes measures differs from a commit, file by file."""
    for path in ages.of_everything("writes"):
        command = ["git", "show", f"{commit}:{path}"]
        then = subprocess.run(command, cwd=ROOT, capture_output=True)
        if then.stdout != (ROOT / path).read_bytes():
            return True
    return False
