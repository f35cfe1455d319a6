"""The ledger: work is recorded once, put right with a reason, and nothing of it is ever lost."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from storage.actions import ledger
from storage.model.figure import Adds, Measure
from storage.model.ledger import EntryState, NewEntry, Sought
from storage.model.moves import Step
from storage.model.period import Days, Period, month_of, year_of
from storage.model.refusal import Refusal
from storage.model.roles import Role
from storage.queries import ledger as ledger_queries
from storage.queries.figures.counting import figure
from storage.queries.ledger import Beside
from storage.tables import entries

from .district import DAY, NOW, ZONE, District, outcomes

TODAY = NOW.astimezone(ZONE).date()


def visits(district: District, number: str = "3", key: str = "a") -> NewEntry:
    return NewEntry(key, district.east.id, "home_visits", TODAY, Decimal(number))


async def total(district: District) -> Decimal:
    asked = Measure.of("ledger", Adds.SUM, indicator="home_visits")
    days = Days(year_of(TODAY), ZONE, NOW)
    return (await district.database.read(figure, asked, district.node, days)).number


async def test_what_is_recorded_twice_by_one_draft_is_one_entry(district: District) -> None:
    kim, write = await district.kim(), district.database.write
    calls = [write(ledger.record, kim.id, visits(district), 0, NOW, ZONE) for _ in range(4)]
    assert len(set(await outcomes(calls))) == 1
    assert await total(district) == 3


async def test_an_entry_that_was_put_right_stays_to_be_read(district: District) -> None:
    kim, write = await district.kim(), district.database.write
    wrong = await write(ledger.record, kim.id, visits(district), 0, NOW, ZONE)
    step = Step(EntryState.REPLACED, NOW + DAY, kim.id, "两位老人不在家")
    better = replace(visits(district, "1", "b"), place="3号楼")
    calls = [write(ledger.put_right, wrong, better, 0, step, ZONE) for _ in range(3)]
    [right] = set(await outcomes(calls))
    assert await total(district) == 1
    before = await district.database.read(ledger_queries.by_id, wrong, ZONE)
    after = await district.database.read(ledger_queries.by_id, right, ZONE)
    assert (before.number, before.state) == (Decimal(3), EntryState.REPLACED)
    assert [(m.to_state, m.words) for m in before.history][-1] == ("replaced", "两位老人不在家")
    assert (after.number, after.place, after.replaces_id) == (Decimal(1), "3号楼", wrong)


async def test_a_voided_entry_counts_no_more_and_cannot_be_put_right(district: District) -> None:
    kim, write = await district.kim(), district.database.write
    entry = await write(ledger.record, kim.id, visits(district), 0, NOW, ZONE)
    void = Step(EntryState.VOIDED, NOW, kim.id, "记重了")
    await write(ledger.void, entry, void, ZONE)
    assert await total(district) == 0
    assert len(await district.rows(entries)) == 1
    replaced = Step(EntryState.REPLACED, NOW, kim.id, "再改")
    better = visits(district, "2", "b")
    calls = [
        write(ledger.void, entry, void, ZONE),
        write(ledger.put_right, entry, better, 0, replaced, ZONE),
    ]
    assert await outcomes(calls) == ["ledger.counts_no_more"] * 2
    assert len(await district.rows(entries)) == 1, "a better one that replaces nothing is not kept"


async def test_who_records_where(district: District) -> None:
    kim, bo, write = await district.kim(), await district.resident("bo"), district.database.write
    west = replace(visits(district), node_id=district.west.id)
    for by, new in ((bo.id, visits(district)), (kim.id, west)):
        with pytest.raises(Refusal, match="refused.not_yours"):
            await write(ledger.record, by, new, 0, NOW, ZONE)
    entry = await write(ledger.record, district.mei.id, west, 0, NOW, ZONE)
    with pytest.raises(Refusal, match="refused.not_yours"):
        await write(ledger.void, entry, Step(EntryState.VOIDED, NOW, kim.id, "不是我们的"), ZONE)
    mine = await write(ledger.record, kim.id, visits(district, key="k"), 0, NOW, ZONE)
    step = Step(EntryState.REPLACED, NOW, kim.id, "是西山的")
    with pytest.raises(Refusal, match="refused.not_yours"):
        await write(ledger.put_right, mine, replace(west, draft_key="w"), 0, step, ZONE)
    assert await total(district) == 6


@pytest.mark.parametrize(
    ("number", "decimals", "key"),
    [
        ("0", 0, "ledger.not_positive"),
        ("-3", 0, "ledger.not_positive"),
        ("2.5", 0, "ledger.not_whole"),
        ("2.25", 1, "ledger.decimals"),
        ("1000001", 0, "ledger.too_many"),
    ],
)
async def test_a_number_that_makes_no_sense_is_refused(
    district: District, number: str, decimals: int, key: str
) -> None:
    new = visits(district, number)
    with pytest.raises(Refusal, match=key):
        await district.database.write(ledger.record, district.mei.id, new, decimals, NOW, ZONE)


async def test_what_is_planned_is_no_work_yet(district: District) -> None:
    tomorrow = replace(visits(district), on=TODAY + DAY)
    with pytest.raises(Refusal, match="ledger.still_to_come"):
        await district.database.write(ledger.record, district.mei.id, tomorrow, 0, NOW, ZONE)


async def test_an_entry_is_put_right_with_a_reason(district: District) -> None:
    write = district.database.write
    entry = await write(ledger.record, district.mei.id, visits(district), 0, NOW, ZONE)
    for words in (None, " "):
        with pytest.raises(Refusal, match="ledger.no_reason"):
            await write(
                ledger.void, entry, Step(EntryState.VOIDED, NOW, district.mei.id, words), ZONE
            )


async def test_what_may_be_the_same_work_is_found_before_it_is_saved(district: District) -> None:
    write, read = district.database.write, district.database.read
    for key, on, number in (("a", TODAY, "3"), ("b", TODAY - DAY, "3"), ("c", TODAY, "5")):
        new = replace(visits(district, number, key), on=on)
        await write(ledger.record, district.mei.id, new, 0, NOW, ZONE)
    found = await read(ledger_queries.alike, visits(district, "3", "z"), ZONE)
    assert [entry.number for entry in found] == [3, 5]
    elsewhere = replace(visits(district), node_id=district.west.id)
    assert await read(ledger_queries.alike, elsewhere, ZONE) == []


async def test_an_entry_of_the_last_day_of_a_year_is_in_that_year(district: District) -> None:
    new = replace(visits(district), on=date(2025, 12, 31))
    await district.database.write(ledger.record, district.mei.id, new, 0, NOW, ZONE)
    asked = Measure.of("ledger", Adds.SUM)
    for year, number in ((2025, 3), (2026, 0)):
        days = Days(year_of(date(year, 1, 1)), ZONE, NOW)
        found = await district.database.read(figure, asked, district.east, days)
        assert found.number == number


async def test_the_list_is_narrowed_to_an_indicator_and_a_period(district: District) -> None:
    kim, write = await district.kim(), district.database.write
    last_month = TODAY.replace(day=1) - DAY
    for key, indicator, on in (
        ("a", "home_visits", TODAY),
        ("b", "home_visits", last_month),
        ("c", "mediations", TODAY),
    ):
        new = replace(visits(district, key=key), indicator=indicator, on=on)
        await write(ledger.record, kim.id, new, 0, NOW, ZONE)

    async def listed(indicator: str | None = None, period: Period | None = None) -> list[str]:
        found = await district.database.read(
            ledger_queries.newest, kim, Sought(indicator, period), 0, ZONE
        )
        return [f"{each.indicator} {each.on}" for each in found.items]

    here, before = f"home_visits {TODAY}", f"home_visits {last_month}"
    assert await listed() == [f"mediations {TODAY}", here, before]
    assert await listed("home_visits") == [here, before]
    assert await listed(None, month_of(last_month)) == [before]
    assert await listed("mediations", month_of(last_month)) == []


async def test_what_is_usual_is_told_by_ones_own_entries_first(district: District) -> None:
    kim, write = await district.kim(), district.database.write
    li = await district.staff("li", Role.COMMUNITY, district.east)
    for by, number, keys in ((li, "9", "abc"), (kim, "2", "de"), (kim, "5", "f")):
        for key in keys:
            await write(ledger.record, by.id, visits(district, number, key), 0, NOW, ZONE)
    other = replace(visits(district, key="g"), indicator="mediations")
    await write(ledger.record, li.id, other, 0, NOW, ZONE)
    elsewhere = replace(visits(district, "7", "h"), node_id=district.west.id)
    await write(ledger.record, district.mei.id, elsewhere, 0, NOW, ZONE)
    habits = await district.database.read(ledger_queries.habits, kim, ZONE)
    assert habits.indicators() == ["home_visits", "mediations"]
    assert habits.numbers("home_visits") == [2, 5, 9]
    assert habits.last is not None
    assert habits.last.number == 5


async def test_what_may_be_counted_already_is_told(district: District) -> None:
    kim, write = await district.kim(), district.database.write
    read = district.database.read
    first = await write(ledger.record, kim.id, visits(district), 0, NOW, ZONE)
    await district.event(district.east, category="meeting", starts_at=NOW + timedelta(hours=1))
    await district.event(district.west, category="meeting", starts_at=NOW + timedelta(hours=1))
    await district.event(district.east, category="meeting", starts_at=NOW + DAY)
    of_it = Measure.of("events", category="meeting")
    beside = Beside(of_it, frozenset({"meeting"}))
    doubts = await read(ledger_queries.doubts, visits(district, "2", "z"), beside, NOW, ZONE)
    assert [each.id for each in doubts.alike] == [first]
    assert doubts.by_itself == 1
    assert len(doubts.events) == 1
    assert not doubts.long_ago
    right = replace(beside, by_itself=None, instead_of=first)
    assert not await read(ledger_queries.doubts, visits(district, "2", "z"), right, NOW, ZONE)
    old = replace(visits(district, "2", "z"), on=TODAY - timedelta(days=367))
    assert (await read(ledger_queries.doubts, old, right, NOW, ZONE)).long_ago
