"""A district in the state in which presses come: members who got a push, and events they may join.

Filled through the tables, in bulk.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, func, insert, select

from content.courses import load_courses
from storage.actions.study import schedule_push
from storage.database import open_database
from storage.migrate import migrate
from storage.model.audience import Audience
from storage.model.broadcast import BroadcastState
from storage.model.delivery import DeliveryState
from storage.model.event import EventState
from storage.model.kinds import DeliveryKind, Priority
from storage.model.node import NodeKind
from storage.model.person import CONSENT_VERSION, Standing
from storage.model.push import NewPush
from storage.model.rhythm import Rhythm, ScheduleKind
from storage.model.roles import Role
from storage.model.schedule import Timetable
from storage.model.staff import RoleState
from storage.tables import (
    acknowledgements,
    broadcasts,
    conversations,
    deliveries,
    events,
    nodes,
    persons,
    progress,
    roles,
    sign_ups,
    updates,
)

T = TypeVar("T")
FIRST_PERSON = 5_000_000_000
COURSE = "resident-basics"
_COMMUNITIES = 20


def items() -> list[str]:
    """The ids of the items that can be pressed "done"."""
    return [item.id for item in load_courses().require(COURSE).items]


def shown_texts() -> list[str]:
    """What the messages say under which the buttons stand: an item, an event."""
    item = load_courses().require(COURSE).items[0]
    event = (
        "🎫 家庭消防演练\n周六 11月28日 9:30 · 社区广场\n志愿服务 · 东湖社区\n名额 1000 · 剩余 990"
    )
    return [f"📚 居民安全与权益十四课\n{item.title.zh}\n\n{item.body.zh}", event]


def presses(members: int, item: str, event_id: int) -> list[tuple[int, str, int | None]]:
    """One press of each member: half "done" on `item`, half "join" on the event, in turn."""
    every: list[tuple[int, str, int | None]] = []
    for i in range(members):
        done = i % 2 == 0
        said = f"done:{COURSE}:{item}" if done else f"join:{event_id}"
        every.append((FIRST_PERSON + i, said, 0 if done else 1))
    return every


def everybody(members: int, said: str, under: int | None) -> list[tuple[int, str, int | None]]:
    """The same from every member: a press under one of the shown texts, or (None) a message."""
    return [(FIRST_PERSON + i, said, under) for i in range(members)]


def new_database(folder: Path, members: int, event_count: int = 20, url: str | None = None) -> str:
    """A migrated and filled database in `folder`, or the empty one at `url`; returns its address.
    Events have ids from 1."""
    url = url or f"sqlite:///{folder / 'bench.db'}"
    migrate(url)
    with_database(url, lambda connection: _fill(connection, members, event_count))
    return url


def effects(url: str) -> dict[str, int]:
    """What presses left behind, counted in the database."""
    return with_database(url, _effects)


def copy_conversation(url: str, members: int) -> None:
    """Put every member where the first one is in their form."""

    def copy(connection: Connection) -> None:
        first = str(FIRST_PERSON)
        rows = [row._asdict() for row in connection.execute(select(conversations))]
        for i in range(1, members):
            own = str(FIRST_PERSON + i)
            connection.execute(insert(conversations), [_with(row, first, own) for row in rows])

    with_database(url, copy)


def _with(row: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    return {k: v.replace(old, new) if isinstance(v, str) else v for k, v in row.items()}


def with_database(url: str, use: Callable[[Connection], T]) -> T:
    """What `use` makes of the database."""

    async def run() -> T:
        database = open_database(url)
        try:
            return await database.write(use)
        finally:
            await database.close()

    return asyncio.run(run())


def _effects(connection: Connection) -> dict[str, int]:
    def count(table: object, *conditions: object) -> int:
        statement = select(func.count()).select_from(table).where(*conditions)  # type: ignore[arg-type]
        return int(connection.execute(statement).scalar_one())

    return {
        "acknowledgements": count(acknowledgements),
        "sign_ups": count(sign_ups, sign_ups.c.state == "signed_up"),
        "taken": int(connection.execute(select(func.sum(events.c.taken))).scalar_one()),
        "updates": count(updates),
        "unhandled": count(updates, updates.c.handled_at.is_(None)),
        "set_aside": count(updates, updates.c.set_aside.is_not(None)),
    }


def _fill(connection: Connection, members: int, event_count: int) -> None:
    now = datetime.now(UTC)
    at = now - timedelta(days=30)
    tree: list[tuple[object, ...]] = [(1, None, NodeKind.DISTRICT, "示范区", "c-1", "/1/")]
    for i in range(2, _COMMUNITIES + 2):
        tree.append((i, 1, NodeKind.COMMUNITY, f"社区{i}", f"c-{i}", f"/1/{i}/"))
    names = ("id", "parent_id", "kind", "name", "code", "path")
    connection.execute(
        insert(nodes), [dict(zip(names, n, strict=True)) | {"created_at": at} for n in tree]
    )
    connection.execute(insert(persons), [_person(i, at) for i in range(members)])
    connection.execute(
        insert(events),
        [
            {
                "id": i,
                "node_id": 1,
                "category": "service",
                "title": f"家庭消防演练 {i}",
                "place": "社区广场",
                "starts_at": now + timedelta(days=5 + i),  # nobody is at two at once
                "capacity": 100_000,
                "state": EventState.OPEN,
                "draft_key": f"event-{i}",
                "created_by": 1,
                "created_at": at,
            }
            for i in range(1, event_count + 1)
        ],
    )
    _push(connection, members, now)


def _person(i: int, at: datetime) -> dict[str, object]:
    return {
        "id": i + 1,
        "telegram_id": FIRST_PERSON + i,
        "name": f"Person {FIRST_PERSON + i}",
        "language": "zh",
        "standing": Standing.MEMBER if i % 10 else Standing.RESIDENT,
        "node_id": 2 + i % _COMMUNITIES,
        "consent_version": CONSENT_VERSION,
        "consented_at": at,
        "joined_at": at,
        "quiet_starts": time(22),
        "quiet_ends": time(7),
    }


def _push(connection: Connection, members: int, now: datetime) -> None:
    """A schedule that goes on next week, and its last slot as sent."""
    slot = now - timedelta(hours=1)
    owner = {
        "person_id": 1,
        "node_id": 1,
        "role": Role.OWNER,
        "granted_at": slot,
        "state": RoleState.HELD,
    }
    connection.execute(insert(roles), owner)
    rhythm = Rhythm(ScheduleKind.WEEKLY, days=("mon", "wed", "fri"), at=time(8, 30))
    push = NewPush("push", 1, COURSE, "safe-account", 1)
    schedule_push(connection, 1, push, Timetable(rhythm, now + timedelta(days=7)), now)
    connection.execute(
        insert(broadcasts),
        {
            "id": 1,
            "kind": DeliveryKind.STUDY_ITEM,
            "state": BroadcastState.DONE,
            "priority": Priority.STUDY,
            "schedule_id": 1,
            "slot_at": slot,
            "course_id": COURSE,
            "item_id": items()[0],
            "node_id": 1,
            "audience": Audience(node_id=1).to_json(),
            "planned_at": slot,
            "finished_at": slot,
            "created_at": slot,
        },
    )
    counts = dict.fromkeys(DeliveryState, 0) | {DeliveryState.SENT: members}
    connection.execute(
        insert(progress),
        [{"broadcast_id": 1, "state": state, "count": count} for state, count in counts.items()],
    )
    connection.execute(
        insert(deliveries),
        [
            {
                "broadcast_id": 1,
                "person_id": i + 1,
                "node_id": 2 + i % _COMMUNITIES,
                "kind": DeliveryKind.STUDY_ITEM,
                "state": DeliveryState.SENT,
                "due_at": slot,
                "sent_at": slot,
                "message_ids": str(1000 + i),
                "attempts": 1,
            }
            for i in range(members)
        ],
    )
