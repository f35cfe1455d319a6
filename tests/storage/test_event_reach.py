"""Whom an event is for: who lives there, or who holds a role there, wherever they live."""

import pytest

from storage.model.audience import Audience
from storage.model.roles import Role
from storage.queries import audience as audience_queries
from storage.queries import events as queries
from storage.queries.event_details import audience_of

from .district import NOW, District


async def test_an_event_for_a_role_is_for_who_holds_it_there(district: District) -> None:
    kim = await district.kim()
    west = await district.staff("bo", Role.COMMUNITY, district.west)
    viewer = await district.staff("li", Role.VIEWER, district.east)
    ana = await district.resident("ana")
    for node, those in ((district.east, {kim.id}), (district.node, {kim.id, west.id})):
        whom = Audience(node.id, role=Role.COMMUNITY)
        event = await district.event(node=node, audience=whom)
        kept = await district.database.read(audience_of, event.id)
        assert kept == whom
        assert await district.database.read(audience_queries.count, whom) == len(those)
        for person in (kim, west, viewer, ana):
            page = await district.database.read(queries.upcoming, person, NOW, 0)
            sees = event.id in {card.event.id for card in page.items}
            assert sees is (person.id in those), (node.name, person.name)


@pytest.mark.parametrize("standing", [None, "member"])
async def test_an_event_of_elsewhere_stays_unseen(district: District, standing: str | None) -> None:
    ana = await district.member("ana")
    audience = None if standing is None else Audience(district.west.id, standing=standing)  # type: ignore[arg-type]
    await district.event(node=district.west, audience=audience)
    page = await district.database.read(queries.upcoming, ana, NOW, 0)
    assert page.items == []
