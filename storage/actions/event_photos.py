"""Keeping pictures of how an event was."""

from sqlalchemy import Connection, update

from storage.model.message import media_to_json
from storage.model.photos_draft import PhotosDraft
from storage.model.roles import Power
from storage.queries import events as event_queries
from storage.queries.nodes import by_id
from storage.queries.people import require
from storage.tables import events


def keep(connection: Connection, by: int, draft: PhotosDraft) -> None:
    """Keep these photos of an event, in the place of those before. Raises Refusal if `by` may
    not."""
    event = event_queries.by_id(connection, draft.event_id)
    require(connection, by, Power.POST_EVENT, by_id(connection, event.node_id).path)
    one = update(events).where(events.c.id == event.id)
    connection.execute(one.values(record=media_to_json(draft.media)))
