"""A figure and its records: whatever is asked of whatever happened, they agree."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from storage.actions.suggestions import submit
from storage.model import figure as declared
from storage.model.figure import Adds, Count, Figure, Listed, Measure, Record
from storage.model.node import Node
from storage.model.period import Days, Period, month_of, year_of
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.subject import SubjectKind
from storage.queries.figures import SOURCES
from storage.queries.figures.counting import by_month, by_node, figure, figures_of, records
from storage.queries.figures.source import NAMES
from storage.queries.tallies import records_for

from .district import NOW, ZONE, District, draft
from .lives import CATEGORIES, NEW_YEAR, fill

PERIODS = [
    year_of(date(2025, 6, 1)),
    month_of(date(2026, 1, 1)),
    Period(date(2026, 1, 1), date(2026, 1, 1)),
    Period(date(2025, 6, 20), date(2026, 2, 3)),
]
ZONES = [ZONE, ZoneInfo("America/New_York")]


@dataclass(frozen=True, slots=True)
class Question:
    """What a programme may ask for, and where and when."""

    measure: Measure
    place: int  # the district, the eastern, the western community
    days: Days


@st.composite
def counts(draw: st.DrawFn, adds: Adds) -> Count:
    source, where = draw(st.sampled_from(sorted(SOURCES))), {}
    for key, values in declared.SOURCES[source].keys.items():
        known = st.sampled_from(CATEGORIES if isinstance(values, Listed) else sorted(values))
        if draw(st.booleans()):
            where[key] = draw(st.frozensets(known, min_size=1))
    return Count(source, where, adds)


@st.composite
def measures(draw: st.DrawFn) -> Measure:
    """One count, or two; of persons perhaps a share."""
    adds = draw(st.sampled_from(Adds))
    several = tuple(draw(st.lists(counts(adds), min_size=1, max_size=2)))
    if adds is Adds.PERSONS and draw(st.booleans()):
        return Measure(several, Count("members", adds=adds))
    return Measure(several)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    now = st.sampled_from([NOW, NEW_YEAR + timedelta(hours=8)])
    days = st.builds(Days, st.sampled_from(PERIODS), st.sampled_from(ZONES), now)
    return Question(draw(measures()), draw(st.integers(0, 2)), draw(days))


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
    """The number, its parts by node and by month, and its whole."""
    measure, node, days = question.measure, places[question.place], question.days
    below = places if node is places[0] else [node]
    # Whoever is one of a share's whole is counted wherever they did it.
    where = places[0] if measure.share_of else node

    def traced(days: Days) -> tuple[list[list[Record]], list[Record] | None]:
        return _traces(connection, measure, where, days), _of_whole(connection, measure, node, days)

    counted, whole = traced(days)
    trace = _trace(connection, measure, node, days)
    assert Counter(trace) == Counter(_among(chain.from_iterable(counted), whole))
    found = figure(connection, measure, node, days)
    assert found == _added(measure, counted, whole)
    at_nodes = by_node(connection, measure, node, days)
    assert at_nodes == {place.id: _at(place, measure, counted, whole) for place in below}
    some = below[-2:]
    assert figures_of(connection, {"": measure}, some, days) == {
        place.id: {"": at_nodes[place.id]} for place in some
    }
    in_months = by_month(connection, measure, node, days)
    assert in_months == {
        month.period.first_on: _added(measure, *traced(month)) for month in days.months()
    }
    if measure.is_additive:
        for parts in (at_nodes, in_months):
            assert sum(part.number for part in parts.values()) == found.number
    every = replace(measure, counts=tuple(replace(c, where={}) for c in measure.counts))
    assert every.share_of or measure.is_part_of(every)
    assert found.number <= figure(connection, every, node, days).number


def _at(
    place: Node, measure: Measure, counted: list[list[Record]], whole: list[Record] | None
) -> Figure:
    """The figure of one place on its own."""

    def here(records: Iterable[Record]) -> list[Record]:
        return [record for record in records if record.node_id == place.id]

    if whole is not None:
        return _added(measure, counted, here(whole))
    return _added(measure, [here(trace) for trace in counted], None)


def _among(records: Iterable[Record], whole: list[Record] | None) -> list[Record]:
    """Those of a share's whole; of anything else all."""
    if whole is None:
        return list(records)
    named = {record.person_id for record in whole}
    return [record for record in records if record.person_id in named]


def _of_whole(
    connection: Connection, measure: Measure, node: Node, days: Days
) -> list[Record] | None:
    """The records of what it is a share of; None if it is no share."""
    if measure.share_of is None:
        return None
    [found] = _traces(connection, Measure((measure.share_of,)), node, days)
    return found


def _traces(connection: Connection, measure: Measure, node: Node, days: Days) -> list[list[Record]]:
    """The records of each count."""
    found = [_trace(connection, Measure((count,)), node, days) for count in measure.counts]
    for count, trace in zip(measure.counts, found, strict=True):
        lasting = declared.SOURCES[count.source].lasting
        since, until = days.bounds(begun=lasting)
        assert all(record.at < until and (lasting or since <= record.at) for record in trace)
    return found


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


def _added(measure: Measure, traces: list[list[Record]], whole: list[Record] | None) -> Figure:
    """What the records of each count, and of what it is a share of, add up to."""
    if not measure.of_persons:
        each = zip(measure.counts, traces, strict=True)
        return Figure(sum((_number(count, trace) for count, trace in each), Decimal(0)))
    named = _named(chain.from_iterable(traces))
    if whole is None:
        return Figure(Decimal(len(named)))
    return Figure(Decimal(len(named & _named(whole))), Decimal(len(_named(whole))))


def _named(records: Iterable[Record]) -> set[int]:
    return {record.person_id for record in records if record.person_id is not None}


def _number(count: Count, trace: list[Record]) -> Decimal:
    match count.adds:
        case Adds.COUNT:
            return Decimal(len(trace))
        case Adds.SUM:
            scale = declared.SOURCES[count.source].scale
            return Decimal(sum(record.weight for record in trace)) / scale
        case Adds.SUBJECTS:
            # Of a source; what it counts without a name is of the same events.
            return Decimal(len({record.subject_id for record in trace}))
    raise AssertionError(count.adds)


async def test_whoever_may_see_a_figure_may_open_it(district: District) -> None:
    kim, bo = await district.kim(), await district.resident("bo")
    made = await district.database.write(submit, bo.id, draft("a"), NOW, ZONE)
    days = Days(year_of(NOW.date()), ZONE, NOW)

    async def opens(person: Person, node: Node) -> Sequence[Record]:
        asked = (person, node.id, days, Measure.of("suggestions"), 0)
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
    days = Days(year_of(NOW.date()), ZONE, NOW)
    asked = (Measure.of("suggestions"), district.east, days, 0)
    page = await district.database.read(records, *asked)
    assert [record.person_id for record in page.items] == [bo.id, None]


def test_what_a_programme_may_ask_of_a_source_is_what_the_source_can_tell() -> None:
    can = {name: set(source.where) for name, source in SOURCES.items()}
    assert can == {name: set(its.keys) for name, its in declared.SOURCES.items()}, (
        "content reads storage/model/figure.py, which must name every source and key that is there"
    )


def test_what_lasts_is_declared_so() -> None:
    lasting = {name for name, source in SOURCES.items() if source.until is not None}
    assert lasting == {name for name, its in declared.SOURCES.items() if its.lasting}


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_gives_records_of_one_shape(source: str) -> None:
    assert SOURCES[source].rows.selected_columns.keys() == list(NAMES), (
        "sources are interchangeable"
    )
