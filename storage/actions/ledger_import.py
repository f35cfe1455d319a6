"""Recording many entries at once, and taking that back; both in steps (storage/steps.py)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from storage.actions import ledger, moves
from storage.actions.closed_years import require_open, require_open_for
from storage.model.ledger import EntryState, NewEntry
from storage.model.moves import Step
from storage.model.period import day_of
from storage.model.roles import Power
from storage.queries.nodes import by_id
from storage.queries.people import require
from storage.tables import entries


@dataclass(frozen=True, slots=True)
class Importing:
    """By whom something is imported, and why (`words` of the history). `decimals` of every
    indicator that can be recorded; `zone`: the district's."""

    by: int
    words: str
    decimals: Mapping[str, int]
    zone: ZoneInfo


def import_entries(
    connection: Connection, new: Sequence[NewEntry], now: datetime, of: Importing
) -> int:
    """Record entries of one place, each with the key that `sorted_out` gave it; returns how many
    were not there yet.

    Raises Refusal if that person may not record there, one of their years is closed, or for what
    `NewEntry.check` refuses, and records nothing then.
    """
    path = by_id(connection, new[0].node_id).path
    require(connection, of.by, Power.RECORD, path)
    today = day_of(now, of.zone)
    for each in new:
        each.check(of.decimals[each.indicator], today)
    require_open(connection, *{(each.node_id, each.on.year) for each in new})
    rows = [ledger.values_of(each, of.by, now, of.zone) for each in new]
    return moves.begin_missing(connection, Step(EntryState.COUNTED, now, of.by, of.words), rows)


def void_imported(
    connection: Connection,
    ids: Sequence[int],
    now: datetime,
    node_id: int,
    step: Step,
    zone: ZoneInfo,
) -> int:
    """Let entries of a place count no more; returns how many did. Those that were put right or
    voided meanwhile are left alone. `step` leads to VOIDED, `zone` is the district's.

    Raises Refusal if whoever it is may not record there, or one of their years is closed.
    """
    require(connection, step.by or 0, Power.RECORD, by_id(connection, node_id).path)
    require_open_for(connection, ids, zone)
    of_import = entries.c.id.in_(ids), entries.c.node_id == node_id
    return moves.move_all(connection, step, *of_import)
