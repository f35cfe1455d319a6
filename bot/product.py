"""The content of the product, read and checked before anything starts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from bot.outside import utc_now
from bot.settings import Settings
from content.courses import Courses, courses_of
from content.holidays import holidays_of
from content.problems import ContentError
from content.programme import Programme, load_programme
from content.terms import USUAL
from content.texts import Now, Texts, check_texts, load_texts
from storage.model.holidays import Holidays, unknown
from storage.model.period import day_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Content:
    """Every word, the programme, the study material and the statutory holidays."""

    texts: Texts
    programme: Programme
    courses: Courses
    holidays: Holidays


def load_content(settings: Settings, now: Now) -> Content:
    """Read all content; `now` tells which year it is.

    Raises ContentError with every problem of every part.
    """
    problems: list[str] = []
    programme = _collect(problems, lambda: load_programme(settings.programme))
    terms = programme.terms if programme else USUAL
    texts = _collect(problems, lambda: load_texts(settings.zone, now, terms))
    courses = _collect(problems, lambda: courses_of(settings.programme))
    holidays = _collect(problems, lambda: holidays_of(settings.programme))
    if texts is None or programme is None or courses is None or holidays is None:
        raise ContentError(problems)
    return Content(texts, programme, courses, holidays)


def _collect(problems: list[str], load: Callable[[], T]) -> T | None:
    try:
        return load()
    except ContentError as error:
        problems += error.problems
        return None


def unknown_holidays(settings: Settings, now: Now) -> list[str]:
    """What an operator should see to from November on: the holidays of the coming year. Raises
    ContentError."""
    year = holidays_of(settings.programme).unknown_year(day_of(now(), settings.zone))
    return [] if year is None else [unknown(year)]


def check_content(settings: Settings) -> list[str]:
    """Every problem of the content: also what a start does not look at, such as a text that one
    language lacks."""
    problems = check_texts()
    try:
        load_content(settings, utc_now)
    except ContentError as error:
        problems += error.problems
    return problems
