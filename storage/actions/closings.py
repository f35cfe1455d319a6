"""Closing a year: signing its figures, sending them back, and opening it again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from storage.actions import moves
from storage.actions.outbox import owe_all
from storage.model.closing import (
    Closing,
    ClosingState,
    Reckoning,
    Sheet,
    Signing,
    check_checkable,
    check_over,
    check_reason,
    figures_to_json,
)
from storage.model.kinds import DeliveryKind
from storage.model.moves import Step
from storage.model.node import Node, NodeKind
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.queries import closings as queries
from storage.queries.closed_years import in_force
from storage.queries.nodes import by_id
from storage.queries.people import acting_at, require
from storage.tables import nodes

NAMED = 5  # places that a sentence names at most


def check(
    connection: Connection, node_id: int, year: int, signing: Signing, reckoning: Reckoning
) -> bool:
    """A community says that its figures are right. False if it said so already of these.

    Raises Refusal if whoever it is may not plan there, the year cannot be checked yet, other
    figures were seen, or the district has accepted some.
    """
    node = _locked(connection, node_id)
    require(connection, signing.by, Power.PLAN, node.path)
    check_checkable(year, reckoning.today)
    if node.kind is NodeKind.DISTRICT:
        raise Refusal("closing.district_checks_none")
    before = in_force(connection, node_id, year)
    if _is_signed(before, ClosingState.CHECKED, signing):
        return False
    sheet = queries.sheet(connection, node, year, reckoning)
    signing.check(sheet)
    step = Step(ClosingState.CHECKED, reckoning.now, signing.by)
    if before is None:
        _begin(connection, sheet, step)
    elif not moves.move(connection, before.id, step, **_values(sheet, step)):
        raise Refusal("closing.moved_on")
    return True


def accept(
    connection: Connection, node_id: int, year: int, signing: Signing, reckoning: Reckoning
) -> bool:
    """The district accepts the figures that a community checked, as they are now. False if it did
    so already.

    Raises Refusal if whoever it is may not close, nothing was checked, or other figures were seen.
    """
    return _sign(connection, (node_id, year), ClosingState.ACCEPTED, signing, reckoning)


def close(
    connection: Connection, node_id: int, year: int, signing: Signing, reckoning: Reckoning
) -> bool:
    """Close a year: its figures stay as they are now. False if it is closed already.

    Raises Refusal if whoever it is may not, the year is not over, other figures were seen, or
    those of a community were not accepted; of a district if one of its communities is not closed.
    """
    check_over(year, reckoning.today)
    return _sign(connection, (node_id, year), ClosingState.CLOSED, signing, reckoning)


def _sign(
    connection: Connection,
    of: tuple[int, int],
    to: ClosingState,
    signing: Signing,
    reckoning: Reckoning,
) -> bool:
    node, year = _locked(connection, of[0]), of[1]
    require(connection, signing.by, Power.CLOSE_YEAR, node.path)
    before, step = in_force(connection, node.id, year), Step(to, reckoning.now, signing.by)
    if _is_signed(before, to, signing):
        return False
    sheet = queries.sheet(connection, node, year, reckoning)
    signing.check(sheet)
    if before is not None:
        if not moves.move(connection, before.id, step, **_values(sheet, step)):
            raise Refusal("closing.moved_on")
        _tell(connection, node, before.id, step, reckoning)
    elif node.kind is NodeKind.DISTRICT and to is ClosingState.CLOSED:
        _require_all_closed(connection, node, year)
        _begin(connection, sheet, step)
    else:
        raise Refusal("closing.moved_on")
    return True


@dataclass(frozen=True, slots=True)
class ClosedTogether:
    """What closing all at once came to: how many were closed, and the names of those whose figures
    are not those that were accepted."""

    closed: int
    changed: Sequence[str]


@dataclass(frozen=True, slots=True)
class ClosingTogether:
    """By whom many places are closed, and which year."""

    by: int
    year: int
    reckoning: Reckoning


def close_accepted(
    connection: Connection, node_ids: Sequence[int], now: datetime, of: ClosingTogether
) -> ClosedTogether:
    """Close those of these nodes whose figures are as they were accepted; in steps
    (storage/steps.py), because all figures of many places take seconds.

    Raises Refusal if that person may not close there, or the year is not over.
    """
    check_over(of.year, of.reckoning.today)
    closed, changed = 0, []
    for node_id in node_ids:
        node = _locked(connection, node_id)
        require(connection, of.by, Power.CLOSE_YEAR, node.path)
        accepted = in_force(connection, node_id, of.year)
        if accepted is None or accepted.state is not ClosingState.ACCEPTED:
            continue
        found = queries.sheet(connection, node, of.year, of.reckoning)
        if found.digest != accepted.digest:
            changed.append(node.name)
            continue
        step = Step(ClosingState.CLOSED, now, of.by)
        if moves.move(connection, accepted.id, step, **_values(found, step)):
            _tell(connection, node, accepted.id, step, of.reckoning)
            closed += 1
    return ClosedTogether(closed, changed)


def undo(connection: Connection, node_id: int, year: int, step: Step, reckoning: Reckoning) -> None:
    """Make a draft of it again. `step` leads to SENT_BACK, or of what is closed to REOPENED, and
    says by whom and why.

    A community may take back what it checked until that is accepted, without a word. Raises Refusal
    if whoever it is may do neither, no reason is given, or it is not there any more.
    """
    node, before = _locked(connection, node_id), in_force(connection, node_id, year)
    by = step.by or 0
    own = before is not None and before.state is ClosingState.CHECKED and step.words is None
    require(connection, by, Power.PLAN if own else Power.CLOSE_YEAR, node.path)
    if not own:
        check_reason(step.words or "")
    if before is None or not moves.move(connection, before.id, step):
        raise Refusal("closing.moved_on")
    if not own:
        _tell(connection, node, before.id, step, reckoning)


def _locked(connection: Connection, node_id: int) -> Node:
    """The node, whose row is locked until the commit: of two who sign, one is first, and nothing is
    written into its years meanwhile. Raises Refusal if there is none."""
    connection.execute(select(nodes.c.id).where(nodes.c.id == node_id).with_for_update())
    return by_id(connection, node_id)


def _is_signed(before: Closing | None, to: ClosingState, signing: Signing) -> bool:
    """Whether those very figures are signed so already."""
    return before is not None and before.state is to and signing.is_of(before.sheet)


def _require_all_closed(connection: Connection, node: Node, year: int) -> None:
    every = queries.side_by_side(connection, node, year)
    left = [each.node.name for each in every if each.state is not ClosingState.CLOSED]
    if left:
        raise Refusal(
            "closing.communities_open", names=left[:NAMED], more=len(left) > NAMED, n=len(left)
        )


def _begin(connection: Connection, sheet: Sheet, step: Step) -> int:
    values = _values(sheet, step)
    return moves.begin(connection, step, node_id=sheet.node_id, year=sheet.year, **values)


def _values(sheet: Sheet, step: Step) -> dict[str, Any]:
    return {
        "basis": sheet.basis,
        "figures": json.dumps(figures_to_json(sheet.figures)),
        "digest": sheet.digest,
        "signed_at": step.at,
    }


def _tell(
    connection: Connection, node: Node, closing_id: int, step: Step, reckoning: Reckoning
) -> None:
    """The staff of the place hear what the district made of it."""
    staff = [each for each in acting_at(connection, node.id, Power.PLAN) if each != step.by]
    given = (closing_id, reckoning.now, reckoning.zone)
    owe_all(connection, staff, DeliveryKind.YEAR_CLOSING, *given)
