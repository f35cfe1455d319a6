"""What hangs under an event besides the short path: words, pictures, questions to whoever signs up.

All of it may be missing. The questions are kept in the column of the same name, see
`questions_to_json`; the answers of a sign-up stand in the order of the questions.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from storage.model.adding import with_each
from storage.model.draft import from_json, to_json
from storage.model.message import Media, MediaKind
from storage.model.refusal import Refusal
from storage.model.visible import is_visible, one_line

WORDS_LIMIT = 600  # with the card they stand under a picture, which takes 1024
LINE_LIMIT = 100  # of the cost, the contact, a question
OPTION_LIMIT = 40  # what a button has room for
MOST_QUESTIONS = 5
MOST_OPTIONS = 8
MOST_PICTURES = 4
MOST_COMPANIONS = 9
_ONE_LINE = re.compile(r"(.*?[?？:：])\s*(\S.*)", re.DOTALL)  # with its options
_BETWEEN = re.compile(r"\s*[/／|｜、]\s*")


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
class Deadline:
    """Until when one can sign up: at a clock time, so many days before the event begins."""

    days: int
    at: time

    def local(self, starts: datetime) -> datetime:
        """By the clock by which the event begins."""
        return datetime.combine(starts.date() - timedelta(days=self.days), self.at)


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

    def with_words(self, text: str) -> "Details":
        """Raises Refusal."""
        words = text.strip()
        if not is_visible(words) or len(words) > WORDS_LIMIT:
            raise Refusal("posting.words_length", limit=WORDS_LIMIT, length=len(words))
        return replace(self, words=words)

    def with_line(self, name: str, text: str) -> "Details":
        """With a cost or a contact. Raises Refusal."""
        line = one_line(text)
        if not is_visible(line) or len(line) > LINE_LIMIT:
            raise Refusal("posting.line_length", limit=LINE_LIMIT)
        return replace(self, cost=line) if name == "cost" else replace(self, contact=line)

    def with_pictures(self, media: Sequence[Media]) -> "Details":
        """With more of them, as many as there is room for. Raises Refusal for what is none."""
        if any(each.kind is not MediaKind.PHOTO for each in media):
            raise Refusal("posting.only_pictures")
        return replace(self, media=with_each(self.media, media, MOST_PICTURES))

    def with_pin(self, pin: Pin) -> "Details":
        return replace(self, pin=pin)

    def with_companions(self, number: int) -> "Details":
        """Raises Refusal."""
        if not 0 <= number <= MOST_COMPANIONS:
            raise Refusal("posting.companions_range", most=MOST_COMPANIONS)
        return replace(self, companions=number)

    def with_question(self, text: str) -> "Details":
        """With one more question, see `read_question`. Raises Refusal."""
        question = read_question(text)
        if len(self.questions) >= MOST_QUESTIONS and question not in self.questions:
            raise Refusal("posting.many_questions", most=MOST_QUESTIONS)
        return replace(self, questions=with_each(self.questions, [question], MOST_QUESTIONS))

    def without_question(self, number: int) -> "Details":
        kept = (*self.questions[:number], *self.questions[number + 1 :])
        return replace(self, questions=kept)

    def without(self, name: str) -> "Details":
        """With one of its fields empty again."""
        return replace(self, **{name: getattr(NOTHING, name)})


NOTHING = Details()


def read_question(text: str) -> Question:
    """A question with its options: behind it with strokes between ("吃辣吗？吃/不吃"), or each on a
    line of its own; without any it asks for a text. Raises Refusal."""
    first, *options = [one_line(line) for line in text.strip().splitlines() if line.strip()] or [""]
    if not options and (found := _ONE_LINE.fullmatch(first)) and _BETWEEN.search(found[2]):
        first, options = found[1], _BETWEEN.split(found[2])
    options = list(dict.fromkeys(each for each in options if each))
    if not is_visible(first) or len(first) > LINE_LIMIT:
        raise Refusal("posting.line_length", limit=LINE_LIMIT)
    if len(options) == 1 or len(options) > MOST_OPTIONS:
        raise Refusal("posting.options_range", most=MOST_OPTIONS)
    if any(len(each) > OPTION_LIMIT for each in options):
        raise Refusal("posting.option_length", limit=OPTION_LIMIT)
    return Question(first, tuple(options))


def questions_to_json(questions: Sequence[Question]) -> str | None:
    """As the column keeps them; None for none."""
    if not questions:
        return None
    return json.dumps([to_json(each) for each in questions], ensure_ascii=False)


def questions_from_json(kept: str | None) -> tuple[Question, ...]:
    """What `questions_to_json` gave. Raises ValueError for any other text."""
    return tuple(from_json(Question, each) for each in json.loads(kept or "[]"))


def check_deadline(
    deadline_at: datetime | None, starts_at: datetime, now: datetime | None = None
) -> None:
    """Raises Refusal for a deadline behind the start, or that is over `now`."""
    if deadline_at is None:
        return
    if deadline_at > starts_at:
        raise Refusal("posting.deadline_behind")
    if now is not None and deadline_at <= now:
        raise Refusal("posting.deadline_over")


def deadline_on(day: date, at: time, starts: datetime) -> Deadline:
    """A deadline that was told as a day and a time, for what starts at a local time."""
    return Deadline((starts.date() - day).days, at)
