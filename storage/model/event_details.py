"""What hangs under an event besides the short path: words, pictures, questions to whoever signs up.

All of it may be missing. The questions are kept in the column of the same name, see
`questions_to_json`; the answers of a sign-up stand in the order of the questions.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from storage.model.draft import from_json, to_json
from storage.model.message import Media

WORDS_LIMIT = 600  # with the card they stand under a picture, which takes 1024
LINE_LIMIT = 100  # of the cost, the contact, a question
OPTION_LIMIT = 40  # what a button has room for
MOST_QUESTIONS = 5
MOST_OPTIONS = 8
MOST_PICTURES = 4
MOST_COMPANIONS = 9


@dataclass(frozen=True, slots=True)
class Question:
    """What whoever signs up is asked: to choose one of the `options`, or, without any, a short
    text."""

    words: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pin:
    """Where it is on the map, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Details:
    """`companions`: how many others each may bring. `cost` and `contact` are a line of text."""

    words: str = ""
    media: tuple[Media, ...] = ()
    pin: Pin | None = None
    questions: tuple[Question, ...] = ()
    companions: int = 0
    cost: str = ""
    contact: str = ""


def questions_to_json(questions: Sequence[Question]) -> str | None:
    """As the column keeps them; None for none."""
    if not questions:
        return None
    return json.dumps([to_json(each) for each in questions], ensure_ascii=False)


def questions_from_json(kept: str | None) -> tuple[Question, ...]:
    """What `questions_to_json` gave. Raises ValueError for any other text."""
    return tuple(from_json(Question, each) for each in json.loads(kept or "[]"))
