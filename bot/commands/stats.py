"""`linli stats`: the figures of a place and period, for people and for programs that check them."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from rich.cells import cell_len

from bot.commands.periods import period_said
from bot.commands.places import place_or_district
from bot.commands.progress import Told
from bot.outside import utc_now
from bot.product import load_content
from bot.settings import Settings, SettingsError
from content.programme import Counted, Indicator, Programme
from content.screens.figure import not_counted
from content.screens.figures import rate_of, shown
from content.screens.periods import named
from content.texts import Say
from storage.database import Database
from storage.model.figure import THOUSANDTHS, Figure, Record
from storage.model.naming import like
from storage.model.period import Days, day_of
from storage.model.subject import SubjectKind
from storage.model.tally import Account
from storage.queries.accounts import account

_GAP = "  "


@dataclass(frozen=True, slots=True)
class Wish:
    """Whose figures: of the place with this code, id or name (None: the district), in a period as
    people type it (empty: the running year); of the indicator `records` also what it counted."""

    place: str | None = None
    period: str = ""
    records: str | None = None


@dataclass(frozen=True, slots=True)
class Stats:
    """What was found, and what tells it."""

    account: Account
    days: Days
    say: Say
    programme: Programme
    opened: str | None = None

    def as_json(self) -> str:
        """With the ids by which rows can be found; instants in UTC."""
        tally, days = self.account.tally, self.days
        found: dict[str, Any] = {
            "place": {
                "id": tally.node.id,
                "kind": tally.node.kind,
                "code": tally.node.code,
                "name": tally.node.name,
            },
            "period": _period(days),
            "year_before": _period(days.year_before()),
            "counted_at": days.now.isoformat(),
            "indicators": [self._indicator(each) for each in self.programme.indicators],
        }
        if self.opened is not None:
            found["records"] = {
                "indicator": self.opened,
                "count": len(self.account.records),
                "items": [_record(each) for each in self.account.records],
            }
        return json.dumps(found, ensure_ascii=False, indent=2)

    def lines(self) -> list[str]:
        """A table for people, in the language of the settings; then the records, if asked for."""
        tally, language = self.account.tally, self.say.language
        told = [f"{tally.node.name} · {named(self.say, self.days.period)} ({self.days.zone})"]
        heads = ("indicator", "target", "actual", "rate", "last_year", "unit", "left_out")
        rows = [[self.say.label(f"sheet.figures_{each}") for each in heads]]
        for section in self.programme.sections:
            its = [each for each in self.programme.indicators if each.section == section.id]
            if its:
                rows += [[], [section.name.in_(language)], *map(self._row, its)]
        told += ["", *_table(rows, to_the_right=range(1, 5))]
        if self.opened is not None:
            told += ["", *self._records()]
        return told

    def _row(self, indicator: Indicator) -> list[str]:
        tally, language = self.account.tally, self.say.language
        found, target = tally.figures[indicator.id], tally.targets.get(indicator.id)
        rate = rate_of(found, target)
        part = "– " if indicator.part_of else ""
        return [
            f"{part}{indicator.name.in_(language)}",
            shown(Figure(target.number), indicator.decimals) if target else "",
            shown(found, indicator.decimals),
            "" if rate is None else f"{rate} %",
            shown(tally.before[indicator.id], indicator.decimals),
            indicator.unit.in_(language),
            not_counted(self.say, self.account.left_out[indicator.id]),
        ]

    def _indicator(self, indicator: Indicator) -> dict[str, Any]:
        tally = self.account.tally
        target = tally.targets.get(indicator.id)
        planned = target and {
            "value": _number(target.number),
            "summed_from_communities": target.summed,
            "sum_of_communities": _number(target.other),
        }
        return {
            "id": indicator.id,
            "section": indicator.section,
            "name": indicator.name.in_(self.say.language),
            "unit": indicator.unit.in_(self.say.language),
            "counts": [_counted(indicator, each) for each in indicator.counts],
            **_value(tally.figures[indicator.id], indicator),
            "target": planned,
            "rate": rate_of(tally.figures[indicator.id], target),
            "year_before": _value(tally.before[indicator.id], indicator),
            "left_out": dict(self.account.left_out[indicator.id]),
        }

    def _records(self) -> Iterator[str]:
        rows = [["day", "number", "kind", "id", "person", "place"]]
        for each in self.account.records:
            day = each.at.astimezone(self.days.zone).date().isoformat()
            person = "" if each.person_id is None else str(each.person_id)
            ids = [each.subject_kind, str(each.subject_id), person, str(each.node_id)]
            rows.append([day, f"{_weighed(each):f}", *ids])
        yield f"{self.opened}: {len(self.account.records)}"
        yield from _table(rows, to_the_right=(1, 3, 4, 5))


async def look(
    database: Database,
    settings: Settings,
    wish: Wish,
    told: Told,
    now: Callable[[], datetime] = utc_now,
) -> Stats:
    """Count. Raises SettingsError for a place, a period or an indicator that there is not."""
    content, at = load_content(settings, now), now()
    say = content.texts.in_(settings.default_language)
    opened = None if wish.records is None else _opened(content.programme, wish.records)
    today = day_of(at, settings.zone)
    days = Days(period_said(wish.period, today, content.holidays, say), settings.zone, at)
    place = await place_or_district(database, wish.place)
    asked = (place, days, content.programme.measures, opened, lambda n: told(n, None))
    found = await database.read(account, *asked)
    return Stats(found, days, say, content.programme, opened)


def _opened(programme: Programme, said: str) -> str:
    """The id of the indicator with this id, or this name."""
    for each in programme.indicators:
        if said in (each.id, each.name.zh, each.name.en):
            return each.id
    every = [(each.id, told) for each in programme.indicators for told in (each.id, each.name.zh)]
    near = [each for each, _ in like(every, said)]
    told = f"near it: {', '.join(near)}" if near else "linli stats --json names all"
    raise SettingsError([f"--records: there is no indicator {said!r}; {told}"])


def _period(days: Days) -> dict[str, Any]:
    since, until = days.bounds()
    return {
        "first_on": days.period.first_on.isoformat(),
        "last_on": days.period.last_on.isoformat(),
        "zone": days.zone.key,
        "from": since.isoformat(),
        "before": until.isoformat(),
    }


def _counted(indicator: Indicator, counted: Counted) -> dict[str, Any]:
    """What is counted, so that somebody else can count it."""
    its = indicator.count(counted)
    where = {key: sorted(values) for key, values in its.where.items()}
    return {"source": its.source, "where": where, "adds": its.adds}


def _value(figure: Figure, indicator: Indicator) -> dict[str, Any]:
    """`value` as it is told; of a share, which is in percent, also `number` of `whole` persons."""
    told = None if figure.value is None else Decimal(shown(figure, indicator.decimals))
    share = {"number": _number(figure.number), "whole": _number(figure.whole)}
    return {"value": _number(told)} | (share if indicator.is_share else {})


def _record(record: Record) -> dict[str, Any]:
    return {
        "at": record.at.isoformat(),
        "node_id": record.node_id,
        "subject_kind": record.subject_kind,
        "subject_id": record.subject_id,
        "person_id": record.person_id,
        "number": _number(_weighed(record)),
    }


def _weighed(record: Record) -> Decimal:
    by_hand = record.subject_kind is SubjectKind.ENTRY
    return Decimal(record.weight) / (THOUSANDTHS if by_hand else 1)


def _number(number: Decimal | None) -> int | float | None:
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def _table(rows: Sequence[Sequence[str]], to_the_right: Sequence[int]) -> Iterator[str]:
    """Rows under each other, whatever the width of their characters; a row of one cell is a
    heading over the others."""
    columns = max(len(row) for row in rows)
    widths = [
        max(cell_len(row[column]) for row in rows if len(row) > max(column, 1))
        for column in range(columns)
    ]
    for row in rows:
        if len(row) < columns:
            yield "".join(row)
            continue
        cells = []
        for column, cell in enumerate(row):
            space = " " * (widths[column] - cell_len(cell))
            cells.append(space + cell if column in to_the_right else cell + space)
        yield _GAP.join(cells).rstrip()
