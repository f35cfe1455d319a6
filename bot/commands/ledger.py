"""`linli ledger`: the ledger as a workbook, out (a template to fill in) and in."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from bot.commands.outputs import check_file
from bot.commands.places import operator, place_with
from bot.commands.progress import Told
from bot.outside import utc_now
from bot.settings import Settings, SettingsError
from content.programme import Programme, load_programme
from content.screens.sheets import summed
from content.sheets.ledger import Sent, read_entries, write_template
from content.sheets.reading import Reading
from content.texts import Say, load_texts
from storage.actions.ledger_import import Importing, import_entries
from storage.database import Database
from storage.model.ledger_import import Import
from storage.model.node import Node
from storage.model.period import day_of
from storage.model.refusal import Refusal
from storage.queries.closed_years import closed_years
from storage.queries.ledger_import import sort_out
from storage.steps import in_steps


@dataclass(frozen=True, slots=True)
class Wish:
    """A workbook that is to be imported for the place with this code, or only tried."""

    file: Path
    place: str
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What became of an import. Without a `plan` the workbook has problems; `recorded` is None
    after a dry run."""

    place: Node
    sent: Sent
    say: Say
    programme: Programme
    plan: Import | None = None
    recorded: int | None = None

    def as_json(self) -> str:
        """With the ids by which rows and indicators can be found."""
        plan = self.plan
        days = plan.days if plan else None
        found: dict[str, Any] = {
            "place": {"id": self.place.id, "code": self.place.code},
            "new": len(plan.new) if plan else 0,
            "already_there": plan.there if plan else 0,
            "voided_before": plan.voided if plan else 0,
            "alike": plan.alike if plan else 0,
            "twice": len(plan.twice) if plan else 0,
            "recorded": self.recorded,
            "first_on": days.first_on.isoformat() if days else None,
            "last_on": days.last_on.isoformat() if days else None,
            "indicators": {
                indicator: {"entries": entries, "number": str(number)}
                for indicator, (entries, number) in (plan.sums() if plan else {}).items()
            },
            "problem_count": self.sent.problems.total,
            "problems": [
                {
                    "sheet": each.sheet,
                    "cell": each.cell,
                    "row": each.row,
                    "column": each.column + 1,
                    "key": each.why.key,
                    "told": self.say.label(each.why.key, **each.why.names),
                }
                for each in self.sent.problems.kept
            ],
        }
        return json.dumps(found, ensure_ascii=False, indent=2)

    def lines(self) -> list[str]:
        """For people, in the language of the settings."""
        if self.plan is None:
            problems = self.sent.problems
            told = [each.told(self.say) for each in problems.kept]
            more = problems.total - len(problems.kept)
            return [*told, *([self.say.label("sheet.more", count=more)] if more else [])]
        sums = summed(self.plan, self.programme, self.say)
        key = "sheet.would" if self.recorded is None else "sheet.recorded"
        return self.say.label(
            key, place=self.place.name, plan=self.plan, sums=sums, recorded=self.recorded
        ).splitlines()


async def import_workbook(
    database: Database,
    settings: Settings,
    wish: Wish,
    told: Told,
    now: Callable[[], datetime] = utc_now,
) -> Report:
    """Record what is new in a workbook, all of it or, if something is wrong with it, nothing.

    Raises SettingsError, also for a file that is no workbook, or another place's.
    """
    place = await place_with(database, wish.place)
    reading = _reading(settings, now)
    say = reading.texts.in_(reading.language)
    try:
        sent = read_entries(wish.file, reading, lambda rows: told(rows, None))
        entries = sent.of(place)
    except Refusal as refusal:
        raise SettingsError(
            [f"{wish.file}: {say.label(refusal.key, **refusal.names)}"]
        ) from refusal
    report = partial(Report, place, sent, say, reading.programme)
    if sent.problems.total:
        return report()
    plan = await database.read(sort_out, entries, settings.zone)
    sent.note_closed(plan, await database.read(closed_years, place.id), place)
    if sent.problems.total:
        return report()
    if wish.dry_run:
        return report(plan)
    by = (await operator(database)).id
    words = say.label("sheet.imported_from", name=wish.file.name)
    importing = Importing(by, words, reading.programme.decimals, settings.zone)
    recorded, action = 0, partial(import_entries, of=importing)
    async for count in in_steps(database, plan.new, action, now()):
        recorded += count
        told(recorded, len(plan.new))
    return report(plan, recorded)


async def make_template(
    database: Database,
    settings: Settings,
    place: str,
    out: Path,
    now: Callable[[], datetime] = utc_now,
) -> None:
    """Write the workbook that the place with this code fills in. Raises SettingsError, OSError."""
    check_file(out, ".xlsx")
    write_template(out, await place_with(database, place), _reading(settings, now), now())


def _reading(settings: Settings, now: Callable[[], datetime]) -> Reading:
    programme = load_programme(settings.programme)
    texts = load_texts(settings.zone, now, programme.terms)
    today = day_of(now(), settings.zone)
    return Reading(programme, texts, today, settings.default_language)
