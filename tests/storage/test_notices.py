"""Sending notices, whom they are for, and the Telegram groups to which they may go."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from storage.actions import groups as group_actions
from storage.actions import invitations, people
from storage.actions.notices import schedule_notice, send_notice
from storage.model.audience import Audience
from storage.model.group import Group
from storage.model.kinds import DeliveryKind, Priority
from storage.model.message import Link, Media, MediaKind, Message, Poll
from storage.model.node import Node
from storage.model.notice import BODY_LIMIT, MEDIA_LIMIT, NewNotice, Piece, with_piece, without_body
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Role
from storage.model.schedule import Timetable
from storage.queries import audience as audience_queries
from storage.queries import groups as group_queries
from storage.queries import schedules as schedule_queries
from storage.tables import broadcasts, deliveries, groups

from .district import DAY, NOW, District, once, outcomes

CHAT = -1001


async def send(district: District, by: Person, audience: Audience, **given: Any) -> int:
    new = NewNotice("draft", audience, Message({"zh": "停水"}))
    return await district.database.write(send_notice, by.id, replace(new, **given), NOW)


async def refused(district: District, by: Person, audience: Audience, **given: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        await send(district, by, audience, **given)
    return refusal.value.key


# Sending


async def test_a_notice_is_sent_with_what_was_chosen(district: District) -> None:
    kim = await district.kim()
    ana = await district.member()
    sent = await send(district, kim, Audience(district.east.id), urgent=True, at_most_once=True)
    [row] = await district.rows(broadcasts, broadcasts.c.id == sent)
    assert (row.priority, row.at_most_once, row.created_by) == (Priority.URGENT, True, kim.id)
    assert Message.from_json(row.content).body("zh") == "停水"
    await district.owes()
    assert [d.person_id for d in await district.rows(deliveries)] == [ana.id]


async def test_the_same_draft_is_one_broadcast(district: District) -> None:
    kim = await district.kim()
    audience = Audience(district.east.id)
    both = await outcomes([send(district, kim, audience), send(district, kim, audience)])
    assert both[0] == both[1]
    other = await send(district, kim, audience, draft_key="another")
    assert len(await district.rows(broadcasts)) == 2
    assert other not in both


async def test_staff_reach_their_own_places_only(district: District) -> None:
    kim = await district.kim()
    viewer = await district.staff("li", Role.VIEWER, district.east)
    ana = await district.member()
    east = Audience(district.east.id)
    for who, audience in (
        (kim, Audience(district.west.id)),
        (kim, Audience(district.node.id)),
        (kim, Audience()),
        (kim, Audience(of_event=1)),
        (kim, Audience(district.east.id, of_broadcast=1)),
        (viewer, east),
        (ana, east),
    ):
        assert await refused(district, who, audience) == "refused.not_yours"
    assert await refused(district, kim, Audience(999)) == "refused.unknown_node"
    long = Message({"zh": "停", "en": "x" * (BODY_LIMIT + 1)})
    assert await refused(district, kim, east, message=long) == "compose.too_long"
    assert await district.rows(broadcasts) == []


async def test_a_notice_is_scheduled_with_its_audience_and_what_was_chosen(
    district: District,
) -> None:
    kim, read = await district.kim(), district.database.read
    audience = Audience(district.east.id, groups=True)
    new = NewNotice("draft", audience, Message({"zh": "停水"}), urgent=True, at_most_once=True)
    slot = NOW + DAY
    plan = (kim.id, new, Timetable(once(slot), slot), NOW)
    [first, second] = [await district.database.write(schedule_notice, *plan) for _ in range(2)]
    assert first == second
    [planned] = await read(schedule_queries.due, slot)
    assert (planned.audience, planned.priority) == (audience, Priority.URGENT)
    assert (planned.at_most_once, planned.kind) == (True, DeliveryKind.NOTICE)
    far = replace(new, draft_key="far", audience=Audience(district.west.id))
    over = Timetable(once(NOW), NOW - DAY)
    late = (kim.id, replace(new, draft_key="late"), over, NOW)
    write = district.database.write
    assert await outcomes(
        [write(schedule_notice, kim.id, far, *plan[2:]), write(schedule_notice, *late)]
    ) == ["refused.not_yours", "schedule.in_the_past"]


# Whom it is for


async def test_a_role_is_found_where_it_is_held_not_where_its_holder_lives(
    district: District,
) -> None:
    kim = await district.kim()  # lives nowhere
    li = await district.staff("li", Role.COMMUNITY, district.east)
    await district.database.write(people.choose_community, li.id, district.west.id, NOW)
    await district.member()
    for node, names in ((district.east, ["kim", "li"]), (district.west, [])):
        audience = Audience(node.id, role=Role.COMMUNITY)
        assert sorted(await district.database.read(audience_queries.sample, audience)) == names
    everywhere = Audience(district.node.id, role=Role.COMMUNITY)
    assert await district.database.read(audience_queries.count, everywhere) == 2
    sent = await send(district, district.mei, everywhere)
    await district.owes()
    owed = await district.rows(deliveries, deliveries.c.broadcast_id == sent)
    assert {row.person_id for row in owed} == {kim.id, li.id}


async def test_who_holds_a_role_in_two_places_gets_one_message(district: District) -> None:
    await district.staff("kim", Role.VIEWER, district.node)
    kim = await district.staff("li", Role.VIEWER, district.east)
    write = district.database.write
    await write(invitations.invite, district.mei.id, Role.VIEWER, district.west.id, "more", NOW)
    await write(invitations.redeem, kim.id, "more", NOW)
    audience = Audience(district.node.id, role=Role.VIEWER)
    assert await district.database.read(audience_queries.count, audience) == 2
    await send(district, district.mei, audience)
    await district.owes()
    assert len(await district.rows(deliveries)) == 2


async def test_nobody_is_told_apart_from_somebody(district: District) -> None:
    read = district.database.read
    for empty in (Audience(district.east.id), Audience(district.node.id, groups=True)):
        with pytest.raises(Refusal, match="audience.nobody"):
            await read(audience_queries.require_somebody, empty)
    await district.resident()
    await read(audience_queries.require_somebody, Audience(district.east.id))
    with pytest.raises(Refusal, match="audience.nobody"):
        await read(audience_queries.require_somebody, Audience(district.east.id, language="en"))


async def test_events_of_the_place_and_around_it_are_offered(district: District) -> None:
    mine = await district.event(title="mine")
    above = await district.event(district.node, title="above", starts_at=NOW + 2 * DAY)
    theirs = await district.event(district.west, title="theirs")
    read = district.database.read
    found = await read(audience_queries.recent_events, district.east.id, NOW)
    assert found == [(above.id, above.starts_at, "above"), (mine.id, mine.starts_at, "mine")]
    everywhere = await read(audience_queries.recent_events, district.node.id, NOW)
    assert {event_id for event_id, *_ in everywhere} == {mine.id, above.id, theirs.id}
    assert await read(audience_queries.recent_events, district.east.id, NOW + 60 * DAY) == []


# Piece by piece

PHOTO = Media(MediaKind.PHOTO, "photo")
POLL = Poll("哪天？", ("周六", "周日"))


def photo(number: int) -> Media:
    return Media(MediaKind.PHOTO, f"photo {number}")


def test_files_add_up_and_texts_and_polls_replace_each_other() -> None:
    message = with_piece(None, Piece("one", PHOTO), "zh")
    message = with_piece(message, Piece("", photo(2)), "zh")
    assert (message.body("zh"), len(message.media)) == ("one", 2)
    message = with_piece(message, Piece("two"), "zh")
    assert message.body("zh") == "two"
    message = with_piece(message, Piece("three"), "zh", "\n\n")
    assert message.body("zh") == "two\n\nthree"
    message = with_piece(message, Piece("drei"), "en", "\n\n")
    assert message.body("en") == "drei"
    other = Poll("几点？", ("8", "9"))
    message = with_piece(with_piece(message, Piece(poll=POLL), "zh"), Piece(poll=other), "zh")
    assert message.poll == other
    assert dict(without_body(message, "en").bodies) == {"zh": "two\n\nthree"}


def test_what_is_too_much_is_refused_and_a_link_is_kept() -> None:
    message = replace(with_piece(None, Piece("text"), "zh"), link=Link("看", "https://example.org"))
    for n in range(MEDIA_LIMIT):
        message = with_piece(message, Piece(media=photo(n)), "zh")
    assert message.link is not None
    for piece, key in (
        (Piece(media=PHOTO), "compose.too_many_media"),
        (Piece("x" * BODY_LIMIT), "compose.too_long"),
    ):
        with pytest.raises(Refusal, match=key):
            with_piece(message, piece, "zh", "\n\n")
    with pytest.raises(Refusal, match="notice.link_needs_text"):
        without_body(message, "zh")
    with pytest.raises(Refusal, match="notice.empty"):
        with_piece(None, Piece(), "zh")


# Groups


async def bring(
    district: District, by: Person, chat_id: int = CHAT, now: datetime = NOW
) -> Group | None:
    give = (by.id, chat_id, "大家庭", now)
    return await district.database.write(group_actions.bring, *give)


async def linked(district: District, by: Person) -> list[tuple[int, int]]:
    """Chat and place of the groups that somebody manages."""
    found = await district.database.read(group_queries.linked, by, 0)
    return [(group.chat_id, group.node_id) for group in found.items]


async def link(
    district: District, by: Person, node: Node, chat_id: int = CHAT
) -> str | tuple[int, bool]:
    """The place to which it is linked now, and whether that is news; or why it is not."""
    give = (by.id, chat_id, "大家庭", node.id, NOW)
    [outcome] = await outcomes([district.database.write(group_actions.link, *give)])
    if isinstance(outcome, str):
        return outcome
    group, is_news = outcome
    return group.node_id, is_news


async def test_a_group_belongs_to_the_one_place_of_who_brought_the_bot(district: District) -> None:
    kim = await district.kim()
    assert await bring(district, kim) is not None
    assert await linked(district, kim) == await linked(district, district.mei)
    assert await linked(district, kim) == [(CHAT, district.east.id)]
    audience = Audience(district.east.id, groups=True)
    assert await district.database.read(audience_queries.sample, audience) == ["大家庭"]
    assert await bring(district, await district.member(), -5) is None
    assert len(await district.rows(groups)) == 1


async def test_of_several_places_one_has_to_be_chosen(district: District) -> None:
    kim, mei = await district.kim(), district.mei
    assert await bring(district, mei) is None
    assert await linked(district, mei) == []
    assert await link(district, mei, district.east) == (district.east.id, True)
    assert await link(district, mei, district.east) == (district.east.id, False)
    assert await linked(district, kim) == [(CHAT, district.east.id)]
    assert await link(district, kim, district.west) == "refused.not_yours"
    assert await link(district, mei, district.west) == (district.west.id, True)
    assert await link(district, kim, district.east) == "refused.not_yours"  # it is theirs
    assert await linked(district, mei) == [(CHAT, district.west.id)]


async def test_a_group_that_comes_back_belongs_where_it_did(district: District) -> None:
    mei, write = district.mei, district.database.write
    await link(district, mei, district.west)
    await write(group_actions.lose_group, CHAT, NOW)
    assert await linked(district, mei) == []
    back = await bring(district, mei, now=NOW + DAY)
    assert back is not None
    assert back.node_id == district.west.id
    await write(group_actions.unlink, mei.id, back.id, NOW)
    assert await linked(district, mei) == []
    await write(group_actions.unlink, mei.id, back.id, NOW + DAY)  # pressed twice
    assert [row.left_at for row in await district.rows(groups)] == [NOW]
    assert await linked(district, mei) == []
    await write(group_actions.rename_group, CHAT, "新名字")  # the way back names it
    unlinked = await district.database.read(group_queries.for_staff, back.id, mei)
    assert (unlinked.title, unlinked.is_linked) == ("新名字", False)
    assert await link(district, mei, district.west) == (district.west.id, True)


async def test_a_group_that_others_bring_back_is_theirs(district: District) -> None:
    kim, write = await district.kim(), district.database.write
    far = await district.staff("li", Role.COMMUNITY, district.west)
    await bring(district, kim)
    await write(group_actions.lose_group, CHAT, NOW)
    await bring(district, far)
    assert await linked(district, far) == [(CHAT, district.west.id)]
    assert await linked(district, kim) == []


async def test_only_its_own_staff_unlink_a_group(district: District) -> None:
    kim = await district.kim()
    far = await district.staff("li", Role.COMMUNITY, district.west)
    group = await bring(district, kim)
    assert group is not None
    unlink = district.database.write(group_actions.unlink, far.id, group.id, NOW)
    assert await outcomes([unlink]) == ["group.not_linked"]
    assert await linked(district, kim) == [(CHAT, district.east.id)]


async def test_a_supergroup_is_the_same_group_whichever_news_comes_first(
    district: District,
) -> None:
    kim, write = await district.kim(), district.database.write
    group = await bring(district, kim)
    assert group is not None
    await write(group_actions.move_group, CHAT, -2001, NOW)
    await write(group_actions.move_group, CHAT, -2001, NOW)  # each of the two chats tells it
    assert await district.database.read(group_queries.for_staff, group.id, kim) == replace(
        group, chat_id=-2001
    )
    await link(district, district.mei, district.west, -2002)
    await write(group_actions.move_group, -2001, -2002, NOW)
    assert await linked(district, kim) == [(-2002, district.east.id)]
    await write(group_actions.move_group, -77, -78, NOW)  # one that nobody linked
    assert len(await linked(district, district.mei)) == 1
