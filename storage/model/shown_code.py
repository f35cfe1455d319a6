"""A picture of an event's code that stands in somebody's chat and is renewed there."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.model.door import Door
from storage.model.event import Event

RENEWED_FOR = timedelta(hours=3)  # from the last press: whoever forgets it shows no code all day


@dataclass(frozen=True, slots=True)
class ShownCode:
    """`link` is what the code leads to, without its payload; `changes_at`: until when what is shown
    is taken; `allowed`: whose chat it is may still show it."""

    event: Event
    door: Door
    person_id: int
    chat_id: int
    language: str
    message_id: int
    link: str
    changes_at: datetime
    until: datetime
    allowed: bool

    def is_over(self, now: datetime) -> bool:
        """Whether it is renewed no more."""
        return not self.allowed or now >= self.until or not self.event.takes_attendance(now)


def renewed_until(event: Event, now: datetime) -> datetime:
    """How long a picture that is shown now is renewed."""
    return min(now + RENEWED_FOR, event.attendance_until)
