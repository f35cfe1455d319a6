"""Migration 0033: events of before to which somebody came are held, and no others."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, insert, select

from storage.tables import attendances, events, moves, nodes, persons

from .test_migrations_with_data import move, run

BEGUN, TO_COME = (datetime(year, 5, 1, 1, tzinfo=UTC) for year in (2020, 2100))
TICKED = BEGUN + timedelta(hours=2)
# By id: its state, when it began, and whether a tick of it stands.
BEFORE = {
    1: ("open", BEGUN, True),
    2: ("closed", BEGUN, True),
    3: ("open", BEGUN, None),
    4: ("open", BEGUN, False),
    5: ("cancelled", BEGUN, True),
    6: ("open", TO_COME, True),
}
AFTER = {1: "held", 2: "held", 3: "open", 4: "open", 5: "cancelled", 6: "open"}


def _fill(connection: Connection) -> None:
    usual = {"name": "n", "created_at": BEGUN}
    connection.execute(insert(nodes).values(id=1, kind="district", code="d", path="/1/", **usual))
    who = {"telegram_id": 1, "name": "ana", "language": "zh", "standing": "resident"}
    when = {"consent_version": 1, "consented_at": BEGUN, "joined_at": BEGUN}
    connection.execute(insert(persons).values(id=1, **who, **when))
    for event_id, (state, at, ticked) in BEFORE.items():
        what = {"category": "study", "title": "t", "place": "p", "starts_at": at, "state": state}
        made = {"draft_key": f"{event_id}", "created_by": 1, "created_at": BEGUN}
        connection.execute(insert(events).values(id=event_id, node_id=1, **what, **made))
        if ticked is not None:
            tick = {"recorded_by": 1, "recorded_at": TICKED}
            tick |= {"withdrawn_at": None if ticked else TICKED}
            connection.execute(insert(attendances).values(event_id=event_id, person_id=1, **tick))


def test_only_what_somebody_came_to_is_held(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/before.db"
    move(url, "0032")
    run(url, _fill)
    move(url, "0033")
    found = run(url, lambda c: c.execute(select(events.c.id, events.c.state)).all())
    assert {row.id: row.state for row in found} == AFTER
    told = run(url, lambda c: c.execute(select(moves).order_by(moves.c.subject_id)).all())
    assert [(m.subject_kind, m.subject_id, m.from_state, m.to_state) for m in told] == [
        ("event", 1, "open", "held"),
        ("event", 2, "closed", "held"),
    ]
    assert {(m.at, m.by) for m in told} == {(TICKED, None)}, "no change of today, and nobody's"
