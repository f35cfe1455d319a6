"""The plan: targets are set once, revised with a reason, and nothing of them is ever lost."""

from dataclasses import replace
from decimal import Decimal

import pytest

from storage.actions import plans
from storage.model.figure import Adds, Count, Measure
from storage.model.node import Node
from storage.model.plan import NewTargets, Plannable, Removal, Target
from storage.model.refusal import Refusal
from storage.model.roles import Role
from storage.queries import plans as plan_queries
from storage.tables import targets

from .district import NOW, ZONE, District, outcomes

YEAR = 2026
MEMBERS = Count("members", adds=Adds.PERSONS)
MEASURES = {
    "home_visits": Measure.of("ledger", Adds.SUM, indicator="home_visits"),
    "lectures": Measure.of("occasions", category="lecture"),
    "study_pushes": Measure.of("broadcasts", Adds.SUBJECTS, kind="study_item"),
    "study_coverage": Measure((Count("acknowledgements", adds=Adds.PERSONS),), MEMBERS),
    "members_registered": Measure((MEMBERS,)),
}
PLANNABLE = {
    indicator: Plannable(measure, 1 if measure.share_of else 0)
    for indicator, measure in MEASURES.items()
}


def planned(node_id: int, reason: str = "", /, **numbers: str) -> NewTargets:
    return NewTargets(node_id, YEAR, {k: Decimal(n) for k, n in numbers.items()}, reason)


async def put(district: District, by: int, new: NewTargets) -> list[str]:
    return await district.database.write(plans.set_targets, by, new, PLANNABLE, NOW, ZONE)


async def seen(district: District, node: Node | None = None) -> dict[str, Target]:
    node = node or district.east
    return await district.database.read(plan_queries.targets, node, YEAR, MEASURES)


async def test_what_is_planned_twice_alike_is_one_target(district: District) -> None:
    kim = await district.kim()
    new = planned(district.east.id, home_visits="150", lectures="4")
    changed = await outcomes([put(district, kim.id, new) for _ in range(3)])
    assert sorted(map(len, changed)) == [0, 0, 2]
    assert len(await district.rows(targets)) == 2
    assert await seen(district) == {
        "home_visits": Target(Decimal(150)),
        "lectures": Target(Decimal(4)),
    }


async def test_a_revision_keeps_what_was_planned_before_and_says_why(district: District) -> None:
    kim = await district.kim()
    await put(district, kim.id, planned(district.east.id, home_visits="150"))
    better = planned(district.east.id, "新增两个小区", home_visits="180")
    await put(district, district.mei.id, better)
    assert await put(district, district.mei.id, better) == []
    told = await district.database.read(plan_queries.history, district.east.id, YEAR, "home_visits")
    assert [(each.number, each.by_name, each.reason) for each in reversed(told.items)] == [
        (Decimal(150), "kim", ""),
        (Decimal(180), "mei", "新增两个小区"),
    ]
    assert (await seen(district))["home_visits"] == Target(Decimal(180))
    old, new = await district.rows(targets)
    assert (old.state, new.state, new.replaces_id) == ("replaced", "counted", old.id)


async def test_a_target_is_taken_away_with_a_reason_and_stays_to_be_read(
    district: District,
) -> None:
    kim = await district.kim()
    await put(district, kim.id, planned(district.east.id, home_visits="150", lectures="4"))
    gone = NewTargets(district.east.id, YEAR, {"home_visits": None, "study_pushes": None})
    with pytest.raises(Refusal) as refused:
        await put(district, kim.id, gone)
    assert refused.value.key == "plan.no_reason"
    gone = replace(gone, reason="改由街道做")
    assert await put(district, district.mei.id, gone) == ["home_visits"]
    assert await put(district, district.mei.id, gone) == []
    assert await seen(district) == {"lectures": Target(Decimal(4))}
    read = district.database.read
    [told] = (await read(plan_queries.history, district.east.id, YEAR, "home_visits")).items
    assert (told.number, told.by_name) == (Decimal(150), "kim")
    assert told.removal == Removal("mei", NOW, "改由街道做")
    # What is planned anew begins anew, and needs no reason.
    await put(district, kim.id, planned(district.east.id, home_visits="90"))
    assert (await seen(district))["home_visits"] == Target(Decimal(90))
    again = await read(plan_queries.history, district.east.id, YEAR, "home_visits")
    assert [each.removal is None for each in again.items] == [True, False]


async def test_who_has_taken_all_targets_away_has_no_plan(district: District) -> None:
    kim = await district.kim()
    await put(district, kim.id, planned(district.east.id, lectures="4"))
    gone = NewTargets(district.east.id, YEAR, {"lectures": None}, "重新商量")
    await put(district, kim.id, gone)
    missing = await district.database.read(plan_queries.unplanned_below, district.node, YEAR)
    assert district.east.name in missing.items


async def test_nothing_of_a_plan_is_set_when_one_line_needs_a_reason(district: District) -> None:
    await put(district, district.mei.id, planned(district.east.id, home_visits="150"))
    for reason in ("", "  "):
        more = planned(district.east.id, reason, lectures="4", home_visits="180")
        with pytest.raises(Refusal, match="plan.no_reason"):
            await put(district, district.mei.id, more)
    assert await seen(district) == {"home_visits": Target(Decimal(150))}


async def test_of_two_who_plan_the_same_at_once_the_second_is_told(district: District) -> None:
    kim = await district.kim()
    numbers = ("100", "200", "300")
    new = [planned(district.east.id, home_visits=number) for number in numbers]
    found = await outcomes([put(district, kim.id, each) for each in new])
    assert found.count("plan.no_reason") == 2
    [only] = await district.rows(targets)
    # With a reason, too, nobody revises what they have not seen.
    blind = NewTargets(
        district.east.id, YEAR, {"home_visits": Decimal(7)}, "更正", {"home_visits": Decimal(150)}
    )
    with pytest.raises(Refusal, match="plan.changed_meanwhile"):
        await put(district, kim.id, blind)
    assert (await district.rows(targets)) == [only]


async def test_a_district_s_target_is_its_own_or_the_sum_with_the_other_beside_it(
    district: District,
) -> None:
    mei = district.mei.id
    everything = {"home_visits": "100", "lectures": "3", "study_pushes": "52"}
    await put(district, mei, planned(district.east.id, **everything, study_coverage="80"))
    await put(district, mei, planned(district.west.id, home_visits="50", members_registered="9"))
    assert await seen(district, district.node) == {
        "home_visits": Target(Decimal(150), summed=True),
        "lectures": Target(Decimal(3), summed=True),
    }, "no share, stock, or number of different things is a sum"
    own = planned(district.node.id, home_visits="200", lectures="3", study_coverage="82.5")
    await put(district, mei, own)
    assert await seen(district, district.node) == {
        "home_visits": Target(Decimal(200), other=Decimal(150)),
        "lectures": Target(Decimal(3)),
        "study_coverage": Target(Decimal("82.5")),
    }


async def test_who_planned_nothing_is_missing_and_no_nought(district: District) -> None:
    await put(district, district.mei.id, planned(district.east.id, home_visits="0"))
    found = await district.database.read(plan_queries.own_targets, district.node, YEAR)
    assert found == {
        district.node.id: {},
        district.east.id: {"home_visits": Decimal(0)},
        district.west.id: {},
    }
    assert await seen(district, district.west) == {}


async def test_who_plans_where(district: District) -> None:
    kim, bo = await district.kim(), await district.resident("bo")
    li = await district.staff("li", Role.VIEWER, district.east)
    east = planned(district.east.id, home_visits="1")
    for by, new in (
        (bo.id, east),
        (li.id, east),
        (kim.id, planned(district.west.id, home_visits="1")),
        (kim.id, planned(district.node.id, home_visits="1")),
    ):
        with pytest.raises(Refusal, match="refused.not_yours"):
            await put(district, by, new)
    with pytest.raises(Refusal, match="refused.unknown_node"):
        await put(district, kim.id, planned(10**9, home_visits="1"))
    assert await put(district, kim.id, east) == ["home_visits"]


@pytest.mark.parametrize(
    ("indicator", "number", "key"),
    [
        ("home_visits", "-1", "plan.negative"),
        ("home_visits", "NaN", "plan.negative"),
        ("home_visits", "2.5", "plan.not_whole"),
        ("home_visits", "100000001", "plan.too_many"),
        ("study_coverage", "80.25", "plan.decimals"),
        ("study_coverage", "100.1", "plan.over_hundred"),
        ("sign_ups", "5", "plan.cannot_be_planned"),
    ],
)
async def test_a_target_that_makes_no_sense_is_refused_and_nothing_of_its_plan_is_set(
    district: District, indicator: str, number: str, key: str
) -> None:
    new = planned(district.east.id, **{"lectures": "3", indicator: number})
    with pytest.raises(Refusal, match=key):
        await put(district, district.mei.id, new)
    assert await district.rows(targets) == []


async def test_only_the_years_around_this_one_are_planned(district: District) -> None:
    for year in (2024, 2028, 20260):
        new = replace(planned(district.east.id, lectures="3"), year=year)
        with pytest.raises(Refusal, match="plan.far_year"):
            await put(district, district.mei.id, new)
    for year in (2025, 2026, 2027):
        new = replace(planned(district.east.id, lectures="3"), year=year)
        await put(district, district.mei.id, new)
    assert len(await seen(district)) == 1
