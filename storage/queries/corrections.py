"""What notices said before they were corrected."""

from typing import Any

from sqlalchemy import Connection, Row, Select, select

from storage.model.correction import Replaced
from storage.model.message import Message
from storage.model.page import Page
from storage.model.refusal import Refusal
from storage.queries.pages import Listing, page_of
from storage.tables import broadcasts, persons

_REPLACED: Select[Any] = (
    select(broadcasts.c.id, broadcasts.c.replaced, broadcasts.c.created_at, persons.c.name)
    .join(persons, persons.c.id == broadcasts.c.created_by, isouter=True)
    .where(broadcasts.c.replaced.is_not(None))
    .order_by(broadcasts.c.id.desc())
)


def said_before(connection: Connection, broadcast_id: int, page: int) -> Page[Replaced]:
    """What a notice said before each of its corrections, the last one first; one on a page, as
    each is as long as a notice may be."""
    its = _REPLACED.where(broadcasts.c.of_id == broadcast_id)
    return page_of(connection, Listing(its, broadcasts.c.id, _replaced), page, size=1)


def by_correction(connection: Connection, correction_id: int) -> tuple[int, Replaced]:
    """The id of the notice that a correction changed, and what it said before. Raises Refusal for
    what is no correction, or one older than the keeping of that."""
    columns = _REPLACED.add_columns(broadcasts.c.of_id)
    row = connection.execute(columns.where(broadcasts.c.id == correction_id)).one_or_none()
    if row is None:
        raise Refusal("broadcast.before_unknown")
    return row.of_id, _replaced(row)


def is_corrected(connection: Connection, broadcast_id: int) -> bool:
    """Whether it is known what a broadcast said before."""
    its = broadcasts.c.of_id == broadcast_id, broadcasts.c.replaced.is_not(None)
    return connection.execute(select(broadcasts.c.id).where(*its).limit(1)).first() is not None


def _replaced(row: Row[Any]) -> Replaced:
    return Replaced(row.id, Message.from_json(row.replaced), row.created_at, row.name or "")
