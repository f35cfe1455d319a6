"""Random lives of a district: rows of everything that is counted, close to New Year.

They are put in as rows: what is counted must not depend on where the actions of today lead.
"""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, insert

from storage.model.broadcast import BroadcastState
from storage.model.delivery import DeliveryState
from storage.model.event import EventState, SignUpState
from storage.model.kinds import DeliveryKind
from storage.model.node import Node
from storage.model.person import Standing
from storage.model.suggestion import SuggestionState
from storage.tables import (
    acknowledgements,
    attendances,
    broadcasts,
    deliveries,
    events,
    persons,
    sign_ups,
    suggestions,
)

from .district import NOW

# Midnight of New Year in Shanghai, to which the random instants keep close.
NEW_YEAR = datetime(2025, 12, 31, 16, 0, tzinfo=UTC)
CATEGORIES = ("study", "service")  # of events and of suggestions


def fill(connection: Connection, nodes: Sequence[Node], owner: int, seed: int) -> None:
    """Rows of every table, with random states, nodes and instants."""
    chance = random.Random(seed)

    def instant() -> datetime:
        edge = timedelta(microseconds=chance.choice((-1, 0, 1)))
        spread = timedelta(hours=chance.choice((0, 0, -24, 24, -1, 8, -8, 900, -4000)))
        return NEW_YEAR + edge + spread

    def put(table: Table, **values: Any) -> int:
        key = connection.execute(insert(table).values(**values)).inserted_primary_key
        assert key is not None
        return int(key[0])

    def node_id() -> int:
        return chance.choice(nodes).id

    people = [
        put(
            persons,
            telegram_id=1000 + n,
            name=f"p{n}",
            language="zh",
            standing=chance.choice(list(Standing)),
            node_id=chance.choice([None, node_id()]),
            consent_version=1,
            consented_at=NOW,
            joined_at=instant(),
            left_at=chance.choice([None, None, NOW]),
        )
        for n in range(60)
    ]
    for n in range(40):
        put(
            acknowledgements,
            person_id=chance.choice(people),
            node_id=chance.choice([None, node_id()]),
            course_id="c",
            item_id=str(n),
            acknowledged_at=instant(),
        )
    for n in range(20):
        event = put(
            events,
            node_id=node_id(),
            category=chance.choice(CATEGORIES),
            title="t",
            place="p",
            starts_at=instant(),
            state=chance.choice(list(EventState)),
            draft_key=str(n),
            created_by=owner,
            created_at=NOW,
        )
        for person in chance.sample(people, 5):
            state = chance.choice(list(SignUpState))
            put(sign_ups, event_id=event, person_id=person, state=state, signed_up_at=NOW)
            tick = {"recorded_by": owner, "recorded_at": NOW}
            withdrawn_at = chance.choice([None, None, NOW])
            put(attendances, event_id=event, person_id=person, withdrawn_at=withdrawn_at, **tick)
    for n in range(40):
        put(
            suggestions,
            year=2026,
            sequence=n,
            node_id=node_id(),
            author_id=chance.choice([None, *people]),
            anonymous=chance.choice([False, True]),
            category=chance.choice(CATEGORIES),
            text="t",
            state=chance.choice(list(SuggestionState)),
            draft_key=str(n),
            submitted_at=instant(),
        )
    for _ in range(30):
        kind = chance.choice([DeliveryKind.STUDY_ITEM, DeliveryKind.EVENT_NOTICE])
        given = {"kind": kind, "state": BroadcastState.DONE, "priority": 1, "audience": "{}"}
        broadcast = put(broadcasts, **given, slot_at=instant(), node_id=node_id(), created_at=NOW)
        for person in chance.sample(people, 6):
            state = chance.choice([DeliveryState.SENT, *DeliveryState])
            put(
                deliveries,
                broadcast_id=broadcast,
                person_id=person,
                node_id=chance.choice([None, node_id()]),
                kind=kind,
                state=state,
                due_at=NOW,
                sent_at=instant() if state is DeliveryState.SENT else None,
            )
