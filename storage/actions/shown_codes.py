"""Which message shows the code of an event, and is renewed."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, update

from storage.dialects import upsert
from storage.model.door import Door
from storage.model.event import Event
from storage.model.shown_code import ShownCode, renewed_until
from storage.tables import shown_codes


def keep(
    connection: Connection, shown: tuple[Event, Door], by: int, at: tuple[int, str], now: datetime
) -> None:
    """Renew what somebody shows from now on. `at`: the message, and the link of its code without
    the payload. An earlier message of theirs about this event stays as it is."""
    (event, door), (message_id, link) = shown, at
    values = {
        "message_id": message_id,
        "link": link,
        "changes_at": door.changes_at(now),
        "until": renewed_until(event, now),
    }
    insert = upsert(connection.dialect.name, shown_codes)
    connection.execute(
        insert.values(event_id=event.id, person_id=by, **values).on_conflict_do_update(
            index_elements=["event_id", "person_id"], set_=values
        )
    )


def renewed(connection: Connection, code: ShownCode, now: datetime) -> None:
    """It shows what is taken now; unless another message does meanwhile."""
    this = update(shown_codes).where(*_this(code))
    connection.execute(this.values(changes_at=code.door.changes_at(now)))


def drop(connection: Connection, code: ShownCode) -> None:
    """It is renewed no more; unless it was shown anew meanwhile."""
    connection.execute(delete(shown_codes).where(*_this(code), shown_codes.c.until == code.until))


def close(connection: Connection, event_id: int, person_id: int) -> None:
    """Somebody shows the code of an event no more."""
    own = (shown_codes.c.event_id == event_id, shown_codes.c.person_id == person_id)
    connection.execute(delete(shown_codes).where(*own))


def _this(code: ShownCode) -> tuple[ColumnElement[bool], ...]:
    return (
        shown_codes.c.event_id == code.event.id,
        shown_codes.c.person_id == code.person_id,
        shown_codes.c.message_id == code.message_id,
    )
