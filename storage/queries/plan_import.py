"""What one import of a plan set, and how much of it still stands."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, exists, select

from storage.model.figure import THOUSANDTHS
from storage.model.plan import TargetState
from storage.model.plan_import import Change, PlanReturn, TouchedTarget, Wish
from storage.model.refusal import Refusal
from storage.model.subject import SubjectKind
from storage.queries.closed_years import check_open
from storage.queries.moves import not_now
from storage.queries.plans import history, number_of
from storage.tables import moves, targets


def returnable(
    connection: Connection, node_ids: Sequence[int], year: int, update_id: int, reason: str
) -> PlanReturn:
    """What one update planned for `year`, as far as it can be taken back, for this `reason`.

    Raises Refusal if some of it is not of these nodes, or the year is closed at one of them.
    """
    found = [*_set_by(connection, year, update_id), *_removed_by(connection, year, update_id)]
    if any(each.change.wish.node_id not in node_ids for each in found):
        raise Refusal("refused.not_yours")
    changes = [_returned(each.change, reason) for each in found if each.stands]
    for node_id in sorted({each.wish.node_id for each in changes}):
        check_open(connection, node_id, year)
    touched = [_since(connection, year, each.change.wish) for each in found if each.touched]
    return PlanReturn(changes, touched)


class _Set(NamedTuple):
    """A change that was made, whether it still stands, and whether somebody touched it since: what
    is taken back at this very moment, in steps, is neither."""

    change: Change
    stands: bool
    touched: bool


_OF_TARGETS = (moves.c.subject_kind == SubjectKind.TARGET) & (moves.c.subject_id == targets.c.id)


def _set_by(connection: Connection, year: int, update_id: int) -> Iterator[_Set]:
    before, later = targets.alias(), moves.alias()
    ended = (later.c.subject_kind == SubjectKind.TARGET) & later.c.from_state.is_not(None)
    rows = (
        select(targets, before.c.thousandths.label("before"), not_now(later).label("earlier"))
        .join(moves, _OF_TARGETS & moves.c.from_state.is_(None))
        .join(before, before.c.id == targets.c.replaces_id, isouter=True)
        .join(later, ended & (later.c.subject_id == targets.c.id), isouter=True)
        .where(targets.c.year == year, moves.c.update_id == update_id)
        .order_by(targets.c.id)
    )
    for row in connection.execute(rows).all():
        was = None if row.before is None else Decimal(row.before) / THOUSANDTHS
        stands = row.state == TargetState.COUNTED
        touched = not stands and bool(row.earlier)
        yield _Set(Change(_wish(row, number_of(row)), was), stands, touched)


def _removed_by(connection: Connection, year: int, update_id: int) -> Iterator[_Set]:
    newer, begun = targets.alias(), moves.alias()
    same = (newer.c.node_id == targets.c.node_id) & (newer.c.indicator == targets.c.indicator)
    later = same & (newer.c.year == year) & (newer.c.id > targets.c.id)
    of_newer = (begun.c.subject_kind == SubjectKind.TARGET) & (begun.c.subject_id == newer.c.id)
    others = of_newer & not_now(begun)
    rows = (
        select(
            targets,
            exists().where(later).label("is_over"),
            exists().where(later, others).label("is_touched"),
        )
        .join(moves, _OF_TARGETS & (moves.c.to_state == TargetState.REMOVED))
        .where(targets.c.year == year, moves.c.update_id == update_id)
        .order_by(targets.c.id)
    )
    for row in connection.execute(rows).all():
        change = Change(_wish(row, None), number_of(row))
        yield _Set(change, not row.is_over, bool(row.is_touched))


def _wish(row: Row[Any], number: Decimal | None) -> Wish:
    return Wish(row.node_id, row.indicator, number)


def _returned(change: Change, reason: str) -> Change:
    """The change that undoes another."""
    wish = change.wish
    return Change(Wish(wish.node_id, wish.indicator, change.before, reason), wish.number)


def _since(connection: Connection, year: int, wish: Wish) -> TouchedTarget:
    """What is planned now in the place of what an import set."""
    last = history(connection, wish.node_id, year, wish.indicator).items[0]
    if last.removal is not None:
        by, at = last.removal.by_name, last.removal.at
        return TouchedTarget(wish.node_id, wish.indicator, None, by, at)
    return TouchedTarget(wish.node_id, wish.indicator, last.number, last.by_name, last.at)
