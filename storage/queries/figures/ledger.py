"""The ledger: work that staff recorded by hand, by its own day; its weight is its number."""

from sqlalchemy import select

from storage.model.ledger import EntryState
from storage.model.subject import SubjectKind
from storage.queries.figures.source import Source, columns
from storage.tables import entries

# What was put right or voided counts no more; its row stays.
LEDGER = Source(
    select(
        *columns(
            SubjectKind.ENTRY,
            entries.c.id,
            node_id=entries.c.node_id,
            at=entries.c.at,
            weight=entries.c.thousandths,
        )
    ).where(entries.c.state == EntryState.COUNTED),
    entries,
    {"indicator": entries.c.indicator},
)
