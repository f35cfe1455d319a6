"""The pictures of codes that are renewed where they stand."""

from datetime import datetime

from sqlalchemy import Connection, select

from storage.model.door import Door
from storage.model.roles import Power, allowed
from storage.model.shown_code import ShownCode
from storage.queries import events as event_queries
from storage.queries.nodes import by_id as node_by_id
from storage.queries.people import grants_of
from storage.tables import doors, persons, shown_codes

_STALE = (
    select(shown_codes, persons.c.telegram_id, persons.c.language, doors.c.secret)
    .join(persons, persons.c.id == shown_codes.c.person_id)
    .join(doors, doors.c.event_id == shown_codes.c.event_id)
    .order_by(shown_codes.c.changes_at, shown_codes.c.event_id, shown_codes.c.person_id)
)


def stale(connection: Connection, now: datetime) -> list[ShownCode]:
    """Those that show what is not taken any more, or are renewed no more; the oldest first."""
    old = _STALE.where((shown_codes.c.changes_at <= now) | (shown_codes.c.until <= now))
    found = []
    for row in connection.execute(old):
        event = event_queries.by_id(connection, row.event_id)
        path = node_by_id(connection, event.node_id).path
        found.append(
            ShownCode(
                event,
                Door(row.event_id, row.secret),
                person_id=row.person_id,
                chat_id=row.telegram_id or 0,
                language=row.language,
                message_id=row.message_id,
                link=row.link,
                changes_at=row.changes_at,
                until=row.until,
                allowed=row.telegram_id is not None
                and allowed(grants_of(connection, row.person_id), Power.POST_EVENT, path),
            )
        )
    return found
