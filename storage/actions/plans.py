"""Planning what a place means to reach in a year, and revising it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from storage.actions import moves
from storage.actions.closed_years import require_open
from storage.model.moves import Step
from storage.model.period import day_of
from storage.model.plan import NewTargets, Plannable, TargetState, thousandths_of
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.queries.nodes import by_id
from storage.queries.people import require
from storage.queries.plans import number_of
from storage.tables import nodes, targets


def set_targets(
    connection: Connection,
    by: int,
    new: NewTargets,
    plannable: Mapping[str, Plannable],
    now: datetime,
    zone: ZoneInfo,
) -> list[str]:
    """Plan `new`, all of it or nothing; returns the indicators for which that changed something.
    `plannable` are those that can be planned, by their ids, `zone` is the district's.

    What is planned already as it is to be stays as it is, so that the same twice is once. Raises
    Refusal if `by` may not plan there, the year is closed, for what `NewTargets.check` refuses,
    where something else is planned now than was seen, or for a revision without a reason.
    """
    require(connection, by, Power.PLAN, by_id(connection, new.node_id).path)
    new.check(plannable, day_of(now, zone))
    # The node's row is locked until the commit: of two who plan there, one is first.
    connection.execute(select(nodes.c.id).where(nodes.c.id == new.node_id).with_for_update())
    require_open(connection, (new.node_id, new.year))
    before = _counted(connection, new)
    changed = []
    for indicator, number in new.numbers.items():
        row = before.get(indicator)
        planned = None if row is None else number_of(row)
        if planned == number:
            continue
        new.check_seen(indicator, planned)
        step = Step(TargetState.COUNTED, now, by, new.reason.strip() or None)
        _set(connection, new, indicator, row, step)
        changed.append(indicator)
    return changed


def set_each(
    connection: Connection,
    some: Sequence[NewTargets],
    now: datetime,
    *,
    by: int,
    plannable: Mapping[str, Plannable],
    zone: ZoneInfo,
) -> int:
    """The same for several plans, all of them or none; returns how many targets that changed."""
    return sum(len(set_targets(connection, by, new, plannable, now, zone)) for new in some)


def _counted(connection: Connection, new: NewTargets) -> dict[str, Row[Any]]:
    """What is planned so far of what is to be planned, by indicator."""
    found = select(targets).where(
        targets.c.node_id == new.node_id,
        targets.c.year == new.year,
        targets.c.indicator.in_(list(new.numbers)),
        targets.c.state == TargetState.COUNTED,
    )
    return {row.indicator: row for row in connection.execute(found)}


def _set(
    connection: Connection, new: NewTargets, indicator: str, before: Row[Any] | None, step: Step
) -> None:
    number = new.numbers[indicator]
    if before is not None:
        if step.words is None:
            raise Refusal("plan.no_reason")
        to = TargetState.REMOVED if number is None else TargetState.REPLACED
        moves.move(connection, before.id, Step(to, step.at, step.by, step.words))
    if number is None:
        return
    moves.begin(
        connection,
        step,
        node_id=new.node_id,
        year=new.year,
        indicator=indicator,
        thousandths=thousandths_of(number),
        replaces_id=None if before is None else before.id,
        created_by=step.by,
        created_at=step.at,
    )
