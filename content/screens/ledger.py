"""The ledger: what a form of it tells, the receipt, entries and what became of them."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from content.programme import Programme
from content.screen import Screen, below
from content.screens.kit import button, excerpt
from content.screens.suggestions import attached
from content.texts import Say
from storage.model.figure import Figure
from storage.model.ledger import Entry
from storage.model.ledger_draft import EntryDraft

_USUAL = (Decimal(1), Decimal(2), Decimal(3), Decimal(5), Decimal(10), Decimal(20))


def number(value: Decimal) -> str:
    """A number as it is read: no zeros behind what it is."""
    return f"{value.normalize():f}"


def name_of(say: Say, programme: Programme, indicator: str) -> str:
    """What an indicator is called; its id if the programme has it no longer."""
    found = programme.indicator(indicator)
    return indicator if found is None else found.name.in_(say.language)


def unit_of(say: Say, programme: Programme, indicator: str) -> str:
    """What an indicator is counted in."""
    found = programme.indicator(indicator)
    return "" if found is None else found.unit.in_(say.language)


def amount(say: Say, programme: Programme, indicator: str, value: Decimal) -> str:
    """A number with its unit."""
    unit = unit_of(say, programme, indicator)
    return say.label("ledger.amount", number=number(value), unit=unit)


def work(say: Say, programme: Programme, indicator: str, value: Decimal) -> str:
    """What was done, and how much of it."""
    name = name_of(say, programme, indicator)
    return say.label("ledger.work", name=name, amount=amount(say, programme, indicator, value))


def indicators(say: Say, programme: Programme, used: Iterable[str]) -> list[tuple[str, str]]:
    """For choices: what is recorded by hand, those `used` first, then section by section."""
    by_hand = {each.id: each for each in programme.indicators if each.is_recorded}
    place = {section.id: n for n, section in enumerate(programme.sections)}
    in_order = sorted(by_hand.values(), key=lambda each: place[each.section])
    ids = dict.fromkeys((*(each for each in used if each in by_hand), *(i.id for i in in_order)))
    return [(each, by_hand[each].name.in_(say.language)) for each in ids]


def numbers(
    say: Say, programme: Programme, indicator: str, used: Iterable[Decimal]
) -> list[tuple[str, str]]:
    """For choices: six numbers, those that were `used` first."""
    every = list(dict.fromkeys((*used, *_USUAL)))[: len(_USUAL)]
    unit = unit_of(say, programme, indicator)
    label = say.label
    return [
        (number(each), label("ledger.number", number=number(each), unit=unit)) for each in every
    ]


def review(say: Say, draft: EntryDraft, node: str, programme: Programme) -> dict[str, Any]:
    """What the review of a form tells, in its text and on the buttons that change it."""
    indicator, value = draft.indicator or "", draft.number or Decimal(0)
    return {
        "draft": draft,
        "node": node,
        "name": name_of(say, programme, indicator),
        "amount": amount(say, programme, indicator, value),
        "work": work(say, programme, indicator, value),
        "attached": attached(say, draft.media),
        "short_place": excerpt(draft.place),
        "short_note": excerpt(draft.note),
        "several": draft.several,
    }


def receipt(say: Say, entry: Entry, total: Figure, programme: Programme, this_year: int) -> Screen:
    """That work was recorded, and how much of it there is in its year."""
    text = say("ledger.receipt", **_told(say, entry, total, programme, this_year))
    again = (
        below(button(say, "ledger.more", "log")),
        below(button(say, "ledger.same", "log_same", entry.id)),
    )
    return Screen(text, ((button(say, "ledger.undo", "entry_undo", entry.id), *again),))


def undone(say: Say, entry: Entry, total: Figure, programme: Programme, this_year: int) -> Screen:
    """That what was just recorded counts no more."""
    text = say("ledger.undone", **_told(say, entry, total, programme, this_year))
    return Screen(text, ((below(button(say, "ledger.more", "log")),),))


def _told(
    say: Say, entry: Entry, total: Figure, programme: Programme, this_year: int
) -> dict[str, Any]:
    return {
        "work": work(say, programme, entry.indicator, entry.number),
        "entry": entry,
        "total": amount(say, programme, entry.indicator, total.number),
        "year": entry.on.year,
        "this_year": entry.on.year == this_year,
    }
