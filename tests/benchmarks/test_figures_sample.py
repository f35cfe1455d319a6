"""The big district on a small scale: that it is filled as said, and every question is answered."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from storage.model.figure import Figure
from storage.queries import people as people_queries
from storage.queries.figures import counting
from storage.queries.figures.cells import Each, Look, look
from storage.queries.nodes import at_or_below, by_id
from storage.tables import acknowledgements, attendances, deliveries, nodes, persons
from tests.benchmarks import figures, life

SMALL = life.Size(
    communities=50,
    people=2_000,
    members=600,
    pushes=6,
    reached=100,
    events=40,
    came=5,
    suggestions=200,
    entries=200,
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder: Path = tmp_path_factory.mktemp("life")
    url = f"sqlite:///{folder / 'life.db'}"
    life.fill(url, SMALL)
    life.build(url)
    return url


def test_there_is_as_much_of_everything_as_was_asked(small: str) -> None:
    def counted(connection: Connection) -> dict[str, int]:
        tables = (persons, nodes, deliveries, attendances, acknowledgements)
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables
        }

    with life.opened(small) as read:
        found = read(counted)
    assert 0.2 * SMALL.deliveries < found.pop("acknowledgements") < 0.4 * SMALL.deliveries
    assert found == {
        "persons": SMALL.people,
        "nodes": SMALL.communities + 1,
        "deliveries": SMALL.deliveries,
        "attendances": SMALL.events * SMALL.came,
    }


def test_what_is_measured_is_what_the_records_say(small: str) -> None:
    def told(connection: Connection, seen: Look) -> dict[str, list[Figure]]:
        found = counting._figures(connection, figures.PROGRAMME.measures, seen, Each.NODE)
        places = at_or_below(connection, seen.node)
        return {key: [each(place.id) for place in places] for key, each in found.items()}

    def both(connection: Connection) -> list[dict[str, list[Figure]]]:
        last_year = figures.days(figures.PERIODS["last year"])
        kept = look(connection, by_id(connection, life.DISTRICT), last_year)
        assert kept.built, "else nothing is compared"
        return [told(connection, seen) for seen in (kept, replace(kept, built=frozenset()))]

    with life.opened(small) as read:
        kept, counted = read(both)
    assert kept == counted
    assert sum(each.number for each in kept["study_coverage"]) > 0


@pytest.mark.parametrize("row", figures.ROWS, ids=lambda row: row.name)
def test_every_question_of_a_row_is_answered(small: str, row: figures.Row) -> None:
    with life.opened(small) as read:
        person = read(lambda c: people_queries.by_id(c, life.OWNER))
        answers = [read(ask) for ask in row.questions(person, SMALL).values()]
    assert answers
    assert any(answers)
