"""`python -m tests.handbook`: make the pictures of docs/handbook anew, of the demo year on one day,
and of an event on telephones.

Needs LibreOffice Writer and pdftoppm (apt install libreoffice-writer poppler-utils) and Chromium,
and takes a few minutes. The same versions make the same pictures, but for the check-in code.
"""

import asyncio
import io
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from PIL import Image

from bot.commands.demo import PEOPLE, fill_with_year
from bot.commands.progress import bar
from bot.demo.pictures import drawn
from bot.product import Content, load_content
from bot.settings import Settings, read_settings
from content.render.chart import Chart
from content.render.picture import pictures
from content.report.album import wanted
from content.report.photos import had
from content.report.word import as_word
from content.report.words import words_of
from content.screens import pictures as screens
from content.screens.comparison import gone_of
from content.screens.figures import Part
from storage.database import Database, open_database
from storage.migrate import migrate
from storage.model.closing import Reckoning
from storage.model.comparison import Comparison, by_all
from storage.model.node import Node
from storage.model.period import Days, year_of
from storage.model.person import Person
from storage.queries.comparisons import drawn_for
from storage.queries.nodes import communities, root
from storage.queries.overviews import compared_for
from storage.queries.people import by_telegram_id
from storage.queries.summary import summaries
from storage.queries.traces import months_for
from tests.handbook import events

FOLDER = Path("docs/handbook")
NOW = datetime(2026, 12, 15, 1, tzinfo=UTC)
YEAR = year_of(date(2026, 1, 1))
PARTS = ("review", "table", "shortfalls")  # of a community's summary: the pages on which they begin
DPI = 70
MOST_BYTES = 150_000
SHADES = 16  # of grey, in a page


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    for language in ("zh", "en"):
        with tempfile.TemporaryDirectory() as name:
            asyncio.run(_all_of(language, Path(name)))
            asyncio.run(_events(language, Path(name)))
    return 0


async def _all_of(language: str, folder: Path) -> None:
    url = f"sqlite:///{folder / 'year.db'}"
    migrate(url)
    settings = read_settings(Settings, _env_file=None, database_url=url, default_language=language)
    content = load_content(settings, lambda: NOW)
    database = open_database(url)
    try:
        with bar() as told:
            await fill_with_year(database, settings, 1, told, lambda: NOW)
        for name, chart in await _charts(database, settings, content):
            _kept(f"{name}-{language}", next(pictures(chart)))
        place = (await database.read(communities, 0)).items[0]
        reckoning = Reckoning(content.programme.basis, NOW, settings.zone)
        found = await database.read(summaries, place.id, YEAR.first_on.year, reckoning)
        say = content.texts.in_(language)
        photos = await had(wanted(found), _drawn)
        words = words_of(say, content.programme, found, photos)
        heads = {part: say.label(f"report.{part}") for part in PARTS}
        heads["photos"] = words["places"][0]["photos"][-1]["caption"]
        for part, page in _pages(as_word(words, None), heads, folder):
            _kept(f"summary-{part}-{language}", page)
    finally:
        await database.close()


async def _events(language: str, folder: Path) -> None:
    async for name, png in events.pictures(language, folder):
        _kept(f"{name}-{language}", png)


async def _drawn(file_id: str) -> bytes:
    return drawn(file_id) or b""


async def _charts(
    database: Database, settings: Settings, content: Content
) -> list[tuple[str, Chart]]:
    """A community beside its plan, a year of months, and all communities side by side."""
    say, programme = content.texts.in_(settings.default_language), content.programme
    days, mei = Days(YEAR, settings.zone, NOW), await _mei(database)
    district = await database.read(root)
    assert district is not None
    behind = await _community(database, 3)
    part = Part(say.label("draw.figures"), programme.main_indicators)
    measures = {each.id: each.measure for each in part.indicators}
    tally = await database.read(compared_for, mei, behind.id, days, measures)
    visits = programme.indicator("home_visits")
    assert visits is not None
    months = await database.read(months_for, mei, district.id, days, visits.measure)
    weights = {each.id: each.weight for each in programme.assessed}
    plannable = {each.id: each.plannable for each in programme.assessed}
    order = partial(by_all, weights=weights, gone=gone_of(days))
    asked = Comparison(days, plannable, order)
    places = await database.read(drawn_for, mei, asked)
    zone = settings.zone
    return [
        ("figures", screens.of_indicators(say, tally, part, days, zone)),
        ("months", screens.of_months(say, visits, months, days, zone)),
        ("places", screens.of_all(say, weights, (district, places.items), days, zone)),
    ]


async def _mei(database: Database) -> Person:
    [telegram_id] = [each.telegram_id for each in PEOPLE if each.name == "mei"]
    found = await database.read(by_telegram_id, telegram_id)
    assert found is not None
    return found


async def _community(database: Database, number: int) -> Node:
    return (await database.read(communities, 0)).items[number - 1]


def _pages(word: bytes, heads: Mapping[str, str], folder: Path) -> Iterator[tuple[str, bytes]]:
    """The pages of a Word file on which these heads stand, as a reader sees them."""
    (folder / "year.docx").write_bytes(word)
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    _run(folder, "soffice", "--headless", profile, "--convert-to", "pdf", "year.docx")
    texts = _run(folder, "pdftotext", "-layout", "year.pdf", "-").decode().split("\f")
    for part, head in heads.items():
        number = next(n for n, text in enumerate(texts, start=1) if _bare(head) in _bare(text))
        page = ("-f", number, "-l", number, "-singlefile")
        _run(folder, "pdftoppm", "-r", DPI, "-gray", "-png", *page, "year.pdf", part)
        yield part, (folder / f"{part}.png").read_bytes()


def _bare(text: str) -> str:
    """Without what a line that ends puts into it."""
    return "".join(text.split())


def _kept(name: str, png: bytes) -> None:
    """Keep a picture with few colours: a handbook is read on telephones, too."""
    picture = Image.open(io.BytesIO(png))
    colours = SHADES if picture.mode == "L" else 64
    out = FOLDER / f"{name}.png"
    picture.convert("RGB").quantize(colours).save(out, optimize=True)
    size = out.stat().st_size
    assert size <= MOST_BYTES, f"{out}: {size} bytes"
    sys.stdout.write(f"{out}: {size} bytes\n")


def _run(folder: Path, *command: object) -> bytes:
    given = [str(each) for each in command]
    return subprocess.run(given, cwd=folder, check=True, capture_output=True).stdout


if __name__ == "__main__":
    sys.exit(main())
