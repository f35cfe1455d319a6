"""One person on a roster: what they said, whether they came, and taking them off."""

from collections.abc import Callable
from datetime import datetime

from content.screen import Button, Screen, press
from content.screens.kit import apart, back, button, paged
from content.screens.rosters import marked, name_of
from content.texts import Say
from storage.model.event import GOING_AHEAD, Event
from storage.model.page import Page
from storage.model.roster import OnRoster, Seat


def people(say: Say, event: Event, seats: Page[Seat], now: datetime) -> Screen:
    """A page of those on the roster, each of whom can be looked at."""
    label = _label(event, now)
    buttons = seats.map(
        lambda seat: Button(
            label(say, seat), press("roster_person", event.id, seat.person_id, seats.number)
        )
    )
    rows = paged(say, buttons, press("roster_people", event.id), press("roster", event.id))
    if seats.number or seats.more:  # else everybody is in sight
        rows = (*rows[:-1], (button(say, "rosters.find", "find_person", event.id), *rows[-1]))
    return Screen(say("rosters.people", event=event, count=len(seats.items)), rows)


def choices(say: Say, event: Event, seats: Page[Seat], now: datetime) -> list[tuple[str, str]]:
    """Those on the roster who were found by a name, by their ids."""
    label = _label(event, now)
    return [(str(seat.person_id), label(say, seat)) for seat in seats.items]


def _label(event: Event, now: datetime) -> Callable[[Say, Seat], str]:
    return marked if event.has_attendance(now) else name_of


def person(say: Say, found: OnRoster, page: int, now: datetime) -> Screen:
    """One of them; `page` of the list leads back there. What undoes does not stand where one
    pressed."""
    event, ids = found.event, (found.event.id, found.seat.person_id, page)
    to_come = event.state in GOING_AHEAD and not event.is_over(now)
    text = say(
        "rosters.person",
        event=event,
        found=found,
        seat=found.seat,
        name=apart(say, found.seat.name, found.seat.namesake),
        begun=event.has_attendance(now),
    )
    home = back(say, press("roster_people", event.id, page))
    if to_come and found.seat.seated:
        return Screen(text, ((button(say, "rosters.take_off", "take_off", *ids),), *home))
    if to_come and found.taken_off:
        return Screen(text, (*home, (button(say, "rosters.put_back", "put_back", *ids),)))
    return Screen(text, home)


def confirm(say: Say, found: OnRoster, page: int) -> Screen:
    """Whether they are to be taken off."""
    ids = (found.event.id, found.seat.person_id, page)
    name = apart(say, found.seat.name, found.seat.namesake)
    rows = (
        (
            button(say, "button.back", "roster_person", *ids),
            button(say, "rosters.take_off_yes", "taken_off", *ids),
        ),
    )
    return Screen(say("rosters.take_off_sure", event=found.event, name=name), rows)
