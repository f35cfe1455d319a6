"""How much waits for somebody at the staff desk."""

from datetime import datetime

from sqlalchemy import Connection

from storage.model.desk import Day
from storage.model.person import Person
from storage.queries.askings import unconfirmed_of
from storage.queries.events import of_day
from storage.queries.pages import count
from storage.queries.people import pending_requests
from storage.queries.schedules import count_active
from storage.queries.suggestions import count_received


def day(
    connection: Connection, person: Person, today: tuple[datetime, datetime], overdue: datetime
) -> Day:
    """What waits where `person` may act. `today` are the instants [from, to) of their day;
    suggestions from before `overdue` should have been answered. What is not confirmed began before
    today."""
    return Day(
        suggestions=count_received(connection, person),
        overdue=count_received(connection, person, overdue),
        requests=count(connection, pending_requests(person)),
        schedules=count_active(connection, person),
        events=of_day(connection, person, *today),
        unconfirmed=unconfirmed_of(connection, person, today[0], 0),
    )
