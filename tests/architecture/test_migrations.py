"""The migrations are one chain: two that were numbered alike at the same time are told at once."""

import re

from storage.migrations import HEAD
from tests.architecture.source import ROOT

FILES = sorted((ROOT / "storage/migrations/versions").glob("[0-9]*.py"))


def test_each_migration_has_a_number_of_its_own_and_follows_the_one_before():
    found = []
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        [revision] = re.findall(r'^revision = "(\d+)"$', text, re.MULTILINE)
        [before] = re.findall(r'^down_revision = "?(\w+)"?$', text, re.MULTILINE)
        found.append((path.name[:4], revision, before))
    numbers = [f"{n:04}" for n in range(1, len(FILES) + 1)]
    assert found == [
        (number, number, before)
        for number, before in zip(numbers, ["None", *numbers], strict=False)
    ], "Whoever comes second takes the next number: file name, revision, down_revision."
    assert numbers[-1] == HEAD
