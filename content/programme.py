"""The programme: what an organisation counts and how it names things. Data, not code."""

import hashlib
import json
from collections.abc import Collection, Iterator
from decimal import Decimal
from pathlib import Path
from string import Formatter
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from content.problems import ContentError, Location, Strict, parse, read_text, with_lines
from content.terms import USUAL, Terms
from storage.model.closing import Basis, Closable
from storage.model.figure import LEDGER, SOURCES, Adds, Count, Listed, Measure
from storage.model.plan import Plannable
from storage.model.refusal import Refusal

SHELF = Path(__file__).parent / "programme"  # a folder for each programme that is shipped
SHIPPED = SHELF / "community"
ID = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
# Of an indicator: buttons carry it beside a place, days and a page (64 bytes in all, Bot API).
INDICATOR_ID = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,23}$")]
_REGISTER = "members"  # the source of who is on it
Found = Iterator[tuple[Location, str]]  # problems, each with where it stands in the file


_A_PART = (
    "a part has the source and the adds of its whole, and of each key of its where the same values "
    "or fewer"
)


class Words(Strict):
    """The same words in every language."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_(self, language: str) -> str:
        return self.en if language == "en" else self.zh


def _with_its_number(words: Words) -> Words:
    for language in ("zh", "en"):
        names = [
            name for _, name, _, _ in Formatter().parse(words.in_(language)) if name is not None
        ]
        if names != ["actual"]:
            raise ValueError(f"{language}: {{actual}} must stand in it, once, and nothing else")
    return words


Sentence = Annotated[Words, AfterValidator(_with_its_number)]


class Category(Strict):
    """A kind of suggestion or event, or a section of indicators."""

    id: ID
    name: Words


def _as_list(values: Any) -> Any:
    """One value may stand without brackets."""
    return [values] if isinstance(values, str) else values


Values = Annotated[list[str], BeforeValidator(_as_list), Field(min_length=1)]


class Called(Strict):
    """What people call something besides its name, in each language."""

    zh: list[Annotated[str, Field(min_length=2)]] = Field(default_factory=list)
    en: list[Annotated[str, Field(min_length=2)]] = Field(default_factory=list)


class Counted(Strict):
    """Records of a source that are counted: `where` narrows them, and `adds` says how they become
    a number (storage/model/figure.py)."""

    source: str
    where: dict[str, Values] = Field(default_factory=dict)
    adds: Adds = Adds.COUNT

    @property
    def is_ledger(self) -> bool:
        """Whether staff record it themselves."""
        return self.source == LEDGER


class Indicator(Strict):
    """One count of the programme.

    It is the sum of its `counts`, or the share of the persons of `share_of` who are among them.
    `decimals` are shown, and taken by the ledger. `weight` is its weight in a community's
    assessment (0: none). `planned`: whether it can have a target. `sentence` is how the annual
    summary says it, with {actual} in its place. `also`: how people call it who ask for it.
    """

    id: INDICATOR_ID
    section: ID
    name: Words
    unit: Words
    counts: list[Counted] = Field(min_length=1)
    share_of: Counted | None = None
    decimals: int = Field(0, ge=0, le=3)
    part_of: str | None = None
    weight: int = Field(0, ge=0, le=100)
    planned: bool = True
    sentence: Sentence | None = None
    also: Called = Called()

    @property
    def names(self) -> tuple[str, ...]:
        """By what it may be asked for, its own name first, in every language."""
        return (self.name.zh, self.name.en, *self.also.zh, *self.also.en)

    @property
    def measure(self) -> Measure:
        whole = None if self.share_of is None else self.count(self.share_of)
        return Measure(tuple(self.count(each) for each in self.counts), whole)

    @property
    def plannable(self) -> Plannable:
        return Plannable(self.measure, self.decimals)

    @property
    def is_recorded(self) -> bool:
        """Whether staff record it in the ledger."""
        return any(each.is_ledger for each in self.counts)

    @property
    def by_itself(self) -> Measure | None:
        """What the bot counts of it beside what staff record; None if that is nothing."""
        counts = tuple(self.count(each) for each in self.counts if not each.is_ledger)
        return Measure(counts) if counts else None

    @property
    def is_by_hand(self) -> bool:
        """Whether only staff record it, so that nothing there may mean that nobody did."""
        return all(each.is_ledger for each in self.counts)

    @property
    def is_share(self) -> bool:
        return self.share_of is not None

    def check_percent(self, number: Decimal, *, written: bool) -> None:
        """What a number typed as a target of it may be; `written`: as a percentage. Raises Refusal
        for one of what is counted, and for 0.8 of a share, by which most mean 80 %."""
        if written and not self.is_share:
            raise Refusal("plan.no_percent")
        if self.is_share and not written and 0 < number < 1:
            raise Refusal("plan.small_share", number=f"{number:f}")

    @property
    def is_work(self) -> bool:
        """Whether it says that something was done; not, who is on the register."""
        return any(each.source != _REGISTER for each in self.counts)

    def count(self, counted: Counted) -> Count:
        """What one of its `counts`, or its `share_of`, takes; of the ledger its own entries."""
        where = {key: frozenset(values) for key, values in counted.where.items()}
        if not counted.is_ledger:
            return Count(counted.source, where, counted.adds)
        return Count(LEDGER, {"indicator": frozenset({self.id})} | where, Adds.SUM)


class ExampleEvent(Strict):
    category: ID
    title: Words
    place: Words


class ExampleSuggestion(Strict):
    category: ID
    text: Words


class Example(Strict):
    """With what a simulation begins: two communities, an event and a suggestion in the first."""

    district: Words
    communities: list[Words] = Field(min_length=2)
    event: ExampleEvent
    suggestion: ExampleSuggestion


class Programme(Strict):
    """An organisation's programme file."""

    name: Words
    district: Words
    terms: Terms = USUAL
    reply_working_days: int = Field(3, ge=1, le=60)
    suggestion_categories: list[Category] = Field(min_length=1)
    event_categories: list[Category] = Field(min_length=1)
    sections: list[Category] = Field(min_length=1)
    indicators: list[Indicator] = Field(min_length=1)
    example: Example | None = None

    @property
    def measures(self) -> dict[str, Measure]:
        """What each indicator counts, by its id."""
        return {indicator.id: indicator.measure for indicator in self.indicators}

    @property
    def shares(self) -> tuple[Measure, ...]:
        """What is a share of persons, in the order of the file."""
        return tuple(each.measure for each in self.indicators if each.is_share)

    @property
    def plannable(self) -> dict[str, Plannable]:
        """What can have a target, by the indicators' ids."""
        return {each.id: each.plannable for each in self.indicators if each.planned}

    @property
    def basis(self) -> Basis:
        """What a closing counts. Its fingerprint is of how indicators count, not of their words."""
        words = {"name", "also", "unit", "sentence", "section"}
        told = [each.model_dump(mode="json", exclude=words) for each in self.indicators]
        text = json.dumps(told, sort_keys=True, separators=(",", ":"))
        return Basis(
            hashlib.sha256(text.encode()).hexdigest(),
            {
                each.id: Closable(each.measure, each.decimals, each.weight)
                for each in self.indicators
            },
        )

    @property
    def assessed(self) -> list[Indicator]:
        """What counts in a community's assessment."""
        return [each for each in self.indicators if each.weight]

    @property
    def main_indicators(self) -> list[Indicator]:
        """What matters first, in the order of the file: of each section that is assessed what
        weighs most (two at most), and the parts of it. Where nothing is assessed, the first of
        each section."""
        heaviest = max(each.weight for each in self.indicators)
        chosen: set[str] = set()
        for section in self.sections:
            its = [each for each in self.indicators if each.section == section.id]
            most = max((each.weight for each in its), default=0)
            if most == 0 < heaviest:
                continue
            several = 2 if most == heaviest > 0 else 1
            chosen |= {each.id for each in [i for i in its if i.weight == most][:several]}
        return [each for each in self.indicators if each.id in chosen or each.part_of in chosen]

    @property
    def decimals(self) -> dict[str, int]:
        """How many decimals the ledger takes, by the ids of what is recorded in it."""
        return {each.id: each.decimals for each in self.indicators if each.is_recorded}

    def indicator(self, indicator_id: str) -> Indicator | None:
        """The one with this id; None if the file has none, or no longer."""
        return next((each for each in self.indicators if each.id == indicator_id), None)

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
    found = [
        *_uncounted(programme),
        *_not_shares(programme),
        *_not_parts(programme),
        *_unplaced(programme),
        *_twice(programme),
        *_unlisted(programme),
        *_weighed(programme),
    ]
    if found:
        raise ContentError(with_lines(path, text, found))
    return programme


def _uncounted(programme: Programme) -> Found:
    """Where an indicator asks for what no source gives."""
    for at, counted in _everything_counted(programme):
        if counted.source in SOURCES:
            for location, problem in _unanswered(programme, counted):
                yield (*at, "where", *location), problem
        else:
            yield (*at, "source"), _unknown("source", counted.source, SOURCES)


def _weighed(programme: Programme) -> Found:
    """Where it asks how many records there are of which one may be about several people."""
    for at, counted in _everything_counted(programme):
        weighed = counted.source in SOURCES and SOURCES[counted.source].weighed
        if weighed and counted.adds is Adds.COUNT:
            yield (*at, "adds"), f"of {counted.source}: sum (person-times), persons or subjects"


def _everything_counted(programme: Programme) -> Iterator[tuple[Location, Counted]]:
    for place, indicator in enumerate(programme.indicators):
        for number, counted in enumerate(indicator.counts):
            yield ("indicators", place, "counts", number), counted
        if indicator.share_of is not None:
            yield ("indicators", place, "share_of"), indicator.share_of


def _unanswered(programme: Programme, counted: Counted) -> Found:
    """Where its `where` asks for what its source cannot tell, or what never is."""
    keys = SOURCES[counted.source].keys
    for key, values in counted.where.items():
        if key not in keys:
            yield (key,), _unknown(f"key of {counted.source}", key, keys)
            continue
        known = _known(programme, keys[key])
        for place, value in enumerate(values):
            if value not in known:
                yield (key, place), _unknown(key, value, known)


def _not_shares(programme: Programme) -> Found:
    """Where persons are mixed with what is not, or a share is not one of persons."""
    for place, indicator in enumerate(programme.indicators):
        adds = {each.adds for each in indicator.counts}
        if Adds.PERSONS in adds and len(adds) > 1:
            yield ("indicators", place, "counts"), "persons are not added to anything else"
        if indicator.share_of is None:
            continue
        if adds | {indicator.share_of.adds} != {Adds.PERSONS}:
            yield ("indicators", place, "share_of"), "a share is one of persons: adds: persons"


def _unplaced(programme: Programme) -> Found:
    """Where an indicator names a section that the file has not."""
    known = [section.id for section in programme.sections]
    for place, indicator in enumerate(programme.indicators):
        if indicator.section not in known:
            yield ("indicators", place, "section"), _unknown("section", indicator.section, known)


def _unlisted(programme: Programme) -> Found:
    """Where the example names a category that the file has not."""
    if programme.example is None:
        return
    for what in ("event", "suggestion"):
        category = getattr(programme.example, what).category
        known = [each.id for each in getattr(programme, f"{what}_categories")]
        if category not in known:
            yield ("example", what, "category"), _unknown("category", category, known)


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
    for group in ("suggestion_categories", "event_categories", "sections", "indicators"):
        seen: set[str] = set()
        for place, each in enumerate(getattr(programme, group)):
            if each.id in seen:
                yield (group, place, "id"), f"{each.id!r} stands twice"
            seen.add(each.id)
