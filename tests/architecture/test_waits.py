"""Stories wait for states, never for seconds: on a busy machine a moment passes before the answer
comes, and on a quiet one everybody waits for nothing."""

import ast

from tests.architecture.source import ROOT


def test_no_story_sleeps():
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted((ROOT / "tests/stories").glob("*.py"))
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and _name_of(call.func) == "sleep"
    ]
    assert found == [], (
        "Say what is waited for: `town.rests()`, `person.sees(...)` or `until(...)`."
    )


def _name_of(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
