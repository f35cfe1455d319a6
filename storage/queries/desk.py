"""How much waits for somebody at the staff desk."""

from sqlalchemy import Connection

from storage.model.desk import Day
from storage.model.person import Person
from storage.queries.pages import count
from storage.queries.people import pending_requests
from storage.queries.schedules import count_active
from storage.queries.suggestions import count_received


def day(connection: Connection, person: Person) -> Day:
    """What waits where `person` may act."""
    return Day(
        suggestions=count_received(connection, person),
        requests=count(connection, pending_requests(person)),
        schedules=count_active(connection, person),
    )
