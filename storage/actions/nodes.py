"""Growing the organisation tree, and setting its clocks."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, update

from storage.actions.slots import move_slot
from storage.dialects import insert_row
from storage.model.local_time import just_before
from storage.model.node import NAME_LIMIT, Node, NodeKind
from storage.model.refusal import Refusal
from storage.model.rhythm import Calendar
from storage.model.roles import Power
from storage.model.visible import one_line
from storage.queries.nodes import by_id, root
from storage.queries.people import require
from storage.queries.schedules import by_the_clock
from storage.queries.zones import zones
from storage.tables import nodes


def found_district(connection: Connection, name: str, now: datetime) -> Node:
    """The district at the top of the tree; made with `name` if there is none yet."""
    return root(connection) or _add(connection, None, NodeKind.DISTRICT, name, now)


def add_community(connection: Connection, by: int, name: str, now: datetime) -> Node:
    """Add a community below the district, on behalf of the person `by`.

    Raises Refusal when the name is empty, too long or taken, or `by` may not.
    """
    district = root(connection)
    if district is None:
        raise Refusal("refused.no_district")
    require(connection, by, Power.ADD_COMMUNITY, district.path)
    name = one_line(name)
    if not name or len(name) > NAME_LIMIT:
        raise Refusal("community.name_length", limit=NAME_LIMIT)
    # The district's row is locked until the commit: of two who add the same name, one is first.
    connection.execute(select(nodes.c.id).where(nodes.c.id == district.id).with_for_update())
    if connection.execute(select(nodes.c.id).where(nodes.c.name == name)).first():
        raise Refusal("community.name_taken", name=name)
    return _add(connection, district, NodeKind.COMMUNITY, name, now)


def set_zone(
    connection: Connection,
    by: int,
    node_id: int,
    zone: ZoneInfo,
    district: Calendar,
    now: datetime,
) -> None:
    """A node goes by the clock of `zone` from now on, and what is scheduled there keeps its days
    and hours, on that clock. Raises Refusal if `by` may not.

    A slot that is over on the new clock is served at once, as any that was missed.
    """
    node = by_id(connection, node_id)
    require(connection, by, Power.ADD_COMMUNITY, node.path)
    before = zones(connection, district.zone)
    # 1. The zone, or none of its own where the node above has the same.
    above = before.at(node.path.removesuffix(f"{node_id}/"))
    own = None if above.key == zone.key else zone.key
    connection.execute(update(nodes).where(nodes.c.id == node_id).values(timezone=own))
    # 2. The slots that are planned already.
    after = zones(connection, district.zone)
    for schedule in by_the_clock(connection, node.path):
        old, new = before.at(schedule.node_path), after.at(schedule.node_path)
        if schedule.next_slot_at is not None and old.key != new.key:
            day = schedule.next_slot_at.astimezone(old).date()
            slots = district.next_slots(schedule.rhythm, just_before(day, new), new, 1)
            move_slot(connection, schedule, slots[0] if slots else None, now)


def _add(
    connection: Connection, parent: Node | None, kind: NodeKind, name: str, now: datetime
) -> Node:
    # The path and the code hold the id, which is known after the insert only.
    provisional = f"new-{name}"[:32]
    node_id = insert_row(
        connection,
        nodes,
        parent_id=parent.id if parent else None,
        kind=kind,
        name=name,
        code=provisional,
        path=provisional,
        created_at=now,
    )
    path = f"{parent.path if parent else '/'}{node_id}/"
    connection.execute(
        update(nodes).where(nodes.c.id == node_id).values(code=_code(name, node_id), path=path)
    )
    return by_id(connection, node_id)


def _code(name: str, node_id: int) -> str:
    """What stands in links: the name where it is plain ASCII, and always the id."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:20] if name.isascii() else ""
    return f"{plain or 'c'}-{node_id}"
