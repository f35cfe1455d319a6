"""Leaving for good."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, update

from storage.actions.people import end_membership, withdraw_requests
from storage.actions.sign_ups import give_back_all
from storage.actions.staff import lay_down_all
from storage.model.person import Standing
from storage.tables import enrolments, persons


def leave(connection: Connection, person_id: int, now: datetime, zone: ZoneInfo) -> None:
    """End the relation: no community, no roles, no courses, no messages. Coming back begins with
    /start. `zone` is the district's. Raises Refusal for the last owner."""
    lay_down_all(connection, person_id, now)
    withdraw_requests(connection, person_id, now)
    end_membership(connection, person_id, now)
    give_back_all(connection, person_id, now, zone)
    # Whoever comes back begins anew, and did not leave any course on its own.
    connection.execute(delete(enrolments).where(enrolments.c.person_id == person_id))
    connection.execute(
        update(persons)
        .where(persons.c.id == person_id)
        .values(left_at=now, node_id=None, standing=Standing.RESIDENT, paused=False)
    )
