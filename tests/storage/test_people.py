"""Joining, settings, leaving; and the way onto a community's register."""

from datetime import time, timedelta

import pytest
from sqlalchemy import Connection

from storage.actions import people
from storage.actions.leaving import leave
from storage.actions.people import choose_community, consent, decide_membership
from storage.actions.study import join_course, leave_course
from storage.database import Database
from storage.model.kinds import DeliveryKind
from storage.model.person import CONSENT_VERSION, Quiet, RequestState, Standing
from storage.model.refusal import Refusal
from storage.model.roles import Role
from storage.model.subject import SubjectKind
from storage.queries import desk as desk_queries
from storage.queries import people as people_queries
from storage.queries import suggestions as suggestion_queries
from storage.tables import deliveries, enrolments, membership_requests, nodes, persons, roles
from storage.tables.roles import HELD

from .district import DAY, NOW, TODAY, ZONE, District, outcomes


async def test_agreeing_twice_is_the_same_as_once(district: District) -> None:
    first = await district.database.write(consent, 77, "ana", "zh", NOW)
    await district.database.write(choose_community, first.id, district.east.id, NOW)
    again = await district.database.write(consent, 77, "ana li", "en", NOW + timedelta(days=1))
    assert again.id == first.id
    assert (again.name, again.node_id) == ("ana", district.east.id)
    assert again.joined_at == NOW
    assert again.consent_version == CONSENT_VERSION
    assert again.language == "zh", "what was chosen since is not undone by an old button"


async def test_agreeing_many_times_at_once_makes_one_person(district: District) -> None:
    calls = (district.database.write(consent, 77, "ana", "zh", NOW) for _ in range(10))
    assert len({person.id for person in await outcomes(calls)}) == 1
    assert len(await district.rows(persons, persons.c.telegram_id == 77)) == 1


async def test_a_new_person_is_a_resident_without_a_community_with_quiet_nights(
    database: Database,
) -> None:
    person = await database.write(consent, 77, "x" * 500, "zh", NOW)
    assert person.standing is Standing.RESIDENT
    assert person.node_id is None
    assert person.quiet == Quiet(time(22), time(7))
    assert len(person.name) == 128


async def test_an_unknown_language_is_refused(database: Database) -> None:
    with pytest.raises(Refusal, match="refused.language"):
        await database.write(consent, 77, "ana", "de", NOW)
    person = await database.write(consent, 77, "ana", "zh", NOW)
    with pytest.raises(Refusal, match="refused.language"):
        await database.write(people.set_language, person.id, "", NOW)


async def test_only_a_community_can_be_a_home(district: District) -> None:
    ana = await district.member()
    with pytest.raises(Refusal, match="refused.unknown_node"):
        await district.database.write(choose_community, ana.id, district.node.id, NOW)
    with pytest.raises(Refusal, match="refused.unknown_node"):
        await district.database.write(choose_community, ana.id, 10**6, NOW)
    assert (await district.known(ana)).node_id == district.east.id


async def test_whoever_moves_is_a_resident_there_and_choosing_the_same_changes_nothing(
    district: District,
) -> None:
    ana = await district.member()
    same = await district.database.write(choose_community, ana.id, district.east.id, NOW)
    assert same.standing is Standing.MEMBER
    moved = await district.database.write(choose_community, ana.id, district.west.id, NOW)
    assert (moved.node_id, moved.standing) == (district.west.id, Standing.RESIDENT)


async def test_settings_are_kept(district: District) -> None:
    ana = await district.resident("ana")
    await district.database.write(people.set_quiet, ana.id, Quiet(time(20), time(9, 30)), NOW, ZONE)
    await district.database.write(people.set_paused, ana.id, True)
    await district.database.write(people.set_language, ana.id, "en", NOW)
    known = await district.known(ana)
    assert (known.quiet, known.paused, known.language) == (Quiet(time(20), time(9, 30)), True, "en")
    await district.database.write(people.set_quiet, ana.id, None, NOW, ZONE)
    assert (await district.known(ana)).quiet is None


async def test_whoever_left_is_a_stranger_until_they_agree_again(district: District) -> None:
    kim = await district.kim()
    ana = await district.resident("ana")
    await district.database.write(people.ask_membership, ana.id, NOW, ZONE)
    bo = await district.member("bo")
    await district.database.write(join_course, bo.id, "resident-basics", NOW)
    await district.database.write(join_course, bo.id, "left before", NOW - DAY)
    await district.database.write(leave_course, bo.id, "left before", NOW - DAY)
    for person in (kim, ana, bo):
        await district.database.write(leave, person.id, NOW, ZONE)
        found = await district.database.read(people_queries.by_telegram_id, person.telegram_id)
        assert found is None
    assert await district.rows(roles, roles.c.person_id == kim.id, HELD) == []
    [request] = await district.rows(membership_requests)
    assert request.state == RequestState.WITHDRAWN
    assert await district.rows(enrolments) == []  # whoever comes back gets pushes as anybody
    back = await district.database.write(consent, kim.telegram_id, "kim", "zh", NOW)
    assert (back.id, back.node_id, back.grants) == (kim.id, None, ())


async def test_a_request_for_membership_is_told_to_the_staff_of_that_community_only(
    district: District,
) -> None:
    kim = await district.kim()
    await district.staff("li", Role.COMMUNITY, district.west)
    await district.staff("viewer", Role.VIEWER, district.east)
    ana = await district.resident("ana")
    await district.database.write(people.ask_membership, ana.id, NOW, ZONE)
    asked = deliveries.c.kind == DeliveryKind.MEMBERSHIP_ASKED
    assert [row.person_id for row in await district.rows(deliveries, asked)] == [kim.id]


async def _told_of(district: District, person_id: int) -> list[int]:
    """To whom a message about a request of theirs was owed, one entry for each message."""
    theirs = [
        row.id for row in await district.rows(membership_requests) if row.person_id == person_id
    ]
    asked = deliveries.c.kind == DeliveryKind.MEMBERSHIP_ASKED
    rows = await district.rows(deliveries, asked, deliveries.c.subject_id.in_(theirs))
    return [row.person_id for row in rows]


async def test_staff_are_told_once_a_day_of_whoever_asks_and_takes_it_back_in_a_loop(
    district: District,
) -> None:
    kim, ana, li = await district.kim(), await district.resident("ana"), await district.resident()
    write, ask = district.database.write, people.ask_membership
    for minute in range(50):
        now = NOW + timedelta(minutes=minute)
        await write(ask, ana.id, now, ZONE)
        assert (await district.database.read(suggestion_queries.waiting, kim, 0)).page.total == 1
        await write(choose_community, ana.id, district.west.id, now)
        assert (await district.database.read(suggestion_queries.waiting, kim, 0)).page.total == 0
        await write(choose_community, ana.id, district.east.id, now)
    assert await _told_of(district, ana.id) == [kim.id]
    await write(ask, li.id, now, ZONE)
    assert await _told_of(district, li.id) == [kim.id], "of another person they are told"
    await write(ask, ana.id, NOW + DAY, ZONE)
    assert await _told_of(district, ana.id) == [kim.id] * 2, "on another day, too"


async def test_what_staff_were_told_works_again_when_the_wish_comes_back_the_same_day(
    district: District,
) -> None:
    kim, ana, write = await district.kim(), await district.resident("ana"), district.database.write
    await write(people.ask_membership, ana.id, NOW, ZONE)
    [first] = await district.rows(membership_requests)
    await write(leave, ana.id, NOW, ZONE)
    await write(consent, ana.telegram_id, "ana", "zh", NOW)
    await write(choose_community, ana.id, district.east.id, NOW)
    await write(people.ask_membership, ana.id, NOW, ZONE)
    await write(decide_membership, kim.id, first.id, RequestState.ACCEPTED, NOW, ZONE)
    assert (await district.known(ana)).is_member


async def test_whoever_was_declined_may_ask_again_but_staff_are_told_the_next_day(
    district: District,
) -> None:
    kim, ana, write = await district.kim(), await district.resident("ana"), district.database.write
    for hours in (0, 1, 2):
        now = NOW + timedelta(hours=hours)
        await write(people.ask_membership, ana.id, now, ZONE)
        [*_, request] = await district.rows(membership_requests)
        assert request.state == RequestState.PENDING
        await write(decide_membership, kim.id, request.id, RequestState.DECLINED, now, ZONE)
    assert await _told_of(district, ana.id) == [kim.id]
    assert len(await district.rows(membership_requests)) == 3, "each decision keeps its request"


async def test_nobody_asks_twice_or_as_a_member_or_without_a_community(district: District) -> None:
    ask = people.ask_membership
    ana, member = await district.resident("ana"), await district.member("li")
    stranger = await district.database.write(consent, 77, "bo", "zh", NOW)
    asked = [district.database.write(ask, ana.id, NOW, ZONE) for _ in range(2)]
    assert sorted(map(str, await outcomes(asked))) == ["None", "membership.pending"]
    assert len(await district.rows(membership_requests)) == 1
    with pytest.raises(Refusal, match="membership.is_member"):
        await district.database.write(ask, member.id, NOW, ZONE)
    with pytest.raises(Refusal, match="refused.no_community"):
        await district.database.write(ask, stranger.id, NOW, ZONE)


async def test_of_two_staff_who_decide_at_once_exactly_one_does(district: District) -> None:
    kim = await district.kim()
    li = await district.staff("li", Role.COMMUNITY, district.east)
    ana = await district.resident("ana")
    await district.database.write(people.ask_membership, ana.id, NOW, ZONE)
    [request] = await district.rows(membership_requests)
    decisions = [(kim, RequestState.ACCEPTED), (li, RequestState.DECLINED)] * 4
    answers = await outcomes(
        district.database.write(decide_membership, by.id, request.id, decision, NOW, ZONE)
        for by, decision in decisions
    )
    names = [each if isinstance(each, str) else each.name for each in answers]
    assert sorted(names) == ["ana"] + ["membership.decided_before"] * 7
    [decided] = await district.rows(membership_requests)
    accepted = decided.state == RequestState.ACCEPTED
    asked, answered = await district.history(SubjectKind.MEMBERSHIP_REQUEST, request.id)
    assert (asked.to_state, asked.by) == (RequestState.PENDING, ana.id)
    assert (answered.to_state, answered.by) == (decided.state, (kim if accepted else li).id)
    assert (await district.known(ana)).is_member is accepted
    told = deliveries.c.kind == DeliveryKind.MEMBERSHIP_ANSWER
    assert [row.person_id for row in await district.rows(deliveries, told)] == [ana.id]


async def test_staff_of_another_community_or_viewers_decide_nothing(district: District) -> None:
    ana = await district.resident("ana")
    await district.database.write(people.ask_membership, ana.id, NOW, ZONE)
    [request] = await district.rows(membership_requests)
    for by in (
        await district.staff("li", Role.COMMUNITY, district.west),
        await district.staff("viewer", Role.VIEWER, district.node),
        ana,
    ):
        with pytest.raises(Refusal, match="refused.not_yours"):
            await district.database.write(
                decide_membership, by.id, request.id, RequestState.ACCEPTED, NOW, ZONE
            )
        assert (await district.database.read(desk_queries.day, by, TODAY, NOW)).requests == 0
        assert (await district.database.read(suggestion_queries.waiting, by, 0)).page.items == []
    [request] = await district.rows(membership_requests)
    assert request.state == RequestState.PENDING
    assert (await district.database.read(desk_queries.day, district.mei, TODAY, NOW)).requests == 1


async def test_a_declined_person_may_ask_anew(district: District) -> None:
    ana = await district.resident("ana")
    for _ in range(2):
        await district.database.write(people.ask_membership, ana.id, NOW, ZONE)
        [*_, request] = await district.rows(membership_requests)
        await district.database.write(
            decide_membership, district.mei.id, request.id, RequestState.DECLINED, NOW, ZONE
        )
    assert len(await district.rows(membership_requests)) == 2


async def test_a_refusal_undoes_everything_that_its_action_did(district: District) -> None:
    ana = await district.resident("ana")

    def half_done(connection: Connection) -> None:
        people.set_paused(connection, ana.id, True)
        connection.execute(nodes.delete().where(nodes.c.id == district.west.id))
        raise Refusal("event.full")

    with pytest.raises(Refusal, match="event.full"):
        await district.database.write(half_done)
    assert (await district.known(ana)).paused is False
    assert len(await district.rows(nodes)) == 3
