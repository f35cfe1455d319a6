"""The code that is shown at an event, and what becomes of whoever gives it."""

import math
from datetime import datetime, timedelta

from content.render.qr import qr_sheet
from content.screen import Screen, below, lasting, picture
from content.screens.kit import back, button, note
from content.texts import Say
from storage.model.door import Door, Entrance, Wrong
from storage.model.event import Event


def code(say: Say, event: Event, door: Door, link: str, now: datetime) -> Screen:
    """The picture to scan, with the digits to type; `link` is what the code leads to."""
    digits = door.digits(now)
    sheet = qr_sheet(link, " ".join(digits), say.label("door.hint", title=event.title))
    text = say("door.shown", event=event, digits=digits, until=door.changes_at(now))
    renew = button(say, "door.renew", "door", event.id)
    roster = below(button(say, "event.roster", "roster", event.id))
    close = button(say, "door.close", "door_close", event.id)
    return Screen(text, ((renew, roster), (close,)), media=(picture(sheet.png),))


def how(say: Say, *, shown: bool, may_show: bool) -> Screen:
    """For whoever wants to check in and says no more. `shown`: somebody shows them a code now."""
    way = button(say, "staff.post", "posted") if may_show else button(say, "home.events", "events")
    return Screen(say("door.how", shown=shown, may_show=may_show), ((way,), *back(say)))


def let_in(say: Say, entrance: Entrance) -> Screen:
    """For whoever checked in."""
    key = "door.again" if entrance.again else "door.let_in"
    text = say(key, event=entrance.event, walked_in=entrance.walked_in)
    return lasting(Screen(text, ((button(say, "event.others", "events"),),)))


def wrong(say: Say, given: Wrong, now: datetime) -> Screen:
    """For whoever typed a code that is none."""
    wait = (given.until or now) - now
    return note(say, "door.wrong", left=given.left, minutes=math.ceil(wait / timedelta(minutes=1)))
