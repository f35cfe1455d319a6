"""Who sends at present: a courier takes part for as long as its lease runs (storage.model.lease).

One row for each process, renewed every few seconds, so that a claim costs a delivery no more than
the courier's id.
"""

from sqlalchemy import Column, Table

from storage.tables.base import Id, Instant, metadata

couriers = Table(
    "couriers",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("until_at", Instant, nullable=False),
)
