"""The ledger: work that staff recorded by hand, by its own day; its weight is its number."""

from sqlalchemy import select

from storage.model.figure import REPLACED, VOIDED
from storage.model.ledger import EntryState
from storage.model.subject import SubjectKind
from storage.queries.figures.source import LeftOut, Source, columns
from storage.tables import entries

_ENTRIES = select(
    *columns(
        SubjectKind.ENTRY,
        entries.c.id,
        node_id=entries.c.node_id,
        at=entries.c.at,
        weight=entries.c.thousandths,
    )
)
# What was put right or voided counts no more; its row stays.
LEDGER = Source(
    _ENTRIES.where(entries.c.state == EntryState.COUNTED),
    entries,
    {"indicator": entries.c.indicator},
    left_out=(
        LeftOut(REPLACED, _ENTRIES.where(entries.c.state == EntryState.REPLACED)),
        LeftOut(VOIDED, _ENTRIES.where(entries.c.state == EntryState.VOIDED)),
    ),
)
