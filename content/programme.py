"""The programme: what an organisation counts and how it names things. Data, not code."""

from collections.abc import Collection
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from content.problems import ContentError, parse, read_text

SHIPPED = Path(__file__).parent / "programme"
ID = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")]


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


class Indicator(Strict):
    """One count of the programme; `source` names what is counted (storage.queries.tallies)."""

    id: ID
    name: Words
    unit: Words
    source: str
    part_of: str | None = None


class Programme(Strict):
    """An organisation's programme file."""

    name: Words
    district: Words
    suggestion_categories: list[Category] = Field(min_length=1)
    event_categories: list[Category] = Field(min_length=1)
    indicators: list[Indicator] = Field(min_length=1)

    def category_name(self, category_id: str, language: str) -> str:
        """The name of a category; its id if the file no longer has it."""
        for category in (*self.suggestion_categories, *self.event_categories):
            if category.id == category_id:
                return category.name.in_(language)
        return category_id


def load_programme(folder: Path, sources: Collection[str]) -> Programme:
    """Read `programme.yaml` in `folder`; `sources` are the counts that the product knows.

    Raises ContentError naming file, line and what was expected, all problems at once.
    """
    path = folder / "programme.yaml"
    programme = parse(path, read_text(path), Programme)
    problems = [
        f"{path}: indicator {i.id}: unknown source {i.source!r}; known: {', '.join(sources)}"
        for i in programme.indicators
        if i.source not in sources
    ]
    known = {indicator.id for indicator in programme.indicators}
    problems += [
        f"{path}: indicator {i.id}: part of {i.part_of!r}, which is no indicator"
        for i in programme.indicators
        if i.part_of is not None and i.part_of not in known
    ]
    for group in ("suggestion_categories", "event_categories", "indicators"):
        ids = [each.id for each in getattr(programme, group)]
        problems += [
            f"{path}: {group}: {each!r} stands twice"
            for each in sorted(set(ids))
            if ids.count(each) > 1
        ]
    if problems:
        raise ContentError(problems)
    return programme
