"""Random lives of a district: rows of everything that is counted, close to New Year.

They are put in as rows: what is counted must not depend on where the actions of today lead.
"""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, insert, update

from storage.model.broadcast import BroadcastState
from storage.model.delivery import DeliveryState
from storage.model.event import EventState
from storage.model.kinds import DeliveryKind
from storage.model.ledger import EntryState
from storage.model.node import Node
from storage.model.person import Standing
from storage.model.roster import Way
from storage.model.sign_up import SignUpState
from storage.model.suggestion import SuggestionState
from storage.tables import (
    acknowledgements,
    attendances,
    broadcasts,
    deliveries,
    enrolments,
    entries,
    events,
    headcounts,
    memberships,
    persons,
    sign_ups,
    suggestions,
)

from .district import NOW

# Midnight of New Year in Shanghai, to which the random instants keep close.
NEW_YEAR = datetime(2025, 12, 31, 16, 0, tzinfo=UTC)
ITEMS = ("a", "b", "c", "d", "e")  # of a course
CATEGORIES = ("study", "service")  # of events and of suggestions


def fill(connection: Connection, nodes: Sequence[Node], owner: int, seed: int) -> None:
    """Rows of every table, with random states, nodes and instants."""
    life = _Life(connection, nodes, owner, random.Random(seed))
    life.people()
    life.register()
    life.ledger()
    life.study()
    life.events()
    life.suggestions()
    life.broadcasts()


class _Life:
    def __init__(
        self, connection: Connection, nodes: Sequence[Node], owner: int, chance: random.Random
    ) -> None:
        self._connection = connection
        self._nodes = nodes
        self._owner = owner
        self._chance = chance
        self._people: list[int] = []

    def people(self) -> None:
        for n in range(60):
            self._people.append(
                self._put(
                    persons,
                    telegram_id=1000 + n,
                    name=f"p{n}",
                    language=self._one_of("zh", "zh", "en"),
                    paused=self._one_of(False, False, True),
                    standing=self._one_of(*Standing),
                    node_id=self._one_of(None, self._node_id()),
                    consent_version=1,
                    consented_at=NOW,
                    joined_at=self._instant(),
                    left_at=self._one_of(None, None, NOW),
                    unreachable_at=self._one_of(None, None, NOW),
                )
            )
        for person in self._people[::2]:
            left_at = self._one_of(None, NOW)
            row = {"person_id": person, "course_id": "c", "joined_at": NOW, "left_at": left_at}
            self._connection.execute(insert(enrolments).values(**row))

    def register(self) -> None:
        """Of each person a stay that ended, or one that lasts, or both."""
        for person in self._people:
            since_at, until_at, again_at = sorted(self._instant() for _ in range(3))
            ended, lasts = (since_at, until_at), (again_at, None)
            for stay in self._one_of([ended], [lasts], [ended, lasts]):
                when = {"since_at": stay[0], "until_at": stay[1]}
                self._put(memberships, person_id=person, node_id=self._node_id(), **when)

    def ledger(self) -> None:
        for n in range(40):
            self._put(
                entries,
                node_id=self._node_id(),
                indicator=self._one_of(*CATEGORIES),
                at=self._instant(),
                thousandths=self._one_of(1000, 3000, 2500),
                state=self._one_of(EntryState.COUNTED, *EntryState),
                draft_key=str(n),
                created_by=self._owner,
                created_at=NOW,
            )

    def study(self) -> None:
        """Each item is acknowledged by some."""
        for item in ITEMS:
            for person in self._chance.sample(self._people, 8):
                self._put(
                    acknowledgements,
                    person_id=person,
                    node_id=self._one_of(None, self._node_id()),
                    course_id="c",
                    item_id=item,
                    acknowledged_at=self._instant(),
                )

    def events(self) -> None:
        for n in range(30):
            event = self._put(
                events,
                node_id=self._node_id(),
                category=self._one_of(*CATEGORIES),
                title="t",
                place="p",
                starts_at=self._instant(),
                state=self._one_of(EventState.OPEN, EventState.HELD, EventState.HELD, *EventState),
                draft_key=str(n),
                created_by=self._owner,
                created_at=NOW,
            )
            for person in self._chance.sample(self._people, 5):
                them = {"event_id": event, "person_id": person}
                self._put(sign_ups, **them, state=self._one_of(*SignUpState), signed_up_at=NOW)
                tick = {"recorded_by": self._owner, "recorded_at": NOW}
                withdrawn_at = self._one_of(None, None, NOW)
                self._put(attendances, **them, **tick, withdrawn_at=withdrawn_at)
            self._nameless(event)

    def _nameless(self, event: int) -> None:
        """People at an event whom nobody named: none, or one number or two."""
        for count in self._one_of([], [3], [1, 12]):
            when = {"recorded_at": NOW, "withdrawn_at": self._one_of(None, None, NOW)}
            by = {"way": Way.WALKED_IN, "recorded_by": self._owner}
            self._put(headcounts, event_id=event, count=count, **by, **when)

    def suggestions(self) -> None:
        for n in range(40):
            self._put(
                suggestions,
                year=2026,
                sequence=n,
                node_id=self._node_id(),
                author_id=self._one_of(None, *self._people),
                anonymous=self._one_of(False, True),
                category=self._one_of(*CATEGORIES),
                text="t",
                state=self._one_of(*SuggestionState),
                draft_key=str(n),
                submitted_at=self._instant(),
            )

    def broadcasts(self) -> None:
        """One of five was withdrawn."""
        for _ in range(30):
            kind = self._one_of(DeliveryKind.STUDY_ITEM, DeliveryKind.NOTICE)
            broadcast = self._broadcast(kind=kind, slot_at=self._instant(), **self._item())
            if self._chance.random() < 0.2:
                self._broadcast(kind=DeliveryKind.WITHDRAWAL, slot_at=NOW, of_id=broadcast)
            for person in self._chance.sample(self._people, 6):
                owed = self._put(
                    deliveries,
                    broadcast_id=broadcast,
                    person_id=person,
                    node_id=self._one_of(None, self._node_id()),
                    kind=kind,
                    state=DeliveryState.QUEUED,
                    due_at=NOW,
                )
                state = self._one_of(DeliveryState.SENT, *DeliveryState)
                sent_at = self._instant() if state is DeliveryState.SENT else None
                became = update(deliveries).where(deliveries.c.id == owed)
                self._connection.execute(became.values(state=state, sent_at=sent_at))

    def _broadcast(self, **values: Any) -> int:
        done = {"state": BroadcastState.DONE, "priority": 1, "audience": "{}"}
        values = {"created_at": NOW, "node_id": self._node_id()} | values
        return self._put(broadcasts, **done, **values)

    def _item(self) -> dict[str, Any]:
        """One of those that somebody acknowledged, before or after it was pushed."""
        return {"course_id": "c", "item_id": self._one_of(*ITEMS), "created_at": self._instant()}

    def _instant(self) -> datetime:
        edge = timedelta(microseconds=self._one_of(-1, 0, 1))
        spread = timedelta(hours=self._one_of(0, 0, -24, 24, -1, 8, -8, 900, -4000))
        return NEW_YEAR + edge + spread

    def _node_id(self) -> int:
        return self._chance.choice(self._nodes).id

    def _one_of(self, *choices: Any) -> Any:
        return self._chance.choice(choices)

    def _put(self, table: Table, **values: Any) -> int:
        key = self._connection.execute(insert(table).values(**values)).inserted_primary_key
        assert key is not None
        return int(key[0])
