"""The tables, SQLAlchemy Core, one module each."""

from storage.tables.acknowledgements import acknowledgements
from storage.tables.askings import askings
from storage.tables.attendances import attendances, headcounts, no_shows
from storage.tables.base import metadata
from storage.tables.broadcasts import broadcasts
from storage.tables.calendar_files import calendar_files
from storage.tables.cards import cards
from storage.tables.closings import closings
from storage.tables.conversations import conversations
from storage.tables.counters import counters
from storage.tables.couriers import couriers
from storage.tables.deliveries import deliveries
from storage.tables.doors import doors, guesses
from storage.tables.enrolments import enrolments
from storage.tables.entries import entries
from storage.tables.event_changes import event_changes
from storage.tables.events import events
from storage.tables.feedback import feedback, feedback_givers
from storage.tables.files import files
from storage.tables.group_cards import group_cards
from storage.tables.groups import groups
from storage.tables.invitations import invitations
from storage.tables.membership_requests import membership_requests
from storage.tables.memberships import memberships
from storage.tables.moves import moves
from storage.tables.nodes import nodes
from storage.tables.nudges import nudges
from storage.tables.owed_answers import owed_answers
from storage.tables.pauses import pauses
from storage.tables.persons import persons
from storage.tables.polls import poll_votes, polls
from storage.tables.progress import progress
from storage.tables.roles import roles
from storage.tables.rollups import builds, covers, done, months, reach, rollups, spells
from storage.tables.schedules import schedules
from storage.tables.shown_codes import shown_codes
from storage.tables.sign_ups import sign_ups
from storage.tables.subscriptions import editions, subscriptions
from storage.tables.suggestions import suggestions
from storage.tables.supports import supports
from storage.tables.sweeps import sweeps
from storage.tables.targets import targets
from storage.tables.updates import updates

__all__ = [
    "acknowledgements",
    "askings",
    "attendances",
    "broadcasts",
    "builds",
    "calendar_files",
    "cards",
    "closings",
    "conversations",
    "counters",
    "couriers",
    "covers",
    "deliveries",
    "done",
    "doors",
    "editions",
    "enrolments",
    "entries",
    "event_changes",
    "events",
    "feedback",
    "feedback_givers",
    "files",
    "group_cards",
    "groups",
    "guesses",
    "headcounts",
    "invitations",
    "membership_requests",
    "memberships",
    "metadata",
    "months",
    "moves",
    "no_shows",
    "nodes",
    "nudges",
    "owed_answers",
    "pauses",
    "persons",
    "poll_votes",
    "polls",
    "progress",
    "reach",
    "roles",
    "rollups",
    "schedules",
    "shown_codes",
    "sign_ups",
    "spells",
    "subscriptions",
    "suggestions",
    "supports",
    "sweeps",
    "targets",
    "updates",
]
