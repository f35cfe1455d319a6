"""Lists on paper in chat: the one to print, what it would record, and what became of it."""

import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from content.screen import Screen, document, lasting
from content.screens.kit import button
from content.sheets.reading import Reading
from content.sheets.rosters import SentRoster, write_roster
from content.texts import Say
from storage.model.event import Event
from storage.model.paper_list import PaperList, Recorded, Unnamed
from storage.model.roster import Seat

_TOLD = 10  # problems on one screen


def template(
    say: Say,
    event: Event,
    seats: Sequence[Seat],
    reading: Reading,
    now: datetime,
    list_id: str,
) -> Screen:
    """The list of an event to print, fill in and send back."""
    with tempfile.TemporaryDirectory(prefix="linli-") as folder:
        path = Path(folder) / "list.xlsx"
        write_roster(path, event, seats, reading, (now, list_id))
        made = path.read_bytes()
    name = say.label("door.list_name", title=event.title, day=event.starts_at)
    return Screen(say("door.list", event=event), media=(document(f"{name}.xlsx", made),))


def preview(say: Say, name: str, found: PaperList, unnamed: Unnamed) -> Screen:
    """What would be recorded that is not yet."""
    new = bool(found.came or found.missed or unnamed.changes)
    same = found.same + unnamed.same
    text = say("door.list_preview", name=name, found=found, unnamed=unnamed, new=new, same=same)
    roster = button(say, "event.roster", "roster", found.event.id)
    if not new:
        return Screen(text, ((roster,),))
    yes = button(say, "door.list_record", "list_import", found.event.id)
    return Screen(text, ((yes,), (button(say, "button.cancel", "drop_list"),)))


def problems(say: Say, name: str, sent: SentRoster) -> Screen:
    """What is wrong with a list; nothing of it was recorded."""
    told = [each.told(say) for each in sent.problems.kept[:_TOLD]]
    total = sent.problems.total
    text = say("sheet.problems", name=name, told=told, total=total, more=total - len(told))
    again = button(say, "door.list_get", "paper_list", sent.event_id)
    return Screen(text, ((again,), (button(say, "event.roster", "roster", sent.event_id),)))


def recorded(say: Say, name: str, event: Event, done: Recorded) -> Screen:
    """The receipt."""
    text = say("door.list_done", name=name, event=event, done=done)
    return lasting(Screen(text, ((button(say, "event.roster", "roster", event.id),),)))
