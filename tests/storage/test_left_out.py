"""What a figure does not count is said, and how much it is, for the same that it asks for."""

from datetime import date, timedelta

from sqlalchemy import Connection, insert

from storage.model.broadcast import BroadcastState
from storage.model.delivery import DeliveryState
from storage.model.event import EventState
from storage.model.figure import TO_COME, WHY_NOT, Adds, Measure
from storage.model.kinds import DeliveryKind
from storage.model.ledger import EntryState
from storage.model.node import Node
from storage.model.period import Days, year_of
from storage.model.sign_up import SignUpState
from storage.queries.figures import SOURCES
from storage.queries.figures.left_out import left_out
from storage.tables import attendances, broadcasts, deliveries, entries, events, sign_ups

from .district import NOW, ZONE, District

YEAR = Days(year_of(date(2026, 6, 1)), ZONE, NOW)
SOON, LAST_YEAR = NOW + timedelta(days=5), NOW - timedelta(days=300)


def _event(connection: Connection, node: Node, by: int, **given: object) -> int:
    values = {
        "node_id": node.id,
        "category": "study",
        "title": "课",
        "place": "广场",
        "starts_at": NOW - timedelta(days=1),
        "state": EventState.OPEN,
        "draft_key": f"{node.id} {given}"[-64:],
        "created_by": by,
        "created_at": NOW,
    }
    made = connection.execute(insert(events).values(values | given)).inserted_primary_key
    assert made is not None
    return int(made[0])


async def test_called_off_and_coming_events_and_ticks_taken_back(district: District) -> None:
    ana, by = await district.member("ana"), district.mei.id

    def live(connection: Connection) -> None:
        east = district.east
        held = _event(connection, east, by, state=EventState.HELD)
        called_off = _event(connection, east, by, state=EventState.CANCELLED)
        _event(connection, east, by, state=EventState.CANCELLED, category="lecture")
        _event(connection, east, by, state=EventState.CANCELLED, starts_at=LAST_YEAR)
        _event(connection, district.west, by, state=EventState.CANCELLED)
        _event(connection, east, by, starts_at=SOON)
        tick = {"person_id": ana.id, "recorded_by": by, "recorded_at": NOW}
        gone = tick | {"event_id": held, "withdrawn_at": NOW}
        connection.execute(insert(attendances).values(gone))
        connection.execute(insert(attendances).values(tick | {"event_id": called_off}))
        seat = {"person_id": ana.id, "state": SignUpState.SIGNED_UP, "signed_up_at": NOW}
        connection.execute(insert(sign_ups).values(seat | {"event_id": called_off}))

    await district.database.write(live)

    async def tells(source: str, node: Node, adds: Adds = Adds.COUNT) -> dict[str, int]:
        measure = Measure.of(source, adds, category="study")
        return await district.database.read(left_out, measure, node, YEAR)

    east = district.east
    assert await tells("occasions", east) == {"called_off": 1, "to_come": 1}
    assert await tells("occasions", district.node) == {"called_off": 2, "to_come": 1}
    assert await tells("events", east) == {"called_off": 1}
    assert await tells("attendances", east, Adds.SUM) == {"called_off": 1, "unticked": 1}
    assert await tells("sign_ups", east) == {"called_off": 1}


async def test_entries_that_count_no_more(district: District) -> None:
    def live(connection: Connection) -> None:
        for n, state in enumerate((*EntryState, EntryState.VOIDED)):
            for indicator in ("home_visits", "mediations"):
                row = {
                    "node_id": district.east.id,
                    "indicator": indicator,
                    "at": NOW,
                    "thousandths": 1000,
                    "state": state,
                    "draft_key": f"{indicator} {n}",
                    "created_by": district.mei.id,
                    "created_at": NOW,
                }
                connection.execute(insert(entries).values(row))

    await district.database.write(live)
    measure = Measure.of("ledger", Adds.SUM, indicator="home_visits")
    asked = (measure, district.east, YEAR)
    assert await district.database.read(left_out, *asked) == {"replaced": 1, "voided": 2}


async def test_a_push_that_was_withdrawn_is_one_however_many_places_it_reached(
    district: District,
) -> None:
    ana = await district.member("ana")

    def live(connection: Connection) -> None:
        def broadcast(kind: DeliveryKind, of_id: int | None = None) -> int:
            made = connection.execute(
                insert(broadcasts).values(
                    kind=kind,
                    state=BroadcastState.DONE,
                    priority=1,
                    slot_at=NOW,
                    node_id=district.node.id,
                    audience="{}",
                    of_id=of_id,
                    created_at=NOW,
                )
            ).inserted_primary_key
            assert made is not None
            return int(made[0])

        push = broadcast(DeliveryKind.STUDY_ITEM)
        for node, person_id in ((district.east, ana.id), (district.west, district.mei.id)):
            connection.execute(
                insert(deliveries).values(
                    broadcast_id=push,
                    kind=DeliveryKind.STUDY_ITEM,
                    node_id=node.id,
                    person_id=person_id,
                    state=DeliveryState.SENT,
                    due_at=NOW,
                    sent_at=NOW,
                )
            )
        broadcast(DeliveryKind.WITHDRAWAL, push)

    await district.database.write(live)
    measure = Measure.of("broadcasts", Adds.SUM, kind="study_item")
    assert await district.database.read(left_out, measure, district.node, YEAR) == {"withdrawn": 1}


def test_what_sources_leave_out_is_what_is_told() -> None:
    reasons = {each.why for source in SOURCES.values() for each in source.left_out}
    assert reasons | {TO_COME} == set(WHY_NOT)
