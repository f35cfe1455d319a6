"""How a role ends: by whoever may hand it on, or by leaving."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from storage.actions import moves
from storage.actions.invitations import recall_what_outlived
from storage.actions.outbox import owe
from storage.actions.subscriptions import end_unseen
from storage.model.kinds import DeliveryKind
from storage.model.moves import Step
from storage.model.refusal import Refusal
from storage.model.roles import Role, roles_to_hand_on
from storage.model.staff import InvitationState, RoleState
from storage.queries.nodes import by_id
from storage.queries.people import grants_of
from storage.tables import roles
from storage.tables.roles import HELD


def end_role(connection: Connection, by: int, role_id: int, now: datetime, zone: ZoneInfo) -> None:
    """End a role, and recall what its holder may not invite to without it. They are told, unless
    they did it themselves.

    Raises Refusal if `by` may not hand on such a role, if it has ended before, or if it is that of
    the last owner.
    """
    row = connection.execute(select(roles).where(roles.c.id == role_id)).one_or_none()
    if row is None:
        raise Refusal("refused.not_yours")
    node = by_id(connection, row.node_id)
    if row.role not in roles_to_hand_on(grants_of(connection, by), node.kind, node.path):
        raise Refusal("refused.not_yours")
    _keep_an_owner(connection, row.person_id, role_id)
    if not moves.move(connection, role_id, Step(RoleState.ENDED, now, by)):
        raise Refusal("staff.ended_before")
    recall_what_outlived(connection, row.person_id, Step(InvitationState.RECALLED, now, by))
    end_unseen(connection, row.person_id, now)
    if row.person_id != by:
        owe(connection, row.person_id, DeliveryKind.ROLE_ENDED, role_id, now, zone)


def lay_down_all(connection: Connection, person_id: int, now: datetime) -> None:
    """End every role of somebody who leaves. Raises Refusal for the last owner."""
    _keep_an_owner(connection, person_id)
    theirs = roles.c.person_id == person_id
    moves.move_all(connection, Step(RoleState.ENDED, now, person_id), theirs)
    end_unseen(connection, person_id, now)
    recall_what_outlived(connection, person_id, Step(InvitationState.RECALLED, now, person_id))


def _keep_an_owner(connection: Connection, person_id: int, role_id: int | None = None) -> None:
    """Raise Refusal if nobody would be an owner without this person's role, or all of theirs.

    All owners' rows are locked, in one order: two owners who end each other's role at once would
    otherwise both find the other there.
    """
    owners = select(roles.c.id, roles.c.person_id).where(roles.c.role == Role.OWNER, HELD)
    rows = connection.execute(owners.order_by(roles.c.id).with_for_update()).all()
    ending = {row.id for row in rows if row.person_id == person_id}
    if role_id is not None:
        ending &= {role_id}
    if ending and len(ending) == len(rows):
        raise Refusal("staff.last_owner")
