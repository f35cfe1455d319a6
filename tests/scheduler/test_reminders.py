"""Reminders on their way: at the times that staff chose, one message for a day, none twice."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import vobject

from content.screen import File
from storage.actions import calendar_files, reminders, schedules, sign_ups, slots
from storage.actions import events as event_actions
from storage.actions.event_changes import change
from storage.model.event import Event
from storage.model.event_change import EventChange, facts_of
from storage.model.person import Person
from storage.model.quiet_hours import USUAL
from storage.model.schedule import Slot
from storage.model.sign_up import Wish
from storage.queries import events as event_queries
from storage.queries.event_details import details
from storage.queries.schedules import due as due_at
from storage.tables import events
from storage.tables import schedules as schedule_rows
from storage.tables import sign_ups as sign_up_rows
from tests.scheduler.post import Post
from tests.storage.district import DAY, NOW, ZONE

FRIDAY = datetime(2026, 3, 6, 9, tzinfo=ZONE)
HOUR = timedelta(hours=1)


async def posted(
    post: Post, title: str, starts_at: datetime, leads: tuple[int, ...] = (24,)
) -> Event:
    event = await post.district.event(title=title, starts_at=starts_at, remind_hours=0)
    write = post.district.database.write
    await write(reminders.choose, post.district.mei.id, event, leads, NOW, ZONE)
    return await post.district.database.read(event_queries.by_id, event.id)


async def takes(post: Post, person: Person, *chosen: Event) -> None:
    for event in chosen:
        given = (person.telegram_id, event.id, post.now, ZONE, Wish(anyway=True))
        await post.district.database.write(sign_ups.sign_up, *given)


async def comes(post: Post, at: datetime) -> None:
    """The clock goes on to `at`: every slot on the way is planned, and all is sent."""
    while True:
        every = await post.district.database.read(due_at, at)
        if not every:
            break
        first = every[0].next_slot_at
        assert first is not None
        await told(post, first)
    await told(post, at)


async def told(post: Post, at: datetime) -> None:
    post.now = max(post.now, at)
    for each in await post.district.database.read(due_at, at):
        assert each.next_slot_at is not None
        slot = Slot(each.next_slot_at)
        await post.district.database.write(slots.plan_slot, each, slot, post.now)
    await post.deliver()


def reminded(post: Post, person: Person) -> list[list[str]]:
    """What each reminder tells of: the titles, in order."""
    titles = ("early", "noon", "late")
    return [
        sorted((t for t in titles if f"<b>{t}</b>" in text), key=text.index)
        for text in post.telegram.to(person.telegram_id)
        if "别忘了" in text
    ]


async def test_people_are_reminded_at_each_of_the_times_that_staff_chose(post: Post) -> None:
    ana = await post.district.resident("ana")
    event = await posted(post, "early", FRIDAY + 7 * DAY, (2, 24, 48, 168))
    assert event.reminders == (168, 48, 24, 2)
    await takes(post, ana, event)
    for lead in (168, 48, 24, 2):
        slot = event.starts_at - lead * HOUR
        before = len(reminded(post, ana))
        await comes(post, slot - timedelta(minutes=1))
        assert len(reminded(post, ana)) == before
        await comes(post, slot)
        assert len(reminded(post, ana)) == before + 1


async def test_one_message_tells_of_all_events_of_a_day_and_none_is_told_twice(
    post: Post,
) -> None:
    ana, bo = await post.district.resident("ana"), await post.district.resident("bo")
    early = await posted(post, "early", FRIDAY)
    late = await posted(post, "late", FRIDAY + 10 * HOUR)
    await takes(post, ana, early, late)
    await takes(post, bo, late)
    await comes(post, FRIDAY + 10 * HOUR)
    assert reminded(post, ana) == [["early", "late"]]
    assert reminded(post, bo) == [["late"]]


async def test_events_at_one_time_are_told_of_once(post: Post) -> None:
    ana = await post.district.resident("ana")
    both = [await posted(post, title, FRIDAY, (2,)) for title in ("early", "noon")]
    await takes(post, ana, *both)
    await comes(post, FRIDAY)
    assert reminded(post, ana) == [["early", "noon"]]


async def test_two_hours_before_only_what_is_near_is_told_of(post: Post) -> None:
    ana = await post.district.resident("ana")
    leads = (("early", 0), ("noon", 1), ("late", 10))
    for title, hours in leads:
        await takes(post, ana, await posted(post, title, FRIDAY + hours * HOUR, (2,)))
    await comes(post, FRIDAY + 10 * HOUR)
    assert reminded(post, ana) == [["early", "noon"], ["late"]]


async def test_whoever_signs_up_after_the_days_reminder_gets_one_of_their_own(
    post: Post,
) -> None:
    ana = await post.district.resident("ana")
    early = await posted(post, "early", FRIDAY)
    late = await posted(post, "late", FRIDAY + 10 * HOUR)
    await takes(post, ana, early)
    await comes(post, FRIDAY - 23 * HOUR)
    await takes(post, ana, late)
    await comes(post, FRIDAY + HOUR)
    assert reminded(post, ana)[0] == ["early"]
    assert ["late" in titles for titles in reminded(post, ana)] == [False, True]


async def test_what_was_given_back_is_not_told_of(post: Post) -> None:
    ana = await post.district.resident("ana")
    early, late = [await posted(post, title, FRIDAY) for title in ("early", "late")]
    await takes(post, ana, early, late)
    give = (ana.telegram_id, early.id, post.now, ZONE)
    await post.district.database.write(sign_ups.cancel, *give)
    await comes(post, FRIDAY)
    assert reminded(post, ana) == [["late"]]


async def test_after_an_outage_only_the_nearest_reminder_comes(post: Post) -> None:
    ana = await post.district.resident("ana")
    await takes(post, ana, await posted(post, "early", FRIDAY, (48, 24, 2)))
    await told(post, FRIDAY - HOUR)
    assert reminded(post, ana) == [["early"]]


async def test_a_moved_event_reminds_of_its_new_time_only(post: Post) -> None:
    """Also those who are to be reminded before the night, and who said that they come."""
    ana = await post.district.resident("ana")
    bo = await post.district.resident("bo", quiet=USUAL)
    event = await posted(post, "early", FRIDAY.replace(hour=5), (24, 2))
    await takes(post, ana, event)
    await takes(post, bo, event)
    await move(post, event, FRIDAY + DAY - 4 * HOUR)
    await comes(post, FRIDAY - 5 * HOUR)
    assert reminded(post, ana) == reminded(post, bo) == []
    await comes(post, FRIDAY)
    await comes(post, FRIDAY + 12 * HOUR)
    assert len(reminded(post, bo)) == 2, "a day before, and in the evening"
    await comes(post, FRIDAY + 3 * DAY)
    assert len(reminded(post, ana)) == len(reminded(post, bo)) == 2


async def test_what_is_queued_of_the_earlier_time_is_not_sent(post: Post) -> None:
    ana = await post.district.resident("ana")
    event = await posted(post, "early", FRIDAY)
    await takes(post, ana, event)
    post.now = FRIDAY - DAY
    [each] = await post.district.database.read(due_at, post.now)
    await post.district.database.write(slots.plan_slot, each, Slot(post.now), post.now)
    await post.district.owes(post.now)
    await move(post, event, FRIDAY + 3 * DAY)
    await post.deliver()
    assert reminded(post, ana) == []
    await comes(post, FRIDAY + 4 * DAY)
    assert reminded(post, ana) == [["early"]]


async def test_who_waits_or_has_an_offer_is_not_reminded(post: Post) -> None:
    ana, bo = await post.district.resident("ana"), await post.district.resident("bo")
    event = await posted(post, "early", FRIDAY)
    await takes(post, ana, event)
    await takes(post, bo, event)
    await post.district.database.write(_stands_in_line, bo.id)
    await comes(post, FRIDAY)
    assert (reminded(post, ana), reminded(post, bo)) == ([["early"]], [])


async def test_staff_choose_other_times(post: Post) -> None:
    ana, mei = await post.district.resident("ana"), post.district.mei.id
    event = await posted(post, "early", FRIDAY, (48, 24))
    await takes(post, ana, event)
    write = post.district.database.write
    await write(reminders.choose, mei, event, (24, 2), NOW, ZONE)
    await comes(post, FRIDAY - 25 * HOUR)
    assert reminded(post, ana) == []
    [row] = await post.district.rows(
        schedule_rows, schedule_rows.c.next_slot_at == FRIDAY - 2 * HOUR
    )
    await write(schedules.cancel, mei, row.id, NOW)
    await comes(post, FRIDAY)
    assert reminded(post, ana) == [["early"]]
    [kept] = await post.district.rows(events)
    assert kept.reminders == "24"


async def move(post: Post, event: Event, starts_at: datetime) -> None:
    database = post.district.database
    await database.write(_begins, event.id, starts_at)
    moved = await database.read(event_queries.by_id, event.id)
    await database.write(reminders.replan_reminders, moved, post.now, ZONE)


def _begins(connection: Any, event_id: int, starts_at: datetime) -> None:
    here = events.update().where(events.c.id == event_id)
    connection.execute(here.values(starts_at=starts_at))


def _stands_in_line(connection: Any, person_id: int) -> None:
    here = sign_up_rows.update().where(sign_up_rows.c.person_id == person_id)
    connection.execute(here.values(state="offered"))


async def test_a_cancellation_takes_the_event_out_of_the_calendar_of_who_put_it_there(
    post: Post,
) -> None:
    ana, bo = await post.district.resident("ana"), await post.district.resident("bo")
    event = await posted(post, "early", FRIDAY)
    await takes(post, ana, event)
    await takes(post, bo, event)
    write = post.district.database.write
    await write(calendar_files.take, ana.telegram_id, event.id, NOW)
    await write(event_actions.cancel, post.district.mei.id, event.id, NOW)
    await post.deliver()
    sent = {chat: screen.media for chat, screen in post.telegram.sent if "取消了" in screen.text}
    assert sent.pop(bo.telegram_id) == ()
    [[file]] = sent.values()
    assert isinstance(file, File)
    assert b"METHOD:CANCEL" in file.made


async def test_a_moved_event_changes_the_entry_in_the_calendar(post: Post) -> None:
    """The file of the change has the same name, a higher number, and the new time."""
    ana = await post.district.resident("ana")
    event = await posted(post, "early", FRIDAY)
    await takes(post, ana, event)
    database = post.district.database
    first = await database.write(calendar_files.take, ana.telegram_id, event.id, NOW)
    was = facts_of(event, await database.read(details, event.id))
    later = EventChange(was, replace(was, starts_at=FRIDAY + DAY))
    await database.write(change, post.district.mei.id, event.id, later, NOW, ZONE)
    post.now = NOW + HOUR
    await post.deliver()
    [(screen, file)] = [
        (screen, file)
        for chat, screen in post.telegram.sent
        for file in screen.media
        if isinstance(file, File)
    ]
    assert "early" in screen.text
    entry = vobject.readOne(file.made.decode()).vevent
    assert entry.uid.value == str(first.uid)
    assert int(entry.sequence.value) > first.sequence
    assert entry.dtstart.value == FRIDAY + DAY
