"""Events: the list, the card with its button, the staff's roster."""

from dataclasses import replace
from datetime import datetime

from markupsafe import Markup

from content.programme import Programme
from content.screen import Button, Rows, Screen, lasting, press
from content.screens import held, rosters
from content.screens import seats as seat_screens
from content.screens.kit import back, button, paged, pager
from content.screens.posting import hanging, with_details
from content.texts import Say
from storage.model.event import GOING_AHEAD, Event, EventCard, EventState
from storage.model.event_change import Concerned
from storage.model.page import Page
from storage.model.roster import Roster


def card(
    say: Say,
    card: EventCard,
    programme: Programme,
    now: datetime,
    *,
    in_list: bool = False,
    whole: bool = False,
) -> Screen:
    """An event as one person sees it: one wide button for what can be done. Opened from the
    list (`in_list`), it leads back there; as news (`whole`) it comes with its place on the map and
    all its pictures."""
    event = card.event
    text = say(
        "event.card",
        event=event,
        category=programme.category_name(event.category, say.language),
        signed_up=card.signed_up,
        over=event.is_over(now),
        cancelled=event.state is EventState.CANCELLED,
        remind_at=card.reminded_at,
        hanging=hanging(say, card.details, event.deadline_at),
    )
    stand = seat_screens.stand(say, card, now)
    rows = seat_screens.buttons(say, card, now)
    told = Markup("\n").join((text, stand)) if stand else text
    screen = with_details(say, Screen(told, rows), event, card.details, whole=whole)
    return replace(screen, rows=(*screen.rows, *back(say, "events"))) if in_list else screen


def upcoming(say: Say, cards: Page[EventCard]) -> Screen:
    """A page of what is coming."""
    buttons = cards.map(lambda each: Button(line(say, each), press("event", each.event.id)))
    rows = paged(say, buttons, "events", "home")
    find = button(say, "event.find", "find_event")
    return Screen(say("event.list", count=len(cards.items)), (*rows[:-1], (find,), rows[-1]))


def line(say: Say, card: EventCard) -> str:
    """An event in a list of somebody's."""
    return say.label("event.line", event=card.event, signed_up=card.signed_up)


def managed_line(say: Say, event: Event) -> str:
    """An event in a list of staff's."""
    return say.label("event.managed_line", event=event, draft=event.state is EventState.DRAFT)


def cancelled(say: Say, event: Event) -> Screen:
    """The news that an event is called off, for those who hold a seat."""
    return lasting(
        Screen(say("event.called_off", event=event), ((button(say, "event.others", "events"),),))
    )


def managed(say: Say, events: Page[Event]) -> Screen:
    """A page of the events that staff manage, each with its roster."""
    buttons = events.map(
        lambda event: Button(
            managed_line(say, event),
            press("change" if event.state is EventState.DRAFT else "roster", event.id),
        )
    )
    rows = paged(say, buttons, "posted", "staff")
    new = (button(say, "event.new", "post"), button(say, "past.new", "past"))
    return Screen(say("event.managed_list", count=len(events.items)), (new, *rows))


def roster(say: Say, roster: Roster, now: datetime, home: str = "posted") -> Screen:
    """Who holds a seat: while staff may say so a page of ticks to set, else a list."""
    event, seats = roster.event, roster.seats
    if event.takes_ticks(now):
        return rosters.ticking(say, roster, now, home)
    begun = event.has_attendance(now)
    names = [(rosters.marked if begun else rosters.name_of)(say, seat) for seat in seats.items]
    text = say(
        "event.roster_text",
        event=event,
        lines=list(enumerate(names, start=seats.first)),
        roster=roster,
        begun=begun,
        cancelled=event.state is EventState.CANCELLED,
        over=event.is_over(now),
        unreached=any(seat.unreached for seat in seats.items),
    )
    refresh = button(say, "button.refresh", "roster", event.id, seats.number)
    call_off = button(say, "event.cancel", "call_off", event.id)
    to_come = event.state in GOING_AHEAD and not event.is_over(now)
    people = button(say, "rosters.open_people", "roster_people", event.id, 0)
    some = (people,) if seats.items else ()
    rows: Rows = (
        (*rosters.change(say, event), *some, refresh),
        *(((call_off,),) if to_come else ()),  # not where the thumb falls first
        *held.ways(say, event, unconfirmed=event.is_unconfirmed(now)),
        *pager(say, seats, press("roster", event.id), home),
    )
    return Screen(text, rows)


def confirm_call_off(say: Say, event: Event, later: int, every: Concerned) -> Screen:
    """`later`: so many of its series come after it; `every`: who comes to any of these."""
    all_of_them = button(say, "posting.call_off_all", "call_off_all", event.id)
    return Screen(
        say("event.cancel_sure", event=event, later=later, every=every),
        (
            (
                button(say, "button.back", "roster", event.id),
                button(say, "event.cancel_yes", "called_off", event.id),
            ),
            *(((all_of_them,),) if later else ()),
        ),
    )
