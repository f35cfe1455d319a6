"""An event in one line: "周六9:30 家庭消防演练 社区广场 40人". What is not said there is asked."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from storage.model.calendar import Calendar
from storage.model.event_answers import reads
from storage.model.event_draft import EventDraft
from storage.model.refusal import Refusal

# A comma parts words, but not the digits of one number of people: of "30，5人" none is guessed.
_WORD = re.compile(r"(?<![\d:：.])\d+(?:[,，、]\d+)+\s?[人名个位]|[^\s,，;；、]+")
_LONGEST = 6  # words of a time, such as "12月5日 下午 2点 到 4点"
_PLACE = re.compile(r"^(?:地点[:：]?|@|place:)\s*", re.IGNORECASE)
_LATIN = re.compile(r"[A-Za-z]")
_PLAIN = ("at", "day", "ends", "capacity")
# "40人", "15 places": where it is said of what, a bare number ("Room 2") is something else.
_COUNTED = re.compile(
    r"(?<![^\s,，;；、])\d+\s*(?:人|个人?|名|位|people|persons|places|seats)(?![^\s,，;；、])",
    re.IGNORECASE,
)
# "9:45 Morning exercise": with its hour said, it begins the title.
_TO_TITLE = re.compile(r"\d\S*\s+(?:morning|afternoon|evening|night)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """What a line says: a draft with it, and what of it cannot be."""

    draft: EventDraft
    refused: tuple[Refusal, ...] = ()


@dataclass(slots=True)
class _Found:
    """Answers by their steps, and the words that are none, in pieces as they stand together."""

    answers: dict[str, str]
    pieces: list[list[str]]


def read_line(
    draft: EventDraft, text: str, calendar: Calendar, categories: Sequence[tuple[str, str]]
) -> Line:
    """Read what a line says into a draft. `categories` are (id, name) pairs; the other words are
    its title and its place. Nothing is lost: what is neither stands in the words that hang under
    it."""
    found = _found(text, calendar, categories)
    title, place, rest = _names(found.pieces)
    answers = {"title": title, "place": place} | found.answers
    if category := answers.pop("category", ""):
        draft = draft.with_category(category)
    refused: list[Refusal] = []
    for step in ("title", "day", "at", "ends", "place", "capacity"):
        if not answers.get(step) or (step == "ends" and draft.at is None):
            continue
        try:
            draft = draft.answered(step, answers[step], calendar)
        except Refusal as refusal:
            refused.append(refusal)
    if rest:
        with suppress(Refusal):
            draft = draft.with_details(draft.details.with_words(rest))
    return Line(draft, tuple(refused))


def _found(text: str, calendar: Calendar, categories: Sequence[tuple[str, str]]) -> _Found:
    words, found, at = list(_WORD.finditer(text)), _Found({}, [[]]), 0
    while at < len(words):
        end, step, said = _longest(text, words[at:], calendar, found.answers, categories)
        if step:
            found.answers[step] = said
            found.pieces.append([])
        else:
            between = text[words[at - 1].end() : words[at].start()] if at else ""
            if between.strip():  # a comma
                found.pieces.append([])
            found.pieces[-1].append(said)
        at += end
    return found


def _longest(
    text: str,
    words: Sequence[re.Match[str]],
    calendar: Calendar,
    known: dict[str, str],
    categories: Sequence[tuple[str, str]],
) -> tuple[int, str, str]:
    """How many of the words stand for which step, as they were said; "" for none."""
    for end in range(min(_LONGEST, len(words)), 0, -1):
        said = text[words[0].start() : words[end - 1].end()]
        if place := _PLACE.sub("", said) if _PLACE.match(said) and end == 1 else "":
            return end, "place", place
        exact = [each for each, name in categories if name.casefold() == said.casefold()]
        if len(exact) == 1 and "category" not in known:
            return end, "category", exact[0]
        goes_on = end < len(words) and text[words[end - 1].end() : words[end].start()].isspace()
        for step in _PLAIN:
            if step in known or not reads(step, said, calendar):
                continue
            bare = step == "capacity" and said.isdigit() and _COUNTED.search(text)
            if not bare and not (step == "at" and goes_on and _TO_TITLE.search(said)):
                return end, step, said
    return 1, "", words[0][0]


def _names(pieces: Sequence[Sequence[str]]) -> tuple[str, str, str]:
    """The title, the place and what is left. Two words without a space of their own, as Chinese
    has none, are a title and a place."""
    said = [piece for piece in pieces if piece]
    if len(said) == 1 and len(said[0]) == 2 and not _LATIN.search("".join(said[0])):
        said = [[word] for word in said[0]]
    title, place, *rest = [" ".join(piece) for piece in said] + ["", ""]
    return title, place, "\n".join(each for each in rest if each)
