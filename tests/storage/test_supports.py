"""Me too: one row a person and suggestion, of the place's own people, while it is open."""

from dataclasses import asdict
from datetime import datetime, timedelta

import pytest

from storage.actions.broadcasts import begin
from storage.actions.broadcasts import withdraw as withdraw_notice
from storage.actions.outbox import claim_due, record
from storage.actions.people import choose_community
from storage.actions.suggestions import decide, submit
from storage.actions.supports import support, withdraw
from storage.model.audience import Audience, Behaviour, Deed
from storage.model.broadcast import NewBroadcast
from storage.model.card import Why
from storage.model.delivery import DeliveryState, Outcome
from storage.model.kinds import DeliveryKind
from storage.model.message import Media, MediaKind, Message
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Role
from storage.model.suggestion import (
    BEGINNING,
    SIMILAR_AMONG,
    SIMILAR_SHOWN,
    SIMILAR_WITHIN,
    Answer,
    Suggestion,
    SuggestionLine,
    SuggestionState,
)
from storage.queries import audience as audience_queries
from storage.queries import broadcasts as broadcast_queries
from storage.queries import suggestions as queries
from storage.tables import deliveries, suggestions, supports

from .district import COURIER, DAY, NOW, ZONE, District, draft, outcomes

State = SuggestionState
LATER = NOW + timedelta(hours=1)


async def made(
    district: District, by: Person, text: str = "路灯坏了", state: State = State.ADOPTED, **given
) -> Suggestion:
    """A suggestion that came to a state."""
    write = district.database.write
    new = await write(submit, by.id, draft(f"{by.id} {text}", text, **given), NOW, ZONE)
    steps = {State.IMPLEMENTED: (State.ADOPTED, State.IMPLEMENTED), State.RECEIVED: ()}
    for step in steps.get(state, (state,)):
        await write(decide, district.mei.id, new.id, Answer(step, "reply"), NOW, ZONE)
    return new


async def test_support_is_one_row_taken_back_and_given_again(district: District) -> None:
    ana, bo = await district.resident("ana"), await district.resident("bo")
    lamp = await made(district, ana)
    write = district.database.write
    for action, now, supporters in (
        (support, NOW, 1),
        (support, LATER, 1),
        (withdraw, LATER, 0),
        (withdraw, NOW, 0),
        (support, LATER, 1),
    ):
        glimpse = await write(action, bo.id, lamp.id, now)
        assert (glimpse.supporters, glimpse.supported) == (supporters, bool(supporters))
    [row] = await district.rows(supports)
    assert (row.person_id, row.supported_at, row.withdrawn_at) == (bo.id, LATER, None)


async def test_the_first_press_counts_and_a_second_does_not_move_it(district: District) -> None:
    ana, bo = await district.resident("ana"), await district.resident("bo")
    lamp = await made(district, ana)
    for now in (NOW, LATER):
        await district.database.write(support, bo.id, lamp.id, now)
    assert [row.supported_at for row in await district.rows(supports)] == [NOW]


async def test_however_many_press_at_once_each_counts_once(district: District) -> None:
    ana = await district.resident("ana")
    crowd = [await district.resident(f"p{n}") for n in range(6)]
    lamp = await made(district, ana)
    write = district.database.write
    answers = await outcomes(write(support, p.id, lamp.id, NOW) for p in crowd * 4)
    assert not [answer for answer in answers if isinstance(answer, str)]
    assert len(await district.rows(supports)) == 6
    await outcomes(write(withdraw, p.id, lamp.id, LATER) for p in crowd[:2] * 4)
    assert (await district.database.read(queries.by_id, lamp.id)).supporters == 4
    asked = Audience(district.east.id, behaviour=Behaviour(Deed.SUPPORTED, subject_id=lamp.id))
    assert await district.database.read(audience_queries.count, asked) == 4


@pytest.mark.parametrize("state", State)
async def test_what_staff_adopted_can_be_supported_and_nothing_else(
    district: District, state: State
) -> None:
    ana, bo = await district.resident("ana"), await district.resident("bo")
    one = await made(district, ana, state=state)
    [answer] = await outcomes([district.database.write(support, bo.id, one.id, NOW)])
    if state is State.ADOPTED:
        assert answer.supporters == 1
    else:
        assert answer == "suggestion.not_open"
        assert await district.rows(supports) == []


async def test_nobody_supports_their_own_or_one_of_elsewhere(district: District) -> None:
    ana, far = await district.resident("ana"), await district.resident("bo", district.west)
    hidden = await made(district, ana, anonymous=True)
    homeless = await district.kim()
    for by, suggestion_id, refusal in (
        (ana, hidden.id, "suggestion.own"),
        (far, hidden.id, "suggestion.elsewhere"),
        (homeless, hidden.id, "suggestion.elsewhere"),
        (ana, 99, "suggestion.elsewhere"),
    ):
        with pytest.raises(Refusal, match=refusal):
            await district.database.write(support, by.id, suggestion_id, NOW)
    assert await district.rows(supports) == []


async def test_whoever_moved_away_or_sees_it_closed_can_still_think_again(
    district: District,
) -> None:
    ana, bo = await district.resident("ana"), await district.resident("bo")
    lamp = await made(district, ana)
    write = district.database.write
    await write(support, bo.id, lamp.id, NOW)
    await write(decide, district.mei.id, lamp.id, Answer(State.IMPLEMENTED, "done"), NOW, ZONE)
    await write(choose_community, bo.id, district.west.id, NOW)
    assert (await write(withdraw, bo.id, lamp.id, LATER)).supporters == 0
    with pytest.raises(Refusal, match="suggestion.elsewhere"):
        await write(support, bo.id, lamp.id, LATER)


async def test_neighbours_do_not_see_the_author(district: District) -> None:
    ana, bo = await district.resident("ana-the-author"), await district.resident("bo")
    lamp = await made(district, ana, "路灯坏了", media=(Media(MediaKind.PHOTO, "file-id"),))
    glimpse = await district.database.write(support, bo.id, lamp.id, NOW)
    assert glimpse.beginning == "路灯坏了"
    assert not {"ana-the-author", "file-id"} & {str(v) for v in asdict(glimpse).values()}
    assert (await district.database.read(queries.tracked, bo.id, 0)).items == [glimpse]
    [own] = (await district.database.read(queries.tracked, ana.id, 0)).items
    assert isinstance(own, SuggestionLine)
    with pytest.raises(Refusal, match="suggestion.not_found"):
        await district.database.read(queries.for_supporter, lamp.id, ana.id)


async def test_the_author_and_staff_are_told_how_many(district: District) -> None:
    ana, kim = await district.resident("ana"), await district.kim()
    lamp = await made(district, ana)
    for name in ("bo", "li"):
        neighbour = await district.resident(name)
        await district.database.write(support, neighbour.id, lamp.id, NOW)
    read = district.database.read
    assert (await read(queries.for_author, lamp.id, ana.id)).supporters == 2
    assert (await read(queries.for_staff, lamp.id, kim)).supporters == 2
    [line] = (await read(queries.waiting, kim, 0)).page.items
    assert isinstance(line, SuggestionLine)
    assert line.supporters == 2


async def test_supporters_are_owed_the_news_and_nobody_else(district: District) -> None:
    ana = await district.resident("ana")
    crowd = [await district.resident(f"p{n}") for n in range(3)]
    lamp = await made(district, ana)
    write = district.database.write
    for person in crowd:
        await write(support, person.id, lamp.id, NOW)
    await write(withdraw, crowd[0].id, lamp.id, NOW)
    await write(decide, district.mei.id, lamp.id, Answer(State.IMPLEMENTED, "done"), NOW, ZONE)
    told = await district.rows(deliveries, deliveries.c.kind == DeliveryKind.SUPPORTED_ANSWER)
    assert [row.person_id for row in told] == [person.id for person in crowd[1:]]


async def test_what_is_alike_comes_most_alike_first_and_only_what_may_be_shown(
    district: District,
) -> None:
    ana, bo = await district.resident("ana"), await district.resident("bo")
    far = await district.resident("li", district.west)
    texts = (
        "路灯不亮",
        "3号楼路灯不亮",
        "3号楼东侧路灯不亮",
        "3号楼东侧路灯很暗",
        "楼道垃圾没人清",
    )
    there = [await made(district, ana, text) for text in texts]
    for by, text, state in (
        (ana, "3号楼东侧的路灯", State.RECEIVED),
        (ana, "3号楼东侧有路灯", State.DECLINED),
        (ana, "3号楼东侧路灯了", State.IMPLEMENTED),
        (bo, "3号楼东侧路灯", State.ADOPTED),
        (far, "3号楼东侧路灯", State.ADOPTED),
    ):
        await made(district, by, text, state)
    asked = (bo.id, district.east.id, "3号楼东侧路灯坏了")
    found = await district.database.read(queries.similar, *asked, NOW)
    assert found == [there[3].id, there[2].id, there[1].id]  # of two as alike the newer first
    assert len(found) == SIMILAR_SHOWN
    assert await district.database.read(queries.similar, *asked, NOW + SIMILAR_WITHIN) == []
    glimpses = await district.database.read(queries.glimpses, [*found, 99], bo.id)
    assert [glimpse.id for glimpse in glimpses] == found


async def test_only_the_newest_are_looked_through(district: District) -> None:
    ana, bo = await district.resident("ana"), await district.resident("bo")
    lamp = await made(district, ana)
    asked = (bo.id, district.east.id, "路灯不亮", NOW)
    assert await district.database.read(queries.similar, *asked) == [lamp.id]
    [row] = await district.rows(suggestions)
    copies = [
        row._asdict()
        | {"id": row.id + n, "sequence": row.sequence + n, "draft_key": f"copy {n}", "text": "垃圾"}
        for n in range(1, SIMILAR_AMONG + 1)
    ]
    await district.database.write(
        lambda connection: connection.execute(suggestions.insert(), copies)
    )
    assert await district.database.read(queries.similar, *asked) == []


# The audience


async def test_who_supports_a_suggestion_and_who_does_not_is_an_audience_that_names_nobody(
    district: District,
) -> None:
    ana, bo, li = [await district.resident(name) for name in ("ana", "bo", "li")]
    lamp = await made(district, ana)
    write = district.database.write
    for person in (bo, li):
        await write(support, person.id, lamp.id, NOW)
    await write(withdraw, li.id, lamp.id, LATER)
    for done, names in ((True, ["bo"]), (False, ["ana", "li"])):
        behaviour = Behaviour(Deed.SUPPORTED, done, subject_id=lamp.id)
        assert await district.chosen(behaviour) == names
        audience = Audience(district.east.id, behaviour=behaviour)
        assert await district.database.read(audience_queries.sample, audience) == []


@pytest.mark.parametrize("done", [True, False])
async def test_whom_news_for_supporters_did_not_reach_is_told_without_names(
    district: District, done: bool
) -> None:
    ana, bo = await district.resident("ana"), await district.resident("bo")
    lamp = await made(district, ana)
    write, read = district.database.write, district.database.read
    await write(support, bo.id, lamp.id, NOW)
    while owed := await write(claim_due, COURIER, NOW, 9, ZONE):  # the answer to ana
        await write(
            record, COURIER, [Outcome(each.id, None, DeliveryState.SENT) for each in owed], NOW
        )
    behaviour = Behaviour(Deed.SUPPORTED, done, subject_id=lamp.id)
    new = NewBroadcast(
        kind=DeliveryKind.NOTICE,
        node_id=district.east.id,
        audience=Audience(district.east.id, behaviour=behaviour),
        slot_at=NOW,
        content=Message({"zh": "修好了"}).to_json(),
    )
    notice = await write(begin, new, NOW)
    await fails(district, notice)
    change = await write(withdraw_notice, district.mei.id, notice, "withdraw", NOW)
    await fails(district, change)
    for broadcast in (notice, change):
        [lost] = (await read(broadcast_queries.troubles, broadcast, 0)).items
        assert (lost.name, lost.why) == ("", Why.REFUSED)


async def fails(district: District, broadcast: int) -> None:
    """What a broadcast owes is refused after its first message."""
    await district.owes()
    [owed] = await district.database.write(claim_due, COURIER, NOW, 9, ZONE)
    failed = Outcome(
        owed.id, broadcast, DeliveryState.FAILED, sent=((1, 1),), reason="400 Bad Request"
    )
    await district.database.write(record, COURIER, [failed], NOW)


async def suggests(district: District, person: Person, text: str, now: datetime) -> Suggestion:
    new = draft(f"key of {text}", text)
    return await district.database.write(submit, person.id, new, now, ZONE)


async def test_suggestions_of_the_place_are_offered_the_latest_first(district: District) -> None:
    ana, far = await district.resident("ana"), await district.resident("far", district.west)
    old = await suggests(district, ana, "old", NOW - 90 * DAY)
    declined = await suggests(district, ana, "declined", NOW)
    first = await suggests(district, ana, "一" * 200, NOW - 80 * DAY)
    adopted = await suggests(district, ana, "adopted", NOW)
    theirs = await suggests(district, far, "theirs", NOW)
    write, mei = district.database.write, district.mei
    for suggestion, state in (
        (declined, State.DECLINED),
        (adopted, State.ADOPTED),
    ):
        await write(decide, mei.id, suggestion.id, Answer(state, "好"), NOW, ZONE)
    kim = await district.kim()
    query, read = audience_queries.recent_suggestions, district.database.read
    assert await read(query, kim, district.east.id, NOW) == [
        (adopted.id, adopted.number, "adopted"),
        (first.id, first.number, "一" * BEGINNING),
    ]
    everywhere = await read(query, mei, district.node.id, NOW)
    assert [found[0] for found in everywhere] == [theirs.id, adopted.id, first.id]
    assert old.id not in {found[0] for found in everywhere}


async def test_suggestions_are_offered_only_to_staff_who_may_answer_them(
    district: District,
) -> None:
    ana = await district.resident("ana")
    await suggests(district, ana, "路灯坏了", NOW)
    li = await district.staff("li", Role.COMMUNITY, district.west)
    viewer = await district.staff("viewer", Role.VIEWER, district.node)
    query, read = audience_queries.recent_suggestions, district.database.read
    for person in (li, viewer, ana):
        assert await read(query, person, district.east.id, NOW) == []
        assert await read(query, person, district.node.id, NOW) == []


async def test_the_lists_of_a_form_have_an_end(district: District) -> None:
    ana = await district.resident("ana")
    made = [await suggests(district, ana, f"{n}", NOW) for n in range(3)]
    found = await district.database.read(
        audience_queries.recent_suggestions, district.mei, district.node.id, NOW, 2
    )
    assert [each[0] for each in found] == [made[2].id, made[1].id]
