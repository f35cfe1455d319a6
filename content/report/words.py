"""What an annual summary says: headings, sentences and tables, ready for any template.

Sentences are those of the programme file with figures in their places. What only people can write
stands as an open place, so that nobody takes it for done.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from content.programme import Indicator, Programme
from content.report.album import photos_in
from content.screens.closings import difference, points
from content.screens.figures import is_nothing, percent, shown
from content.splitting import clip, plain
from content.texts import Say
from storage.model.figure import Figure
from storage.model.plan import Target
from storage.model.summary import Summary

_BEGINNING = 120  # characters of a suggestion
_FULL = Decimal(100)
_DIGITS = ("", *"一二三四五六七八九")


def words_of(
    say: Say,
    programme: Programme,
    summaries: Sequence[Summary],
    pictures: Mapping[str, bytes] | None = None,
) -> dict[str, Any]:
    """What a template may name: `places`, one for each of `summaries`, and `word`, the headings.

    `pictures` are those of the photos that could be had, by their ids; None where they are only
    named.
    """
    return {
        "word": {name: say.label(f"report.{name}") for name in _HEADINGS},
        "places": [
            _place(say, programme, each) | photos_in(say, programme, each, pictures)
            for each in summaries
        ],
    }


_HEADINGS = (
    *("review", "table", "suggestions", "events", "shortfalls", "next_year"),
    *("indicator", "unit", "target", "actual", "rate", "last_year", "plan"),
    *("number", "suggestion", "answer", "day", "event", "place", "came"),
    *("open_review", "open_shortfalls", "open_photos", "open_measures"),
)


def _place(say: Say, programme: Programme, summary: Summary) -> dict[str, Any]:
    lines = [_Line(say, each, summary) for each in programme.indicators]
    assessed = [line for line in lines if line.indicator.weight or line.indicator.sentence]
    names = {
        "name": summary.node.name,
        "year": summary.year,
        "until": summary.until,
        "nothing": has_nothing(programme, summary),
    }
    return {
        "title": say.label("report.title", **names),
        "name": summary.node.name,
        "year": summary.year,
        "cut_off": _cut_off(say, summary, names),
        "changes": _changes(say, programme, summary),
        "score": _score(say, programme, summary),
        "sections": _sections(say, programme, lines),
        "rows": [line.row() for line in assessed],
        "suggestions": [
            {
                "number": each.number,
                "place": each.place,
                "text": clip(each.text, _BEGINNING),
                "answer": each.answer,
            }
            for each in summary.done
        ],
        "suggestions_left": _left(say, summary.done_in_all - len(summary.done)),
        "no_suggestions": "" if summary.done else say.label("report.no_suggestions"),
        "events": [
            {
                "day": say.label("report.held_on", day=each.on),
                "title": say.label("report.by_hand", title=each.title)
                if each.by_hand
                else each.title,
                "category": programme.category_name(each.category, say.language),
                "place": each.place,
                "came": each.came,
            }
            for each in summary.held
        ],
        "events_left": _events_left(say, summary),
        "no_events": "" if summary.held else say.label("report.no_events"),
        "shortfalls": _shortfalls(say, assessed),
        "plan": [line.plan() for line in assessed if line.indicator.id in summary.next_targets],
        "no_plan": ""
        if summary.next_targets
        else say.label("report.no_plan", year=summary.year + 1),
    }


def has_nothing(programme: Programme, summary: Summary) -> bool:
    """Whether nothing at all is known of what was done in that year."""
    known = (summary.held_in_all, summary.done_in_all, summary.unconfirmed)
    return not any(known) and is_nothing(programme.indicators, summary.figures)


def _cut_off(say: Say, summary: Summary, names: Mapping[str, object]) -> str:
    """Up to which day the figures go; of a closed year when that was closed, with its checksum."""
    if summary.closed is None:
        return say.label("report.cut_off", **names)
    closed = summary.closed
    names = {"on": closed.on, "digest": closed.closing.digest, "nothing": names["nothing"]}
    return say.label("report.cut_off_closed", **names)


def _changes(say: Say, programme: Programme, summary: Summary) -> list[str]:
    """What is otherwise by now than it was closed."""
    if summary.closed is None:
        return []
    found = [difference(say, each, programme) for each in summary.closed.differences]
    return [say.label("report.changed", what=plain(each).strip()) for each in found]


def _score(say: Say, programme: Programme, summary: Summary) -> str:
    """The score of a community, line by line, in one paragraph; "" where there is none."""
    found = summary.score
    if found is None or found.percent is None:
        return ""
    names = {each.id: each.name.in_(say.language) for each in programme.indicators}
    return say.label(
        "report.score",
        total=points(found.percent),
        lines=[
            say.label("report.score_line", name=names[k], rate=points(e.rate), weight=e.weight)
            for k, e in found.lines.items()
            if k in names
        ],
        left_out=[names[key] for key in found.left_out if key in names],
    )


def _events_left(say: Say, summary: Summary) -> str:
    """How many that took place are not listed, and how many nobody confirmed."""
    said = [_left(say, summary.held_in_all - len(summary.held))]
    if summary.unconfirmed:
        said.append(say.label("report.unconfirmed", number=summary.unconfirmed))
    return " ".join(filter(None, said))


def _left(say: Say, number: int) -> str:
    return say.label("report.left_out", number=number) if number > 0 else ""


class _Line:
    """One indicator of a place and year."""

    def __init__(self, say: Say, indicator: Indicator, summary: Summary) -> None:
        self._say = say
        self.indicator = indicator
        self.figure = summary.figures[indicator.id]
        self.target = summary.targets.get(indicator.id)
        self._last = summary.last_year[indicator.id]
        self._next = summary.next_targets.get(indicator.id)

    @property
    def rate(self) -> Decimal | None:
        """How much of its target is reached, in percent; None without one."""
        value = self.figure.value
        if self.target is None or not self.target.number or value is None:
            return None
        return value * 100 / self.target.number

    @property
    def name(self) -> str:
        return self.indicator.name.in_(self._say.language)

    def row(self) -> dict[str, str]:
        """A line of the table."""
        return {
            "name": self.name,
            "unit": self.indicator.unit.in_(self._say.language),
            "target": self._planned(self.target),
            "actual": self._number(self.figure),
            "rate": _percent(self.rate),
            "last_year": self._number(self._last),
        }

    def plan(self) -> dict[str, str]:
        """A line of next year's plan."""
        return self.row() | {"plan": self._planned(self._next)}

    def sentence(self) -> str:
        """How the review says it; "" for what nobody did and nobody planned."""
        told = self.indicator.sentence
        if told is None or not (self.figure.value or self.target):
            return ""
        said = told.in_(self._say.language).format(actual=self._number(self.figure))
        if self.rate is None:
            return said
        planned, rate = self._planned(self.target), _percent(self.rate)
        return self._say.label("report.of_plan", said=said, target=planned, rate=rate)

    def shortfall(self) -> str:
        return self._say.label(
            "report.short_of",
            name=self.name,
            actual=self._number(self.figure),
            target=self._planned(self.target),
            unit=self.indicator.unit.in_(self._say.language),
            rate=_percent(self.rate),
        )

    def _number(self, figure: Figure) -> str:
        return shown(figure, self.indicator.decimals)

    def _planned(self, target: Target | None) -> str:
        return "—" if target is None else self._number(Figure(target.number))


def _percent(rate: Decimal | None) -> str:
    return "—" if rate is None else f"{percent(rate)}%"


def _sections(say: Say, programme: Programme, lines: Iterable[_Line]) -> list[Mapping[str, Any]]:
    """The review: a paragraph for each section in which something happened or was planned."""
    found: list[Mapping[str, Any]] = []
    several = list(lines)
    for section in programme.sections:
        told = [line.sentence() for line in several if line.indicator.section == section.id]
        if said := [sentence for sentence in told if sentence]:
            number, name = len(found) + 1, section.name.in_(say.language)
            numeral = _numeral(number) if say.language == "zh" else str(number)
            heading = say.label("report.numbered", numeral=numeral, name=name)
            found.append({"heading": heading, "text": say.label("report.sentences", said=said)})
    return found


def _shortfalls(say: Say, lines: Iterable[_Line]) -> list[str]:
    """What fell short of its target, the farthest first."""
    short_of = [(line.rate, line) for line in lines if line.rate is not None and line.rate < _FULL]
    return [line.shortfall() for _, line in sorted(short_of, key=lambda each: each[0])]


def _numeral(number: int) -> str:
    """A number from 1 to 99 as official documents count their parts: 三, 十二, 二十."""
    tens, units = divmod(number, 10)
    ten = "十" if tens else ""
    return f"{_DIGITS[tens] if tens > 1 else ''}{ten}{_DIGITS[units]}"
