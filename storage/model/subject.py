"""What a row that speaks of something else is about: a move of a history, a record of a figure."""

from enum import StrEnum


class SubjectKind(StrEnum):
    """With the subject's id: which row it is, where whoever opens it is led."""

    SUGGESTION = "suggestion"
    EVENT = "event"
    MEMBERSHIP_REQUEST = "membership_request"
    BROADCAST = "broadcast"
    SCHEDULE = "schedule"
    ROLE = "role"
    INVITATION = "invitation"
    ENTRY = "entry"
    TARGET = "target"
    CLOSING = "closing"
    # These have no states, so no history.
    HEADCOUNT = "headcount"  # people at an event whom nobody named; the id is the event's
    ACKNOWLEDGEMENT = "acknowledgement"
    MEMBERSHIP = "membership"  # a stay on the register
