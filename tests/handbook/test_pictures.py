"""The pictures of the handbook: those that are shown are there, small, and no others."""

import re
from pathlib import Path

from tests.handbook.__main__ import FOLDER, MOST_BYTES

ROOT = Path(__file__).parents[2]
SHOWN = re.compile(r"!\[[^\]]+\]\((handbook/[\w-]+\.png)\)")


def test_each_picture_is_shown_where_it_belongs_and_small() -> None:
    shown = {
        language: SHOWN.findall((ROOT / f"docs/handbook.{language}.md").read_text("utf-8"))
        for language in ("zh", "en")
    }
    for language, names in shown.items():
        assert len(names) == 14
        assert all(name.endswith(f"-{language}.png") for name in names)
    there = {path.relative_to(ROOT / "docs"): path for path in (ROOT / FOLDER).iterdir()}
    assert {str(name) for name in there} == {name for names in shown.values() for name in names}
    assert all(path.stat().st_size <= MOST_BYTES for path in there.values())
