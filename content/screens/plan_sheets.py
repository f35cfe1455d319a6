"""A plan as a workbook, in chat: the template, what one would change, and what became of it."""

import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from content.programme import Programme
from content.screen import Rows, Screen, document
from content.screens.kit import back, button
from content.screens.plans import change
from content.sheets.plans import Asked, SentPlan, write_plan
from content.sheets.reading import Reading
from content.texts import Say
from storage.model.node import Node
from storage.model.plan_import import PlanImport

_TOLD = 10  # problems on one screen
_SHOWN = 20  # changes on one screen


def template(say: Say, asked: Asked, reading: Reading, now: datetime) -> Screen:
    """The workbook to fill in, with what is planned now."""
    names = {"place": asked.places[0].name, "year": asked.year}
    with tempfile.TemporaryDirectory(prefix="linli-") as folder:
        path = Path(folder) / "template.xlsx"
        write_plan(path, asked, reading, now)
        made = path.read_bytes()
    file = document(f"{say.label('plan.sheet_file', **names)}.xlsx", made)
    return Screen(say("plan.sheet", **names), media=(file,))


def preview(
    say: Say, name: str, plan: PlanImport, places: Mapping[int, Node], programme: Programme
) -> Screen:
    """What a workbook would change; nothing is changed yet."""
    known = {each.id: each for each in programme.indicators}
    lines = [
        change(say, known[each.wish.indicator], each.before, each.wish.number)
        | {"place": places[each.wish.node_id].name, "reason": each.wish.reason}
        for each in plan.changes[:_SHOWN]
    ]
    revised = sum(each.before is not None for each in plan.changes)
    counts = {"new": len(plan.changes) - revised, "revised": revised, "same": plan.same}
    more = len(plan.changes) - len(lines)
    text = say("plan.sheet_preview", name=name, year=plan.year, lines=lines, more=more, **counts)
    if not plan.changes:
        return Screen(text, back(say, "plan"))
    widest = next(iter(places))
    accept = button(say, "plan.sheet_import", "plan_import", widest, plan.digest)
    return Screen(text, ((accept,), (button(say, "button.cancel", "drop_plan"),)))


def problems(say: Say, name: str, sent: SentPlan, home: Node) -> Screen:
    """What is wrong with a workbook; nothing of it was taken over."""
    told = [each.told(say) for each in sent.problems.kept[:_TOLD]]
    total = sent.problems.total
    text = say("plan.sheet_problems", name=name, told=told, total=total, more=total - len(told))
    return Screen(text, _again(say, home, sent.year))


def done(
    say: Say, name: str, plan: PlanImport, changed: int, at: tuple[Node, int | None]
) -> Screen:
    """The receipt. `at`: the place of the plan, and the update by which it can be taken back."""
    home, update_id = at
    text = say("plan.sheet_done", name=name, year=plan.year, changed=changed)
    rows: Rows = ((button(say, "plan.open", "plan", home.id, plan.year),),)
    if changed and update_id is not None:
        undo = button(say, "sheet.undo", "undo_plan_import", home.id, plan.year, update_id)
        rows = (*rows, (undo,))
    return Screen(text, rows)


def _again(say: Say, home: Node, year: int) -> Rows:
    return (
        (button(say, "plan.by_sheet", "plan_template", home.id, year),),
        *back(say, "plan"),
    )
