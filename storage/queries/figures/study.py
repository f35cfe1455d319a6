"""Study and news: what was sent to many, whom it reached, and who pressed "done"."""

from typing import Any

from sqlalchemy import Select, exists, func, select

from storage.model.delivery import DeliveryState
from storage.model.figure import WITHDRAWN, Adds
from storage.model.kinds import DeliveryKind
from storage.model.subject import SubjectKind
from storage.queries.figures.source import LeftOut, Source, columns
from storage.tables import acknowledgements, broadcasts, deliveries, reach

_SENT = deliveries.c.state == DeliveryState.SENT
_withdrawals = broadcasts.alias("withdrawals")
_WITHDRAWN = exists().where(
    _withdrawals.c.of_id == broadcasts.c.id, _withdrawals.c.kind == DeliveryKind.WITHDRAWAL
)

# A broadcast at each node of which it reached somebody, by the day of its slot, so that one of the
# last night of a year is in that year with all its deliveries; its weight is how many it reached
# there. What was withdrawn does not count.
_REACHED = (
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
    .group_by(broadcasts.c.id, deliveries.c.node_id)
)
# The same from the roll-up of whom it reached.
_KEPT = (
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
    .where(reach.c.arrived > 0)
)


def _broadcasts(rows: Select[Any]) -> Source:
    taken_back = LeftOut(WITHDRAWN, rows.where(_WITHDRAWN), Adds.SUBJECTS)
    where = {"kind": broadcasts.c.kind}
    return Source(rows.where(~_WITHDRAWN), broadcasts, where, left_out=(taken_back,))


BROADCASTS = _broadcasts(_REACHED)
REACH = _broadcasts(_KEPT)
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
