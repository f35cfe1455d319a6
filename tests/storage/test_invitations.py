"""One-time links, roles and how far they reach."""

from datetime import timedelta

import pytest

from storage.actions import invitations
from storage.actions.invitations import LIFETIME, invite, redeem
from storage.actions.nodes import add_community, found_district
from storage.model.node import NAME_LIMIT, Reach
from storage.model.person import Invitation, Standing
from storage.model.refusal import Refusal
from storage.model.roles import Power, Role
from storage.queries import nodes as node_queries
from storage.tables import invitations as invitations_table
from storage.tables import nodes, roles

from .district import NOW, District, outcomes


async def test_a_link_makes_whoever_opens_it_a_member(district: District) -> None:
    kim, bo = await district.kim(), await district.resident("bo", district.west)
    await district.database.write(invite, kim.id, None, district.east.id, "s", NOW)
    given = await district.database.write(redeem, bo.id, "s", NOW)
    assert given == Invitation(None, "东湖社区")
    known = await district.known(bo)
    assert (known.standing, known.node_id) == (Standing.MEMBER, district.east.id)


async def test_a_link_works_once_and_opening_it_again_oneself_does_no_harm(
    district: District,
) -> None:
    bo, li = await district.resident("bo"), await district.resident("li")
    await district.database.write(invite, district.mei.id, Role.VIEWER, district.east.id, "s", NOW)
    for _ in range(2):
        assert (await district.database.write(redeem, bo.id, "s", NOW)).role == Role.VIEWER
    with pytest.raises(Refusal, match="invitation.used"):
        await district.database.write(redeem, li.id, "s", NOW)
    assert len(await district.rows(roles, roles.c.role == Role.VIEWER)) == 1


async def test_of_many_who_open_a_link_at_once_one_gets_it(district: District) -> None:
    crowd = [await district.resident(f"p{n}") for n in range(8)]
    await district.database.write(invite, district.mei.id, Role.VIEWER, district.east.id, "s", NOW)
    answers = await outcomes(district.database.write(redeem, p.id, "s", NOW) for p in crowd)
    assert answers.count("invitation.used") == 7
    [grant] = await district.rows(roles, roles.c.role == Role.VIEWER)
    [link] = await district.rows(invitations_table, invitations_table.c.role == Role.VIEWER)
    assert link.used_by == grant.person_id


async def test_a_link_expires_and_an_invented_one_gives_nothing(district: District) -> None:
    bo = await district.resident("bo")
    expires_at = await district.database.write(
        invite, district.mei.id, None, district.east.id, "s", NOW
    )
    assert expires_at == NOW + LIFETIME
    with pytest.raises(Refusal, match="invitation.expired"):
        await district.database.write(redeem, bo.id, "s", expires_at)
    with pytest.raises(Refusal, match="invitation.unknown"):
        await district.database.write(redeem, bo.id, "invented", NOW)
    assert (await district.known(bo)).is_member is False
    last_moment = expires_at - timedelta(microseconds=1)
    assert (await district.database.write(redeem, bo.id, "s", last_moment)).role is None


async def test_the_secret_itself_is_not_kept(district: District) -> None:
    await district.database.write(invite, district.mei.id, None, district.east.id, "secret!", NOW)
    assert "secret!" not in str(await district.rows(invitations_table))


@pytest.mark.parametrize("role", [None, *Role])
async def test_nobody_hands_on_more_than_they_have(district: District, role: Role | None) -> None:
    kim = await district.kim()
    viewer = await district.staff("li", Role.VIEWER, district.node)
    allowed = role is None
    answers = await outcomes(
        [
            district.database.write(invite, kim.id, role, district.east.id, "1", NOW),
            district.database.write(invite, kim.id, role, district.west.id, "2", NOW),
            district.database.write(invite, viewer.id, role, district.east.id, "3", NOW),
        ]
    )
    expected = [NOW + LIFETIME if allowed else "refused.not_yours", *["refused.not_yours"] * 2]
    assert answers == expected


async def test_nobody_becomes_a_member_of_the_district(district: District) -> None:
    with pytest.raises(Refusal, match="refused.unknown_node"):
        await district.database.write(invite, district.mei.id, None, district.node.id, "s", NOW)


async def test_a_role_at_the_district_reaches_every_community_and_one_below_does_not(
    district: District,
) -> None:
    li = await district.staff("li", Role.DISTRICT, district.node)
    kim = await district.kim()
    for power, person, expected in (
        (Power.POST_EVENT, li, [district.node, district.east, district.west]),
        (Power.POST_EVENT, kim, [district.east]),
        (Power.ADD_COMMUNITY, kim, []),
        (Power.POST_EVENT, await district.resident("bo"), []),
    ):
        assert await district.database.read(node_queries.where_may, person, power) == expected


async def test_the_widest_place_that_somebody_reaches_is_known_without_reading_them_all(
    district: District,
) -> None:
    li = await district.staff("li", Role.DISTRICT, district.node)
    kim, read = await district.kim(), district.database.read
    assert await read(node_queries.reach, li, Power.PUSH) == Reach(district.node, others=True)
    assert await read(node_queries.reach, kim, Power.PUSH) == Reach(district.east, others=False)
    for nobody in (kim, await district.resident("bo")):
        with pytest.raises(Refusal, match="refused.not_yours"):
            await read(node_queries.reach, nobody, Power.ADD_COMMUNITY)


async def test_a_place_is_staff_s_own_or_looks_like_none(district: District) -> None:
    kim, read = await district.kim(), district.database.read
    own = district.east.id
    assert await read(node_queries.for_staff, own, kim, Power.PUSH) == district.east
    for other in (district.west.id, district.node.id, 10_000):
        with pytest.raises(Refusal, match="refused.not_yours"):
            await read(node_queries.for_staff, other, kim, Power.PUSH)


async def test_a_path_that_begins_alike_is_another_community(district: District) -> None:
    """/1/2/ is not above /1/20/: found by a tree with more than ten nodes."""
    for number in range(20):
        await district.database.write(add_community, district.mei.id, f"c{number}", NOW)
    kim = await district.kim()
    [only] = await district.database.read(node_queries.where_may, kim, Power.PUSH)
    assert only == district.east
    [card] = (await district.database.read(node_queries.cards, kim, 0)).items
    assert card.node == district.east


async def test_communities_are_added_by_whoever_may_under_a_name_of_their_own(
    district: District,
) -> None:
    add = district.database.write
    with pytest.raises(Refusal, match="refused.not_yours"):
        await add(add_community, (await district.kim()).id, "新社区", NOW)
    for name in ("", "  ", "x" * (NAME_LIMIT + 1)):
        with pytest.raises(Refusal, match="community.name_length"):
            await add(add_community, district.mei.id, name, NOW)
    same = [add(add_community, district.mei.id, " 新  社区 ", NOW) for _ in range(4)]
    answers = await outcomes(same)
    assert answers.count("community.name_taken") == 3
    assert len(await district.rows(nodes, nodes.c.name == "新 社区")) == 1


async def test_there_is_one_district_however_often_it_is_founded(district: District) -> None:
    again = await district.database.write(found_district, "another", NOW)
    assert again == district.node


async def test_the_first_owner_is_invited_by_nobody(district: District) -> None:
    bo = await district.resident("bo")
    await district.database.write(invitations.invite_owner, district.node.id, "first", NOW)
    assert (await district.database.write(redeem, bo.id, "first", NOW)).role == Role.OWNER
