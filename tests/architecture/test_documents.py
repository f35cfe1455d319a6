"""What users and operators can set, say and run is written down."""

import re
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

import pytest
import typer.main

from bot.cli import app
from bot.settings import Settings
from content.texts import SHIPPED, read_language
from handlers import table
from storage.model import (
    broadcast,
    closing,
    delivery,
    event,
    ledger,
    person,
    plan,
    schedule,
    sign_up,
    staff,
    suggestion,
)
from storage.model.person import LANGUAGES
from tests.architecture.source import ROOT

SETTINGS = [name.upper() for name in Settings.model_fields]
COMMANDS = {entry.name: entry.words for entry in table().commands}
HANDBOOKS = ["docs/handbook.zh.md", "docs/handbook.en.md"]
LONGEST_DECISION = 60  # lines


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_is_documented(setting: str):
    assert f"| `{setting}` |" in read("README.md"), "Operators look for settings in the README."
    assert re.search(rf"^#?{setting}=", read(".env.example"), re.MULTILINE), (
        "Operators copy .env.example: a setting that it lacks will not be found."
    )


def test_every_documented_setting_exists():
    documented = set(re.findall(r"^#?([A-Z_]+)=", read(".env.example"), re.MULTILINE))
    documented |= set(re.findall(r"^\| `([A-Z_]+)` \|", read("README.md"), re.MULTILINE))
    assert documented == set(SETTINGS), "A setting that does nothing is worse than none."


def test_every_command_line_is_documented():
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    missing = [name for name in commands if f"`linli {name}" not in read("README.md")]
    assert not missing, "The README lists the command line."


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_words_and_stands_in_the_handbooks(name: str):
    for language in LANGUAGES:
        assert COMMANDS[name] in read_language(SHIPPED / language), (
            f"The menu and /help say what /{name} does, in {language} too."
        )
    for handbook in HANDBOOKS:
        assert f"/{name}" in read(handbook), f"Staff look for /{name} in {handbook}."


def test_every_command_in_the_handbooks_exists():
    known = set(COMMANDS)
    for handbook in HANDBOOKS:
        # A command begins a word; a path or an address has something before its slash.
        named = set(re.findall(r"(?<![\w/.<>])/([a-z]+)\b(?!/)", read(handbook)))
        assert named <= known, f"{handbook} promises commands that do not exist."


FIGURES = "docs/benchmarks.md"


def test_figures_stand_on_their_own_page_and_nowhere_else():
    """There the bench renews them and says how old they are; a copy only grows old."""
    assert f"({FIGURES})" in read("README.md")
    measured = _measured()
    found = [
        f"{path}: {line.strip()}"
        for path in PAGES
        if path != FIGURES
        for line in read(path).splitlines()
        if re.search(r"\d ×", line)
        or (path == "README.md" and re.search(r"\d ?%", line))
        or any(number in measured for number in FIGURE.findall(line))
    ]
    assert not found, f"Link {FIGURES} and name the row instead of quoting it: {found}"


# What somebody measured: a number that is not round, so with a comma or a point, and its unit.
NUMBER = r"(?<![\d.,])\d[\d,]*[.,]\d+"
FIGURE = re.compile(rf"({NUMBER}) ?(?:%|[mµ]?s\b|MB\b|[a-z]+/s\b|[a-z]+ a second)")


def _measured() -> set[str]:
    """The numbers of the table, some of which share a unit."""
    table = read(FIGURES).split("<!-- table -->")[1].split("<!-- end -->")[0]
    rows = [line.split("|") for line in table.splitlines() if line.count("|") > 4]
    found = {n for row in rows for n in re.findall(NUMBER, row[4]) if _is_told_apart(n)}
    assert len(found) > 10, "The table looks otherwise now: teach this test to read it."
    return found


def _is_told_apart(number: str) -> bool:
    """Whether it has three digits that count: 0.6 s is a wait that a rule sets as well as one that
    was measured."""
    return len(re.sub("[.,]", "", number).lstrip("0")) >= 3


DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))


@pytest.mark.parametrize("path", DECISIONS, ids=[path.stem for path in DECISIONS])
def test_a_decision_is_one_page_and_names_what_lost(path: Path):
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n")
    assert lines <= LONGEST_DECISION, "One page: what is longer is not read."
    for part in ("## Context", "## Decision", "## Options that lost", "## Consequences"):
        assert part in text, "Without what lost, the same is proposed again next year."


PAGES = [
    *("README.md", "CHANGELOG.md"),
    *sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/**/*.md")),
]


@pytest.mark.parametrize("path", PAGES)
def test_links_between_documents_lead_somewhere(path: str):
    targets = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", read(path))
    broken = [
        target
        for target in targets
        if "://" not in target
        and not target.endswith(".png")  # pictures are made by hand, last
        and not ((ROOT / path).parent / target).exists()
    ]
    assert not broken, f"{path} points at what is not there."


PATH = re.compile(r"(?<![\w/.-])(?:bot|content|docs|handlers|scheduler|storage|tests)/[\w./-]*\w")
MADE_BY_RUNNING = {"docs/handbook", "tests/benchmarks/results"}


def test_files_named_in_documents_and_in_the_code_exist():
    """Whoever moves a file looks for its name; an old one leads nowhere."""
    code = (path.relative_to(ROOT).as_posix() for path in ROOT.glob("[a-z]*/**/*.py"))
    gone = [
        f"{place}: {named}"
        for place in (*PAGES, *code)
        for named in PATH.findall(read(place))
        if named not in MADE_BY_RUNNING and not (ROOT / named).exists()
    ]
    assert not gone, f"They were moved, or never were: {gone}"


MOVES: dict[str, Iterable[StrEnum]] = {
    "Delivery": delivery.DELIVERY_MOVES,
    "Broadcast": broadcast.BROADCAST_MOVES,
    "Schedule of pushes": schedule.SCHEDULE_MOVES,
    "Event": event.EVENT_MOVES,
    "Sign-up": sign_up.SIGN_UP_MOVES,
    "Suggestion": suggestion.SUGGESTION_MOVES,
    "Membership request": person.REQUEST_MOVES,
    "Role": staff.ROLE_MOVES,
    "Invitation": staff.INVITATION_MOVES,
    "Entry of the ledger": ledger.ENTRY_MOVES,
    "Target of the plan": plan.TARGET_MOVES,
    "Closing of a year": closing.CLOSING_MOVES,
}


@pytest.mark.parametrize("title", MOVES)
def test_every_state_is_drawn(title: str):
    sections = re.split(r"^## ", read("docs/states.md"), flags=re.MULTILINE)
    [section] = [each for each in sections if each.split("\n")[0].startswith(f"{title} (")]
    drawing = section.split("```")[1]
    missing = [state.value for state in MOVES[title] if state.value not in drawing]
    assert not missing, "States are drawn before they are coded: docs/states.md."


def test_every_table_of_moves_is_drawn():
    tables = {
        name
        for path in (ROOT / "storage/model").glob("*.py")
        for name in re.findall(r"^(\w*MOVES)\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(tables) == len(MOVES), "A new table of moves is drawn in docs/states.md, and here."
