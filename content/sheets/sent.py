"""A workbook that somebody sent: a ledger's, a plan's, or a list of an event."""

from collections.abc import Sequence
from pathlib import Path

from content.sheets.ledger import Sent, entries_in
from content.sheets.opening import opened
from content.sheets.plans import SentPlan, is_plan, targets_in
from content.sheets.reading import Progress, Reading
from content.sheets.rosters import SentRoster, is_roster, people_in
from storage.model.node import Node


def read_workbook(
    path: Path, reading: Reading, places: Sequence[Node], progress: Progress
) -> Sent | SentPlan | SentRoster:
    """What stands in a workbook. `places` are those that whoever sent it may plan for.

    Raises Refusal for a file that is no workbook, or is none of these.
    """
    with opened(path) as book:
        if is_roster(book):
            return people_in(book, reading)
        if places and is_plan(book, reading, places):
            return targets_in(book, reading, places)
        return entries_in(book, reading, progress)
