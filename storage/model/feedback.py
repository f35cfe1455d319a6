"""What those who came say of an event: 1 to 5, and perhaps a word. Nobody learns who said what."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from storage.model.event import Event
from storage.model.refusal import Refusal
from storage.model.visible import is_visible

STARS = range(1, 6)
WORDS_LIMIT = 500
SHOWN_FROM = 3  # answers: of fewer, staff could guess whose they are
TAKEN = timedelta(days=30)  # after an event answers are taken


def check_stars(stars: int) -> None:
    """Raises Refusal."""
    if stars not in STARS:
        raise Refusal("feedback.range")


def check_words(words: str) -> None:
    """Raises Refusal."""
    if not is_visible(words) or len(words) > WORDS_LIMIT:
        raise Refusal("feedback.length", limit=WORDS_LIMIT)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, by its secret key, for whoever gave it."""

    key: str
    event: Event
    stars: int
    words: str | None


@dataclass(frozen=True, slots=True)
class Opinions:
    """What staff see of an event: how many answered, and, from SHOWN_FROM on, the rest."""

    count: int
    total: int  # of all stars
    words: Sequence[str]  # in no order that tells anything

    @property
    def shown(self) -> bool:
        return self.count >= SHOWN_FROM

    @property
    def average(self) -> Decimal | None:
        """Rounded half up to one decimal; None while too few answered."""
        if not self.shown:
            return None
        return (Decimal(self.total) / self.count).quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class WordDraft:
    """A word that somebody is writing to the answer with this key."""

    key: str
    words: str | None = None

    def steps(self) -> tuple[str, ...]:
        """What is asked."""
        return ("words",)

    def missing(self) -> tuple[str, ...]:
        """What of it was not answered yet."""
        return () if self.words else ("words",)

    def with_words(self, text: str) -> "WordDraft":
        """Raises Refusal."""
        check_words(text)
        return replace(self, words=text.strip())
