"""Which update is being handled, and whether an effect of it was committed.

The database marks it as handled with its first effect (`handling`); what is done for it can say so
(`cause`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update

from storage.tables import updates

MARK_HANDLED = (
    update(updates)
    .where(updates.c.update_id == bindparam("handled_id"))
    .values(handled_at=bindparam("at"), body=None)
)


@dataclass(slots=True)
class Receipt:
    """The update being handled, `by` whom; `written` once an effect of it was committed."""

    update_id: int
    at: datetime
    by: int = 0
    written: bool = False
    held: bool = False

    def mark(self) -> dict[str, Any]:
        return {"handled_id": self.update_id, "at": self.at}


_receipt: ContextVar[Receipt | None] = ContextVar("receipt", default=None)


@contextmanager
def handling(update_id: int, at: datetime, by: int = 0) -> Iterator[Receipt]:
    """Within this block the first write also marks the update as handled, in its transaction. `by`
    is the Telegram id of who caused it; 0 if nobody did.

    So an effect and the record that it took place are one: after a crash nothing is applied twice.
    """
    receipt = Receipt(update_id, at, by)
    token = _receipt.set(receipt)
    try:
        yield receipt
    finally:
        _receipt.reset(token)


def cause() -> int | None:
    """The id of the update for which an action runs.

    None if it is none: time passed, or somebody is at the command line.
    """
    receipt = _receipt.get()
    return None if receipt is None else receipt.update_id


def asker() -> int:
    """The Telegram id of who caused the update that is being handled; 0 if nobody did."""
    receipt = _receipt.get()
    return 0 if receipt is None else receipt.by


def hold_mark(held: bool) -> None:
    """While held, writes do not mark the update that is being handled.

    A step of a conversation may write twice: its effect, then where the conversation stands. Only
    with the second is it done. After a crash in between it is handled again, from where the
    conversation stood, so such effects are the same when done twice: keyed by their draft, or
    conditional.
    """
    receipt = _receipt.get()
    if receipt is not None:
        receipt.held = held


@contextmanager
def unmarked() -> Iterator[None]:
    """Within this block writes do not mark the update that is being handled: they are beside its
    point, and the same when done twice."""
    receipt = _receipt.get()
    held = receipt is not None and receipt.held
    hold_mark(True)
    try:
        yield
    finally:
        hold_mark(held)


def unwritten_receipt() -> Receipt | None:
    """The receipt of the update that the next write is to mark, if there is one."""
    receipt = _receipt.get()
    return receipt if receipt is not None and not (receipt.written or receipt.held) else None
