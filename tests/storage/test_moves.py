"""Moves: each kind of thing, from each state to each, and what its history tells."""

import itertools
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from itertools import product

import pytest
from sqlalchemy import Connection, delete, func, select, update

from storage.actions import broadcasts as broadcast_actions
from storage.actions import closings as closing_actions
from storage.actions import ledger, people, plans, suggestions
from storage.actions import moves as actions
from storage.actions.invitations import invite
from storage.actions.moves import HISTORIES
from storage.model.audience import Audience
from storage.model.broadcast import BroadcastState, NewBroadcast
from storage.model.closing import Basis, Reckoning, Signing
from storage.model.delivery import DeliveryState
from storage.model.figure import Measure
from storage.model.kinds import DeliveryKind
from storage.model.ledger import NewEntry
from storage.model.moves import Move, Step
from storage.model.plan import NewTargets, Plannable
from storage.model.refusal import Refusal
from storage.model.roles import Role
from storage.model.sign_up import SignUpState
from storage.model.subject import SubjectKind
from storage.model.suggestion import Answer, SuggestionState
from storage.queries import closings as closing_queries
from storage.queries import suggestions as suggestion_queries
from storage.receipts import handling
from storage.tables import (
    broadcasts,
    closings,
    invitations,
    membership_requests,
    moves,
    roles,
    targets,
)

from .district import DAY, NOW, ZONE, District, draft, once, outcomes
from .model.test_moves import DRAWN

LATER = NOW + DAY
NUMBERS = itertools.count(1)
KIND = pytest.mark.parametrize("states", HISTORIES, ids=[states.__name__ for states in HISTORIES])


async def broadcast(district: District) -> int:
    new = NewBroadcast(DeliveryKind.NOTICE, district.east.id, Audience(district.east.id), NOW)
    return await district.database.write(broadcast_actions.begin, new, NOW)


async def target(district: District) -> int:
    indicator = f"i{next(NUMBERS)}"
    new = NewTargets(district.east.id, NOW.year, {indicator: Decimal(3)})
    plannable = {indicator: Plannable(Measure.of("events"))}
    given = (district.mei.id, new, plannable, NOW, ZONE)
    await district.database.write(plans.set_targets, *given)
    return int((await district.rows(targets))[-1].id)


async def closing(district: District) -> int:
    """Of a year of its own, which its community checked."""
    reckoning = Reckoning(Basis("f" * 64, {}), NOW, ZONE)
    year = NOW.year - 1 - len(await district.rows(closings))
    sheet = await district.database.read(closing_queries.sheet, district.east, year, reckoning)
    signing = Signing.of(district.mei.id, sheet)
    given = (district.east.id, year, signing, reckoning)
    await district.database.write(closing_actions.check, *given)
    return int((await district.rows(closings))[-1].id)


async def one_of_the_figures(district: District, subject: SubjectKind) -> int:
    match subject:
        case SubjectKind.ENTRY:
            key = f"entry {next(NUMBERS)}"
            new = NewEntry(key, district.east.id, "home_visits", NOW.date(), Decimal(3))
            given = (district.mei.id, new, 0, NOW, ZONE)
            return await district.database.write(ledger.record, *given)
        case SubjectKind.TARGET:
            return await target(district)
        case SubjectKind.CLOSING:
            return await closing(district)
        case _:
            raise ValueError("it has no states")


async def one_of(district: District, subject: SubjectKind) -> int:
    """The id of something of a kind, made as people make it."""
    write = district.database.write
    match subject:
        case SubjectKind.EVENT:
            return (await district.event()).id
        case SubjectKind.SCHEDULE:
            return (await district.schedule(once(LATER), LATER)).id
        case SubjectKind.SUGGESTION:
            ana = await district.resident("ana")
            return (await write(suggestions.submit, ana.id, draft(f"d{ana.id}"), NOW, ZONE)).id
        case SubjectKind.MEMBERSHIP_REQUEST:
            ana = await district.resident("ana")
            await write(people.ask_membership, ana.id, NOW, ZONE)
            return int((await district.rows(membership_requests))[-1].id)
        case SubjectKind.ROLE:
            await district.staff(f"li {next(NUMBERS)}", Role.VIEWER, district.east)
            return int((await district.rows(roles))[-1].id)
        case SubjectKind.INVITATION:
            invited = (None, district.east.id, f"secret {next(NUMBERS)}", NOW)
            await write(invite, district.mei.id, *invited)
            return int((await district.rows(invitations))[-1].id)
        case SubjectKind.BROADCAST:
            return await broadcast(district)
        case _:
            return await one_of_the_figures(district, subject)


async def put(district: District, states: type[StrEnum], subject_id: int, state: str) -> None:
    """Put it into a state, legal or not, with an empty history."""
    kind = HISTORIES[states]

    def putting(connection: Connection) -> None:
        here = update(kind.table).where(kind.table.c.id == subject_id)
        connection.execute(here.values(state=state))
        connection.execute(delete(moves))

    await district.database.write(putting)


async def state_of(district: District, states: type[StrEnum], subject_id: int) -> str:
    table = HISTORIES[states].table
    [row] = await district.rows(table, table.c.id == subject_id)
    return str(row.state)


def test_whatever_has_states_has_a_history_but_deliveries_and_sign_ups() -> None:
    with_states = {states for states, _, _ in DRAWN}
    assert with_states - HISTORIES.keys() == {DeliveryState, SignUpState}
    stateless = {SubjectKind.ACKNOWLEDGEMENT, SubjectKind.MEMBERSHIP, SubjectKind.HEADCOUNT}
    told = set(SubjectKind) - stateless
    assert {kind.subject for kind in HISTORIES.values()} == told


@KIND
async def test_its_legal_moves_are_made_and_told_once_and_no_other_is(
    district: District, states: type[StrEnum]
) -> None:
    kind, mei = HISTORIES[states], district.mei
    one = await one_of(district, kind.subject)
    other = await one_of(district, kind.subject)
    untouched = await state_of(district, states, other)
    for source, target in product(states, states):
        await put(district, states, one, source)
        step = Step(target, LATER, mei.id, "because")
        moved = await district.database.write(actions.move, one, step)
        legal = target in kind.moves[source]
        assert moved is legal, (source, target)
        assert await state_of(district, states, one) == (target if legal else source)
        told = [Move(source, target, LATER, mei.id, "mei", "because", None)] if legal else []
        assert await district.history(kind.subject, one) == told
        assert await district.history(kind.subject, other) == []
    assert await state_of(district, states, other) == untouched


@KIND
async def test_of_many_who_move_it_at_once_exactly_one_does(
    district: District, states: type[StrEnum]
) -> None:
    kind = HISTORIES[states]
    one = await one_of(district, kind.subject)
    legal = [(source, t) for source, targets in kind.moves.items() for t in targets]
    for source, target in legal:
        if kind.moves[target] & {source, target}:
            continue  # there and back again, or once more: each may move it in turn
        await put(district, states, one, source)
        calls = [district.database.write(actions.move, one, Step(target, NOW)) for _ in range(8)]
        assert sorted(await outcomes(calls)) == [False] * 7 + [True]
        [told] = await district.history(kind.subject, one)
        assert (told.from_state, told.to_state) == (source, target)


@KIND
async def test_its_history_begins_when_it_does(district: District, states: type[StrEnum]) -> None:
    kind = HISTORIES[states]
    one = await one_of(district, kind.subject)
    [first] = await district.history(kind.subject, one)
    assert (first.from_state, first.to_state, first.at, first.words) == (
        None,
        await state_of(district, states, one),
        NOW,
        None,
    )


async def test_what_moves_together_is_told_of_each_with_the_state_that_it_had(
    district: District,
) -> None:
    three = [await broadcast(district) for _ in range(3)]
    stopped = Step(BroadcastState.CANCELLED, LATER)
    pause, write = Step(BroadcastState.PAUSED, NOW), district.database.write
    assert await write(actions.move, three[1], pause)
    assert await write(actions.move, three[2], Step(BroadcastState.CANCELLED, NOW))
    assert await write(actions.move_all, stopped, broadcasts.c.id.in_(three)) == 2
    assert await write(actions.move_all, stopped, broadcasts.c.id.in_(three)) == 0
    told = [(await district.history(SubjectKind.BROADCAST, each))[-1] for each in three]
    assert [(each.from_state, each.at) for each in told] == [
        (BroadcastState.RUNNING, LATER),
        (BroadcastState.PAUSED, LATER),
        (BroadcastState.RUNNING, NOW),
    ]


async def test_what_is_undone_leaves_no_trace_in_the_history(district: District) -> None:
    one = await broadcast(district)
    before = await district.history(SubjectKind.BROADCAST, one)

    def refused(connection: Connection) -> None:
        assert actions.move(connection, one, Step(BroadcastState.PAUSED, NOW))
        raise Refusal("broadcast.over")

    with pytest.raises(Refusal):
        await district.database.write(refused)
    assert await district.history(SubjectKind.BROADCAST, one) == before
    assert await state_of(district, BroadcastState, one) == BroadcastState.RUNNING


async def test_a_move_names_the_update_that_led_to_it_also_when_many_are_handled_at_once(
    district: District,
) -> None:
    several = [await broadcast(district) for _ in range(6)]

    async def pause(update_id: int, one: int) -> None:
        with handling(update_id, NOW):
            # The first write marks the update as handled, the second is of the same update.
            for state in (BroadcastState.PAUSED, BroadcastState.RUNNING):
                assert await district.database.write(actions.move, one, Step(state, NOW))

    await outcomes(pause(100 + one, one) for one in several)
    for one in several:
        began, *others = await district.history(SubjectKind.BROADCAST, one)
        assert (began.update_id, [each.update_id for each in others]) == (None, [100 + one] * 2)


async def answered(district: District, *steps: tuple[SuggestionState, str]) -> int:
    """A suggestion of ana's that mei answered, an answer a day."""
    ana = await district.resident("ana")
    made = await district.database.write(suggestions.submit, ana.id, draft("d"), NOW, ZONE)
    for day, (state, words) in enumerate(steps, 1):
        at = NOW + day * DAY
        mei = district.mei.id
        await district.database.write(
            suggestions.decide, mei, made.id, Answer(state, words), at, ZONE
        )
    return made.id


TWICE = ((SuggestionState.ADOPTED, "on Friday"), (SuggestionState.IMPLEMENTED, "it shines"))


async def test_a_second_answer_erases_neither_the_first_nor_its_date(district: District) -> None:
    one = await answered(district, *TWICE)
    suggestion = await district.database.read(suggestion_queries.for_staff, one, district.mei)
    assert [(a.to_state, a.words, a.at, a.by_name) for a in suggestion.answers] == [
        (SuggestionState.ADOPTED, "on Friday", NOW + DAY, "mei"),
        (SuggestionState.IMPLEMENTED, "it shines", NOW + 2 * DAY, "mei"),
    ]
    assert suggestion.reply == "it shines"


async def test_authors_read_every_answer_but_not_who_gave_it_and_staff_never_who_asked(
    district: District,
) -> None:
    one = await answered(district, *TWICE)
    [ana] = [row.author_id for row in await district.rows(HISTORIES[SuggestionState].table)]
    mine = await district.database.read(suggestion_queries.for_author, one, ana)
    assert [answer.words for answer in mine.answers] == ["on Friday", "it shines"]
    assert {(move.by, move.by_name) for move in mine.history} == {(None, None)}
    seen = await district.database.read(suggestion_queries.for_staff, one, district.mei)
    assert ana not in {move.by for move in seen.history}


async def test_the_same_answer_again_is_one_and_another_one_comes_too_late(
    district: District,
) -> None:
    one = await answered(district, *TWICE)
    again = [
        district.database.write(
            suggestions.decide, district.mei.id, one, Answer(*each), LATER, ZONE
        )
        for each in (TWICE[1], (SuggestionState.IMPLEMENTED, "another"), TWICE[0])
    ]
    same, *late = await outcomes(again)
    assert same.reply == "it shines"
    assert late == ["suggestion.decided_before"] * 2
    assert await count(district) == 3


async def count(district: District) -> int:
    def counting(connection: Connection) -> int:
        mine = moves.c.subject_kind == SubjectKind.SUGGESTION
        return int(connection.execute(select(func.count()).where(mine)).scalar_one())

    return await district.database.read(counting)


def _names(found: Sequence[Move]) -> list[tuple[str | None, str]]:
    return [(move.to_state, move.by_name or "") for move in found]


async def test_a_request_that_nobody_waits_for_any_more_is_withdrawn_in_its_history(
    district: District,
) -> None:
    one = await one_of(district, SubjectKind.MEMBERSHIP_REQUEST)
    [row] = await district.rows(membership_requests)
    west = district.west.id
    await district.database.write(people.choose_community, row.person_id, west, LATER)
    told = await district.history(SubjectKind.MEMBERSHIP_REQUEST, one)
    assert _names(told) == [("pending", "ana"), ("withdrawn", "ana")]
    assert told[1].at == LATER
