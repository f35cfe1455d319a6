"""Who may be sent a study item: nobody gets one twice, nor after they did it or left its course."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, or_, select

from storage.model.audience import Lesson
from storage.model.broadcast import BroadcastState
from storage.model.delivery import DeliveryState
from storage.model.kinds import DeliveryKind
from storage.tables import acknowledgements, broadcasts, deliveries, enrolments, persons

_before = broadcasts.alias("pushed_before")
_got = deliveries.alias("got")
_withdrawal = broadcasts.alias("withdrawal")
_Text = ColumnElement[str] | str
_OWED = (DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.SENT)


def wanted(lesson: Lesson) -> list[ColumnElement[bool]]:
    """What a person must meet to be owed `lesson`."""
    person_id, course_id, item_id = persons.c.id, lesson.course_id, lesson.item_id
    stays = ~_left(person_id, course_id)
    if lesson.again:
        return [stays]
    owed = or_(_got.c.state.in_(_OWED), _got.c.message_ids.is_not(None))
    return [
        stays,
        ~_did(person_id, course_id, item_id),
        ~_pushed(person_id, course_id, item_id, owed),
    ]


def _left(person_id: ColumnElement[int], course_id: _Text) -> ColumnElement[bool]:
    return exists().where(
        enrolments.c.person_id == person_id,
        enrolments.c.course_id == course_id,
        enrolments.c.left_at.is_not(None),
    )


def _did(person_id: ColumnElement[int], course_id: _Text, item_id: _Text) -> ColumnElement[bool]:
    return exists().where(
        acknowledgements.c.person_id == person_id,
        acknowledgements.c.course_id == course_id,
        acknowledgements.c.item_id == item_id,
    )


def _pushed(
    person_id: ColumnElement[int], course_id: _Text, item_id: _Text, how: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Whether a person has a delivery of an item, `how` says in which state. What was withdrawn
    is gone, and does not count."""
    withdrawn = exists().where(
        _withdrawal.c.of_id == _before.c.id,
        _withdrawal.c.kind == DeliveryKind.WITHDRAWAL,
        _withdrawal.c.state != BroadcastState.CANCELLED,
    )
    return exists().where(
        _before.c.course_id == course_id,
        _before.c.item_id == item_id,
        _got.c.broadcast_id == _before.c.id,
        _got.c.person_id == person_id,
        how,
        ~withdrawn,
    )


# The same at the last moment: somebody did it meanwhile, or another push was first. Of two that are
# on their way at once, the earlier one goes.
_GOES_FIRST = and_(
    _got.c.id != deliveries.c.id,
    or_(
        _got.c.state == DeliveryState.SENT,
        _got.c.message_ids.is_not(None),
        and_(_got.c.state == DeliveryState.CLAIMED, _got.c.id < deliveries.c.id),
    ),
)
_OF_ITEM = (deliveries.c.person_id, broadcasts.c.course_id, broadcasts.c.item_id)
_NEEDLESS = (
    select(deliveries.c.id)
    .join(broadcasts, broadcasts.c.id == deliveries.c.broadcast_id)
    .where(
        deliveries.c.id.in_(bindparam("ids", expanding=True)),
        or_(
            _left(deliveries.c.person_id, broadcasts.c.course_id),
            and_(
                broadcasts.c.id.not_in(bindparam("again", expanding=True)),
                or_(_did(*_OF_ITEM), _pushed(*_OF_ITEM, _GOES_FIRST)),
            ),
        ),
    )
)


def needless(
    connection: Connection, delivery_ids: Collection[int], again: Collection[int]
) -> set[int]:
    """Those of the deliveries of study items that their people need no more; of broadcasts that
    push `again`, only who left the course does."""
    if not delivery_ids:
        return set()
    names = {"ids": list(delivery_ids), "again": list(again)}
    return set(connection.execute(_NEEDLESS, names).scalars())
