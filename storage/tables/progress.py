"""How many deliveries of a broadcast are in each state, moved in step with them.

Counting the rows of a million deliveries for every look at a progress card would cost more than
sending them.
"""

from sqlalchemy import CheckConstraint, Column, Integer, PrimaryKeyConstraint, Table

from storage.model.delivery import DeliveryState
from storage.tables.base import metadata, reference, state_column

progress = Table(
    "progress",
    metadata,
    reference("broadcast_id", "broadcasts"),
    state_column(DeliveryState),
    Column("count", Integer, nullable=False),
    PrimaryKeyConstraint("broadcast_id", "state"),
    CheckConstraint("count >= 0", name="counted"),
)
