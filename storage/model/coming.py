"""Whether somebody comes: what a reminder asks of everybody who holds a seat."""

from dataclasses import dataclass

from storage.model.event import EventCard


@dataclass(frozen=True, slots=True)
class Coming:
    """An event of which somebody is reminded; `confirmed`: they said again that they come."""

    card: EventCard
    confirmed: bool
