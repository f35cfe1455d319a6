"""`linli report`: the annual summary of a place, as a Word file or as Markdown."""

from dataclasses import dataclass
from pathlib import Path

from bot.outside import utc_now
from bot.product import load_content
from bot.settings import Settings, SettingsError
from content.report.markdown import as_markdown
from content.report.word import as_word
from content.report.words import words_of
from storage.database import Database
from storage.model.node import Node
from storage.model.period import YEARS, day_of
from storage.queries import nodes as node_queries
from storage.queries.summary import summaries

MARKDOWN, WORD = ".md", ".docx"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which summary: of the place with this `code` (None: the district with all its communities),
    of a year (None: this one), written to `out`, whose suffix says how; from the operator's own
    `template` of a Word file, if there is one."""

    code: str | None
    year: int | None
    out: Path
    template: Path | None = None


async def write_report(database: Database, settings: Settings, wanted: Wanted) -> int:
    """Write it; returns of how many places it is. Raises SettingsError for a place, a year or a
    kind of file that there is not, ContentError for a template that cannot be filled."""
    if wanted.out.suffix not in (MARKDOWN, WORD):
        raise SettingsError([f"--out: {wanted.out.name}: write .docx or .md"])
    content = load_content(settings, utc_now)
    year = wanted.year or day_of(utc_now(), settings.zone).year
    if year not in YEARS:
        raise SettingsError([f"--year: {year}: from {YEARS[0]} to {YEARS[-1]}"])
    place = await _place(database, wanted.code)
    if place is None:
        raise SettingsError([_missing(wanted.code)])
    asked = (place.id, year, content.programme.measures, utc_now(), settings.zone)
    found = await database.read(summaries, *asked)
    words = words_of(content.texts.in_(settings.default_language), content.programme, found)
    if wanted.out.suffix == WORD:
        wanted.out.write_bytes(as_word(words, wanted.template))
    else:
        wanted.out.write_text(as_markdown(words), encoding="utf-8")
    return len(found)


async def _place(database: Database, code: str | None) -> Node | None:
    if code is None:
        return await database.read(node_queries.root)
    return await database.read(node_queries.by_code, code)


def _missing(code: str | None) -> str:
    if code is None:
        return "there is no district yet: linli owner founds it"
    return f"--place: there is no community with the code {code!r}"
