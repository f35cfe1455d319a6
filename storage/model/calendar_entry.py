"""An event as somebody's calendar has it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from storage.model.event import Event, EventState


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """What the file of an event tells a calendar.

    `uid` stays the same whatever is changed; `revision` says how often something was. `point` is
    latitude and longitude, if they are known; the texts are empty where nothing was said.
    """

    uid: UUID
    event: Event
    revision: int
    words: str = ""
    cost: str = ""
    contact: str = ""
    point: tuple[float, float] | None = None

    @property
    def is_cancelled(self) -> bool:
        return self.event.state is EventState.CANCELLED

    @property
    def sequence(self) -> int:
        """Rises with every change; calling it off is one that no revision counts."""
        return self.revision + int(self.is_cancelled)

    @property
    def ends_at(self) -> datetime:
        return self.event.over_at
