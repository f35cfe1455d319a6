"""In which months the plans of communities were looked at."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from storage.model.nudge import Nudge
from storage.model.refusal import Refusal
from storage.tables import nudges


def is_looked_at(connection: Connection, year: int, month: int) -> bool:
    """Whether the plans were looked at in this month."""
    found = select(nudges.c.id).where(nudges.c.year == year, nudges.c.month == month)
    return connection.execute(found.limit(1)).first() is not None


def by_id(connection: Connection, nudge_id: int) -> Nudge:
    """Raises Refusal if there is none."""
    return _one(connection, nudges.c.id == nudge_id)


def of_month(connection: Connection, node_id: int, year: int, month: int) -> Nudge:
    """The look at a node in a month. Raises Refusal if there was none."""
    at = (nudges.c.node_id == node_id, nudges.c.year == year, nudges.c.month == month)
    return _one(connection, *at)


def _one(connection: Connection, *conditions: ColumnElement[Any]) -> Nudge:
    row = connection.execute(select(nudges).where(*conditions)).one_or_none()
    if row is None:
        raise Refusal("refused.not_yours")
    return Nudge(row.id, row.node_id, row.year, row.month)
