"""What staff ask of three years of a big district (tests/benchmarks/life.py): figures, their
records, who lives where, how many an audience is, how far a push has come.

On SQLite, and on PostgreSQL where TEST_DATABASE_URL names a server. Each question is asked as the
product asks it; beside the figures stands what they take when they are counted from their records.
"""

import asyncio
import atexit
import hashlib
import os
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from sqlalchemy import Connection

from bot.commands.run import spare_the_collector
from content.programme import SHIPPED, load_programme
from storage.migrations import HEAD
from storage.model.audience import Audience, Behaviour, Deed
from storage.model.comparison import Comparison, by_all
from storage.model.period import Days, Period, month_of, year_of
from storage.model.person import Person, Standing
from storage.model.plan import share_gone
from storage.queries import audience, cards
from storage.queries import nodes as node_queries
from storage.queries import people as people_queries
from storage.queries.comparisons import compared_for as side_by_side
from storage.queries.figures import counting
from storage.queries.figures.cells import Each, Look
from storage.queries.overviews import compared_for
from storage.shares import version
from tests.benchmarks import life
from tests.benchmarks.outcome import Outcome
from tests.conftest import commands, new_postgres

Question = Callable[[Connection], object]
Questions = Mapping[str, Question]

RESULTS = Path(__file__).parent / "results"
PROGRAMME = load_programme(SHIPPED)
PERIODS = {
    "this year": year_of(date(2026, 1, 1)),
    "last year": year_of(date(2025, 1, 1)),
    "a month": month_of(date(2026, 11, 1)),
    "three years": Period(date(2024, 1, 1), date(2026, 12, 31)),
}
PLACES = (life.DISTRICT, 2, 50)  # and communities
PAGES = (0, 1, 10, 100)
SQLITE, POSTGRES = "SQLite", "PostgreSQL"
_TIMES = 10  # each question is asked so often


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: what is asked, and how long an answer may take at a quantile."""

    name: str
    what: str
    must: float  # milliseconds
    aim: float
    quantile: int  # of a hundred
    questions: Callable[[Person, life.Size], Questions]


def days(period: Period) -> Days:
    return Days(period, life.ZONE, life.NOW)


def stats(person: Person, size: life.Size) -> Questions:
    """Everything of a place and period, beside the year before and the plan."""

    def asked(node_id: int, period: Period) -> Question:
        of = days(period)
        return lambda c: compared_for(c, person, node_id, of, PROGRAMME.measures)

    return {
        f"{node_id}, {name}": asked(node_id, period)
        for node_id in PLACES
        for name, period in PERIODS.items()
    }


def side(person: Person, size: life.Size) -> Questions:
    of, gone = days(PERIODS["this year"]), share_gone(2026, life.NOW.date())
    weights = {each.id: each.weight for each in PROGRAMME.assessed}
    order = partial(by_all, weights=weights, gone=gone)
    asked = Comparison(of, PROGRAMME.plannable, order, with_before=True)

    def ask(c: Connection) -> object:
        return side_by_side(c, person, asked, 0)

    return {"all": ask}


def records(person: Person, size: life.Size) -> Questions:
    def asked(node_id: int, name: str, page: int) -> Question:
        measure, of = PROGRAMME.measures[name], days(PERIODS["this year"])

        def ask(c: Connection) -> object:
            return counting.records(c, measure, node_queries.by_id(c, node_id), of, page)

        return ask

    return {
        f"{node_id}, {name}, page {page}": asked(node_id, name, page)
        for node_id in PLACES[:2]
        for name in PROGRAMME.measures
        for page in PAGES
    }


def communities(person: Person, size: life.Size) -> Questions:
    def asked(page: int) -> Question:
        return lambda c: node_queries.cards(c, person, page)

    return {f"page {page}": asked(page) for page in (0, 10, 24)}


def audiences(person: Person, size: life.Size) -> Questions:
    did = Behaviour(Deed.ACKNOWLEDGED, course_id="c", item_id=f"i{size.pushes}")
    of: dict[str, Audience] = {
        "everybody": Audience(life.DISTRICT),
        "members": Audience(life.DISTRICT, standing=Standing.MEMBER),
        "in a course": Audience(life.DISTRICT, course_id="c"),
        "did an item": Audience(life.DISTRICT, behaviour=did),
        "did not": Audience(life.DISTRICT, behaviour=replace(did, done=False)),
        "attended": Audience(life.DISTRICT, behaviour=Behaviour(Deed.ATTENDED, subject_id=100)),
        "reached": Audience(of_broadcast=size.to_all),
    }

    def asked(who: Audience) -> Question:
        return lambda c: audience.count(c, who)

    return {name: asked(who) for name, who in of.items()}


def card(person: Person, size: life.Size) -> Questions:
    push = size.to_all
    return {"acknowledged": lambda c: cards.acknowledged(c, push)}


ROWS = (
    Row("stats", "/stats of a place and period, all indicators, beside plan and last year",
        50, 5, 99, stats),
    Row("side", "all places side by side, all indicators of a year, against plan and last year",
        100, 20, 99, side),
    Row("records", "a page of the records behind a figure", 50, 10, 95, records),
    Row("communities", "a page of /communities", 50, 5, 95, communities),
    Row("audience", "how many an audience of a million is", 200, 50, 99, audiences),
    Row("card", "how many acknowledged a push to a million", 5, 1, 99, card),
)  # fmt: skip


def row(name: str) -> Callable[[], Outcome]:
    """What runs a row."""
    [found] = [each for each in ROWS if each.name == name]
    return lambda: run(found)


def run(asked: Row) -> Outcome:
    """Asks every question of a row on each database."""
    details = {name: measure(url, asked, life.Size()) for name, url in databases().items()}
    told = [_told(asked, name, each) for name, each in details.items()]
    return Outcome(
        asked.name,
        f"{asked.what}; 10 M deliveries, 3 M acknowledgements, 1 M attendances, 100 communities",
        f"p{asked.quantile} ≤ {asked.must:g} ms (aim {asked.aim:g})",
        "; ".join(told),
        all(each["high"] <= asked.must for each in details.values()),
        details,
    )


def _told(asked: Row, name: str, found: Mapping[str, Any]) -> str:
    full = f"; counted from records {found['full']:,.0f} ms" if found["full"] else ""
    high = f"p{asked.quantile} {found['high']:.1f} ms (slowest: {found['slowest']})"
    return f"{name}: p50 {found['p50']:.1f}, {high}{full}"


def measure(url: str, asked: Row, size: life.Size) -> dict[str, Any]:
    """Every question some times over, in turns, after one round to warm up; with the garbage
    collector as the running product has it."""
    spare_the_collector()
    with life.opened(url) as read:
        person = read(lambda c: people_queries.by_id(c, life.OWNER))
        questions = asked.questions(person, size)
        took: dict[str, list[float]] = {name: [] for name in questions}
        for turn in range(_TIMES + 1):
            for name, ask in questions.items():
                seconds = _timed(read, ask)
                if turn:
                    took[name].append(seconds * 1000)
        full = _timed(read, _in_full) * 1000 if asked.name == "stats" else None
    every = [each for times in took.values() for each in times]
    medians = {name: median(times) for name, times in took.items()}
    return {
        "p50": median(every),
        "high": quantiles(every, n=100, method="inclusive")[asked.quantile - 1],
        "slowest": max(medians, key=lambda name: medians[name]),
        "medians": medians,
        "full": full,
    }


def _timed(read: Callable[[Question], object], ask: Question) -> float:
    began = time.perf_counter()
    read(ask)
    return time.perf_counter() - began


def _in_full(connection: Connection) -> None:
    """This year of the district by plain GROUP BY of the records."""
    seen = Look(node_queries.by_id(connection, life.DISTRICT), days(PERIODS["this year"]))
    for each in counting._figures(connection, PROGRAMME.measures, seen, Each.WHOLE).values():
        each(0)


@cache
def databases() -> Mapping[str, str]:
    """The addresses of the filled databases, by what they are. SQLite's is kept beside the results
    for the next time; the one on a server, whose triggers are functions, takes twenty minutes, and
    goes when the process ends."""
    found = {SQLITE: _file()}
    if server := os.environ.get("TEST_DATABASE_URL"):
        kept = ExitStack()
        atexit.register(kept.close)
        found[POSTGRES] = kept.enter_context(new_postgres(server, "life"))
        _fill(found[POSTGRES])
        # Its autovacuum does that in the minutes after; whoever asks sooner waits twice as long.
        asyncio.run(commands(found[POSTGRES], "VACUUM (ANALYZE)"))
    return found


def _file() -> str:
    made_by = (Path(life.__file__).read_text(), HEAD, version(life.ZONE))
    name = hashlib.sha256(repr(made_by).encode()).hexdigest()[:12]
    folder = RESULTS / "life"
    path = folder / f"{name}.db"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.db*"):
            old.unlink()
        new = folder / "new.db"
        _fill(f"sqlite:///{new}")
        new.rename(path)
    return f"sqlite:///{path}"


def _fill(url: str) -> None:
    life.fill(url, life.Size())
    life.build(url)
