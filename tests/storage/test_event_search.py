"""Events are found by words of their texts or by their day, whether few or nearly all have them."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from storage.actions import sign_ups
from storage.actions.event_series import save_draft
from storage.model.audience import Audience
from storage.model.event import NewEvent
from storage.model.person import Standing
from storage.queries import event_search
from storage.tables import events, persons

from .district import NOW, ZONE, District

WHEN = (NOW, ZONE)


async def crowded(district: District, count: int = 2_000) -> None:
    """So many past events, of which one in a hundred has a rare word."""
    rows = [
        {
            "node_id": district.east.id,
            "category": "service",
            "title": "重阳演出" if number % 100 == 0 else "消防演练",
            "place": "广场",
            "starts_at": NOW - timedelta(hours=number + 1),
            "state": "held",
            "draft_key": f"past {number}",
            "created_by": district.mei.id,
            "created_at": NOW,
        }
        for number in range(count)
    ]
    await district.database.write(lambda c: c.execute(insert(events), rows) and None)


async def look(district: District, person: Any, sought: str, *days: date) -> list[str]:
    found = await district.database.read(event_search.for_person, person, sought, days, WHEN)
    return [each.event.title for each in found.items]


async def managed(district: District, sought: str) -> list[Any]:
    mei = await district.known(district.mei)
    found = await district.database.read(event_search.managed, mei, sought, (), WHEN)
    return list(found.items)


async def test_what_many_have_comes_with_the_nearest_first(district: District) -> None:
    await crowded(district)
    await district.event(title="消防讲座", starts_at=NOW + timedelta(days=9))
    await district.event(title="消防演练", starts_at=NOW + timedelta(days=3))
    bo = await district.resident("bo")
    found = await managed(district, "消防")
    assert [each.title for each in found[:2]] == ["消防演练", "消防讲座"]
    assert [each.starts_at for each in found[2:4]] == [
        NOW - timedelta(hours=2),
        NOW - timedelta(hours=3),
    ]
    assert len(found) == event_search.MOST
    assert (await look(district, bo, "消防"))[:3] == ["消防演练", "消防讲座", "消防演练"]


async def test_what_few_have_is_found_wherever_it_stands(district: District) -> None:
    await crowded(district)
    bo = await district.resident("bo")
    assert len(await managed(district, "重阳 广场")) == 20
    assert len(await look(district, bo, "重阳")) == 20
    assert await look(district, bo, "重阳 游泳") == []
    day = (NOW - timedelta(hours=1)).astimezone(ZONE).date()
    assert "重阳演出" in await look(district, bo, "3月2日", day)


@pytest.mark.parametrize("sought", ["fire", "FIRE", "Fire dri", "100%", "étage", "站_口"])
async def test_letters_of_both_cases_and_signs_are_what_they_are(
    district: District, sought: str
) -> None:
    await district.event(title="FIRE Drill, 100% free", place="3e étage 站_口")
    await district.event(title="firm drill, 1000 free", place="站台口")
    bo = await district.resident("bo")
    assert await look(district, bo, sought) == ["FIRE Drill, 100% free"]
    assert len(await managed(district, sought)) == 1


async def test_one_finds_what_is_for_oneself_and_where_one_has_a_seat(district: District) -> None:
    bo, west = await district.resident("bo"), await district.resident("li", district.west)
    await district.event(title="消防一")
    members = Audience(district.east.id, standing=Standing.MEMBER)
    await district.event(title="消防二", audience=members)
    there = await district.event(district.west, title="消防三")
    draft = NewEvent("d", district.east.id, "service", "消防四", "广场", NOW + timedelta(1), None)
    await district.database.write(save_draft, district.mei.id, draft, NOW)
    assert await look(district, bo, "消防") == ["消防一"]
    assert await look(district, west, "消防") == ["消防三"]
    await district.database.write(sign_ups.sign_up, west.telegram_id, there.id, NOW, ZONE)
    await district.database.write(_moves, west.id, district.east.id)
    west = await district.known(west)
    assert sorted(await look(district, west, "消防")) == ["消防一", "消防三"]


def _moves(connection: Any, person_id: int, node_id: int) -> None:
    moved = persons.update().where(persons.c.id == person_id).values(node_id=node_id)
    connection.execute(moved)
