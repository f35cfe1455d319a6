"""Calendar files (RFC 5545, RFC 5546), as telephones take them."""

from datetime import UTC, datetime, timedelta

import icalendar

from storage.model.calendar_entry import CalendarEntry

ALARM = timedelta(hours=2)  # before it begins: when it is time to think of setting out


def calendar_file(entry: CalendarEntry, description: str, now: datetime) -> bytes:
    """The file that puts an event into a calendar, changes it there, or takes it out.

    Instants are UTC: a calendar shows them by the clock of its telephone, and needs no rules of a
    zone for that. `description` is plain text; `now` is when this was said.
    """
    whole = icalendar.Calendar()
    whole.add("prodid", "-//Linli//Linli//ZH")
    whole.add("version", "2.0")
    whole.add("calscale", "GREGORIAN")
    whole.add("method", "CANCEL" if entry.is_cancelled else "PUBLISH")
    whole.add_component(_event(entry, description, now))
    return bytes(whole.to_ical())


def _event(entry: CalendarEntry, description: str, now: datetime) -> icalendar.Event:
    event, found = entry.event, icalendar.Event()
    found.add("uid", str(entry.uid))
    found.add("sequence", entry.sequence)
    found.add("dtstamp", _utc(now))
    found.add("dtstart", _utc(event.starts_at))
    found.add("dtend", _utc(entry.ends_at))
    found.add("summary", event.title)
    found.add("location", event.place)
    found.add("description", description)
    found.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    if entry.point is not None:
        found.add("geo", entry.point)
    if not entry.is_cancelled:
        found.add_component(_alarm(event.title))
    return found


def _alarm(title: str) -> icalendar.Alarm:
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -ALARM)
    alarm.add("description", title)
    return alarm


def _utc(at: datetime) -> datetime:
    """Calendars know no parts of a second."""
    return at.astimezone(UTC).replace(microsecond=0)
