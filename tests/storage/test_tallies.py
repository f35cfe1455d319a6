"""Every figure against a count by hand over the same rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, Row, Table, insert, update

from content.programme import SHIPPED, load_programme
from storage.model.figure import Adds, Figure, Measure
from storage.model.period import Days, Period, half_year_of, month_of, quarter_of, year_of
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.tally import Tally
from storage.queries.figures import SOURCES
from storage.queries.overviews import compared_for
from storage.queries.tallies import tally, tally_for
from storage.tables import (
    acknowledgements,
    attendances,
    broadcasts,
    deliveries,
    entries,
    events,
    headcounts,
    memberships,
    nodes,
    persons,
    sign_ups,
    suggestions,
)

from .district import NOW, ZONE, District, rows_of
from .lives import CATEGORIES, NEW_YEAR, fill

TABLES = (
    *(persons, memberships, acknowledgements, broadcasts, deliveries, events, sign_ups),
    *(attendances, headcounts, suggestions, entries, nodes),
)
# What ships, and what it does not ask for: every source is counted by hand in some way.
MEASURES = load_programme(SHIPPED).measures | {
    "attendances": Measure.of("attendances", Adds.SUM),
    "persons_who_came": Measure.of("attendances", Adds.PERSONS),
    "study_entries": Measure.of("ledger", Adds.SUM, indicator="study"),
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


# The random lives have no event of these categories, and no entry for these indicators.
NEVER = {
    indicator.id
    for indicator in load_programme(SHIPPED).indicators
    if not {"study", "service"} & {v for c in indicator.counts for v in c.where.get("category", ())}
    and {c.source for c in indicator.counts} <= {"occasions", "attendances", "ledger"}
}


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

    def held(self, category: str) -> list[int]:
        """Events that took place, by their ids."""
        return [
            e.id
            for e in self.rows[events]
            if e.node_id in self.nodes
            and e.category == category
            and e.state == "held"
            and self.on(e.starts_at)
        ]

    def came(self, held: list[int]) -> list[int]:
        """Who came to them, once for each time."""
        ticks = self.rows[attendances]
        return [a.person_id for a in ticks if a.event_id in held and a.withdrawn_at is None]

    def nameless(self, held: list[int]) -> int:
        """How many came besides, whom nobody named."""
        numbers = self.rows[headcounts]
        counted = [h for h in numbers if h.event_id in held and h.withdrawn_at is None]
        return sum(h._mapping["count"] for h in counted)

    def done(self) -> list[int]:
        """Who acknowledged an item, once for each."""
        return [
            a.person_id
            for a in self.rows[acknowledgements]
            if a.node_id in self.nodes and self.on(a.acknowledged_at)
        ]

    def reached(self, kind: str) -> list[int]:
        """The broadcasts of a kind that were not withdrawn, once for each whom they reached."""
        withdrawn = {b.of_id for b in self.rows[broadcasts]}
        slots = {b.id: b.slot_at for b in self.rows[broadcasts]}
        return [
            d.broadcast_id
            for d in self.rows[deliveries]
            if (d.state, d.kind) == ("sent", kind)
            and d.node_id in self.nodes
            and d.broadcast_id not in withdrawn
            and self.on(slots[d.broadcast_id])
        ]

    def members(self) -> set[int]:
        """Who is on a register at the end of the period, or now."""
        end = datetime.combine(self.period.last_on + timedelta(days=1), time(), tzinfo=ZONE)
        last = min(end, NOW)
        return {
            m.person_id
            for m in self.rows[memberships]
            if m.node_id in self.nodes
            and m.since_at < last
            and (m.until_at is None or m.until_at >= last)
        }

    def recorded(self, indicator: str) -> Decimal:
        """What the ledger says."""
        numbers = [
            Decimal(e.thousandths) / 1000
            for e in self.rows[entries]
            if (e.indicator, e.state) == (indicator, "counted")
            and e.node_id in self.nodes
            and self.on(e.at)
        ]
        return sum(numbers, Decimal(0))

    def figures(self) -> dict[str, Figure]:
        planned = {
            e.id for e in self.rows[events]
            if e.node_id in self.nodes and e.state in ("open", "closed", "held")
            and self.on(e.starts_at)
        }  # fmt: skip
        studied = self.came(self.held("study"))
        every = [p for category in CATEGORIES for p in self.came(self.held(category))]
        done = self.done()
        received = [
            s for s in self.rows[suggestions] if s.node_id in self.nodes and self.on(s.submitted_at)
        ]
        members, pushes = self.members(), self.reached("study_item")
        by_id: dict[str, int | Decimal] = {
            "study_sessions": len(self.held("study")),
            "study_attendance": len(studied) + self.nameless(self.held("study")),
            "study_pushes": len(set(pushes)),
            "study_push_reach": len(pushes),
            "study_acknowledgements": len(done),
            "publicity_posts": len(set(self.reached("notice"))),
            "service_events": len(self.held("service")),
            "members_registered": len(members),
            "events": len(planned),
            "sign_ups": sum(
                s.event_id in planned and s.state == "signed_up" for s in self.rows[sign_ups]
            ),
            "suggestions_received": len(received),
            "suggestions_adopted": sum(s.state in ("adopted", "implemented") for s in received),
            "suggestions_implemented": sum(s.state == "implemented" for s in received),
            "attendances": len(every) + sum(self.nameless(self.held(c)) for c in CATEGORIES),
            "persons_who_came": len(set(every)),
            "study_entries": self.recorded("study"),
            # What the random lives have none of.
            **{key: 0 for key in MEASURES if key in NEVER},
        }
        # It does not matter where study reached them.
        all_over = ByHand(self.rows, {node.id for node in self.rows[nodes]}, self.period)
        reached = {*all_over.came(all_over.held("study")), *all_over.done()} & members
        covered = Figure(Decimal(len(reached)), Decimal(len(members)))
        plain = {key: Figure(Decimal(number)) for key, number in by_id.items()}
        return plain | {"study_coverage": covered}


@pytest.mark.parametrize("seed", range(4))
async def test_every_figure_equals_a_count_by_hand(district: District, seed: int) -> None:
    places = [district.node, district.east, district.west]
    await district.database.write(fill, places, district.mei.id, seed)
    rows = {table: await district.database.read(rows_of, table) for table in TABLES}
    seen = dict.fromkeys(MEASURES, Decimal(0))
    for node in places:
        below = {p.id for p in places} if node is district.node else {node.id}
        for period in PERIODS:
            days = Days(period, ZONE, NOW)
            found = await district.database.read(tally, node, days, MEASURES)
            assert (found.node, found.period) == (node, period)
            assert found.figures == ByHand(rows, below, period).figures(), (node.name, period)
            for key, figure in found.figures.items():
                seen[key] += figure.number
    assert {key for key, number in seen.items() if number == 0} == NEVER, (
        "figures that are always 0 prove nothing"
    )


async def test_a_district_is_the_sum_of_its_communities_and_itself(district: District) -> None:
    """All but broadcasts, of which one may reach two communities, and persons."""
    places = [district.node, district.east, district.west]
    await district.database.write(fill, places[1:], district.mei.id, 5)
    days = Days(year_of(date(2026, 1, 1)), ZONE, NOW)
    summed = {key: each for key, each in MEASURES.items() if each.is_additive}
    assert MEASURES.keys() - summed.keys() == {
        *("study_pushes", "publicity_posts", "study_coverage", "members_registered"),
        "persons_who_came",
    }
    whole, *parts = [
        (await district.database.read(tally, place, days, summed)).figures for place in places
    ]
    for key in summed:
        assert whole[key].number == sum(part[key].number for part in parts), key


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
        days = Days(year_of(date(year, 1, 1)), ZONE, NOW)
        done = {"done": Measure.of("acknowledgements")}
        found = await district.database.read(tally, district.east, days, done)
        assert found.figures == {"done": Figure(Decimal(1))}


def test_every_source_is_counted_by_hand() -> None:
    assert {
        count.source for each in MEASURES.values() for count in each.counts
    } == SOURCES.keys(), (
        "A new source is added to what is counted by hand above: then its figure can be wrong."
    )


async def test_figures_are_shown_to_whoever_may_see_them_the_widest_first(
    district: District,
) -> None:
    kim = await district.kim()
    days = Days(year_of(date(2026, 1, 1)), ZONE, NOW)

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


async def test_of_days_that_go_on_how_it_stood_is_compared_at_the_end_of_the_month(
    district: District,
) -> None:
    """What came in a period is compared up to the same day."""
    ana, day = await district.member("ana"), datetime(2025, 3, 25, 4, tzinfo=UTC)
    done = {"person_id": ana.id, "node_id": district.east.id, "course_id": "c", "item_id": "a"}

    def put(connection: Connection) -> None:
        connection.execute(insert(acknowledgements).values(**done, acknowledged_at=day))
        connection.execute(update(memberships).values(since_at=day - timedelta(days=5)))

    await district.database.write(put)
    shown = {key: MEASURES[key] for key in ("study_coverage", "study_acknowledgements")}
    for days, coverage, acts, ended in (
        (Days(year_of(NOW.date()), ZONE, NOW), Figure(Decimal(1), Decimal(1)), 0, True),
        (Days(month_of(date(2026, 2, 1)), ZONE, NOW), Figure(Decimal(0), Decimal(0)), 0, False),
    ):
        asked = (district.mei, district.east.id, days, shown)
        found = await district.database.read(compared_for, *asked)
        assert found.before["study_coverage"] == coverage
        assert found.before["study_acknowledgements"] == Figure(Decimal(acts))
        assert found.at_months_end == ({"study_coverage"} if ended else set())
