"""The annual summary in the chat: which one, and the file."""

from collections.abc import Mapping, Sequence

from content.programme import Programme
from content.screen import Button, Rows, Screen, press
from content.screen import document as file_of
from content.screens.kit import back, button, paged
from content.splitting import short
from content.texts import Say
from storage.model.node import Node, NodeKind
from storage.model.page import Page
from storage.model.summary import Summary


def report(say: Say, node: Node, year: int, others: bool) -> Screen:
    """What the summary of a place and year is, with a button that makes it."""
    text = say(
        "report.text", place=node.name, year=year, is_district=node.kind is NodeKind.DISTRICT
    )
    word = button(say, "report.word", "report_word", node.id, year)
    before = Button(say.label("report.of_year", year=year - 1), press("report", node.id, year - 1))
    elsewhere = button(say, "report.elsewhere", "report_where", year, 0)
    rows: Rows = ((word,), (before, *((elsewhere,) if others else ())))
    return Screen(text, (*rows, *back(say, "staff")))


def where(say: Say, places: Page[Node], year: int) -> Screen:
    """The summary of which place?"""
    buttons = places.map(lambda node: Button(short(node.name), press("report", node.id, year)))
    rows = paged(say, buttons, press("report_where", year), "report", width=2)
    return Screen(say("report.where"), rows)


def document(
    say: Say, programme: Programme, found: Sequence[Summary], pictures: Mapping[str, bytes]
) -> Screen:
    """The Word file of a place, or of a district with all its communities; `pictures` are those of
    its photos that could be had."""
    # python-docx takes a tenth of a second and 20 MB, which only whoever asks for it pays.
    from content.report.album import wanted
    from content.report.word import as_word
    from content.report.words import has_nothing, words_of

    words = words_of(say, programme, found, pictures)
    title = words["places"][0]["title"]
    file = file_of(f"{title}.docx", as_word(words))
    told = {
        "places": len(found),
        "nothing": sum(1 for each in found if has_nothing(programme, each)),
        "unplanned": sum(1 for place in words["places"] if place["no_plan"]),
        "lacking": len(wanted(found) - pictures.keys()),
    }
    return Screen(say("report.made", title=title, **told), media=(file,))
