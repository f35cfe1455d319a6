"""Workbooks in chat: what one would record, what is wrong with it, and what became of it."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from content.programme import Programme
from content.screen import Button, Rows, Screen, document, lasting, press
from content.screens.kit import back, button, note, paged
from content.screens.ledger import amount
from content.sheets.ledger import Sent, write_template
from content.sheets.reading import Reading
from content.splitting import short
from content.texts import Say
from storage.model.ledger_import import Import
from storage.model.node import Node, NodeKind
from storage.model.page import Page
from storage.model.period import Period
from storage.model.refusal import Refusal

_TOLD = 10  # problems on one screen
_ROWS = 3  # that are named in a sentence


@dataclass(frozen=True, slots=True)
class Given:
    """A workbook that somebody sent: its name, and the place for which it is."""

    name: str
    node: Node


def template(say: Say, node: Node, reading: Reading, now: datetime) -> Screen:
    """The workbook to fill in for `node`."""
    name = say.label("sheet.template_name", place=node.name)
    with tempfile.TemporaryDirectory(prefix="linli-") as folder:
        path = Path(folder) / "template.xlsx"
        write_template(path, node, reading, now)
        made = path.read_bytes()
    text = say("sheet.template", place=node.name)
    return Screen(text, media=(document(f"{name}.xlsx", made),))


def template_where(say: Say, places: Page[Node]) -> Screen:
    """The workbook of which place?"""
    buttons = places.map(lambda node: Button(short(node.name), press("ledger_template", node.id)))
    rows = paged(say, buttons, "ledger_template_where", "staff", width=2)
    return Screen(say("sheet.template_where"), rows)


def summed(plan: Import, programme: Programme, say: Say) -> Sequence[dict[str, Any]]:
    """What is new, by indicator in the order of the programme."""
    sums = plan.sums()
    return [
        {
            "name": each.name.in_(say.language),
            "entries": sums[each.id][0],
            "amount": amount(say, programme, each.id, sums[each.id][1]),
        }
        for each in programme.indicators
        if each.id in sums
    ]


def reading(say: Say, rows: int) -> Screen:
    """A large workbook is being read."""
    return note(say, "sheet.reading", rows=rows)


def recording(say: Say, given: Given, plan: Import, recorded: int) -> Screen:
    """A large import is being recorded; should it stand still, its button goes on with it."""
    total = len(plan.new)
    text = say("sheet.recording", place=given.node.name, recorded=recorded, total=total)
    return Screen(text, _import(say, given))


def preview(say: Say, given: Given, of: tuple[Sent, Import], programme: Programme) -> Screen:
    """What would be recorded `of` a workbook; nothing is yet."""
    sent, plan = of
    names = {"name": given.name, "place": given.node.name, "sums": summed(plan, programme, say)}
    text = say("sheet.preview", **names, plan=plan, twice=_rows(say, sent, plan.twice))
    if not plan.new:
        return Screen(text, back(say, "staff"))
    dropped = button(say, "button.cancel", "drop_import")
    return Screen(text, (*_import(say, given), (dropped,)))


def _rows(say: Say, sent: Sent, places: Sequence[int]) -> list[str]:
    """The first of the rows of these entries, with their sheets."""
    stand = (sent.days[place] for place in places[:_ROWS])
    return [say.label("sheet.row", sheet=sheet, row=row) for sheet, row, _ in stand]


def problems(say: Say, name: str, sent: Sent) -> Screen:
    """What is wrong with a workbook; nothing of it was recorded."""
    told = [each.told(say) for each in sent.problems.kept[:_TOLD]]
    total = sent.problems.total
    text = say("sheet.problems", name=name, told=told, total=total, more=total - len(told))
    return Screen(text, _get_template(say))


def refused(say: Say, refusal: Refusal) -> Screen:
    """A file of which nothing can be taken over, and where the template is: of the plan for what
    was meant as one, else of the ledger."""
    text = say("sheet.refused", why=say.label(refusal.key, **refusal.names))
    of_plan = refusal.key.startswith("plan.")
    return Screen(text, back(say, "plan") if of_plan else _get_template(say))


def imported(say: Say, given: Given, plan: Import, recorded: int, update_id: int | None) -> Screen:
    """The receipt. `update_id`: by which it can be taken back."""
    text = say("sheet.done", name=given.name, place=given.node.name, plan=plan, recorded=recorded)
    rows = back(say, "staff")
    if recorded and update_id is not None:
        undo = button(say, "sheet.undo", "undo_import", given.node.id, update_id)
        rows = (*rows, (undo,))
    return Screen(text, rows)


def exporting(say: Say, records: int) -> Screen:
    """A large workbook is being written."""
    return note(say, "sheet.exporting", records=records)


def exported(say: Say, node: Node, period: Period, made: bytes) -> Screen:
    """The figures of a place as a workbook."""
    several = node.kind is NodeKind.DISTRICT
    text = say("sheet.exported", place=node.name, period=period, several=several)
    plain = button(say, "sheet.export_plain", "export_plain", node.id, period.compact)
    file = document(f"{_exported_name(say, node, period)}.xlsx", made)
    monthly = button(say, "subscription.begin", "subscribe", node.id)
    return lasting(Screen(text, ((plain,), (monthly,)), media=(file,)))


def exported_plain(
    say: Say, node: Node, period: Period, made: Sequence[tuple[str, bytes]]
) -> Screen:
    """The same as plain tables: `made` are their names and what is in them."""
    text = say("sheet.exported_plain", place=node.name, period=period)
    named = _exported_name(say, node, period)
    return Screen(text, media=tuple(document(f"{named}-{name}", file) for name, file in made))


def _exported_name(say: Say, node: Node, period: Period) -> str:
    return say.label("sheet.exported_name", place=node.name, period=period.compact)


def _import(say: Say, given: Given) -> Rows:
    return ((button(say, "sheet.import", "ledger_import", given.node.id),),)


def _get_template(say: Say) -> Rows:
    return ((button(say, "sheet.get_template", "ledger_template"),), *back(say, "staff"))
