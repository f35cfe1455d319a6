"""Recording an event afterwards: it is held as it is recorded. Putting it right, and voiding it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select

from storage.actions import moves
from storage.actions.closed_years import require_open
from storage.actions.confirmations import not_held
from storage.model.event import EventState
from storage.model.ledger import check_reason
from storage.model.message import media_to_json
from storage.model.moves import Step
from storage.model.past_event import PastEvent
from storage.model.period import day_of
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.roster import Way
from storage.queries.nodes import by_id
from storage.queries.people import require
from storage.tables import events, headcounts


def record(connection: Connection, by: int, new: PastEvent, now: datetime, zone: ZoneInfo) -> int:
    """Record an event that took place; returns its id. `zone` is the district's. The same draft
    recorded twice is one event.

    Raises Refusal if `by` may not, its year is closed, or for what `PastEvent.check` refuses.
    """
    require(connection, by, Power.POST_EVENT, by_id(connection, new.node_id).path)
    known = select(events.c.id).where(events.c.draft_key == new.draft_key)
    event_id = connection.execute(known).scalar_one_or_none()
    if event_id is not None:
        return int(event_id)
    new.check(day_of(now, zone))
    require_open(connection, (new.node_id, new.on.year))
    event_id = moves.begin(
        connection,
        Step(EventState.HELD, now, by),
        node_id=new.node_id,
        category=new.category,
        title=new.title,
        place=new.place,
        starts_at=new.at(now, zone),
        ends_at=new.at(now, zone),
        words=new.note,
        record=media_to_json(new.media),
        draft_key=new.draft_key,
        by_hand=True,
        created_by=by,
        created_at=now,
    )
    if new.came:
        row = {"way": Way.BY_HAND, "recorded_by": by, "recorded_at": now}
        connection.execute(insert(headcounts).values(event_id=event_id, count=new.came, **row))
    return event_id


def put_right(
    connection: Connection, event_id: int, new: PastEvent, why: Step, zone: ZoneInfo
) -> int:
    """Replace an event that was recorded afterwards by a better one; returns the id of that. `why`
    leads to NOT_HELD, and says by whom, when, and why: the old one stays to be read.

    The same draft twice is one. Raises Refusal as `void` and `record` do.
    """
    assert why.by is not None
    known = select(events.c.id).where(events.c.draft_key == new.draft_key)
    better = connection.execute(known).scalar_one_or_none()
    if better is not None:
        return int(better)
    void(connection, event_id, why, zone)
    return record(connection, why.by, new, why.at, zone)


def void(connection: Connection, event_id: int, why: Step, zone: ZoneInfo) -> None:
    """Let an event that was recorded afterwards count no more; its row stays. `why` as above.

    Raises Refusal if whoever it is may not, it counts no more, its year is closed, or there is no
    reason.
    """
    check_reason(why.words or "")
    one = select(events.c.id).where(events.c.id == event_id, events.c.by_hand)
    if why.by is None or connection.execute(one).first() is None:
        raise Refusal("refused.not_yours")
    if not not_held(connection, why.by, event_id, why.at, zone, why.words):
        raise Refusal("ledger.counts_no_more")
