"""An import of a plan is taken back: what it set is planned as before, and what somebody planned
anew since is named and stays."""

from decimal import Decimal
from functools import partial

import pytest

from storage.actions.plans import set_each
from storage.model.plan import NewTargets
from storage.model.plan_import import PlanReturn, Wish, compared
from storage.model.refusal import Refusal
from storage.queries import plan_import
from storage.queries.plans import own_of, own_of_places
from storage.receipts import handling, unmarked
from storage.steps import in_steps
from storage.tables import targets

from .district import NOW, ZONE, District, rows_of
from .test_plans import PLANNABLE, YEAR, planned, put

UPDATE = 7
REASON = "撤销"


async def imported(district: District, by: int, *wishes: Wish) -> None:
    """A workbook with these wishes, as one press saves it."""
    before = await district.database.read(own_of_places, [district.east, district.west], YEAR)
    new = [each.of(YEAR) for each in compared(YEAR, wishes, before).changes]
    with handling(UPDATE, NOW):
        await save(district, by, new)


async def save(district: District, by: int, new: list[NewTargets]) -> None:
    action = partial(set_each, by=by, plannable=PLANNABLE, zone=ZONE)
    with unmarked():
        async for _ in in_steps(district.database, new, action, NOW):
            pass


async def returnable(district: District, *node_ids: int) -> PlanReturn:
    return await district.database.read(
        plan_import.returnable, node_ids or (district.east.id,), YEAR, UPDATE, REASON
    )


async def numbers(district: District) -> dict[str, Decimal]:
    return dict(await district.database.read(own_of, district.east.id, YEAR))


async def with_a_plan(district: District) -> int:
    """Kim, who revised a target, set one, and took one away, by one workbook."""
    kim = await district.kim()
    east = district.east.id
    await put(district, kim.id, planned(east, home_visits="150", lectures="4"))
    revised = Wish(east, "home_visits", Decimal(160), "人手增加")
    new = Wish(east, "study_pushes", Decimal(24))
    removed = Wish(east, "lectures", None, "并入学习活动")
    await imported(district, kim.id, revised, new, removed)
    assert await numbers(district) == {"home_visits": 160, "study_pushes": 24}
    return kim.id


async def take_back(district: District, by: int, found: PlanReturn) -> None:
    with handling(UPDATE + 1, NOW):
        await save(district, by, [each.of(YEAR) for each in found.changes])


async def test_what_an_import_set_is_planned_as_before_and_nothing_is_deleted(
    district: District,
) -> None:
    kim = await with_a_plan(district)
    before = len(await district.database.read(rows_of, targets))
    found = await returnable(district)
    assert [(each.wish.indicator, each.before, each.wish.number) for each in found.changes] == [
        ("home_visits", 160, 150),
        ("study_pushes", 24, None),
        ("lectures", None, 4),
    ]
    assert not found.touched
    await take_back(district, kim, found)
    assert await numbers(district) == {"home_visits": 150, "lectures": 4}
    assert len(await district.database.read(rows_of, targets)) == before + 2
    assert not (await returnable(district)).changes, "it is taken back once"


async def test_what_was_planned_anew_since_is_named_and_stays(district: District) -> None:
    kim = await with_a_plan(district)
    mei = district.mei
    await put(
        district, mei.id, planned(district.east.id, "区里调整", home_visits="170", lectures="6")
    )
    found = await returnable(district)
    assert [(each.indicator, each.now, each.by) for each in found.touched] == [
        ("home_visits", Decimal(170), "mei"),
        ("lectures", Decimal(6), "mei"),
    ]
    await take_back(district, kim, found)
    assert await numbers(district) == {"home_visits": 170, "lectures": 6}


async def test_a_target_that_was_changed_there_and_back_was_changed(district: District) -> None:
    kim = await with_a_plan(district)
    for number in ("170", "160"):
        await put(district, kim, planned(district.east.id, "再想想", home_visits=number))
    await take_back(district, kim, await returnable(district))
    assert await numbers(district) == {"home_visits": 160, "lectures": 4}


async def test_what_is_of_other_places_too_is_not_taken_back_by_one_of_them(
    district: District,
) -> None:
    mei = district.mei
    both = [district.east.id, district.west.id]
    await imported(district, mei.id, *(Wish(each, "lectures", Decimal(4)) for each in both))
    with pytest.raises(Refusal) as refused:
        await returnable(district)
    assert refused.value.key == "refused.not_yours"
    assert len((await returnable(district, *both)).changes) == 2


async def test_one_who_may_not_plan_there_any_more_takes_nothing_back(district: District) -> None:
    await with_a_plan(district)
    found = await returnable(district)
    bo = await district.resident("bo")
    with pytest.raises(Refusal):
        await take_back(district, bo.id, found)
    assert await numbers(district) == {"home_visits": 160, "study_pushes": 24}
