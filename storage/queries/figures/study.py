"""Study and news: what was sent to many, whom it reached, and who pressed "done"."""

from sqlalchemy import func, select

from storage.model.delivery import DeliveryState
from storage.model.subject import SubjectKind
from storage.queries.figures.source import Source, columns
from storage.tables import acknowledgements, broadcasts, deliveries

_SENT = deliveries.c.state == DeliveryState.SENT

# A broadcast at each node of which it reached somebody, by the day of its slot; its weight is how
# many it reached there.
BROADCASTS = Source(
    select(
        *columns(
            SubjectKind.BROADCAST,
            broadcasts.c.id,
            node_id=deliveries.c.node_id,
            at=broadcasts.c.slot_at,
            weight=func.count(),
        )
    )
    .join_from(broadcasts, deliveries, deliveries.c.broadcast_id == broadcasts.c.id)
    .where(_SENT)
    .group_by(broadcasts.c.id, deliveries.c.node_id),
    broadcasts,
    {"kind": broadcasts.c.kind},
)
# Each person (or group) that a broadcast reached, by the day on which it arrived.
DELIVERIES = Source(
    select(
        *columns(
            SubjectKind.BROADCAST,
            deliveries.c.broadcast_id,
            node_id=deliveries.c.node_id,
            at=deliveries.c.sent_at,
            person_id=deliveries.c.person_id,
        )
    ).where(_SENT, deliveries.c.broadcast_id.is_not(None)),
    broadcasts,
    {"kind": deliveries.c.kind},
)
ACKNOWLEDGEMENTS = Source(
    select(
        *columns(
            SubjectKind.ACKNOWLEDGEMENT,
            acknowledgements.c.id,
            node_id=acknowledgements.c.node_id,
            at=acknowledgements.c.acknowledged_at,
            person_id=acknowledgements.c.person_id,
        )
    ),
    acknowledgements,
)
