"""How old a figure is: the commit it was measured at, and whether that has changed since."""

import shutil
import subprocess
from collections.abc import Sequence

from tests.benchmarks.processes import ROOT

OLD = "old"
_NOT_IN_GIT = "unknown"
_PRODUCT = ("bot", ":(exclude)bot/simulator", "content", "handlers", "scheduler", "storage")
_SENDING = (
    *("bot/app.py", "bot/commands/run.py", "bot/parts/courier.py", "bot/parts/planner.py"),
    *("bot/telegram", "content/screen.py", "content/texts.py", "scheduler", "storage"),
)
_FIGURES = ("stats", "side", "records", "communities", "audience", "card")
_PACE = (
    *("scheduler/lessons.py", "scheduler/limit.py", "scheduler/spacing.py"),
    *("tests/benchmarks/limiters.py", "tests/benchmarks/virtual.py"),
)
# What each row measures, as paths of git: whoever changes these makes the figure an old one. The
# versions of libraries are part of all.
MEASURES: dict[str, Sequence[str]] = {
    "press": _PRODUCT,
    "worst": _PRODUCT,
    "steady": _PRODUCT,
    "line": _PRODUCT,
    "flood": _PRODUCT,
    "checkins": _PRODUCT,
    "start": _PRODUCT,
    "commands": ("bot/cli.py", "bot/commands", "bot/product.py", "content", "storage"),
    "writes": ("storage/database.py", "storage/channel.py", "storage/queues.py"),
    "share30": _SENDING,
    "share1000": _SENDING,
    "moving": _SENDING,
    "far": _SENDING,
    "limits": (*_PACE, "tests/benchmarks/bounds.py"),
    "other_limits": (*_PACE, "tests/benchmarks/limits.py"),
    "kill": _SENDING,
    "engine": _SENDING,
    "replies": _PRODUCT,
    "memory": _SENDING,
    "fanout": ("scheduler/planner.py", "storage"),
    "event_lists": ("storage",),
    "event_search": ("storage",),
    "roster": ("storage",),
    "reminders": ("scheduler/planner.py", "storage"),
    "workbook": ("bot/commands/exports.py", "content/sheets", "storage"),
    "report": ("bot/commands/report.py", "bot/demo", "content/report", "storage"),
    **dict.fromkeys(
        _FIGURES,
        ("content/programme.py", "content/programme", "storage", "tests/benchmarks/life.py"),
    ),
    "rollup_costs": (*_PRODUCT, "tests/benchmarks/twins.py"),
    "zones": (
        *("scheduler/calendar.py", "storage/model/local_time.py", "storage/model/rhythm.py"),
    ),
}


def of_everything(row: str) -> list[str]:
    """The paths of a row, with how it is measured and the versions of libraries."""
    return [*MEASURES[row], f"tests/benchmarks/{_module(row)}.py", "constraints.txt"]


def now(row: str) -> str:
    """The commit at which a row is measured now; it is no commit if something is not in it."""
    commit = _git("rev-parse", "--short", "HEAD")
    return _NOT_IN_GIT if commit is None or changed(row, commit) else commit


def changed(row: str, commit: str) -> bool:
    """Whether what a row measures differs from what it was at a commit, as far as git knows."""
    return _git("diff", "--quiet", commit, "--", *of_everything(row)) is None


def led_here(commit: str) -> bool:
    """Whether a commit is one of those that this version was made by."""
    return _git("merge-base", "--is-ancestor", commit, "HEAD") is not None


def git_knows() -> bool:
    """Whether this is a clone with its history."""
    return shutil.which("git") is not None and (
        _git("rev-parse", "--is-shallow-repository") == "false"
    )


def _module(row: str) -> str:
    others = {
        "share30": "share",
        "share1000": "share",
        "kill": "kills",
        "report": "summary",
        "event_search": "event_lists",
    }
    return others.get(row, "figures" if row in _FIGURES else row)


def _git(*arguments: str) -> str | None:
    """What git says; None if it fails."""
    try:
        found = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    except OSError:
        return None
    return found.stdout.strip() if found.returncode == 0 else None
