"""The calendar file of an event: to put it in, to change it there, to take it out."""

from dataclasses import replace
from datetime import datetime

from content.render.calendar_file import calendar_file
from content.screen import File, Screen, document
from content.splitting import plain
from content.texts import Say
from storage.model.calendar_entry import CalendarEntry


def taken(say: Say, entry: CalendarEntry, now: datetime) -> Screen:
    """The file, for who asked for it."""
    return Screen(say("calendar.taken"), media=(_file(say, entry, now),))


def with_file(say: Say, screen: Screen, entry: CalendarEntry, now: datetime) -> Screen:
    """News of an event, with the file that tells a calendar the same."""
    return replace(screen, media=(*screen.media, _file(say, entry, now)))


def _file(say: Say, entry: CalendarEntry, now: datetime) -> File:
    description = plain(say("calendar.description", entry=entry)).strip()
    name = say.label("calendar.name", title=entry.event.title)
    return document(f"{name}.ics", calendar_file(entry, description, now))
