"""Every word the bot says: Jinja2 templates in YAML files, one folder for each language.

A text's key is its file and its name: `event.full` is `full` in `texts/<language>/event.yaml`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache, partial
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from babel.dates import format_date, format_time
from jinja2 import StrictUndefined, Template, TemplateError, meta
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from content.problems import ContentError, Loader, read_text
from content.splitting import short
from content.terms import USUAL, Terms
from storage.model.person import LANGUAGES

Now = Callable[[], datetime]
SHIPPED = Path(__file__).parent / "texts"
# As Babel patterns: a day of this year, one of another year, and one that names no weekday.
_PATTERNS = {
    "zh": ("EEE M月d日", "y年M月d日 EEE", "y年M月d日", "次日 {}"),
    "en": ("EEE d MMM", "EEE d MMM y", "d MMM y", "{} the next day"),
}
_BAR_CELLS = 10
_NIGHT = timedelta(hours=14)  # what ends within it is told as an evening, and not as two days
# How English units end, and how one of them does; the first that fits.
_ONE = (
    ("people", "person"),
    ("children", "child"),
    *((f"{ending}es", ending) for ending in ("ss", "x", "ch", "sh")),
    ("ies", "y"),
    ("s", ""),
)


class Say:
    """The bot's voice in one language: `say(key, …)` for messages, `say.label(key, …)` for
    buttons and toasts, which are plain text."""

    def __init__(
        self,
        language: str,
        html: "_Compiled",
        plain: "_Compiled",
    ) -> None:
        self.language = language
        self._html = html
        self._plain = plain

    def __call__(self, key: str, **names: object) -> Markup:
        """The text as Telegram HTML; what is put into it is escaped. Raises KeyError."""
        return Markup(self._html[key].render(names))

    def label(self, key: str, **names: object) -> str:
        """The text as plain text. Raises KeyError."""
        return self._plain[key].render(names)

    def template(self, key: str) -> str:
        """The text as it was written, before anything is put into it. Raises KeyError."""
        return self._plain.sources[key]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Where and when the texts are read: a day of another year than `now` is told with its year."""

    zone: ZoneInfo
    now: Now

    def day(self, value: date | datetime) -> date:
        """The district's own day of an instant."""
        return value.astimezone(self.zone).date() if isinstance(value, datetime) else value

    def is_this_year(self, day: date) -> bool:
        return day.year == self.day(self.now()).year


class Texts:
    """The texts of every language."""

    def __init__(self, sources: Mapping[str, Mapping[str, str]], zone: ZoneInfo, now: Now) -> None:
        self.zone = zone
        self._says: dict[str, Say] = {}
        for language, texts in sources.items():
            calendar = Calendar(zone, now)
            html = _environment(language, calendar, autoescape=True)
            plain = _environment(language, calendar, autoescape=False)
            self._says[language] = Say(language, _Compiled(html, texts), _Compiled(plain, texts))

    def in_(self, language: str) -> Say:
        """The voice in `language`, or in Chinese for one that the bot does not speak."""
        return self._says.get(language) or self._says["zh"]


class _Compiled(Mapping[str, Template]):
    """Templates, compiled when first used: a start needs few of them."""

    def __init__(self, environment: SandboxedEnvironment, texts: Mapping[str, str]) -> None:
        self._environment = environment
        self.sources = texts
        self._compiled: dict[str, Template] = {}

    def __getitem__(self, key: str) -> Template:
        template = self._compiled.get(key)
        if template is None:
            template = self._environment.from_string(self.sources[key])
            template.globals = {}  # our texts use none, and each rendering would copy them
            self._compiled[key] = template
        return template

    def __iter__(self) -> Iterator[str]:
        return iter(self.sources)

    def __len__(self) -> int:
        return len(self.sources)


def load_texts(zone: ZoneInfo, now: Now, terms: Terms = USUAL) -> Texts:
    """Read the texts of every language, with the words of an organisation in them; times are told
    in `zone`, and days of another year than that of `now` with their year. Raises ContentError."""
    sources = {language: read_language(SHIPPED / language, terms) for language in LANGUAGES}
    return Texts(sources, zone, now)


def read_language(folder: Path, terms: Terms = USUAL) -> dict[str, str]:
    """Key to template source, for one language, which the folder is named after, with the words of
    an organisation. Raises ContentError."""
    texts: dict[str, str] = {}
    put = terms.put_into(folder.name)
    for path in sorted(folder.glob("*.yaml")):
        try:
            values = yaml.load(read_text(path), Loader)
        except yaml.YAMLError as error:
            raise ContentError([f"{path}: not valid YAML: {error}"]) from error
        if not isinstance(values, dict):
            raise ContentError([f"{path}: expected lines of 'name: text'"])
        wrong = [
            f"{path}: {key}: expected a text" for key, v in values.items() if not isinstance(v, str)
        ]
        if wrong:
            raise ContentError(wrong)
        try:
            texts |= {f"{path.stem}.{key}": put(text).strip() for key, text in values.items()}
        except ValueError as error:
            raise ContentError([f"{path}: {error}"]) from error
    return texts


def check_texts(folder: Path = SHIPPED) -> list[str]:
    """What is wrong with the texts: bad templates, and languages that differ in keys or names."""
    sources = {language: read_language(folder / language) for language in LANGUAGES}
    names: dict[str, dict[str, set[str]]] = {language: {} for language in LANGUAGES}
    problems = []
    for language, texts in sources.items():
        calendar = Calendar(ZoneInfo("UTC"), lambda: datetime.max.replace(tzinfo=UTC))
        environment = _environment(language, calendar, autoescape=True)
        for key, text in texts.items():
            try:
                names[language][key] = _names_in(text, environment)
            except TemplateError as error:
                problems.append(f"{folder / language}: {key}: {error}")
    first, *others = LANGUAGES
    for other in others:
        for key in sorted(sources[first].keys() ^ sources[other].keys()):
            lacking = other if key in sources[first] else first
            problems.append(f"{folder / lacking}: {key}: missing")
        for key in sorted(names[first].keys() & names[other].keys()):
            difference = names[first][key] ^ names[other][key]
            if difference:
                problems.append(
                    f"{folder / other}: {key}: names differ from {first}: {sorted(difference)}"
                )
    return problems


def _names_in(text: str, environment: SandboxedEnvironment) -> set[str]:
    """The names that a template asks for. Raises TemplateError."""
    if "{" not in text:
        return set()  # more than half: looking through them would take a second
    tree = environment.parse(text)
    names = meta.find_undeclared_variables(tree)
    environment.compile(tree)
    return names


def _environment(language: str, calendar: Calendar, *, autoescape: bool) -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        autoescape=autoescape, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= _filters(language, calendar)
    return environment


def _filters(language: str, calendar: Calendar) -> dict[str, Callable[..., str]]:
    """Dates and times as people of the language say them, in the district's own zone."""
    this_year, other_year, full, next_day = _PATTERNS[language]

    @lru_cache(512)  # Babel takes longer over a date than everything else over a message
    def format_day(value: date, pattern: str) -> str:
        return format_date(value, pattern, locale=language)

    @lru_cache(2048)
    def format_clock(value: time) -> str:
        return format_time(value, "H:mm", locale=language)

    def day(value: date | datetime) -> str:
        found = calendar.day(value)
        return format_day(found, this_year if calendar.is_this_year(found) else other_year)

    def full_day(value: date | datetime) -> str:
        return format_day(calendar.day(value), full)

    def weekday(value: date) -> str:
        return format_day(value, "EEE")

    def month(value: date) -> str:
        return format_day(value, "LLLL")

    def clock(value: time | datetime) -> str:
        if isinstance(value, datetime):
            value = value.astimezone(calendar.zone).time()
        return format_clock(value)

    told: dict[str, Callable[..., str]] = {
        "day": day,
        "full_day": full_day,
        "weekday": weekday,
        "month": month,
        "clock": clock,
        "when": partial(_when, calendar, day, clock, next_day),
    }
    return {**told, "bar": _bar, "short": short, "after": _after}


def _when(
    calendar: Calendar,
    day: Callable[[datetime], str],
    clock: Callable[[datetime], str],
    next_day: str,
    begins: datetime,
    ends: datetime | None = None,
) -> str:
    """From when, and until when if that is known: "周六 11月28日 9:30–11:00"."""
    told = f"{day(begins)} {clock(begins)}"
    if ends is None:
        return told
    days = (calendar.day(ends) - calendar.day(begins)).days
    if days == 0:
        return f"{told}–{clock(ends)}"
    if days == 1 and ends - begins < _NIGHT:
        return f"{told}–{next_day.format(clock(ends))}"
    return f"{told} – {day(ends)} {clock(ends)}"


def _after(unit: str, number: int | str) -> str:
    """An English unit as it stands after a number: "3 visits", "1 visit"."""
    if str(number) != "1":
        return unit
    for ending, one in _ONE:
        if unit.endswith(ending):
            return unit.removesuffix(ending) + one
    return unit


def _bar(share: float) -> str:
    filled = round(max(0.0, min(1.0, share)) * _BAR_CELLS)
    return "▓" * filled + "░" * (_BAR_CELLS - filled)
