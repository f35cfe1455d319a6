"""docs/access.md, made of the table: `python -m tests.handlers.access_page > docs/access.md`."""

import sys
from collections.abc import Iterable

import handlers
from content.texts import SHIPPED, read_language
from handlers.access import Access
from handlers.commands import Command
from handlers.presses import Press
from storage.model.roles import POWERS, Role
from tests.handlers.matrix import COMMANDS, PRESSES, belongs, size

HEAD = """# Who may press and say what

Made of the table of presses and commands (`python -m tests.handlers.access_page > docs/access.md`),
and tried by `tests/handlers/test_access.py`: eight kinds of people (a stranger, a resident, a
member, a viewer, community staff of the place and of another, district staff, an owner) press every
button on something of their own place, of another, and on nothing, and say every command: {size:,}
tries. Whoever may not gets what a missing id gets, and nothing changes
([decision 15](decisions/0015-presses.md)).

Community staff and viewers reach what belongs to their place, district staff and owners all of it.
"""
COLUMNS = (Role.VIEWER, Role.COMMUNITY, Role.DISTRICT, Role.OWNER)
WORDS = read_language(SHIPPED / "en")
ENTRIES: tuple[Press | Command, ...] = (*COMMANDS, *PRESSES)


def page() -> str:
    """The whole page."""
    parts = [
        HEAD.format(size=size()),
        _table("For everybody", "why", _public()),
        _table("For staff", "power | " + " | ".join(COLUMNS), _staff()),
        _table("Forms: asked for at every step", "power | " + " | ".join(COLUMNS), _forms()),
    ]
    return "\n".join(parts)


def _table(title: str, columns: str, rows: Iterable[str]) -> str:
    lines = "|".join("---" for _ in range(columns.count("|") + 2))
    return "\n".join([f"## {title}", f"| what | {columns} |", f"|{lines}|", *rows, ""])


def _public() -> Iterable[str]:
    for entry in ENTRIES:
        if entry.access.power is None:
            yield f"| {_name(entry)} | {entry.access.why}{'' if entry.access.known else ' *'} |"
    yield ""
    yield "\\* Also before it is known who presses."


def _staff() -> Iterable[str]:
    for entry in ENTRIES:
        if entry.access.power is not None:
            yield f"| {_name(entry)} | {_who(entry.access)} |"


def _forms() -> Iterable[str]:
    for form in handlers.forms():
        if form.access.power is not None:
            yield f"| {WORDS[form.name]} | {_who(form.access)} |"


def _name(entry: Press | Command) -> str:
    if isinstance(entry, Command):
        return f"/{entry.name}"
    ids = "".join(":…" for _ in entry.readers)
    where = " (of a place)" if entry.access.power and belongs(entry) else ""
    return f"`{entry.action}{ids}`{where}"


def _who(access: Access) -> str:
    ticks = ("✓" if access.power in POWERS[role] else "–" for role in COLUMNS)
    return f"{access.power} | " + " | ".join(ticks)


if __name__ == "__main__":
    sys.stdout.write(page())
