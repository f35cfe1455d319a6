"""Recording a list on paper: all of it, or nothing."""

from datetime import datetime

from sqlalchemy import Connection

from storage.actions import headcounts
from storage.actions.attendances import check, note, put
from storage.model.paper_list import Recorded, Recording
from storage.model.roster import Way


def record_list(
    connection: Connection, by: int, event_id: int, new: Recording, now: datetime
) -> Recorded:
    """Record a list of an event. Twice is once.

    Raises Refusal if `by` may not, or the event takes no attendance now, and records nothing then.
    """
    check(connection, by, event_id, now)
    came = put(connection, event_id, [(each, Way.PAPER) for each in new.came], by, now)
    missed = note(connection, event_id, new.missed, by, now)
    nameless = headcounts.put(connection, event_id, new.nameless, by, now)
    return Recorded(came, missed, nameless)
