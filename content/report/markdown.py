"""The same summary as Markdown."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_SPECIAL = str.maketrans({each: f"\\{each}" for each in "\\`*_{}[]<>#|"})


def as_markdown(words: Mapping[str, Any]) -> str:
    """Markdown (CommonMark with tables) of what `words_of` gave."""
    return "\n".join(line for place in words["places"] for line in _place(words["word"], place))


def _place(word: Mapping[str, str], place: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"# {_plain(place['title'])}", "", _plain(place["cut_off"]), "")
    for change in place["changes"]:
        yield from (f"- {_plain(change)}", "")
    yield from (f"## {word['review']}", "")
    for section in place["sections"]:
        yield from (f"### {_plain(section['heading'])}", "", _plain(section["text"]), "")
    yield from (_plain(word["open_review"]), "")
    for heading, rows, columns, others in (
        ("table", "rows", _TABLE, ("score",)),
        ("suggestions", "suggestions", _SUGGESTIONS, ("no_suggestions", "suggestions_left")),
        ("events", "events", _EVENTS, ("no_events", "events_left")),
    ):
        yield from (f"## {word[heading]}", "")
        yield from _table(word, place[rows], columns)
        for other in others:
            if place[other]:
                yield from (_plain(place[other]), "")
    for photo in place["photos"]:
        yield f"- {_plain(photo['caption'])}"
    if place["photos"]:
        yield ""
    if place["open_photos"]:
        yield from (_plain(place["open_photos"]), "")
    yield from (f"## {word['shortfalls']}", "")
    yield from (f"- {_plain(each)}" for each in place["shortfalls"])
    yield from ("", _plain(word["open_shortfalls"]), "", f"## {word['next_year']}", "")
    if place["no_plan"]:
        yield from (_plain(place["no_plan"]), "")
    yield from _table(word, place["plan"], _PLAN)
    yield from (_plain(word["open_measures"]), "")


# Of each table its columns: the heading's word, and what of a row.
Columns = Sequence[tuple[str, str]]
_TABLE: Columns = (
    *(("indicator", "name"), ("unit", "unit"), ("target", "target"), ("actual", "actual")),
    *(("rate", "rate"), ("last_year", "last_year")),
)
_SUGGESTIONS: Columns = (
    ("number", "number"), ("place", "place"), ("suggestion", "text"), ("answer", "answer")
)  # fmt: skip
_EVENTS: Columns = (("day", "day"), ("place", "place"), ("event", "title"), ("came", "came"))
_PLAN: Columns = (("indicator", "name"), ("unit", "unit"), ("actual", "actual"), ("plan", "plan"))


def _table(
    word: Mapping[str, str], rows: Sequence[Mapping[str, Any]], columns: Columns
) -> Iterator[str]:
    if not rows:
        return
    yield f"| {' | '.join(word[head] for head, _ in columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(_plain(row[name]) for _, name in columns)} |"
    yield ""


def _plain(text: object) -> str:
    """Nothing that people wrote is a heading, a link or the end of a cell."""
    return " ".join(str(text).split()).translate(_SPECIAL)
