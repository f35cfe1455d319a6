"""Recording work in the ledger, putting an entry right, and voiding one."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from storage.actions import moves
from storage.actions.closed_years import require_open, require_open_for
from storage.model.ledger import EntryState, NewEntry, check_reason
from storage.model.message import media_to_json
from storage.model.moves import Step
from storage.model.period import day_of
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.queries import ledger as ledger_queries
from storage.queries.nodes import by_id
from storage.queries.people import require
from storage.tables import entries


def record(
    connection: Connection, by: int, new: NewEntry, decimals: int, now: datetime, zone: ZoneInfo
) -> int:
    """Record work; returns the id of its entry. `decimals` are its indicator's, `zone` the
    district's.

    The same draft recorded twice is one entry. Raises Refusal if `by` may not record there, the
    year is closed there, or for what `NewEntry.check` refuses.
    """
    require(connection, by, Power.RECORD, by_id(connection, new.node_id).path)
    known = connection.execute(
        select(entries.c.id).where(entries.c.draft_key == new.draft_key)
    ).scalar_one_or_none()
    if known is not None:
        return int(known)
    new.check(decimals, day_of(now, zone))
    require_open(connection, (new.node_id, new.on.year))
    step = Step(EntryState.COUNTED, now, by)
    return moves.begin(connection, step, **values_of(new, by, now, zone))


def put_right(
    connection: Connection,
    entry_id: int,
    new: NewEntry,
    decimals: int,
    step: Step,
    zone: ZoneInfo,
) -> int:
    """Replace an entry by a better one; returns the id of that. `step` leads to REPLACED, and says
    by whom, when, and why.

    The same draft twice is one. Raises Refusal if whoever it is may not record at both places, the
    entry counts no more, one of both years is closed, there is no reason, or for what
    `NewEntry.check` refuses.
    """
    by = _check(connection, entry_id, step)
    known = _better(connection, entry_id, new)
    if known is None:
        require_open_for(connection, [entry_id], zone, (new.node_id, new.on.year))
    if known is None and not moves.move(connection, entry_id, step):
        known = _better(connection, entry_id, new)  # made at this very moment
        if known is None:
            raise Refusal("ledger.counts_no_more")
    if known is not None:
        return known
    require(connection, by, Power.RECORD, by_id(connection, new.node_id).path)
    new.check(decimals, day_of(step.at, zone))
    begun = Step(EntryState.COUNTED, step.at, by, step.words)
    values = values_of(new, by, step.at, zone) | {"replaces_id": entry_id}
    return moves.begin(connection, begun, **values)


def _better(connection: Connection, entry_id: int, new: NewEntry) -> int | None:
    """The entry that replaced this one by the same draft; None if there is none yet."""
    same = (entries.c.draft_key == new.draft_key, entries.c.replaces_id == entry_id)
    found = connection.execute(select(entries.c.id).where(*same)).scalar_one_or_none()
    return None if found is None else int(found)


def void(connection: Connection, entry_id: int, step: Step, zone: ZoneInfo) -> None:
    """Let an entry count no more; its row stays. `step` leads to VOIDED, and says by whom, when,
    and why. `zone` is the district's.

    Raises Refusal if whoever it is may not record there, its year is closed, the entry counts no
    more, or there is no reason.
    """
    _check(connection, entry_id, step)
    require_open_for(connection, [entry_id], zone)
    if not moves.move(connection, entry_id, step):
        raise Refusal("ledger.counts_no_more")


def _check(connection: Connection, entry_id: int, step: Step) -> int:
    """Who it is. Raises Refusal unless they may change the entry and say why."""
    if step.by is None:
        raise ValueError("somebody puts an entry right, not time")
    row = connection.execute(select(entries.c.node_id).where(entries.c.id == entry_id)).first()
    if row is None:
        raise Refusal("refused.not_yours")
    require(connection, step.by, Power.RECORD, by_id(connection, row.node_id).path)
    check_reason(step.words or "")
    return step.by


def values_of(new: NewEntry, by: int, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """The row of an entry."""
    return {
        "node_id": new.node_id,
        "indicator": new.indicator,
        "at": ledger_queries.noon_of(new, zone),
        "thousandths": new.thousandths,
        "place": new.place,
        "note": new.note,
        "media": media_to_json(new.media),
        "draft_key": new.draft_key,
        "created_by": by,
        "created_at": now,
    }
