"""A seat that staff took away by mistake is given back."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, text, update

from storage.actions.outbox import owe
from storage.actions.reminders import promise
from storage.actions.seats import lock, take_more
from storage.model.delivery import DeliveryState
from storage.model.event import GOING_AHEAD
from storage.model.kinds import DeliveryKind
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.sign_up import SignUpState
from storage.queries import events as event_queries
from storage.queries.nodes import by_id as node_by_id
from storage.queries.people import require
from storage.queries.roster_people import TAKEN_OFF
from storage.tables import deliveries, events, persons, sign_ups
from storage.turns import in_turn

UNDONE = "their seat was given back"


@in_turn("event_id")
def put_back(
    connection: Connection, by: int, event_id: int, person_id: int, now: datetime, zone: ZoneInfo
) -> None:
    """Give somebody the seat back that staff took away, with what they said then. If the word of
    it is not sent yet, it never is; else they are told this, too. Pressed twice is pressed once.

    Raises Refusal if `by` may not, the event does not go ahead or is over, they gave the seat up
    themselves, or so many are not free any more.
    """
    lock(connection, event_id)
    event = event_queries.by_id(connection, event_id)
    require(connection, by, Power.POST_EVENT, node_by_id(connection, event.node_id).path)
    if event.state not in GOING_AHEAD or event.is_over(now):
        raise Refusal("event.over")
    own = (sign_ups.c.event_id == event_id, sign_ups.c.person_id == person_id)
    stands = select(sign_ups.c.state, sign_ups.c.seats, TAKEN_OFF.label("taken_off")).where(*own)
    row = connection.execute(stands).one_or_none()
    if row is not None and row.state == SignUpState.SIGNED_UP:
        return
    if row is None or not row.taken_off:
        raise Refusal("rosters.gave_up")
    if take_more(connection, event_id, row.seats) is None:
        raise Refusal("rosters.seat_gone")
    # The lock of the event is held: it stands as it was read.
    connection.execute(
        update(sign_ups)
        .where(*own, sign_ups.c.state == SignUpState.CANCELLED)
        .values(state=SignUpState.SIGNED_UP, cancelled_at=None, confirmed_at=None)
    )
    _promise(connection, event_id, person_id, now, zone)
    if not _word_taken_back(connection, event_id, person_id):
        owe(connection, person_id, DeliveryKind.SEAT_PUT_BACK, event_id, now, zone)


def _promise(
    connection: Connection, event_id: int, person_id: int, now: datetime, zone: ZoneInfo
) -> None:
    cards = event_queries.cards_for(persons.c.id == person_id).where(events.c.id == event_id)
    row = connection.execute(cards).one()
    moments = event_queries.reminders(connection, row, now, zone)
    promise(connection, person_id, event_queries.event_card(row).event, moments)


def _word_taken_back(connection: Connection, event_id: int, person_id: int) -> bool:
    """Whether they were not told yet, and are not now."""
    waits = update(deliveries).where(
        text("state = 'queued' AND broadcast_id IS NULL"),  # as written in the partial index
        deliveries.c.person_id == person_id,
        deliveries.c.kind == DeliveryKind.SEAT_TAKEN_OFF,
        deliveries.c.subject_id == event_id,
    )
    taken = waits.values(state=DeliveryState.CANCELLED, reason=UNDONE)
    return connection.execute(taken).rowcount > 0
