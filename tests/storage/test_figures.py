"""A figure and its records: whatever is asked of whatever happened, they agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from storage.actions.suggestions import submit
from storage.model import figure as declared
from storage.model.figure import ADDITIVE, Adds, Listed, Measure, Record
from storage.model.node import Node
from storage.model.period import Days, Period, month_of, year_of
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.subject import SubjectKind
from storage.queries.figures import SOURCES
from storage.queries.figures.counting import by_month, by_node, figure, records
from storage.queries.figures.source import NAMES
from storage.queries.tallies import records_for

from .district import NOW, ZONE, District, draft
from .lives import CATEGORIES, fill

PERIODS = [
    year_of(date(2025, 6, 1)),
    month_of(date(2026, 1, 1)),
    Period(date(2026, 1, 1), date(2026, 1, 1)),
    Period(date(2025, 6, 20), date(2026, 2, 3)),
]
ZONES = [ZONE, ZoneInfo("America/New_York")]


@dataclass(frozen=True, slots=True)
class Question:
    """Records that a programme may ask for, and where and when."""

    source: str
    where: dict[str, frozenset[str]]
    place: int  # the district, the eastern, the western community
    days: Days


@st.composite
def questions(draw: st.DrawFn) -> Question:
    source, where = draw(st.sampled_from(sorted(SOURCES))), {}
    for key, values in declared.SOURCES[source].items():
        known = st.sampled_from(CATEGORIES if isinstance(values, Listed) else sorted(values))
        if draw(st.booleans()):
            where[key] = draw(st.frozensets(known, min_size=1))
    days = st.builds(Days, st.sampled_from(PERIODS), st.sampled_from(ZONES))
    return Question(source, where, draw(st.integers(0, 2)), draw(days))


class _Undo(Exception):
    """Raised in order to forget a life before the next one."""


@given(seed=st.integers(0, 1 << 32), asked=st.lists(questions(), min_size=6, max_size=6))
@settings(
    max_examples=4,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # no life is smaller than another
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_a_figure_is_what_its_records_add_up_to(
    district: District, seed: int, asked: list[Question]
) -> None:
    places = [district.node, district.east, district.west]

    def check(connection: Connection) -> None:
        fill(connection, places, district.mei.id, seed)
        for question in asked:
            _agree(connection, question, places)
        raise _Undo

    with pytest.raises(_Undo):
        await district.database.write(check)


def _agree(connection: Connection, question: Question, places: list[Node]) -> None:
    """The number, its parts by node and by month and its whole, in every way to add up."""
    node, days = places[question.place], question.days
    nodes = {place.id for place in places} if node is places[0] else {node.id}
    trace = _trace(connection, Measure(question.source, question.where), node, days)
    since, until = days.bounds()
    assert all(record.node_id in nodes and since <= record.at < until for record in trace)
    at_node = {n: [record for record in trace if record.node_id == n] for n in nodes}
    in_month = {month.period.first_on: _within(month, trace) for month in days.months()}
    for adds in Adds:
        measure = Measure(question.source, question.where, adds)
        found = figure(connection, measure, node, days)
        assert found == _added(adds, trace)
        parts = by_node(connection, measure, node, days), by_month(connection, measure, node, days)
        assert parts == (_each(adds, at_node), _each(adds, in_month))
        if adds in ADDITIVE:
            assert [sum(part.values()) for part in parts] == [found, found]
        whole = Measure(question.source, adds=adds)
        assert measure.is_part_of(whole)
        assert found <= figure(connection, whole, node, days)


def _trace(connection: Connection, measure: Measure, node: Node, days: Days) -> list[Record]:
    """All records, page by page."""
    found: list[Record] = []
    number, more = 0, True
    while more:
        page = records(connection, measure, node, days, number, size=20)
        assert len(page.items) == 20 or not page.more
        found += page.items
        number, more = number + 1, page.more
    assert found == sorted(found, key=lambda record: (record.at, record.subject_id), reverse=True)
    return found


def _within(month: Days, trace: list[Record]) -> list[Record]:
    since, until = month.bounds()
    return [record for record in trace if since <= record.at < until]


def _each(adds: Adds, parts: dict[Any, list[Record]]) -> dict[Any, int]:
    return {key: _added(adds, part) for key, part in parts.items()}


def _added(adds: Adds, trace: list[Record]) -> int:
    match adds:
        case Adds.COUNT:
            return len(trace)
        case Adds.SUM:
            return sum(record.weight for record in trace)
        case Adds.PERSONS:
            return len({record.person_id for record in trace} - {None})
        case Adds.SUBJECTS:
            return len({(record.subject_kind, record.subject_id) for record in trace})


async def test_whoever_may_see_a_figure_may_open_it(district: District) -> None:
    kim, bo = await district.kim(), await district.resident("bo")
    made = await district.database.write(submit, bo.id, draft("a"), NOW, ZONE)
    days = Days(year_of(NOW.date()), ZONE)

    async def opens(person: Person, node: Node) -> Sequence[Record]:
        asked = (person, node.id, days, Measure("suggestions"), 0)
        return (await district.database.read(records_for, *asked)).items

    record = Record(district.east.id, NOW, SubjectKind.SUGGESTION, made.id, bo.id, 1)
    assert await opens(kim, district.east) == await opens(district.mei, district.node) == [record]
    for person, node in ((kim, district.node), (kim, district.west), (bo, district.east)):
        with pytest.raises(Refusal, match="refused.not_yours"):
            await opens(person, node)


async def test_an_anonymous_author_is_nobody_in_the_records(district: District) -> None:
    bo = await district.resident("bo")
    for key, anonymous in (("a", True), ("b", False)):
        said = draft(key, key, anonymous=anonymous)
        await district.database.write(submit, bo.id, said, NOW, ZONE)
    days = Days(year_of(NOW.date()), ZONE)
    asked = (Measure("suggestions"), district.east, days, 0)
    page = await district.database.read(records, *asked)
    assert [record.person_id for record in page.items] == [bo.id, None]


def test_what_a_programme_may_ask_of_a_source_is_what_the_source_can_tell() -> None:
    can = {name: set(source.where) for name, source in SOURCES.items()}
    assert can == {name: set(keys) for name, keys in declared.SOURCES.items()}, (
        "content reads storage/model/figure.py, which must name every source and key that is there"
    )


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_gives_records_of_one_shape(source: str) -> None:
    assert SOURCES[source].rows.selected_columns.keys() == list(NAMES), (
        "sources are interchangeable"
    )
