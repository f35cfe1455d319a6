"""Traces: the records of a figure, each with the words that tell what it is about."""

from collections.abc import Mapping
from dataclasses import dataclass

from storage.model.card import Subject
from storage.model.figure import Figure, Record
from storage.model.node import Node
from storage.model.page import Page
from storage.model.suggestion import SuggestionState


@dataclass(frozen=True, slots=True)
class AboutEvent:
    """`person_name`: who signed up or came, for whoever may see the roster. `nameless`: it is a
    number of people whom nobody named. `by_hand`: it was recorded afterwards."""

    title: str
    person_name: str | None = None
    nameless: bool = False
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class AboutSuggestion:
    """`beginning` is None for whoever may not read it."""

    number: str
    category: str
    state: SuggestionState
    beginning: str | None = None


@dataclass(frozen=True, slots=True)
class AboutEntry:
    indicator: str
    place: str
    note: str


@dataclass(frozen=True, slots=True)
class AboutItem:
    """An item of a course that somebody did."""

    course_id: str
    item_id: str


About = AboutEvent | AboutSuggestion | AboutEntry | AboutItem | Subject


@dataclass(frozen=True, slots=True)
class Traced:
    """A record as it is listed. `about` is None for a stay on the register, of which only the day
    is told. `opens`: whether whoever asked may open what it is about."""

    record: Record
    node_name: str
    about: About | None
    opens: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """A page of what a figure counted at a node, and how much of what it asks for it did not count,
    by why not."""

    node: Node
    figure: Figure
    page: Page[Traced]
    left_out: Mapping[str, int]
