"""The roster while staff say who came: ticks, no-shows, walk-ins, numbers without a name."""

from datetime import datetime

from content.screen import Button, Rows, Screen, below, press
from content.screens import held
from content.screens.kit import apart, back, button, pager
from content.texts import Say
from storage.model.event import GOING_AHEAD, Event, EventState
from storage.model.page import Page
from storage.model.roster import Nameless, Roster, Seat

_AT_ONCE = (1, 2, 5, 10)  # people without a name, by one press


def ticking(say: Say, roster: Roster, now: datetime, home: str) -> Screen:
    """A page of ticks to set; `home`: where one comes back to."""
    event, seats = roster.event, roster.seats
    shows_code = event.takes_attendance(now)
    rest = _ticks(say, seats, event.id, "came", "absent")
    # Below the names, so that none moves under a thumb when this button goes away.
    if roster.open:
        rest = (*rest, (button(say, "event.all_came", "all_came", event.id, seats.number),))
    rows: Rows = (
        *rest,
        (
            button(say, "door.find", "find_seat", event.id),
            button(say, "door.unnamed", "unnamed", event.id),
        ),
        (
            *((below(button(say, "door.open", "door", event.id)),) if shows_code else ()),
            button(say, "rosters.more", "roster_more", event.id),
            button(say, "button.refresh", "roster", event.id, seats.number),
        ),
        *held.word_of(say, event, unconfirmed=event.is_unconfirmed(now)),
        *pager(say, seats, press("roster", event.id), home),
    )
    return Screen(_text(say, "door.roster", roster, now), rows)


def more(say: Say, event: Event, now: datetime) -> Screen:
    """What is done less often with an event than ticking, while it takes attendance."""
    to_come = event.state in GOING_AHEAD and not event.is_over(now)
    call_off = button(say, "event.cancel", "call_off", event.id)
    rows: Rows = (
        (
            button(say, "door.missing", "missing", event.id),
            button(say, "rosters.open_people", "roster_people", event.id, 0),
        ),
        (
            below(button(say, "door.list_get", "paper_list", event.id)),
            button(say, "papers.open", "papers", event.id),
        ),
        (*change(say, event), *((call_off,) if to_come else ())),
        *back(say, press("roster", event.id)),
    )
    return Screen(say("rosters.more_text", event=event), tuple(row for row in rows if row))


def change(say: Say, event: Event) -> tuple[Button, ...]:
    """The button that changes an event; none if it is called off."""
    if event.state is EventState.CANCELLED:
        return ()
    return (button(say, "posting.change", "change", event.id),)


def missing(say: Say, roster: Roster, now: datetime) -> Screen:
    """The same page, on which one notes who did not come."""
    event, seats = roster.event, roster.seats
    held = seats.holding([each for each in seats.items if each.seated])
    rows = _ticks(say, held, event.id, "missed", "not_missed")
    if roster.open:
        rows = (*rows, (button(say, "door.all_missed", "all_missed", event.id, seats.number),))
    place = press("roster", event.id)
    turn = pager(say, seats, press("missing", event.id), place)
    return Screen(_text(say, "door.missing_text", roster, now), (*rows, *turn))


def _text(say: Say, key: str, roster: Roster, now: datetime) -> str:
    return say(
        key,
        event=roster.event,
        roster=roster,
        over=roster.event.is_over(now),
        unreached=any(seat.unreached for seat in roster.seats.items),
    )


def name_of(say: Say, seat: Seat) -> str:
    """A name on the roster, with what is to be known of it: whom they bring, that they come."""
    name = say.label("rosters.name", name=apart(say, seat.name, seat.namesake), seat=seat)
    return say.label("event.unreached", name=name) if seat.unreached else name


def marked(say: Say, seat: Seat) -> str:
    """The same with whether they came."""
    walked_in = not seat.seated and seat.came is not None
    return say.label("door.seat", name=name_of(say, seat), seat=seat, walked_in=walked_in)


def _ticks(say: Say, seats: Page[Seat], event_id: int, on: str, off: str) -> Rows:
    """A wide button for each person, which says that something is so (`on`), or is not (`off`)."""

    def tick(seat: Seat) -> Button:
        is_so = seat.came if on == "came" else seat.missed
        carried = press(off if is_so else on, event_id, seat.person_id, seats.number)
        return Button(marked(say, seat), carried)

    return tuple((tick(seat),) for seat in seats.items)


def unnamed(say: Say, found: Nameless) -> Screen:
    """How many came and have no name: numbers to add, and those that were added to take back."""
    event, numbers = found.event, found.numbers
    add = tuple(
        Button(say.label("door.add", count=count), press("unnamed_add", event.id, count))
        for count in _AT_ONCE
    )
    undo = tuple(
        (
            Button(
                say.label("door.undo", count=each.count, at=each.at, way=each.way),
                press("unnamed_undo", event.id, each.id),
            ),
        )
        for each in numbers.items
    )
    other = (button(say, "door.other_number", "unnamed_other", event.id),)
    turn = pager(say, numbers, press("unnamed", event.id), press("roster", event.id))
    text = say("door.unnamed_text", event=event, total=found.total, some=bool(numbers.items))
    return Screen(text, (add, other, *undo, *turn))
