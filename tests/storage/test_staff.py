"""Roles end, invitations are recalled, and somebody always owns the district."""

from datetime import timedelta

import pytest

from storage.actions.invitations import invite, recall, redeem
from storage.actions.leaving import leave
from storage.actions.staff import end_role
from storage.model.kinds import DeliveryKind
from storage.model.node import Node
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Role
from storage.model.staff import Holder, Waiting
from storage.model.subject import SubjectKind
from storage.queries import staff as queries
from storage.tables import deliveries, invitations, roles

from .district import NOW, ZONE, District, outcomes

LATER = NOW + timedelta(minutes=5)


async def role_of(district: District, person: Person) -> int:
    """The id of the role that somebody holds, or held."""
    [row] = await district.rows(roles, roles.c.person_id == person.id)
    return int(row.id)


async def ends(district: District, by: Person, person: Person) -> None:
    role_id = await role_of(district, person)
    await district.database.write(end_role, by.id, role_id, LATER, ZONE)


async def at_place(district: District, node: Node) -> list[tuple[str, Role | None]]:
    """Who works there, and which invitations wait: as whoever made it, and to what."""
    page = await district.database.read(queries.at_place, node.id, 0, LATER)
    return [
        (each.name if isinstance(each, Holder) else f"✉️ {each.by_name}", each.role)
        for each in page.items
    ]


@pytest.mark.parametrize("role", [None, Role.VIEWER])
async def test_an_invitation_gives_nothing_once_its_maker_may_not_make_it(
    district: District, role: Role | None
) -> None:
    li = await district.staff("li", Role.DISTRICT, district.node)
    await district.database.write(invite, li.id, role, district.east.id, "s", NOW)
    await ends(district, district.mei, li)
    for who in (li, await district.resident("bo")):
        with pytest.raises(Refusal, match="invitation.recalled"):
            await district.database.write(redeem, who.id, "s", LATER)
    assert not (await district.known(li)).is_staff
    assert await at_place(district, district.east) == []


async def test_an_invitation_that_somebody_may_still_make_outlives_one_of_their_roles(
    district: District,
) -> None:
    li = await district.staff("li", Role.DISTRICT, district.node)
    [first] = await district.rows(roles, roles.c.person_id == li.id)
    await district.database.write(
        invite, district.mei.id, Role.COMMUNITY, district.east.id, "c", NOW
    )
    await district.database.write(redeem, li.id, "c", NOW)
    for number, role in enumerate((None, Role.VIEWER)):
        given = (li.id, role, district.east.id, f"s{number}", NOW)
        await district.database.write(invite, *given)
    await district.database.write(end_role, district.mei.id, first.id, LATER, ZONE)
    assert await at_place(district, district.east) == [("li", Role.COMMUNITY), ("✉️ li", None)]


async def test_whoever_leaves_takes_their_invitations_with_them(district: District) -> None:
    kim, bo = await district.kim(), await district.resident("bo")
    await district.database.write(invite, kim.id, None, district.east.id, "s", NOW)
    await district.database.write(leave, kim.id, NOW, ZONE)
    with pytest.raises(Refusal, match="invitation.recalled"):
        await district.database.write(redeem, bo.id, "s", NOW)


async def test_a_role_ends_at_once_and_whoever_held_it_is_told(district: District) -> None:
    kim = await district.kim()
    await ends(district, district.mei, kim)
    assert (await district.known(kim)).grants == ()
    told = deliveries.c.kind == DeliveryKind.ROLE_ENDED
    role_id = await role_of(district, kim)
    [row] = await district.rows(deliveries, told)
    assert (row.person_id, row.subject_id) == (kim.id, role_id)
    begun, ended = await district.history(SubjectKind.ROLE, role_id)
    assert (begun.from_state, begun.to_state, begun.by) == (None, "held", district.mei.id)
    assert (ended.to_state, ended.by, ended.at) == ("ended", district.mei.id, LATER)
    with pytest.raises(Refusal, match="staff.ended_before"):
        await ends(district, district.mei, kim)


async def test_whoever_is_invited_again_holds_the_role_again(district: District) -> None:
    kim = await district.kim()
    await ends(district, district.mei, kim)
    again = (district.mei.id, Role.COMMUNITY, district.east.id, "again", LATER)
    await district.database.write(invite, *again)
    await district.database.write(redeem, kim.id, "again", LATER)
    assert [grant.role for grant in (await district.known(kim)).grants] == [Role.COMMUNITY]
    history = await district.history(SubjectKind.ROLE, await role_of(district, kim))
    assert [move.to_state for move in history] == ["held", "ended", "held"]
    assert await district.database.read(queries.ended, await role_of(district, kim)) is None


async def test_the_last_owner_stays_one_whatever_is_tried(district: District) -> None:
    mei, write = district.mei, district.database.write
    await district.staff("li", Role.DISTRICT, district.node)
    for attempt in (ends(district, mei, mei), write(leave, mei.id, NOW, ZONE)):
        with pytest.raises(Refusal, match="staff.last_owner"):
            await attempt
    assert await district.known(mei) == mei


async def test_of_two_owners_who_end_each_other_at_once_one_is_left(district: District) -> None:
    ana, mei = await district.staff("ana", Role.OWNER, district.node), district.mei
    answers = await outcomes([ends(district, ana, mei), ends(district, mei, ana)])
    assert len([answer for answer in answers if answer is None]) == 1
    left = [p for p in (ana, mei) if (await district.known(p)).is_staff]
    assert len(left) == 1
    with pytest.raises(Refusal, match="staff.last_owner"):
        await district.database.write(leave, left[0].id, NOW, ZONE)


async def test_nobody_ends_a_role_that_they_could_not_hand_on(district: District) -> None:
    kim, li = await district.kim(), await district.staff("li", Role.DISTRICT, district.node)
    west = await district.staff("ana", Role.COMMUNITY, district.west)
    for by, whose in ((kim, west), (west, kim), (kim, kim), (li, district.mei), (kim, li)):
        with pytest.raises(Refusal, match="refused.not_yours"):
            await ends(district, by, whose)
    await ends(district, li, li)


async def test_an_invitation_is_recalled_by_its_maker_or_whoever_may_make_it(
    district: District,
) -> None:
    kim, write = await district.kim(), district.database.write
    li = await district.staff("li", Role.COMMUNITY, district.east)
    west = await district.staff("ana", Role.COMMUNITY, district.west)
    made = ((kim, None), (kim, None), (district.mei, Role.VIEWER))
    for number, (by, role) in enumerate(made):
        await write(invite, by.id, role, district.east.id, f"s{number}", NOW)
    first, second, of_staff = (
        row.id for row in (await district.rows(invitations)) if row.used_by is None
    )
    for by, which in ((west, first), (li, of_staff), (kim, 10_000)):
        with pytest.raises(Refusal, match="refused.not_yours"):
            await write(recall, by.id, which, NOW)
    await write(recall, li.id, first, NOW)
    await write(recall, district.mei.id, of_staff, NOW)
    with pytest.raises(Refusal, match="invitation.recalled"):
        await write(redeem, (await district.resident("bo")).id, "s0", NOW)
    await write(redeem, (await district.resident("bo")).id, "s1", NOW)
    for which, why in ((first, "recalled"), (second, "used")):
        with pytest.raises(Refusal, match=f"invitation.{why}"):
            await write(recall, kim.id, which, NOW)
    history = await district.history(SubjectKind.INVITATION, first)
    assert [(m.to_state, m.by) for m in history] == [("open", kim.id), ("recalled", li.id)]


async def test_the_staff_of_a_place_are_those_of_this_very_place(district: District) -> None:
    await district.kim()
    await district.staff("li", Role.VIEWER, district.east)
    await district.staff("ana", Role.COMMUNITY, district.west)
    await district.database.write(invite, district.mei.id, None, district.east.id, "open", NOW)
    old = NOW - timedelta(days=8)
    await district.database.write(invite, district.mei.id, None, district.east.id, "old", old)
    assert await at_place(district, district.east) == [
        ("kim", Role.COMMUNITY),
        ("li", Role.VIEWER),
        ("✉️ mei", None),
    ]
    assert await at_place(district, district.node) == [("mei", Role.OWNER)]


async def test_what_is_over_is_no_longer_shown(district: District) -> None:
    kim, read = await district.kim(), district.database.read
    await district.database.write(invite, kim.id, None, district.east.id, "s", NOW)
    [row] = await district.rows(invitations, invitations.c.created_by == kim.id)
    shown = await read(queries.waiting, row.id, kim, NOW)
    assert isinstance(shown, Waiting)
    await district.database.write(recall, kim.id, row.id, NOW)
    with pytest.raises(Refusal, match="staff.invitation_over"):
        await read(queries.waiting, row.id, kim, NOW)
    role_id = await role_of(district, kim)
    assert (await read(queries.holder, role_id, kim)).name == "kim"
    await ends(district, district.mei, kim)
    with pytest.raises(Refusal, match="staff.ended_before"):
        await read(queries.holder, role_id, district.mei)
    found = await read(queries.ended, role_id)
    assert found is not None
    assert found.name == "kim"
