"""Roll-ups: whatever happens to whatever is counted, they say what a full count says."""

import itertools
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, Table, delete, func, select, update

from content.programme import SHIPPED, load_programme
from scheduler.building import build_rollups
from storage.actions.rollups import build, prepare, take_in
from storage.actions.study import acknowledge
from storage.database import Database
from storage.model.audience import Audience, Behaviour, Deed
from storage.model.delivery import DeliveryState
from storage.model.event import EventState
from storage.model.figure import Adds, Count, Figure, Measure
from storage.model.ledger import EntryState
from storage.model.node import Node
from storage.model.period import Days, Period, month_of, year_of
from storage.model.person import Standing
from storage.model.sign_up import SignUpState
from storage.model.suggestion import SuggestionState
from storage.queries import cards as card_queries
from storage.queries.audience import count, count_rows
from storage.queries.figures import counting
from storage.queries.figures.cells import Each, Look
from storage.queries.nodes import people_at
from storage.queries.rollups import built, is_prepared, unbuilt
from storage.shares import MEMBERS, Kept
from storage.tables import (
    acknowledgements,
    attendances,
    broadcasts,
    builds,
    deliveries,
    enrolments,
    entries,
    events,
    headcounts,
    memberships,
    persons,
    rollups,
    sign_ups,
    spells,
    suggestions,
)

from .district import NOW, ZONE, District
from .lives import CATEGORIES, NEW_YEAR, fill

MEASURES = load_programme(SHIPPED).measures | {
    "attendances": Measure.of("attendances", Adds.SUM),
    "records_of_who_came": Measure.of("attendances"),
    "places_reached": Measure.of("broadcasts"),
    "study_entries": Measure.of("ledger", Adds.SUM, indicator="study"),
    "members": Measure.of("members", Adds.PERSONS),
}
HERE = Kept(ZONE, load_programme(SHIPPED).shares)
DID = Behaviour(Deed.ACKNOWLEDGED, course_id="c", item_id="a")
AUDIENCES = [
    Audience(),
    Audience(standing=Standing.MEMBER),
    Audience(language="en", studying=True),
    Audience(course_id="c"),
    Audience(course_id="c", standing=Standing.RESIDENT, studying=True),
    *(Audience(standing=s, behaviour=replace(DID, done=d)) for s in (None, Standing.MEMBER)
      for d in (True, False)),
    Audience(course_id="c", behaviour=DID),
    *(Audience(behaviour=Behaviour(deed, done, subject_id=1)) for deed in Deed
      if deed is not Deed.ACKNOWLEDGED for done in (True, False)),
]  # fmt: skip
DELETED = (acknowledgements, sign_ups, attendances, headcounts, deliveries, memberships)
PERIODS = [
    year_of(date(2025, 6, 1)),
    year_of(date(2026, 6, 1)),
    month_of(date(2026, 1, 1)),
    Period(date(2025, 7, 1), date(2026, 3, 31)),
    Period(date(2025, 6, 20), date(2026, 2, 3)),
    Period(date(2025, 1, 1), date(2025, 12, 31)),
    Period(date(2024, 3, 20), date(2026, 1, 20)),
]


def counted(
    connection: Connection, node: Node, days: Days, each: Each, *, by_rollups: bool
) -> dict[str, list[Figure]]:
    """The figures for each place or month, from roll-ups (if they are built) or from records."""
    seen = Look(node, days, built(connection, days.zone) if by_rollups else frozenset())
    found = counting._figures(connection, MEASURES, seen, each)
    ids = [0] if each is Each.WHOLE else range(30)
    return {key: [told(n) for n in ids] for key, told in found.items()}


def agree(connection: Connection, chance: random.Random, nodes: Sequence[Node]) -> None:
    """Both ways give the same for some places and periods."""
    asked = list(itertools.product(nodes, PERIODS, Each))
    for node, period, each in chance.sample(asked, 5):
        days = Days(period, ZONE, NOW)
        ways = [
            counted(connection, node, days, each, by_rollups=by_rollups)
            for by_rollups in (True, False)
        ]
        for key, measure in MEASURES.items():
            # What lasts has no sum of its months: it is asked for each of them alone.
            if each is not Each.MONTH or measure.is_additive:
                assert ways[0][key] == ways[1][key], (node.name, period, each, key)
    agree_besides(connection, nodes)


def agree_besides(connection: Connection, nodes: Sequence[Node]) -> None:
    """The same of what is no figure: who acknowledged what a push brought, who lives where, and how
    many an audience is."""
    for push in connection.execute(select(broadcasts.c.id)).scalars().all():
        kept = card_queries.acknowledged(connection, push)
        assert kept in (None, card_queries.acknowledged_in_full(connection, push))
        reached = Audience(of_broadcast=push)
        assert count(connection, reached) == count_rows(connection, reached)
    counted = select(persons.c.standing, func.count()).where(persons.c.left_at.is_(None))
    ids = [node.id for node in nodes]
    for node_id, living in people_at(connection, ids).items():
        there = counted.where(persons.c.node_id == node_id).group_by(persons.c.standing)
        assert +living == Counter({row.standing: row[1] for row in connection.execute(there)})
    for node, who in itertools.product(nodes, AUDIENCES):
        audience = replace(who, node_id=node.id)
        assert count(connection, audience) == count_rows(connection, audience), audience


def changed(connection: Connection, chance: random.Random, nodes: Sequence[Node]) -> None:
    """One change of one thing that is counted, or of some at once."""

    def some(table: Table) -> Any:
        one = table.c.person_id if table is enrolments else table.c.id
        ids = connection.execute(select(one)).scalars().all()
        return one.in_(chance.sample(ids, min(len(ids), chance.choice([1, 1, 1, 5]))))

    def moved() -> Any:
        return NEW_YEAR + timedelta(hours=chance.choice([-1, 1, -900, 900]))

    node_id = chance.choice(nodes).id
    category = chance.choice(CATEGORIES)
    table, values = chance.choice(
        [
            (acknowledgements, {"node_id": chance.choice([None, node_id])}),
            (acknowledgements, {"acknowledged_at": moved()}),
            (events, {"state": chance.choice(list(EventState))}),
            (events, {"starts_at": moved()}),
            (events, {"category": category, "node_id": node_id}),
            (sign_ups, {"state": chance.choice(list(SignUpState))}),
            (attendances, {"withdrawn_at": chance.choice([None, NOW])}),
            (headcounts, {"withdrawn_at": chance.choice([None, NOW])}),
            (headcounts, {"count": chance.choice([2, 40])}),
            (suggestions, {"state": chance.choice(list(SuggestionState))}),
            (suggestions, {"category": category}),
            (entries, {"state": chance.choice(list(EntryState))}),
            (entries, {"thousandths": chance.choice([500, 7000]), "indicator": category}),
            (memberships, {"until_at": func.coalesce(memberships.c.until_at, NOW)}),
            (memberships, {"node_id": node_id}),
            (deliveries, {"state": chance.choice(list(DeliveryState))}),
            (deliveries, {"node_id": chance.choice([None, node_id])}),
            (broadcasts, {"slot_at": moved()}),
            (persons, {"node_id": chance.choice([None, node_id])}),
            (persons, {"standing": chance.choice(list(Standing))}),
            (persons, {"left_at": chance.choice([None, NOW])}),
            (persons, {"unreachable_at": chance.choice([None, NOW]), "paused": True}),
            (persons, {"language": chance.choice(["zh", "en"])}),
            (enrolments, {"left_at": chance.choice([None, NOW])}),
        ]
    )
    if chance.random() < 0.1 and table in DELETED:
        connection.execute(delete(table).where(some(table)))
    else:
        connection.execute(update(table).where(some(table)).values(**values))


async def prepared(district: District, kept: Kept = HERE) -> None:
    read = district.database.read
    while await read(built, kept.zone) != kept.names:
        await build_rollups(district.database, kept)


@pytest.mark.parametrize("seed", range(2))
async def test_after_any_changes_they_say_what_a_full_count_says(
    district: District, seed: int
) -> None:
    places, chance = [district.node, district.east, district.west], random.Random(seed)
    write = district.database.write
    await prepared(district)
    await write(fill, places, district.mei.id, seed)
    await district.database.read(agree, chance, places)
    for _ in range(3):
        for _ in range(60):
            await write(changed, chance, places)
        await district.database.read(agree, chance, places)
        await write(take_in)
        await district.database.read(agree, chance, places)
    assert await district.rows(rollups), "figures that are always 0 prove nothing"


async def test_history_is_taken_in_step_by_step_while_life_goes_on(district: District) -> None:
    places, chance = [district.node, district.east, district.west], random.Random(7)
    write, read = district.database.write, district.database.read
    await write(fill, places, district.mei.id, 7)
    await write(prepare, HERE)
    assert set(await read(unbuilt)) == HERE.names
    assert await read(built, ZONE) == frozenset()
    while names := await read(unbuilt):
        await write(build, HERE, chance.choice(names), chance.choice([1, 5, 20]))
        await write(changed, chance, places)
        if chance.random() < 0.1:
            await read(agree, chance, places)
    assert await read(built, ZONE) == HERE.names
    await read(agree, chance, places)


async def test_when_all_is_built_no_change_asks_how_far_that_is(district: District) -> None:
    """For each roll-up that is one more look into a table."""

    def asking(connection: Connection) -> int:
        bodies = {
            "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'trigger'",
            "postgresql": "SELECT prosrc FROM pg_proc WHERE proname LIKE 'rollup%%'",
        }[connection.dialect.name]
        found = connection.exec_driver_sql(bodies).scalars().all()
        assert len(found) == len(HERE.triggers[connection.dialect.name])
        return sum("FROM builds" in body for body in found)

    await district.database.write(prepare, HERE)
    assert await district.database.read(asking)
    await prepared(district)
    assert await district.database.read(asking) == 0
    assert await district.database.read(is_prepared, HERE)


async def test_a_share_may_count_one_record_twice(district: District) -> None:
    """Whoever writes a programme may name a source twice, or kinds of it that overlap."""
    counts = [Count("acknowledgements", adds=Adds.PERSONS)] * 2
    share = Measure(tuple(counts), share_of=MEMBERS)
    await prepared(district, Kept(ZONE, (share,)))
    ana = await district.resident("ana")
    await district.database.write(acknowledge, ana.telegram_id, "course", "item", NOW)
    [spell] = await district.rows(spells)
    assert (spell.person_id, spell.records) == (ana.id, 2)


async def test_what_is_undone_is_not_taken_in(district: District) -> None:
    places, chance = [district.node, district.east, district.west], random.Random(1)
    await district.database.write(fill, places, district.mei.id, 1)
    await district.database.write(prepare, HERE)

    def killed(connection: Connection) -> None:
        build(connection, HERE, "acknowledgements", 10)
        raise KeyError

    for _ in range(3):
        with pytest.raises(KeyError):
            await district.database.write(killed)
    await prepared(district)
    await district.database.read(agree, chance, places)


async def test_another_zone_or_missing_triggers_mean_that_all_is_built_anew(
    district: District,
) -> None:
    places, chance = [district.node, district.east, district.west], random.Random(2)
    await district.database.write(fill, places, district.mei.id, 2)
    await prepared(district)
    there = ZoneInfo("America/New_York")
    assert await district.database.read(built, there) == frozenset()
    await prepared(district, Kept(there, HERE.shares))
    assert await district.database.read(built, ZONE) == frozenset()
    await prepared(district)
    await district.database.read(agree, chance, places)
    for row in await district.rows(builds):
        assert row.upto > 0


async def test_without_triggers_none_is_used(sqlite: Database) -> None:
    await sqlite.write(prepare, HERE)
    assert await sqlite.read(is_prepared, HERE)

    def lost(connection: Connection) -> None:
        connection.exec_driver_sql("DROP TRIGGER rollup_0_added")

    await sqlite.write(lost)
    assert not await sqlite.read(is_prepared, HERE)
