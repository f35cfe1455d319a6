"""Presses, commands and forms: what is declared works, and what works is declared."""

import ast
import hashlib
import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import get_args, get_type_hints

import pytest
from aiogram_dialog import Dialog

import handlers
from content.texts import SHIPPED, read_language
from handlers import ids
from handlers.ids import Id
from handlers.presses import Press, marks
from storage.model.person import LANGUAGES
from tests.architecture.source import ROOT, calls, product, told

TABLE = handlers.table()
FORMS = handlers.forms()
SHIPPED_ACTIONS = ROOT / "handlers/actions.txt"


def test_a_handler_takes_as_many_ids_as_its_buttons_carry():
    found = [
        f"{press.handler.callback.__module__}.{press.handler.callback.__name__}: {press.action} "
        f"carries {len(press.readers)}"
        for press in TABLE.presses.values()
        if not _takes(press)
    ]
    assert not found, told(
        found,
        "`ids` is a tuple with one type for each id that is read (with a default, if a button of "
        "the same handler carries none). Otherwise the press fails when somebody presses.",
    )


def _takes(press: Press) -> bool:
    given = inspect.signature(press.handler.callback).parameters.get("ids")
    if given is None:
        return not press.readers
    if not press.readers:
        return given.default is not inspect.Parameter.empty
    types = get_args(get_type_hints(press.handler.callback)["ids"])
    return types[-1] is Ellipsis or len(types) == len(press.readers)


def test_ids_that_staff_press_belong_to_a_place():
    found = [
        press.action
        for press in TABLE.presses.values()
        if press.access.power is not None
        and any(reader in (int, ids.row_id) for reader in press.readers)
        and not any(isinstance(reader, Id) for reader in press.readers)
    ]
    assert not found, told(
        found,
        "Read the id of a row with the kind of it (handlers/ids.py), which knows its place: else "
        "staff of one community reach what belongs to another by counting.",
    )


def _rooms() -> Iterator[ModuleType]:
    for room in ("people", "staff", "forms"):
        package = import_module(f"handlers.{room}")
        for found in pkgutil.iter_modules(package.__path__):
            yield import_module(f"handlers.{room}.{found.name}")


def test_every_subject_stands_in_the_table_of_contents():
    found = [
        module.__name__
        for module in _rooms()
        if list(marks(module)) and module not in handlers.SUBJECTS
    ]
    assert not found, told(
        found, "SUBJECTS in handlers/__init__.py lacks it, so nobody can press or say what it does."
    )


def test_every_form_is_listed_with_its_power():
    listed = {form.states_group() for form in FORMS}
    found = [
        f"{module.__name__}.{name}"
        for module in _rooms()
        for name, value in vars(module).items()
        if isinstance(value, Dialog) and value.states_group() not in listed
    ]
    assert not found, told(
        found, "forms() in handlers/__init__.py lacks it: it breaks when somebody opens it."
    )


@pytest.mark.parametrize("form", FORMS, ids=[form.name for form in FORMS])
def test_a_form_has_a_name_and_a_window_for_every_state(form: Dialog):
    assert [each.name for each in FORMS].count(form.name) == 1
    for language in LANGUAGES:
        assert form.name in read_language(SHIPPED / language), (
            f"The name of a form is a text's key: {form.name}. A form that waits is offered by it."
        )
    missing = set(form.states_group().__states__) - set(form.windows)
    assert not missing, "A state without a window breaks the form when somebody comes to it."


# What buttons carry


def test_every_button_that_a_screen_makes_is_read():
    found = [
        f"{place}: {action} with {number} ids"
        for place, action, number in _made()
        if (action, number) not in TABLE.presses
    ]
    assert not found, told(
        found, "Nobody reads this button: whoever presses it is told that it is an old one."
    )


def test_the_guard_sees_the_buttons():
    actions = {action for _, action, _ in _made()}
    assert len(actions) > 50, "Buttons are made in another way now: teach the guard to read it."


def _made() -> Iterator[tuple[str, str, int]]:
    """Where a button is made, its action, and the number of ids that it carries. Those whose action
    is a variable are tried by the access matrix (tests/handlers)."""
    for module in product("content/screens", "handlers"):
        turning = {id(turn) for call, name in calls(module) if (turn := _turn(call, name))}
        for call, name in calls(module):
            for action, number in _carried(call, name):
                yield module.at(call), action, number + (id(call) in turning)


def _turn(call: ast.Call, name: str) -> ast.expr | None:
    """What stands before the number of a page in the buttons that turn to another."""
    return call.args[2] if name in ("pager", "paged") else None


def _carried(call: ast.Call, name: str) -> Iterator[tuple[str, int]]:
    # Where the action stands, and whether its ids stand behind it or in it, after colons.
    at, apart = {
        "press": (0, True),
        "button": (2, True),
        "back": (1, False),
        "closing": (2, False),
        "pager": (2, False),
        "paged": (2, False),
    }.get(name, (99, False))
    if len(call.args) <= at or any(isinstance(each, ast.Starred) for each in call.args):
        return
    for text in _texts(call.args[at]):
        action, *within = text.split(":")
        number = len(call.args) - at - 1 if apart else len(within)
        yield action, number + (name in ("pager", "paged"))


def _texts(node: ast.expr) -> Iterator[str]:
    """What an expression says, with 0 for what is put in."""
    if isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        parts = (each.value if isinstance(each, ast.Constant) else 0 for each in node.values)
        yield "".join(map(str, parts))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


# What was shipped once


def _shipped() -> list[tuple[str, int]]:
    lines = SHIPPED_ACTIONS.read_text(encoding="utf-8").splitlines()
    found = [line.split() for line in lines if line and not line.startswith("#")]
    return [(action, int(number)) for action, number in found]


# How many lines of actions.txt were shipped when this was last written, and the SHA-256 of them.
SHIPPED_THEN = (99, "d4989fe40167c7e90d51a08c650ae2707f4bd8c2c72399448519083b4f419387")


def test_no_line_of_what_was_shipped_was_changed_or_taken_out():
    number, digest = SHIPPED_THEN
    lines = [f"{action} {n}" for action, n in _shipped()[:number]]
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest() == digest, (
        "handlers/actions.txt: lines are only ever added, at the end. A button of one that was "
        "taken out is still in somebody's chat, and nothing would tell that nobody reads it."
    )


def test_every_action_is_written_down_for_ever():
    missing = [f"{action} {n}" for action, n in TABLE.presses if (action, n) not in _shipped()]
    assert not missing, told(
        missing, "Add it at the end of handlers/actions.txt. Lines are only ever added there."
    )


def test_every_button_that_was_ever_shipped_is_read():
    unread = [f"{action} {n}" for action, n in _shipped() if (action, n) not in TABLE.presses]
    assert not unread, told(
        unread,
        "Buttons live for ever in people's chats. Keep a handler that opens the right screen; the "
        "line in handlers/actions.txt stays, lines are only ever added there.",
    )
    assert len(set(_shipped())) == len(_shipped()), "A line is enough."
