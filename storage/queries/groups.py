"""Telegram groups, as staff see them."""

from typing import Any

from sqlalchemy import Connection, Row, Select, select

from storage.model.group import Group
from storage.model.page import Page
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.queries.nodes import below
from storage.queries.pages import Listing, page_of
from storage.tables import groups, nodes, persons

_GROUP: Select[Any] = select(groups, nodes.c.name.label("node_name")).join(
    nodes, nodes.c.id == groups.c.node_id
)
_LINKED = _GROUP.where(groups.c.left_at.is_(None))

_linker = persons.alias("linker")
# In which language a group is spoken to: that of whoever linked it, and greeted it with the bot.
READS = (
    select(_linker.c.language)
    .where(_linker.c.id == groups.c.added_by)
    .correlate(groups)
    .scalar_subquery()
)


def linked(connection: Connection, person: Person, page: int) -> Page[Group]:
    """A page of the groups that `person` may manage, by their places, the oldest first."""
    mine = _LINKED.where(below(*person.reach(Power.PUSH))).order_by(nodes.c.id, groups.c.id)
    return page_of(connection, Listing(mine, groups.c.id, _group), page)


def for_staff(connection: Connection, group_id: int, person: Person) -> Group:
    """One that `person` may manage, or might until it was unlinked. Raises
    Refusal("group.not_linked") for any other."""
    mine = _GROUP.where(groups.c.id == group_id, below(*person.reach(Power.PUSH)))
    row = connection.execute(mine).one_or_none()
    if row is None:
        raise Refusal("group.not_linked")
    return _group(row)


def by_chat(connection: Connection, chat_id: int) -> Group | None:
    """The linked group in a Telegram chat, or None."""
    row = connection.execute(_LINKED.where(groups.c.chat_id == chat_id)).one_or_none()
    return None if row is None else _group(row)


def place_of(connection: Connection, chat_id: int) -> tuple[str | None, bool]:
    """The path of the node to which a Telegram chat is linked or was last, None if it never was;
    and whether it still is."""
    linked = select(nodes.c.path, groups.c.left_at).join(groups, groups.c.node_id == nodes.c.id)
    row = connection.execute(linked.where(groups.c.chat_id == chat_id)).one_or_none()
    return (None, False) if row is None else (row.path, row.left_at is None)


def _group(row: Row[Any]) -> Group:
    return Group(row.id, row.chat_id, row.title, row.node_id, row.node_name, row.left_at is None)
