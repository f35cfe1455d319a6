"""The programme: what an organisation counts and how it names things. Data, not code."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from content.problems import ContentError, Location, parse, read_text, with_lines
from storage.model.figure import SOURCES, Adds, Listed, Measure

SHIPPED = Path(__file__).parent / "programme"
ID = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
Found = Iterator[tuple[Location, str]]  # problems, each with where it stands in the file


_A_PART = (
    "a part has the source and the adds of its whole, and of each key of its where the same values "
    "or fewer"
)


class Strict(BaseModel):
    """A part of a content file: a key that is not expected is a problem, not a silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Strict):
    """The same words in every language."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_(self, language: str) -> str:
        return self.en if language == "en" else self.zh


class Category(Strict):
    """A kind of suggestion or event."""

    id: ID
    name: Words


def _as_list(values: Any) -> Any:
    """One value may stand without brackets."""
    return [values] if isinstance(values, str) else values


Values = Annotated[list[str], BeforeValidator(_as_list), Field(min_length=1)]


class Indicator(Strict):
    """One count of the programme. `source` names the records that are counted, `where` narrows
    them, and `adds` says how they become a number (storage/model/figure.py)."""

    id: ID
    name: Words
    unit: Words
    source: str
    where: dict[str, Values] = Field(default_factory=dict)
    adds: Adds = Adds.COUNT
    part_of: str | None = None

    @property
    def measure(self) -> Measure:
        where = {key: frozenset(values) for key, values in self.where.items()}
        return Measure(self.source, where, self.adds)


class Programme(Strict):
    """An organisation's programme file."""

    name: Words
    district: Words
    reply_working_days: int = Field(3, ge=1, le=60)
    suggestion_categories: list[Category] = Field(min_length=1)
    event_categories: list[Category] = Field(min_length=1)
    indicators: list[Indicator] = Field(min_length=1)

    @property
    def measures(self) -> dict[str, Measure]:
        """What each indicator counts, by its id."""
        return {indicator.id: indicator.measure for indicator in self.indicators}

    def category_name(self, category_id: str, language: str) -> str:
        """The name of a category; its id if the file no longer has it."""
        for category in (*self.suggestion_categories, *self.event_categories):
            if category.id == category_id:
                return category.name.in_(language)
        return category_id


def load_programme(folder: Path) -> Programme:
    """Read `programme.yaml` in `folder`.

    Raises ContentError naming file, line and what was expected, all problems at once.
    """
    path = folder / "programme.yaml"
    text = read_text(path)
    programme = parse(path, text, Programme)
    found = [*_uncounted(programme), *_not_parts(programme), *_twice(programme)]
    if found:
        raise ContentError(with_lines(path, text, found))
    return programme


def _uncounted(programme: Programme) -> Found:
    """Where an indicator asks for what no source gives."""
    for place, indicator in enumerate(programme.indicators):
        at = ("indicators", place)
        if indicator.source in SOURCES:
            for location, problem in _unanswered(programme, indicator):
                yield (*at, "where", *location), problem
        else:
            yield (*at, "source"), _unknown("source", indicator.source, SOURCES)


def _unanswered(programme: Programme, indicator: Indicator) -> Found:
    """Where its `where` asks for what its source cannot tell, or what never is."""
    keys = SOURCES[indicator.source]
    for key, values in indicator.where.items():
        if key not in keys:
            yield (key,), _unknown(f"key of {indicator.source}", key, keys)
            continue
        known = _known(programme, keys[key])
        for place, value in enumerate(values):
            if value not in known:
                yield (key, place), _unknown(key, value, known)


def _known(programme: Programme, values: Collection[str] | Listed) -> Collection[str]:
    if isinstance(values, Listed):
        return [category.id for category in getattr(programme, values)]
    return sorted(values)


def _unknown(what: str, given: str, known: Collection[str]) -> str:
    return f"unknown {what} {given!r}; known: {', '.join(known) or 'none'}"


def _not_parts(programme: Programme) -> Found:
    """Where an indicator calls itself part of what could be less than it."""
    whole = programme.measures
    for place, indicator in enumerate(programme.indicators):
        at = ("indicators", place, "part_of")
        if indicator.part_of is None:
            continue
        if indicator.part_of not in whole:
            yield at, _unknown("indicator", indicator.part_of, whole)
        elif not indicator.measure.is_part_of(whole[indicator.part_of]):
            yield at, f"counts what {indicator.part_of!r} does not: {_A_PART}"


def _twice(programme: Programme) -> Found:
    for group in ("suggestion_categories", "event_categories", "indicators"):
        seen: set[str] = set()
        for place, each in enumerate(getattr(programme, group)):
            if each.id in seen:
                yield (group, place, "id"), f"{each.id!r} stands twice"
            seen.add(each.id)
