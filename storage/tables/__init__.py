"""The tables, SQLAlchemy Core, one module each."""

from storage.tables.acknowledgements import acknowledgements
from storage.tables.base import metadata
from storage.tables.broadcasts import broadcasts
from storage.tables.conversations import conversations
from storage.tables.counters import counters
from storage.tables.deliveries import deliveries
from storage.tables.events import events
from storage.tables.invitations import invitations
from storage.tables.membership_requests import membership_requests
from storage.tables.nodes import nodes
from storage.tables.persons import persons
from storage.tables.roles import roles
from storage.tables.schedules import schedules
from storage.tables.sign_ups import sign_ups
from storage.tables.suggestions import suggestions
from storage.tables.updates import updates

__all__ = [
    "acknowledgements",
    "broadcasts",
    "conversations",
    "counters",
    "deliveries",
    "events",
    "invitations",
    "membership_requests",
    "metadata",
    "nodes",
    "persons",
    "roles",
    "schedules",
    "sign_ups",
    "suggestions",
    "updates",
]
