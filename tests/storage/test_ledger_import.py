"""Many entries at once: all of a file or nothing, and importing it twice changes nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from storage.actions import ledger
from storage.actions.ledger_import import Importing, import_entries, void_imported
from storage.model.ledger import EntryState, NewEntry, Sought
from storage.model.ledger_import import Import
from storage.model.moves import Step
from storage.model.refusal import Refusal
from storage.queries import ledger as ledger_queries
from storage.queries.ledger_import import returnable, sort_out
from storage.receipts import handling
from storage.steps import in_steps

from .district import DAY, NOW, ZONE, District
from .test_ledger import TODAY, total, visits


def of(by: int) -> Importing:
    return Importing(by, "台账.xlsx", {"home_visits": 0}, ZONE)


def some(district: District, *numbers: int) -> list[NewEntry]:
    """Entries as a workbook gives them, without keys."""
    return [replace(visits(district, str(number)), draft_key="") for number in numbers]


async def sorted_out(district: District, new: Sequence[NewEntry]) -> Import:
    return await district.database.read(sort_out, new, ZONE)


async def take(district: District, by: int, new: Sequence[NewEntry]) -> int:
    """Import what is new of it, in steps."""
    plan = await sorted_out(district, new)
    action = partial(import_entries, of=of(by))
    return sum([n async for n in in_steps(district.database, plan.new, action, NOW)])


async def test_importing_twice_changes_nothing(district: District) -> None:
    kim = await district.kim()
    new = some(district, 1, 2, 2, 3)
    assert await take(district, kim.id, new) == 4
    again = await sorted_out(district, new)
    assert (len(again.new), again.there) == (0, 4)
    assert await take(district, kim.id, new) == 0
    assert await total(district) == 8


async def test_equal_rows_of_a_file_are_different_work(district: District) -> None:
    kim = await district.kim()
    await take(district, kim.id, some(district, 3, 3))
    plan = await sorted_out(district, some(district, 3, 3, 3))
    assert (len(plan.new), plan.there, plan.twice) == (1, 2, [2])
    await take(district, kim.id, some(district, 3, 3, 3))
    assert await total(district) == 9


async def test_what_was_typed_in_chat_is_there_already(district: District) -> None:
    kim, write = await district.kim(), district.database.write
    await write(ledger.record, kim.id, visits(district, "3"), 0, NOW, ZONE)
    plan = await sorted_out(district, some(district, 3, 4))
    assert (len(plan.new), plan.there) == (1, 1)
    assert plan.alike == 1  # of the same day and indicator: it may be the same work in other words


async def test_what_was_put_right_is_not_recorded_again_as_it_was(district: District) -> None:
    kim, write = await district.kim(), district.database.write
    new = some(district, 3)
    await take(district, kim.id, new)
    [entry] = (await district.database.read(ledger_queries.newest, kim, Sought(), 0, ZONE)).items
    step = Step(EntryState.REPLACED, NOW, kim.id, "数错了")
    await write(ledger.put_right, entry.id, visits(district, "2"), 0, step, ZONE)
    assert (await sorted_out(district, new)).there == 1
    assert await take(district, kim.id, new) == 0


async def test_an_import_that_was_taken_back_can_be_made_anew(district: District) -> None:
    kim, read = await district.kim(), district.database.read
    new = some(district, 1, 1, 2)
    with handling(7, NOW):
        await take(district, kim.id, new)
    other = await district.database.write(
        ledger.record, kim.id, visits(district, "5", "by hand"), 0, NOW, ZONE
    )
    ids = (await read(returnable, district.east.id, 7, ZONE)).ids
    assert len(ids) == 3
    assert other not in ids
    step = Step(EntryState.VOIDED, NOW + DAY, kim.id, "撤销导入")
    undo = partial(void_imported, node_id=district.east.id, step=step, zone=ZONE)
    assert sum([n async for n in in_steps(district.database, ids, undo, NOW)]) == 3
    assert await total(district) == 5
    plan = await sorted_out(district, new)
    assert (len(plan.new), plan.there, plan.voided) == (3, 0, 3)
    assert await take(district, kim.id, new) == 3
    assert await total(district) == 9


async def test_the_history_says_from_where_an_entry_came(district: District) -> None:
    kim = await district.kim()
    await take(district, kim.id, some(district, 3))
    [entry] = (await district.database.read(ledger_queries.newest, kim, Sought(), 0, ZONE)).items
    told = (await district.database.read(ledger_queries.by_id, entry.id, ZONE)).history
    assert [(each.from_state, each.to_state, each.words) for each in told] == [
        (None, "counted", "台账.xlsx")
    ]


@pytest.mark.parametrize("wrong", [0, -1, 1_000_001])
async def test_one_wrong_entry_leaves_out_all_of_its_step(district: District, wrong: int) -> None:
    kim = await district.kim()
    plan = await sorted_out(district, some(district, 1, wrong, 2))
    with pytest.raises(Refusal):
        await district.database.write(import_entries, plan.new, NOW, of(kim.id))
    assert await total(district) == 0


async def test_a_day_to_come_is_refused_here_too(district: District) -> None:
    kim = await district.kim()
    new = [replace(each, on=TODAY + timedelta(days=1)) for each in some(district, 1)]
    with pytest.raises(Refusal, match="ledger.still_to_come"):
        await take(district, kim.id, new)


async def test_only_who_may_record_there_imports_and_takes_back(district: District) -> None:
    kim, ana = await district.kim(), await district.member("ana")
    await take(district, kim.id, some(district, 1))
    with pytest.raises(Refusal):
        await take(district, ana.id, some(district, 2))
    elsewhere = [replace(each, node_id=district.west.id) for each in some(district, 2)]
    with pytest.raises(Refusal):
        await take(district, kim.id, elsewhere)
    step = Step(EntryState.VOIDED, NOW, ana.id, "不要")
    with pytest.raises(Refusal):
        await district.database.write(void_imported, [1], NOW, district.east.id, step, ZONE)
    assert await total(district) == 1


async def test_two_who_import_the_same_at_once_record_it_once(district: District) -> None:
    kim = await district.kim()
    plan = await sorted_out(district, some(district, 1, 2, 3))
    write = district.database.write
    counts = [await write(import_entries, plan.new, NOW, of(kim.id)) for _ in range(2)]
    assert counts == [3, 0]
    assert await total(district) == 6


async def test_numbers_are_equal_however_they_are_written(district: District) -> None:
    kim = await district.kim()
    await take(district, kim.id, some(district, 3))
    same = [replace(each, number=Decimal("3.000")) for each in some(district, 3)]
    assert (await sorted_out(district, same)).there == 1
