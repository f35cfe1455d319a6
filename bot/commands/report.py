"""`linli report`: the annual summary of a place, as a Word file or as Markdown."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bot.commands.outputs import check_file, put
from bot.commands.patience import within
from bot.commands.photos import photos_from
from bot.commands.places import place_or_district
from bot.outside import utc_now
from bot.product import load_content
from bot.settings import Settings, SettingsError
from content.problems import ContentError
from content.report.album import wanted as photos_in
from content.report.markdown import as_markdown
from content.report.photos import had
from content.report.word import as_word
from content.report.words import has_nothing, words_of
from storage.database import Database
from storage.model.closing import Reckoning
from storage.model.period import YEARS, day_of
from storage.queries.summary import summaries

# Seconds for a template of the operator's own: the largest district takes ten.
PATIENCE = 60.0
MARKDOWN, WORD = ".md", ".docx"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which summary: of the `place` with this code, id or name (None: the district with all its
    communities), of a year (None: this one), written to `out`, whose suffix says how; from the
    operator's own `template` of a Word file, if there is one, for which there are `patience`
    seconds."""

    place: str | None
    year: int | None
    out: Path
    template: Path | None = None
    patience: float = PATIENCE


@dataclass(frozen=True, slots=True)
class Written:
    """Of how many places a summary is, how many of its photos could not be had, and of how many
    of the places nothing is recorded."""

    places: int
    lacking: int = 0
    nothing: int = 0

    def __str__(self) -> str:
        told = "1 place" if self.places == 1 else f"{self.places} places"
        if self.lacking:
            told += f"; photos that could not be had, and are named in it: {self.lacking}"
        if self.nothing:
            told += f"; places with nothing recorded for that year: {self.nothing}"
        return told


async def write_report(database: Database, settings: Settings, wanted: Wanted) -> Written:
    """Write it; says what of it was written. Raises SettingsError for a place, a year or a
    kind of file that there is not, ContentError for a template that cannot be filled."""
    check_file(wanted.out, WORD, MARKDOWN)
    if wanted.template is not None and wanted.out.suffix.casefold() == MARKDOWN:
        raise SettingsError(["--template: is for Word; write a .docx"])
    content = load_content(settings, utc_now)
    today = day_of(utc_now(), settings.zone)
    year = today.year if wanted.year is None else wanted.year
    if year not in YEARS:
        raise SettingsError([f"--year: {year}: from {YEARS[0]} to {YEARS[-1]}"])
    if year > today.year:
        raise SettingsError([f"--year: {year} has not begun; there is nothing to sum up"])
    place = await place_or_district(database, wanted.place)
    reckoning = Reckoning(content.programme.basis, utc_now(), settings.zone)
    found = await database.read(summaries, place.id, year, reckoning)
    tell = partial(words_of, content.texts.in_(settings.default_language), content.programme, found)
    nothing = sum(1 for each in found if has_nothing(content.programme, each))
    if wanted.out.suffix.casefold() == MARKDOWN:
        put(wanted.out, as_markdown(tell()).encode())
        return Written(len(found), nothing=nothing)
    photos = photos_in(found)
    async with photos_from(settings) as fetch:
        pictures = await had(photos, fetch)
    put(wanted.out, _filled(tell(pictures), wanted))
    return Written(len(found), len(photos - pictures.keys()), nothing)


def _filled(words: Mapping[str, Any], wanted: Wanted) -> bytes:
    """The Word file. Raises ContentError like `as_word`, and for a template without an end."""
    if wanted.template is None:
        return as_word(words)
    told = f"{wanted.template}: not filled after {wanted.patience:g} seconds; does a loop ever end?"
    with within(wanted.patience, ContentError([told])):
        return as_word(words, wanted.template)
