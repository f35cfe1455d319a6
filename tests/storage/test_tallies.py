"""Every figure against a count by hand over the same rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Row, Table, insert

from content.programme import SHIPPED, load_programme
from storage.model.figure import ADDITIVE, Adds, Measure
from storage.model.period import Days, Period, half_year_of, month_of, quarter_of, year_of
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.tally import Tally
from storage.queries.figures import SOURCES
from storage.queries.tallies import tally, tally_for
from storage.tables import (
    acknowledgements,
    attendances,
    broadcasts,
    deliveries,
    events,
    persons,
    sign_ups,
    suggestions,
)

from .district import ZONE, District, rows_of
from .lives import NEW_YEAR, fill

TABLES = (
    *(persons, acknowledgements, broadcasts, deliveries, events, sign_ups, attendances),
    suggestions,
)
# What ships, and what it does not ask for: every source is counted by hand in some way.
MEASURES = load_programme(SHIPPED).measures | {
    "attendances": Measure("attendances"),
    "persons_who_came": Measure("attendances", adds=Adds.PERSONS),
    "study_sessions": Measure("events", {"category": frozenset({"study"})}),
    "notices_and_pushes_by_slot": Measure("broadcasts", adds=Adds.SUM),
}
PERIODS = [
    year_of(date(2025, 6, 1)),
    year_of(date(2026, 6, 1)),
    half_year_of(date(2026, 2, 1)),
    quarter_of(date(2025, 12, 31)),
    month_of(date(2026, 1, 1)),
    Period(date(2025, 12, 31), date(2025, 12, 31)),
    Period(date(2026, 1, 1), date(2026, 1, 1)),
]


@dataclass
class ByHand:
    """The same figures by loops over all rows, and days by the calendar of the district."""

    rows: dict[Table, Sequence[Row[Any]]]
    nodes: set[int]
    period: Period

    def on(self, at: datetime | None) -> bool:
        """Whether the district's own day of an instant is one of the period."""
        assert at is not None
        return self.period.first_on <= at.astimezone(ZONE).date() <= self.period.last_on

    def count(self, table: Table, keep: Callable[[Row[Any]], bool]) -> int:
        return sum(row.node_id in self.nodes and keep(row) for row in self.rows[table])

    def figures(self) -> dict[str, int]:
        every = [d for d in self.rows[deliveries] if d.state == "sent" and d.node_id in self.nodes]
        sent = [d for d in every if d.kind == "study_item"]
        slots = {b.id: b.slot_at for b in self.rows[broadcasts]}
        own = {
            e.id: e.category
            for e in self.rows[events]
            if e.node_id in self.nodes and e.state == "open" and self.on(e.starts_at)
        }
        came = [
            a.person_id
            for a in self.rows[attendances]
            if a.event_id in own and a.withdrawn_at is None
        ]
        received = [
            s for s in self.rows[suggestions] if s.node_id in self.nodes and self.on(s.submitted_at)
        ]
        return {
            "study_pushes": len({d.broadcast_id for d in sent if self.on(slots[d.broadcast_id])}),
            "study_push_reach": sum(self.on(d.sent_at) for d in sent),
            "study_acknowledgements": self.count(
                acknowledgements, lambda a: self.on(a.acknowledged_at)
            ),
            "events": len(own),
            "sign_ups": sum(
                s.event_id in own and s.state == "signed_up" for s in self.rows[sign_ups]
            ),
            "suggestions_received": len(received),
            "suggestions_adopted": sum(s.state in ("adopted", "implemented") for s in received),
            "suggestions_implemented": sum(s.state == "implemented" for s in received),
            "attendances": len(came),
            "persons_who_came": len(set(came)),
            "study_sessions": list(own.values()).count("study"),
            "notices_and_pushes_by_slot": sum(self.on(slots[d.broadcast_id]) for d in every),
        }


@pytest.mark.parametrize("seed", range(4))
async def test_every_figure_equals_a_count_by_hand(district: District, seed: int) -> None:
    places = [district.node, district.east, district.west]
    await district.database.write(fill, places, district.mei.id, seed)
    rows = {table: await district.database.read(rows_of, table) for table in TABLES}
    seen = dict.fromkeys(MEASURES, 0)
    for node in places:
        nodes = {p.id for p in places} if node is district.node else {node.id}
        for period in PERIODS:
            days = Days(period, ZONE)
            found = await district.database.read(tally, node, days, MEASURES)
            assert (found.node, found.period) == (node, period)
            assert found.figures == ByHand(rows, nodes, period).figures(), (node.name, period)
            for key, figure in found.figures.items():
                seen[key] += figure
    assert min(seen.values()) > 0, "figures that are always 0 prove nothing"


async def test_a_district_is_the_sum_of_its_communities_and_itself(district: District) -> None:
    """All but pushes, of which one may reach two communities, and persons, who may go to two."""
    places = [district.node, district.east, district.west]
    await district.database.write(fill, places[1:], district.mei.id, 5)
    days = Days(year_of(date(2026, 1, 1)), ZONE)
    summed = {key: each for key, each in MEASURES.items() if each.adds in ADDITIVE}
    assert MEASURES.keys() - summed.keys() == {"study_pushes", "persons_who_came"}
    whole, *parts = [
        (await district.database.read(tally, place, days, summed)).figures for place in places
    ]
    assert whole == {key: sum(part[key] for part in parts) for key in summed}


async def test_an_instant_belongs_to_the_year_in_which_the_district_then_lived(
    district: District,
) -> None:
    ana = await district.member("ana")

    def put(connection: Connection, key: str, at: datetime) -> None:
        row = {"person_id": ana.id, "node_id": district.east.id, "course_id": "c", "item_id": key}
        connection.execute(insert(acknowledgements).values(**row, acknowledged_at=at))

    for key, at in (("a", NEW_YEAR - timedelta(microseconds=1)), ("b", NEW_YEAR)):
        await district.database.write(put, key, at)
    for year in (2025, 2026):
        days = Days(year_of(date(year, 1, 1)), ZONE)
        done = {"done": Measure("acknowledgements")}
        found = await district.database.read(tally, district.east, days, done)
        assert found.figures == {"done": 1}


def test_every_source_is_counted_by_hand() -> None:
    assert {measure.source for measure in MEASURES.values()} == SOURCES.keys(), (
        "A new source is added to what is counted by hand above: then its figure can be wrong."
    )


async def test_figures_are_shown_to_whoever_may_see_them_the_widest_first(
    district: District,
) -> None:
    kim = await district.kim()
    days = Days(year_of(date(2026, 1, 1)), ZONE)

    async def see(person: Person, node_id: int | None) -> Tally:
        read = district.database.read
        return await read(tally_for, person, node_id, days, MEASURES)

    assert (await see(district.mei, None)).node == district.node
    assert (await see(district.mei, district.west.id)).node == district.west
    assert (await see(district.mei, None)).others is True
    assert ((await see(kim, None)).node, (await see(kim, None)).others) == (district.east, False)
    for person, node_id in (
        (kim, district.west.id),
        (kim, district.node.id),
        (await district.resident("bo"), None),
    ):
        with pytest.raises(Refusal, match="refused.not_yours"):
            await see(person, node_id)
