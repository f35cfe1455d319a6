"""A workbook that somebody sent: a ledger's, or a plan's."""

from collections.abc import Sequence
from pathlib import Path

from content.sheets.ledger import Sent, entries_in
from content.sheets.opening import opened
from content.sheets.plans import SentPlan, is_plan, targets_in
from content.sheets.reading import Progress, Reading
from storage.model.node import Node


def read_workbook(
    path: Path, reading: Reading, places: Sequence[Node], progress: Progress
) -> Sent | SentPlan:
    """What stands in a workbook. `places` are those that whoever sent it may plan for.

    Raises Refusal for a file that is no workbook, or is neither.
    """
    with opened(path) as book:
        if places and is_plan(book, reading, places):
            return targets_in(book, reading, places)
        return entries_in(book, reading, progress)
