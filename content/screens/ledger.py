"""The ledger: what a form of it tells, the receipt, entries and what became of them."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from content.programme import Programme
from content.recording import counted_from
from content.screen import Button, Rows, Screen, below, in_rows, press
from content.screens.kit import button, excerpt, paged, pager
from content.screens.suggestions import attached
from content.splitting import short
from content.texts import Say
from content.work_line import Line
from storage.model.figure import Figure
from storage.model.ledger import Doubts, Entry, EntryState, Sought
from storage.model.ledger_draft import EntryDraft
from storage.model.moves import Move
from storage.model.page import SHORT, Page, page_of
from storage.model.period import Period, month_of
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power

ALL = "all"  # in the buttons of the list: of every indicator, or of all time
_PLACE = 6  # Chinese characters of a place, in a line
_NOTE = 40  # characters of a note that is compared with another
_REASONS = {
    "correct": ("number", "day", "indicator", "more"),
    "void": ("twice", "elsewhere", "not_done", "test"),
}
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


def counted_by_bot(say: Say, why: Refusal, categories: Sequence[tuple[str, str]]) -> Screen:
    """Why work is not recorded in the ledger; an event that was held without the bot, of one of
    these categories (id, name), is recorded from here."""
    way = button(say, "past.new", "past")
    if len(categories) == 1:
        [(category, name)] = categories
        way = Button(say.label("past.new_as", category=name), press("past_as", category))
    text = Markup("{}\n{}").format(say(why.key, **why.names), say("past.was_held"))
    return Screen(text, ((way,),))


def told_in(say: Say, programme: Programme, line: Line, today: date) -> str:
    """What a line plainly tells to have been done and is recorded by hand; else nothing."""
    if not line.plain or line.number is None or line.refused:
        return ""
    found = programme.indicator(line.indicators[0])
    if found is None or not found.is_recorded:
        return ""
    told = work(say, programme, found.id, line.number)
    on = line.on or today
    return say.label("ledger.offer", work=told, on=on, ago=(today - on).days)


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


def doubts(say: Say, found: Doubts, indicator: str, programme: Programme) -> dict[str, Any]:
    """Why an entry may be counted already, in the text of the review."""
    told = programme.indicator(indicator)
    return {
        "alike": [_alike(say, each, programme) for each in found.alike],
        "by_itself": number(found.by_itself) if found.by_itself else "",
        "counted_from": counted_from(say, programme, told) if told else "",
        "mixed": told is not None and told.by_itself is not None,
        "long_ago": found.long_ago,
        "beside": [
            (each.title, programme.category_name(each.category, say.language))
            for each in found.events
        ],
    }


def _alike(say: Say, entry: Entry, programme: Programme) -> str:
    told = work(say, programme, entry.indicator, entry.number)
    return say.label("ledger.alike", work=told, entry=entry)


def changes(
    say: Say, draft: EntryDraft, old: Entry, node: str, programme: Programme
) -> list[tuple[str, str, str]]:
    """What a correction changes: what, how it was, how it will be."""

    def words(of: EntryDraft | Entry, place: str) -> dict[str, str]:
        indicator = of.indicator or ""
        return {
            "node_id": place,
            "indicator": name_of(say, programme, indicator),
            "on": say.label("ledger.day", on=of.on),
            "number": amount(say, programme, indicator, of.number or Decimal(0)),
            "place": of.place,
            "note": excerpt(of.note, _NOTE),
            "media": attached(say, of.media),
        }

    before, after = words(old, old.node_name), words(draft, node)
    label, nothing = say.label, say.label("ledger.nothing")
    return [
        (label(f"ledger.step_{step}"), before[step] or nothing, after[step] or nothing)
        for step in draft.changes(old)
    ]


def reasons(say: Say, what: str) -> list[tuple[str, str]]:
    """For choices: why people usually put an entry right, or void it."""
    keys = _REASONS[what]
    return [(key, say.label(f"ledger.because_{key}")) for key in keys]


def receipt(say: Say, entry: Entry, total: Figure, programme: Programme, this_year: int) -> Screen:
    """That work was recorded, or put right, and how much of it there is in its year."""
    text = say("ledger.receipt", **_told(say, entry, total, programme, this_year))
    see = below(button(say, "ledger.see", "entry", entry.id))
    if entry.replaces_id is not None:
        return Screen(text, ((see,),))
    undo = button(say, "ledger.undo", "entry_undo", entry.id)
    more = below(button(say, "ledger.more", "log"))
    same = below(button(say, "ledger.same", "log_same", entry.id))
    return Screen(text, ((undo, more), (same, see)))


def undone(say: Say, entry: Entry, total: Figure, programme: Programme, this_year: int) -> Screen:
    """That what was just recorded counts no more."""
    text = say("ledger.undone", **_told(say, entry, total, programme, this_year))
    return Screen(text, ((below(button(say, "ledger.more", "log")),),))


def voided(say: Say, entry: Entry, total: Figure, programme: Programme, this_year: int) -> Screen:
    """That an entry counts no more, and why."""
    why = entry.history[-1].words or ""
    text = say("ledger.voided_now", why=why, **_told(say, entry, total, programme, this_year))
    return Screen(text, ((below(button(say, "staff.ledger", "entries", ALL, ALL, 0)),),))


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


# The list


def entries(
    say: Say, person: Person, sought: Sought, found: Page[Entry], programme: Programme
) -> Screen:
    """A page of the entries that `person` may see."""
    several = len({each.node_id for each in found.items}) > 1

    def line(each: Entry) -> Button:
        told = work(say, programme, each.indicator, each.number)
        place = excerpt(each.place, _PLACE)
        label = say.label("ledger.line", entry=each, work=told, several=several, short_place=place)
        return Button(label, press("entry", each.id))

    indicator, period = sought.indicator or ALL, _compact(sought.period)
    narrow = (
        button(say, "ledger.by_what", "entries_what", period, 0),
        button(say, "ledger.by_when", "entries_when", indicator, 0),
    )
    log, sheet = (
        button(say, "staff.log", "log"),
        button(say, "sheet.get_template", "ledger_template"),
    )
    may_record = person.may(Power.RECORD)
    record: Rows = ((log, sheet),) if may_record else ()
    turn = pager(say, found, press("entries", indicator, period), "staff")
    rows = (*in_rows(found.map(line).items, 1), narrow, *record, *turn)
    text = say(
        "ledger.list",
        count=len(found.items),
        may_record=may_record,
        name=sought.indicator and name_of(say, programme, sought.indicator),
        month=sought.period and sought.period.first_on,
    )
    return Screen(text, rows)


def of_which(say: Say, period: Period | None, number: int, programme: Programme) -> Screen:
    """Entries of which indicator?"""
    every = [(ALL, say.label("button.everything")), *indicators(say, programme, ())]
    offered = page_of(every, number, SHORT)
    buttons = offered.map(
        lambda each: Button(short(each[1]), press("entries", each[0], _compact(period), 0))
    )
    all_of_it, since = press("entries", ALL, ALL, 0), _compact(period)
    rows = paged(say, buttons, press("entries_what", since), all_of_it, width=2)
    return Screen(say("ledger.which"), rows)


def of_when(say: Say, indicator: str | None, number: int, today: date) -> Screen:
    """Entries of which month? Those of this year and the two before."""
    months = [_month(today, back) for back in range(today.month + 24)]
    every = [(ALL, say.label("button.everything"))]
    every += [(each.compact, say.label("ledger.month", first=each.first_on)) for each in months]
    offered = page_of(every, number, SHORT)
    buttons = offered.map(
        lambda each: Button(each[1], press("entries", indicator or ALL, each[0], 0))
    )
    all_of_it, which = press("entries", ALL, ALL, 0), indicator or ALL
    rows = paged(say, buttons, press("entries_when", which), all_of_it, width=2)
    return Screen(say("ledger.when"), rows)


def _month(today: date, back: int) -> Period:
    year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
    return month_of(date(year, month + 1, 1))


def _compact(period: Period | None) -> str:
    return period.compact if period else ALL


def entry(say: Say, entry: Entry, programme: Programme, home: str, *, may_record: bool) -> Screen:
    """An entry with how it came to be as it is, and its photos; `home` is where it leads back."""
    text = say(
        "ledger.entry",
        entry=entry,
        work=work(say, programme, entry.indicator, entry.number),
        attached=attached(say, entry.media),
        history=[_move(say, each, entry) for each in entry.history],
    )
    rows: Rows = ()
    if entry.state is EntryState.COUNTED and may_record:
        rows = (
            (
                button(say, "ledger.correct", "entry_correct", entry.id),
                button(say, "ledger.void", "entry_void", entry.id),
            ),
            (button(say, "ledger.same", "log_same", entry.id),),
        )
    if entry.replaces_id is not None:
        rows = (*rows, (button(say, "ledger.before", "entry", entry.replaces_id),))
    if entry.replaced_by is not None:
        rows = (*rows, (button(say, "ledger.after", "entry", entry.replaced_by),))
    back = Button(say.label("button.back"), home)
    return Screen(text, (*rows, (back,)), media=entry.media)


def _move(say: Say, move: Move, entry: Entry) -> str:
    """A line of a history: when, who, what, why."""
    corrected = move.to_state == EntryState.COUNTED and entry.replaces_id is not None
    what = say.label("ledger.move_corrects" if corrected else f"ledger.move_{move.to_state}")
    return say.label("ledger.move", move=move, what=what)
