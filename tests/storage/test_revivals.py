"""News of their own that somebody missed comes when they are back; what went to many does not."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from storage.actions import broadcasts, events, outbox, people, updates
from storage.actions.sign_ups import sign_up
from storage.actions.suggestions import decide, submit
from storage.model.broadcast import BroadcastState
from storage.model.delivery import DeliveryState as State
from storage.model.delivery import Outcome
from storage.model.event import Event
from storage.model.person import Person
from storage.model.suggestion import Answer, SuggestionState
from storage.queries import outbox as outbox_queries
from storage.queries import suggestions as suggestion_queries
from storage.queries.rosters import roster_for
from storage.tables import broadcasts as broadcasts_table
from storage.tables import deliveries

from .district import COURIER, DAY, NOW, ZONE, District, draft

Back = Callable[[District, Person], Awaitable[object]]
LATER = NOW + timedelta(hours=2)


async def blocks(district: District, person: Person) -> None:
    await district.database.write(people.set_reachable, person.telegram_id, False, NOW)


async def writes(district: District, person: Person) -> None:
    await district.database.write(updates.store, [(1, "{}")], {person.telegram_id}, LATER)


async def unblocks(district: District, person: Person) -> None:
    await district.database.write(people.set_reachable, person.telegram_id, True, LATER)


async def refused(district: District) -> None:
    """A courier to whom Telegram says of everybody that they blocked the bot."""
    await district.owes()
    write = district.database.write
    claimed = await write(outbox.claim_due, COURIER, NOW, 100, ZONE)
    gone = [
        Outcome(each.id, each.broadcast_id, State.UNREACHABLE, reason="403") for each in claimed
    ]
    await write(outbox.record, COURIER, gone, NOW)
    for row in await district.rows(broadcasts_table):
        await write(broadcasts.finish, NOW)
        kept = await district.database.read(outbox_queries.states, row.id)
        assert State.CLAIMED not in kept


async def states(district: District, person: Person) -> list[tuple[str, str]]:
    rows = await district.rows(deliveries, deliveries.c.person_id == person.id)
    return [(row.kind, row.state) for row in rows]


async def answered(district: District, author: Person, *to: SuggestionState) -> int:
    write, by = district.database.write, district.mei.id
    suggestion = await write(submit, author.id, draft("d"), NOW, ZONE)
    for target in to:
        await write(decide, by, suggestion.id, Answer(target, "谢谢"), NOW, ZONE)
        await refused(district)
    return suggestion.id


@pytest.mark.parametrize("back", [writes, unblocks])
async def test_an_answer_comes_when_its_author_is_back_however_they_come(
    district: District, back: Back
) -> None:
    ana = await district.resident("ana")
    await answered(district, ana, SuggestionState.ADOPTED)
    assert await states(district, ana) == [("suggestion_answer", State.UNREACHABLE)]
    await back(district, ana)
    assert await states(district, ana) == [("suggestion_answer", State.QUEUED)]
    [claimed] = await district.database.write(outbox.claim_due, COURIER, LATER, 9, ZONE)
    assert (claimed.chat_id, claimed.attempts) == (ana.telegram_id, 0)


async def test_of_several_answers_to_one_suggestion_only_the_last_comes(district: District) -> None:
    ana, accepted = await district.resident("ana"), SuggestionState.ADOPTED
    await answered(district, ana, accepted, SuggestionState.IMPLEMENTED)
    await writes(district, ana)
    assert [state for _, state in await states(district, ana)] == [State.CANCELLED, State.QUEUED]


async def test_one_that_waits_already_is_not_doubled(district: District) -> None:
    ana, write = await district.resident("ana"), district.database.write
    number = await answered(district, ana, SuggestionState.ADOPTED)
    done = Answer(SuggestionState.IMPLEMENTED, "好了")
    await write(decide, district.mei.id, number, done, NOW, ZONE)
    await writes(district, ana)
    assert [state for _, state in await states(district, ana)] == [State.CANCELLED, State.QUEUED]


async def called_off(district: District, ana: Person, **given: Any) -> Event:
    event = await district.event(**given)
    await district.database.write(sign_up, ana.telegram_id, event.id, NOW, ZONE)
    await blocks(district, ana)
    await district.database.write(events.cancel, district.mei.id, event.id, NOW)
    await refused(district)
    return event


async def of_kind(district: District, kind: str) -> Any:
    [row] = await district.rows(broadcasts_table, broadcasts_table.c.kind == kind)
    return row, await district.database.read(outbox_queries.states, row.id)


async def test_news_of_an_event_that_is_called_off_is_owed_to_who_cannot_be_reached_too(
    district: District,
) -> None:
    ana = await district.resident("ana")
    await called_off(district, ana)
    news, counts = await of_kind(district, "event_cancelled")
    assert (news.state, counts) == (BroadcastState.DONE, {State.UNREACHABLE: 1})
    await writes(district, ana)
    news, counts = await of_kind(district, "event_cancelled")
    assert (news.state, news.finished_at) == (BroadcastState.RUNNING, None)
    assert counts == {State.QUEUED: 1}
    [claimed] = await district.database.write(outbox.claim_due, COURIER, LATER, 9, ZONE)
    assert claimed.chat_id == ana.telegram_id
    _, counts = await of_kind(district, "event_notice")
    assert counts == {State.UNREACHABLE: 1}, "that was for everybody, and is final"


async def test_what_is_of_no_use_any_more_stays_where_it_is(district: District) -> None:
    ana = await district.resident("ana")
    await called_off(district, ana, starts_at=LATER)
    await writes(district, ana)
    _, counts = await of_kind(district, "event_cancelled")
    assert counts == {State.UNREACHABLE: 1}


async def test_nothing_is_revived_of_what_staff_stopped(district: District) -> None:
    ana = await district.resident("ana")
    await called_off(district, ana)
    news, _ = await of_kind(district, "event_cancelled")

    def stopped(connection: Connection) -> None:
        here = broadcasts_table.update().where(broadcasts_table.c.id == news.id)
        connection.execute(here.values(state=BroadcastState.CANCELLED))

    await district.database.write(stopped)
    await writes(district, ana)
    _, counts = await of_kind(district, "event_cancelled")
    assert counts == {State.UNREACHABLE: 1}


async def test_somebody_who_was_never_away_is_sent_nothing_again(district: District) -> None:
    ana = await district.resident("ana")
    await answered(district, ana, SuggestionState.ADOPTED)
    await writes(district, ana)
    await district.database.write(updates.store, [(2, "{}")], {ana.telegram_id}, LATER)
    assert len(await states(district, ana)) == 1


async def test_staff_see_who_cannot_be_told_but_not_of_the_anonymous(district: District) -> None:
    ana, bo, kim = await district.resident("ana"), await district.resident(), await district.kim()
    write, read = district.database.write, district.database.read
    event = await district.event(starts_at=NOW + 3 * DAY)
    for person in (ana, bo):
        await write(sign_up, person.telegram_id, event.id, NOW, ZONE)
    named = await write(submit, ana.id, draft("a"), NOW, ZONE)
    hidden = await write(submit, ana.id, draft("b", anonymous=True), NOW, ZONE)
    for away in (True, False):
        if away:
            await blocks(district, ana)
        else:
            await writes(district, ana)
        seats = (await read(roster_for, event.id, kim, NOW, 0)).seats.items
        assert [(seat.name, seat.unreached) for seat in seats] == [("ana", away), ("bo", False)]
        assert (await read(suggestion_queries.for_staff, named.id, kim)).unreached is away
        assert (await read(suggestion_queries.for_staff, hidden.id, kim)).unreached is False
