"""Drafts that only staff see, events of a series, and signing up that is closed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from storage.actions import event_series as actions
from storage.actions.sign_ups import sign_up
from storage.model.event import Event, EventState, NewEvent
from storage.model.event_change import EventChange, facts_of
from storage.model.kinds import DeliveryKind
from storage.model.refusal import Refusal
from storage.queries import events as queries
from storage.queries.event_details import details
from storage.queries.event_series import from_here, told_of
from storage.tables import broadcasts, event_changes, events

from .district import DAY, NOW, ZONE, District

WEEK, HOUR = timedelta(weeks=1), timedelta(hours=1)


def new(district: District, week: int = 0) -> NewEvent:
    starts_at = NOW + DAY + week * WEEK
    return NewEvent(f"e{week}", district.east.id, "service", "太极班", "广场", starts_at, 10, 2)


async def series(district: District, weeks: int = 4) -> list[Event]:
    every = [new(district, week) for week in range(weeks)]
    await district.database.write(actions.post_series, district.mei.id, every, NOW)
    return [await event(district, row.id) for row in await district.rows(events)]


async def event(district: District, event_id: int) -> Event:
    return await district.database.read(queries.by_id, event_id)


async def change_from(district: District, which: Event, **given: object) -> None:
    was = facts_of(which, await district.database.read(details, which.id))
    wanted = EventChange(was, replace(was, **given))  # type: ignore[arg-type]
    write = district.database.write
    await write(actions.change_series, district.mei.id, which.id, wanted, NOW, ZONE)


async def test_a_draft_is_seen_by_staff_alone_until_it_is_posted(district: District) -> None:
    write, by = district.database.write, district.mei.id
    ana = await district.resident("ana")
    kept = await write(actions.save_draft, by, new(district), NOW)
    assert kept.state is EventState.DRAFT
    assert await district.rows(broadcasts) == []
    with pytest.raises(Refusal, match="not_for_you"):
        await write(sign_up, ana.telegram_id, kept.id, NOW, ZONE)
    posted = await write(actions.publish, by, kept.id, None, NOW, ZONE)
    assert (posted.state, posted.remind_at) == (EventState.OPEN, kept.starts_at - 2 * HOUR)
    assert [row.kind for row in await district.rows(broadcasts)] == [DeliveryKind.EVENT_NOTICE]
    await write(sign_up, ana.telegram_id, kept.id, NOW, ZONE)
    with pytest.raises(Refusal, match="other_state"):
        await write(actions.publish, by, kept.id, None, NOW, ZONE)
    with pytest.raises(Refusal, match="other_state"):
        await write(actions.drop_draft, by, kept.id, NOW)


async def test_a_draft_whose_time_is_over_is_not_posted(district: District) -> None:
    write, by = district.database.write, district.mei.id
    kept = await write(actions.save_draft, by, new(district), NOW)
    with pytest.raises(Refusal, match="in_the_past"):
        await write(actions.publish, by, kept.id, None, NOW + 2 * DAY, ZONE)
    await write(actions.drop_draft, by, kept.id, NOW)
    assert (await event(district, kept.id)).state is EventState.CANCELLED


async def test_a_series_is_events_of_their_own_of_which_the_first_is_told(
    district: District,
) -> None:
    every = await series(district)
    assert [each.starts_at for each in every] == [NOW + DAY + n * WEEK for n in range(4)]
    assert {each.series_id for each in every} == {every[0].id}
    notices = await district.rows(broadcasts, broadcasts.c.kind == DeliveryKind.EVENT_NOTICE)
    assert [row.subject_id for row in notices] == [every[0].id]
    assert all(each.remind_at == each.starts_at - 2 * HOUR for each in every)
    assert len(await series(district)) == 4  # posted twice is once


async def test_one_of_a_series_is_changed_with_all_to_come_and_none_before(
    district: District,
) -> None:
    every = await series(district)
    moved = every[1].starts_at + HOUR
    await change_from(
        district, every[1], starts_at=moved, ends_at=moved + 2 * HOUR, place="一楼大厅"
    )
    first, *later = [await event(district, each.id) for each in every]
    assert first == every[0]
    for was, now in zip(every[1:], later, strict=True):
        assert now.starts_at == was.starts_at + HOUR
        assert now.ends_at == now.starts_at + 2 * HOUR
        assert now.place == "一楼大厅"
        assert now.remind_at == now.starts_at - 2 * HOUR
    assert len(await district.rows(event_changes)) == 3


async def test_whoever_comes_to_several_of_a_series_is_one_person_who_is_told(
    district: District,
) -> None:
    every = await series(district)
    ana, bo = await district.resident("ana"), await district.resident("bo")
    for who, which in ((ana, 2), (ana, 3), (bo, 3), (bo, 1)):
        await district.database.write(sign_up, who.telegram_id, every[which].id, NOW, ZONE)
    was = facts_of(every[2], await district.database.read(details, every[2].id))

    async def told(**given: object) -> tuple[int, int, int]:
        wanted = EventChange(was, replace(was, **given))  # type: ignore[arg-type]
        of = await district.database.read(told_of, every[2].id, wanted, NOW, ZONE)
        return of.one.people, of.every.people, of.later

    assert await told(place="一楼大厅") == (1, 2, 1)
    assert await told(starts_at=was.starts_at + HOUR) == (1, 2, 1)
    assert await told(capacity=20) == (0, 0, 1)
    await change_from(district, every[3], place="一楼大厅")
    assert await told(place="一楼大厅") == (1, 1, 1), "the last is there already"


async def test_all_to_come_are_called_off_and_none_before(district: District) -> None:
    every = await series(district)
    assert await district.database.read(from_here, every[2].id) == (every[2].id, every[3].id)
    count = await district.database.write(actions.cancel_series, district.mei.id, every[2].id, NOW)
    states = [(await event(district, each.id)).state for each in every]
    open_, off = EventState.OPEN, EventState.CANCELLED
    assert (count, states) == (2, [open_, open_, off, off])


async def test_sign_up_is_closed_and_opened_again(district: District) -> None:
    write, by = district.database.write, district.mei.id
    ana = await district.resident("ana")
    posted = await district.event()
    await write(actions.close_sign_up, by, posted.id, NOW)
    with pytest.raises(Refusal):
        await write(sign_up, ana.telegram_id, posted.id, NOW, ZONE)
    with pytest.raises(Refusal, match="other_state"):
        await write(actions.close_sign_up, by, posted.id, NOW)
    await write(actions.open_sign_up, by, posted.id, NOW, ZONE)
    await write(sign_up, ana.telegram_id, posted.id, NOW, ZONE)
    await write(actions.close_sign_up, by, posted.id, NOW)
    with pytest.raises(Refusal, match="event.over"):
        await write(actions.open_sign_up, by, posted.id, NOW + 2 * DAY, ZONE)
