"""The papers of an event: its report, its sign-in sheet, its roster as a workbook."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from content.programme import Programme
from content.screen import Screen
from content.screen import document as file_of
from content.screens.kit import back, button
from content.sheets.writing import Column, Kind, Workbook
from content.texts import Say
from storage.model.event import Event
from storage.model.event_report import EventReport, Guest

NAMED, UNNAMED = 1, 0  # whether a report has the roster in it


def papers(say: Say, event: Event, pictures: int) -> Screen:
    """Which of them?"""
    rows = (
        (button(say, "papers.report", "event_word", event.id, UNNAMED),),
        (button(say, "papers.report_named", "event_word", event.id, NAMED),),
        (
            button(say, "papers.roster", "roster_sheet", event.id),
            button(say, "papers.sign_in", "sign_in_sheet", event.id),
        ),
        (button(say, "papers.pictures", "event_photos", event.id),),
    )
    text = say("papers.text", event=event, pictures=pictures)
    return Screen(text, (*rows, *back(say, f"roster:{event.id}")))


def photos_saved(say: Say, event: Event, count: int) -> Screen:
    """The receipt of what pictures an event has now, and the way back to its report."""
    again = button(say, "papers.open", "papers", event.id)
    return Screen(say("papers.saved", event=event, count=count), ((again,),))


def report(
    say: Say,
    found: EventReport,
    programme: Programme,
    pictures: Sequence[bytes | None],
    *,
    named: bool,
) -> Screen:
    """The report as a Word file."""
    # python-docx takes a tenth of a second and 20 MB, which only whoever asks for it pays.
    from content.report.event import Report
    from content.report.event import report as as_word

    event, opinions = found.turnout.event, found.opinions
    title = say.label("papers.title", event=event)
    told = [say.label("papers.words", words=found.words)] if found.words else []
    if opinions.shown:
        told.append(say.label("papers.feedback", found=opinions))
        told += [say.label("papers.said", words=words) for words in opinions.words]
    category = programme.category_name(event.category, say.language)
    values = {"found": found, "turnout": found.turnout, "event": event, "category": category}
    facts = ("when", "where", "category", "held", "signed_up", "came", "walk_ins", "no_shows")
    of = Report(
        title=title,
        facts=[
            (say.label(f"papers.fact_{each}"), say.label(f"papers.is_{each}", **values))
            for each in facts
        ],
        heading_words=say.label("papers.heading_words"),
        words=told,
        heading_pictures=say.label("papers.heading_pictures"),
        pictures=pictures,
        no_picture=say.label("papers.no_picture"),
        heading_guests=say.label("papers.heading_guests"),
        heads=_heads(say) if named and found.guests else (),
        guests=[_row(say, n, guest) for n, guest in enumerate(found.guests, 1)] if named else (),
    )
    return _given(say, f"{title}.docx", as_word(of))


def sign_in(say: Say, found: EventReport) -> Screen:
    """A sheet to print, as a Word file."""
    from content.report.event import sign_in_sheet

    event = found.turnout.event
    heads = [say.label(f"papers.head_{each}") for each in ("number", "name", "signature", "note")]
    names = [guest.name for guest in found.guests if guest.signed_up]
    title, told = say.label("papers.sheet", event=event), say.label("papers.told", event=event)
    return _given(say, f"{title}.docx", sign_in_sheet(title, told, heads, names))


async def roster(say: Say, found: EventReport, folder: Path, now: datetime) -> Screen:
    """The roster as a workbook."""
    path, heads = folder / "roster.xlsx", _heads(say)
    columns = [Column(heads[0], 8, Kind.NUMBER), *(Column(each, 24) for each in heads[1:])]
    async with Workbook(path, now) as book:
        sheet = book.sheet(say.label("papers.heading_guests"), columns)
        for n, guest in enumerate(found.guests, 1):
            sheet.add(n, *_row(say, n, guest)[1:])
    name = say.label("papers.roster_of", event=found.turnout.event)
    return _given(say, f"{name}.xlsx", path.read_bytes())


def _heads(say: Say) -> list[str]:
    return [say.label(f"papers.head_{each}") for each in ("number", "name", "signed_up", "came")]


def _row(say: Say, number: int, guest: Guest) -> tuple[str, str, str, str]:
    return (
        str(number),
        guest.name,
        say.label("papers.is_guest", guest=guest),
        say.label("papers.guest_came", guest=guest, way=guest.way.value if guest.way else ""),
    )


def _given(say: Say, name: str, content: bytes) -> Screen:
    return Screen(say("papers.given", name=name), media=(file_of(name, content),))
