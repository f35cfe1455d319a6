"""The simulator stands alone: it must be able to judge the product without being part of it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import bot.simulator

HOME = Path(bot.simulator.__file__).parent
OURS = {"bot", "handlers", "storage", "scheduler", "content", "tests"}


def _imports(path: Path) -> list[tuple[int, str]]:
    """(level, module) of each import statement: level 1 is `from .x import y`."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(0, name.name) for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append((node.level, node.module or ""))
    return found


def test_it_imports_nothing_of_ours() -> None:
    modules = sorted(HOME.rglob("*.py"))
    assert len(modules) > 10
    wrong = [
        f"{path.name}: {'.' * level}{module}"
        for path in modules
        for level, module in _imports(path)
        if level > 1 or (level == 0 and module.split(".")[0] in OURS)
    ]
    assert wrong == []


def test_importing_the_package_is_cheap() -> None:
    code = (
        "import sys, bot.simulator; "
        "raise SystemExit(bool({'aiogram', 'aiohttp', 'pydantic'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=HOME.parent.parent, check=False)
    assert done.returncode == 0


def test_every_public_name_is_there() -> None:
    for name in bot.simulator.__all__:
        assert getattr(bot.simulator, name).__name__ == name
