"""`linli export`: the figures of a place and period as a workbook."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from bot.commands.outputs import check_file, check_folder
from bot.commands.periods import period_said
from bot.commands.places import operator, place_with
from bot.commands.progress import Told
from bot.outside import utc_now
from bot.product import load_content
from bot.settings import Settings
from content.screens.traces import Shelf
from content.sheets.figures import Words, write_figures
from content.sheets.plain import PlainBook
from content.sheets.writing import Workbook
from storage.database import Database
from storage.exporting import Exported
from storage.model.period import Days, day_of


class Form(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Wish:
    """Which figures: of the place with this code, id or name, in a period as people type it
    ("2026年3月"; empty for the running year), into a workbook, or a folder of plain tables."""

    place: str
    period: str
    out: Path
    form: Form = Form.XLSX


async def export_figures(
    database: Database,
    settings: Settings,
    wish: Wish,
    told: Told,
    now: Callable[[], datetime] = utc_now,
) -> None:
    """Write the workbook, with what an owner may see in it. Raises SettingsError, OSError."""
    if wish.form is Form.CSV:
        check_folder(wish.out)
    else:
        check_file(wish.out, ".xlsx")
    place = await place_with(database, wish.place)
    content = load_content(settings, now)
    say = content.texts.in_(settings.default_language)
    period = period_said(wish.period, day_of(now(), settings.zone), content.holidays, say)
    person = await operator(database)
    days = Days(period, settings.zone, now())
    source = Exported(database, person, place, days, content.programme.measures)

    async def far(records: int) -> None:
        told(records, None)

    words = Words(say, Shelf(content.programme, content.courses))
    with _book(wish, now()) as book:
        await write_figures(book, source, words, far)


def _book(wish: Wish, at: datetime) -> Workbook | PlainBook:
    if wish.form is Form.CSV:
        return PlainBook(wish.out)
    return Workbook(wish.out, at)
