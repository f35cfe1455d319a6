"""Study and news: what was sent to many, whom it reached, and who pressed "done"."""

from sqlalchemy import exists, func, select

from storage.model.delivery import DeliveryState
from storage.model.kinds import DeliveryKind
from storage.model.subject import SubjectKind
from storage.queries.figures.source import Source, columns
from storage.tables import acknowledgements, broadcasts, deliveries, reach

_SENT = deliveries.c.state == DeliveryState.SENT
_withdrawals = broadcasts.alias("withdrawals")
_WITHDRAWN = exists().where(
    _withdrawals.c.of_id == broadcasts.c.id, _withdrawals.c.kind == DeliveryKind.WITHDRAWAL
)

# A broadcast at each node of which it reached somebody, by the day of its slot, so that one of the
# last night of a year is in that year with all its deliveries; its weight is how many it reached
# there. What was withdrawn does not count.
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
    .where(_SENT, ~_WITHDRAWN)
    .group_by(broadcasts.c.id, deliveries.c.node_id),
    broadcasts,
    {"kind": broadcasts.c.kind},
)
# The same from the roll-up of whom it reached.
REACH = Source(
    select(
        *columns(
            SubjectKind.BROADCAST,
            broadcasts.c.id,
            node_id=reach.c.node_id,
            at=broadcasts.c.slot_at,
            weight=reach.c.arrived,
        )
    )
    .join_from(broadcasts, reach, reach.c.broadcast_id == broadcasts.c.id)
    .where(reach.c.arrived > 0, ~_WITHDRAWN),
    broadcasts,
    {"kind": broadcasts.c.kind},
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
