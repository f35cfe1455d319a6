"""`python -m tests.benchmarks [row …]`: runs the rows, all of them if none is named.

`python -m tests.benchmarks marks` measures nothing: it marks the rows whose code has changed since.
Exit code 1 if something that a row must reach was missed.
"""

import sys
from collections.abc import Callable

from tests.benchmarks import (
    checkins,
    commands,
    engine,
    event_lists,
    fanout,
    far,
    figures,
    flood,
    kills,
    limits,
    line,
    memory,
    moving,
    other_limits,
    press,
    reminders,
    replies,
    report,
    rollup_costs,
    roster,
    share,
    start,
    steady,
    summary,
    workbook,
    worst,
    writes,
    zones,
)
from tests.benchmarks.outcome import Outcome

ROWS: dict[str, Callable[[], Outcome]] = {
    "press": press.run,
    "worst": worst.run,
    "steady": steady.run,
    "line": line.run,
    "flood": flood.run,
    "checkins": checkins.run,
    "start": start.run,
    "commands": commands.run,
    "writes": writes.run,
    "share30": share.run30,
    "share1000": share.run1000,
    "moving": moving.run,
    "far": far.run,
    "limits": limits.run,
    "other_limits": other_limits.run,
    "kill": kills.run,
    "engine": engine.run,
    "replies": replies.run,
    "memory": memory.run,
    "fanout": fanout.run,
    "reminders": reminders.run,
    "event_lists": event_lists.run,
    "event_search": event_lists.run_searches,
    "roster": roster.run,
    "workbook": workbook.run,
    "report": summary.run,
    "zones": zones.run,
    **{each.name: figures.row(each.name) for each in figures.ROWS},
    "rollup_costs": rollup_costs.run,
}


def main(names: list[str]) -> int:
    if names == ["marks"]:
        report.DOCUMENT.write_text(report.marked(report.DOCUMENT.read_text()))
        return 0
    unknown = [name for name in names if name not in ROWS]
    if unknown:
        sys.stderr.write(f"unknown: {', '.join(unknown)}; there are: {', '.join(ROWS)}\n")
        return 2
    missed = 0
    for name in names or ROWS:
        outcome = ROWS[name]()
        report.save(outcome)
        report.refresh(outcome, list(ROWS))
        sys.stdout.write(report.line_of(outcome) + "\n")
        sys.stdout.flush()
        missed += outcome.met is False
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
