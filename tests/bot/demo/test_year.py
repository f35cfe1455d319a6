"""`linli demo --year`: a life that is the same for a seed, and in which everything occurs."""

from collections.abc import AsyncIterator, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table, select

from bot.demo.script import script
from bot.demo.stage import Size
from bot.demo.year import fill_year, set_up
from bot.product import load_content
from bot.settings import Settings, read_settings
from content.programme import Programme
from storage.database import Database, open_database
from storage.migrate import migrate
from storage.model.event import EventState
from storage.model.figure import SOURCES, Adds, Figure, Measure
from storage.model.ledger import EntryState
from storage.model.node import Node
from storage.model.period import Days, year_of
from storage.model.plan import TargetState
from storage.model.sign_up import SignUpState
from storage.model.suggestion import SuggestionState
from storage.queries.figures.counting import by_month, every_record, figure, figures
from storage.queries.nodes import at_or_below, root
from storage.queries.plans import progress, targets
from storage.tables import entries, events, sign_ups, suggestions
from storage.tables import targets as target_rows

NOW = datetime(2026, 12, 15, 1, tzinfo=UTC)
SMALL = Size(communities=5, people=5, work=0.2)
YEARS = [year_of(date(2025, 1, 1)), year_of(date(2026, 1, 1))]


@dataclass(frozen=True, slots=True)
class Filled:
    """A database with a small demo year in it."""

    database: Database
    settings: Settings
    programme: Programme

    async def places(self) -> list[Node]:
        district = await self.database.read(root)
        assert district is not None
        return await self.database.read(at_or_below, district)


async def filled(path: Path, seed: int, language: str = "zh") -> Filled:
    url = f"sqlite:///{path}"
    migrate(url)
    settings = read_settings(Settings, _env_file=None, database_url=url, default_language=language)
    database = open_database(url)
    assert await fill_year(database, settings, NOW, seed, SMALL)
    return Filled(database, settings, load_content(settings, lambda: NOW).programme)


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Filled]:
    found = await filled(tmp_path / "demo.db", 7)
    yield found
    await found.database.close()


async def told(demo: Filled) -> dict[str, object]:
    """All figures and targets of all places, as they were founded, and both years; no ids."""
    measures = demo.programme.measures
    found: dict[str, object] = {}
    founded = sorted(await demo.places(), key=lambda place: place.id)
    for number, place in enumerate(founded):
        for period in YEARS:
            days = Days(period, demo.settings.zone, NOW)
            year = period.first_on.year
            planned = await demo.database.read(targets, place, year, measures)
            key = f"{number} {year}"
            found[key] = await demo.database.read(figures, measures, place, days)
            found[f"{key} planned"] = planned
    return found


async def test_the_same_seed_is_the_same_life_in_any_language_and_everything_occurs_in_it(
    demo: Filled, tmp_path: Path
) -> None:
    again = await filled(tmp_path / "again.db", 7, "en")
    try:
        first = await told(demo)
        assert await told(again) == first
        await _everything_occurs(demo)
        await _each_is_as_it_is(demo)
        await _every_figure_is_its_trace(demo)
        assert not await fill_year(again.database, again.settings, NOW, 7, SMALL)
        assert await told(again) == first, "a second one changes nothing"
    finally:
        await again.database.close()


def test_another_seed_is_another_life() -> None:
    settings = read_settings(Settings, _env_file=None, default_language="en")
    content = load_content(settings, lambda: NOW)

    def begins(seed: int) -> list[object]:
        return [next(line) for line in script(set_up(content, settings, NOW, seed, Size()))]

    first = begins(7)
    assert begins(7) == first
    assert len(first) > 4000
    assert begins(8) != first


STATES: list[tuple[Table, Set[str]]] = [
    (events, set(EventState) - {EventState.DRAFT, EventState.CLOSED}),
    (sign_ups, {SignUpState.SIGNED_UP, SignUpState.CANCELLED}),
    (suggestions, set(SuggestionState)),
    (entries, set(EntryState)),
    (target_rows, set(TargetState)),
]


async def _everything_occurs(demo: Filled) -> None:
    """Every state of what figures are made of."""
    for table, states in STATES:
        found = await demo.database.read(_states, table)
        assert found == states, table.name


def _states(connection: Connection, table: Table) -> set[str]:
    return set(connection.execute(select(table.c.state).distinct()).scalars())


async def _each_is_as_it_is(demo: Filled) -> None:
    """One is ahead of its plan, one far behind, one is new, one sent no plan in."""
    places = {place.name: place for place in await demo.places()}
    before, year = (Days(period, demo.settings.zone, NOW) for period in YEARS)
    done = {}
    for name, place in places.items():
        of = (place, year, demo.programme.plannable)
        done[name] = (await demo.database.read(progress, *of)).done or Decimal(0)
    assert done["二号社区"] > done["一号社区"] > done["三号社区"] > done["五号社区"] == 0
    held = Measure.of("events")
    new = await demo.database.read(figure, held, places["四号社区"], before)
    assert new == Figure(Decimal(0))
    months = await demo.database.read(by_month, held, places["示范区"], before)
    assert len([each for each in months.values() if each.number]) >= 10


async def _every_figure_is_its_trace(demo: Filled) -> None:
    measures = demo.programme.measures
    for place in (await demo.places())[:3]:
        for period in YEARS:
            days = Days(period, demo.settings.zone, NOW)
            found = await demo.database.read(figures, measures, place, days)
            for key, measure in measures.items():
                if measure.share_of is None:
                    traced = await demo.database.read(_traced, measure, place, days)
                    assert found[key] == Figure(traced), (place.name, key)


def _traced(connection: Connection, measure: Measure, place: Node, days: Days) -> Decimal:
    """What the records behind a figure add up to."""
    total, persons = Decimal(0), set()
    for count in measure.counts:
        rows = list(every_record(connection, Measure((count,)), place, days))
        match count.adds:
            case Adds.COUNT:
                total += len(rows)
            case Adds.SUM:
                total += Decimal(sum(r.weight for r in rows)) / SOURCES[count.source].scale
            case Adds.SUBJECTS:
                total += len({r.subject_id for r in rows})
            case Adds.PERSONS:
                persons |= {r.person_id for r in rows} - {None}
    return total + len(persons)
