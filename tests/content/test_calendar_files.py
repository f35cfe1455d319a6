"""Calendar files, read by a program that did not write them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import vobject

from content.render.calendar_file import calendar_file
from storage.model.calendar_entry import CalendarEntry
from storage.model.event import Event, EventState
from tests.storage.district import NOW, ZONE

STARTS = datetime(2026, 3, 6, 9, 30, tzinfo=ZONE)
LONG = "家庭消防演练和逃生：请带上孩子、老人和邻居一起来，楼下集合；雨天改到二楼会议室，"
EVENT = Event(12, 2, "东湖社区", "service", LONG, "社区广场", STARTS, 40, 6, EventState.OPEN)
ENTRY = CalendarEntry(UUID(int=7), EVENT, revision=3)


WORDS = "东湖社区\n请带, 身份证; \\谢谢\\"


def read(entry: CalendarEntry, description: str = WORDS) -> vobject.base.Component:
    """As another program reads it."""
    return vobject.readOne(calendar_file(entry, description, NOW).decode())


def test_a_calendar_reads_what_was_posted() -> None:
    found = read(replace(ENTRY, point=(30.25, 120.16)))
    event = found.vevent
    assert found.method.value == "PUBLISH"
    assert (event.summary.value, event.location.value) == (LONG, "社区广场")
    assert event.description.value == WORDS
    assert event.dtstart.value == datetime(2026, 3, 6, 1, 30, tzinfo=UTC)
    assert event.dtend.value == event.dtstart.value + timedelta(hours=2), "nobody said when it ends"
    assert (event.uid.value, event.sequence.value) == (str(UUID(int=7)), "3")
    assert (event.status.value, event.geo.value) == ("CONFIRMED", "30.25;120.16")
    assert event.valarm.trigger.value == -timedelta(hours=2)
    assert event.valarm.action.value == "DISPLAY"


def test_the_end_that_was_said_is_the_end() -> None:
    ends_at = STARTS + timedelta(hours=5)
    event = read(replace(ENTRY, event=replace(EVENT, ends_at=ends_at))).vevent
    assert event.dtend.value == ends_at


def test_a_file_of_a_cancelled_event_takes_it_out_again() -> None:
    off = replace(ENTRY, event=replace(EVENT, state=EventState.CANCELLED))
    found = read(off)
    assert found.method.value == "CANCEL"
    assert found.vevent.status.value == "CANCELLED"
    assert found.vevent.uid.value == read(ENTRY).vevent.uid.value
    assert int(found.vevent.sequence.value) > int(read(ENTRY).vevent.sequence.value)
    assert "valarm" not in found.vevent.contents


@pytest.mark.parametrize("title", [LONG * 3, "a" * 120, "🎫" * 120, "e\u0301" * 60, "龘" * 25])
def test_no_line_is_too_long_and_none_splits_a_character(title: str) -> None:
    """RFC 5545, 3.1: lines of 75 octets at most. Some calendars decode line by line."""
    entry = replace(ENTRY, event=replace(EVENT, title=title))
    lines = calendar_file(entry, title, NOW).split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()
    assert read(entry, title).vevent.summary.value == title
