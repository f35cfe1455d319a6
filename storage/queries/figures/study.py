"""Study and news: what was sent to many, whom it reached, and who pressed "done"."""

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal, select

from storage.model.delivery import DeliveryState
from storage.model.figure import WITHDRAWN, Adds
from storage.model.kinds import DeliveryKind
from storage.model.subject import SubjectKind
from storage.queries.figures.source import LeftOut, Source, columns
from storage.tables import acknowledgements, broadcasts, deliveries, reach
from storage.tables.base import Id

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


# And once more from there: each broadcast once, with what it reached everywhere. It is added up by
# its number alone before anything else is asked: PostgreSQL takes a third of the time.
_everywhere = (
    select(
        reach.c.broadcast_id,
        func.count().label("nodes"),
        func.sum(reach.c.arrived).label("arrived"),
    )
    .where(reach.c.arrived > 0)
    .group_by(reach.c.broadcast_id)
    .subquery()
)
_KEPT_EVERYWHERE = select(
    *columns(
        SubjectKind.BROADCAST,
        broadcasts.c.id,
        node_id=literal(0, Id),
        at=broadcasts.c.slot_at,
        weight=_everywhere.c.arrived,
    )
).join_from(broadcasts, _everywhere, _everywhere.c.broadcast_id == broadcasts.c.id)


def _broadcasts(rows: Select[Any], records: ColumnElement[int] | None = None) -> Source:
    taken_back = LeftOut(WITHDRAWN, rows.where(_WITHDRAWN), Adds.SUBJECTS)
    where = {"kind": broadcasts.c.kind}
    return Source(
        rows.where(~_WITHDRAWN), broadcasts, where, left_out=(taken_back,), records=records
    )


BROADCASTS = _broadcasts(_REACHED)
REACH = _broadcasts(_KEPT)
REACH_EVERYWHERE = _broadcasts(_KEPT_EVERYWHERE, _everywhere.c.nodes)
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
