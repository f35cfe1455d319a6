"""What a figure counted, in pages: each record in words, with a number that opens it."""

from dataclasses import dataclass
from decimal import Decimal

from content.courses import Courses
from content.programme import Indicator, Programme
from content.screen import Button, Screen, in_rows, press
from content.screens import broadcasts as broadcast_screens
from content.screens.figure import not_counted, title
from content.screens.figures import NUMBERS, amount, shown
from content.screens.kit import button, excerpt, pager
from content.texts import Say
from storage.model.card import Subject
from storage.model.figure import THOUSANDTHS, Figure
from storage.model.node import NodeKind
from storage.model.period import Days
from storage.model.subject import SubjectKind
from storage.model.trace import (
    AboutEntry,
    AboutEvent,
    AboutItem,
    AboutSuggestion,
    Trace,
    Traced,
)

NOTE = 20  # Chinese characters of what was written, in a line
# Where a record leads, for whoever may see that.
_OPENED_BY = {
    SubjectKind.EVENT: "roster",
    SubjectKind.HEADCOUNT: "roster",
    SubjectKind.SUGGESTION: "review",
    SubjectKind.BROADCAST: "broadcast",
    SubjectKind.ENTRY: "entry",
}


@dataclass(frozen=True, slots=True)
class Shelf:
    """What names what records are about."""

    programme: Programme
    courses: Courses


def records(say: Say, indicator: Indicator, trace: Trace, days: Days, shelf: Shelf) -> Screen:
    """A page of what a figure counted, and what it left out."""
    page = trace.page
    several = trace.node.kind is NodeKind.DISTRICT
    lines = [
        {
            "number": number,
            "text": _line(say, each, shelf),
            "place": each.node_name if several else "",
        }
        for number, each in enumerate(page.items, start=page.first)
    ]
    text = say(
        "stats.trace",
        title=title(say, indicator, trace.node, days),
        amount=amount(say, indicator, trace.figure),
        lines=lines,
        left_out=not_counted(say, trace.left_out),
        share=indicator.is_share,
    )
    here = (trace.node.id, days.period.compact, indicator.id)
    opened = [
        Button(str(number), pressed)
        for number, each in enumerate(page.items, start=page.first)
        if (pressed := _opens(each))
    ]
    turn = pager(say, page, press("records", *here), press("figure", *here))
    # Its own address: by it, what is opened here finds its way back (handlers/answering.py).
    again = button(say, "button.refresh", "records", *here, page.number)
    return Screen(text, (*in_rows(opened, NUMBERS), (*turn[0], again)))


def _opens(traced: Traced) -> str:
    """What a press on it carries; nothing where there is no screen for whoever asked."""
    record = traced.record
    if traced.opens and isinstance(traced.about, AboutEvent) and traced.about.by_hand:
        return press("confirm", record.subject_id)
    if traced.opens and record.subject_kind in _OPENED_BY:
        return press(_OPENED_BY[record.subject_kind], record.subject_id)
    return ""


def _line(say: Say, traced: Traced, shelf: Shelf) -> str:
    at, weight = traced.record.at, traced.record.weight
    match traced.about:
        case AboutEvent():
            return say.label("stats.record_event", at=at, about=traced.about, n=weight)
        case AboutSuggestion(number, category, state, beginning):
            words = excerpt(beginning, NOTE) if beginning else ""
            return say.label(
                "stats.record_suggestion",
                number=number,
                words=words or shelf.programme.category_name(category, say.language),
                state=say.label(f"state.{state}"),
            )
        case AboutEntry():
            return _entry(say, traced, traced.about, shelf.programme)
        case AboutItem(course_id, item_id):
            title = item_title(say, course_id, item_id, shelf.courses)
            return say.label("stats.record_item", at=at, title=title)
        case Subject():
            title = broadcast_screens.about(say, traced.about, shelf.courses)
            return say.label("stats.record_broadcast", at=at, title=title, n=weight)
        case _:
            return say.label("stats.record_stay", at=at)


def _entry(say: Say, traced: Traced, about: AboutEntry, programme: Programme) -> str:
    indicator = programme.indicator(about.indicator)
    number = Decimal(traced.record.weight) / THOUSANDTHS
    decimals = indicator.decimals if indicator else 3
    return say.label(
        "stats.record_entry",
        at=traced.record.at,
        count=shown(Figure(number), decimals),
        unit=indicator.unit.in_(say.language) if indicator else "",
        place=about.place,
        note=excerpt(about.note, NOTE),
    )


def item_title(say: Say, course_id: str, item_id: str, courses: Courses) -> str:
    """What an item is called."""
    found = courses.find(course_id, item_id)
    if found is None:
        return say.label("broadcast.name_item_gone")
    return found[2].title.in_(say.language)
