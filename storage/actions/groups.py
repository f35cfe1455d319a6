"""Telegram groups come, belong to a node, become another chat, and go."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select, update

from storage.actions.group_cards import owe_coming
from storage.dialects import upsert
from storage.model.group import Group
from storage.model.person import Person
from storage.model.roles import Power
from storage.model.visible import one_line
from storage.queries import groups as queries
from storage.queries import nodes as node_queries
from storage.queries import people as people_queries
from storage.tables import groups, nodes

TITLE_LIMIT = 255


def bring(connection: Connection, by: int, chat_id: int, title: str, now: datetime) -> Group | None:
    """The person `by` brought the bot into a Telegram group.

    It gets the notices of the one node where they may push, or of the one it belonged to before.
    None if they may push at several (they have to say where it belongs: `link`), or nowhere.
    """
    node_id = _where(connection, people_queries.by_id(connection, by), chat_id)
    if node_id is None:
        lose_group(connection, chat_id, now)
        return None
    return _put(connection, by, chat_id, title, node_id, now)


def _where(connection: Connection, person: Person, chat_id: int) -> int | None:
    """Where it belonged before, if the person may push there; or the only place where they may."""
    if not person.may(Power.PUSH):
        return None
    before = select(nodes).join(groups, groups.c.node_id == nodes.c.id)
    row = connection.execute(before.where(groups.c.chat_id == chat_id)).one_or_none()
    if row is not None and person.may_at(Power.PUSH, row.path):
        return int(row.id)
    reach = node_queries.reach(connection, person, Power.PUSH)
    return None if reach.others else reach.widest.id


def link(
    connection: Connection, by: int, chat_id: int, title: str, node_id: int, now: datetime
) -> tuple[Group, bool]:
    """The notices of a node go to this Telegram group from now on. Returns it, and whether that is
    news to it: it was not linked, or to another node.

    Raises Refusal if `by` may not push there, or the group belongs to others.
    """
    node = node_queries.by_id(connection, node_id)
    people_queries.require(connection, by, Power.PUSH, node.path)
    known = queries.by_chat(connection, chat_id)
    if known is not None:
        path = node_queries.by_id(connection, known.node_id).path
        people_queries.require(connection, by, Power.PUSH, path)
    is_news = known is None or known.node_id != node_id
    return _put(connection, by, chat_id, title, node_id, now), is_news


def unlink(connection: Connection, by: int, group_id: int, now: datetime) -> None:
    """Send no more notices to a group. Raises Refusal if it is not `by`'s."""
    queries.for_staff(connection, group_id, people_queries.by_id(connection, by))
    _leave(connection, now, groups.c.id == group_id)


def lose_group(connection: Connection, chat_id: int, now: datetime) -> None:
    """The bot was removed from a chat, or may not write there any more."""
    _leave(connection, now, groups.c.chat_id == chat_id)


def rename_group(connection: Connection, chat_id: int, title: str) -> None:
    """A group has another title; one that is not linked any more, too: it may be linked again."""
    new = _kept(title, chat_id)
    its = (groups.c.chat_id == chat_id, groups.c.title != new)
    connection.execute(update(groups).where(*its).values(title=new))


def move_group(connection: Connection, chat_id: int, new_chat_id: int, now: datetime) -> None:
    """A group became a supergroup: it is the same group under another id.

    A supergroup that is known already, because it was announced first, takes over its node.
    """
    old = queries.by_chat(connection, chat_id)
    if old is None or chat_id == new_chat_id:
        return
    known = groups.c.chat_id == new_chat_id
    taken_over = update(groups).where(known).values(node_id=old.node_id, left_at=None)
    if connection.execute(taken_over).rowcount:
        _leave(connection, now, groups.c.id == old.id)
    else:
        moved = update(groups).where(groups.c.id == old.id).values(chat_id=new_chat_id)
        connection.execute(moved)


def _put(
    connection: Connection, by: int, chat_id: int, title: str, node_id: int, now: datetime
) -> Group:
    values = {
        "title": _kept(title, chat_id),
        "node_id": node_id,
        "added_by": by,
        "added_at": now,
        "left_at": None,
    }
    new = upsert(connection.dialect.name, groups).values(chat_id=chat_id, **values)
    connection.execute(new.on_conflict_do_update(index_elements=["chat_id"], set_=values))
    group = queries.by_chat(connection, chat_id)
    assert group is not None  # it was just put there
    owe_coming(connection, group.id, node_queries.by_id(connection, node_id).path, now)
    return group


def _kept(title: str, chat_id: int) -> str:
    return one_line(title)[:TITLE_LIMIT] or str(chat_id)


def _leave(connection: Connection, now: datetime, which: ColumnElement[bool]) -> None:
    connection.execute(update(groups).where(which, groups.c.left_at.is_(None)).values(left_at=now))
