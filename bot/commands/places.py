"""What commands about a place have in common."""

from bot.settings import SettingsError
from storage.database import Database
from storage.model.node import Node
from storage.model.person import Person
from storage.queries import nodes as node_queries
from storage.queries.people import by_id
from storage.queries.staff import first_owner

_TOLD = 10  # places in one line


async def place_with(database: Database, said: str) -> Node:
    """The place with this code, id or name. Raises SettingsError, naming those that may be meant,
    or else what places there are."""
    sought = await database.read(node_queries.sought, said)
    match sought.found:
        case [found]:
            return found
        case [_, *_]:
            problem = f"{said!r} may be several places: {_listed(sought.found)}"
        case _ if sought.near:
            problem = f"there is no place {said!r}; near it: {_listed(sought.near)}"
        case _:
            problem = f"there is no place {said!r}; there are: {_listed(sought.every)}"
    raise SettingsError([problem])


async def place_or_district(database: Database, said: str | None) -> Node:
    """The same; the district where none is named. Raises SettingsError."""
    if said is not None:
        return await place_with(database, said)
    district = await database.read(node_queries.root)
    if district is None:
        raise SettingsError(["there is no district yet: linli owner founds it"])
    return district


def _listed(nodes: list[Node]) -> str:
    if not nodes:
        return "none"
    told = ", ".join(f"{each.name} ({each.code})" for each in nodes[:_TOLD])
    more = len(nodes) - _TOLD
    return told if more <= 0 else f"{told} and {more} more"


async def operator(database: Database) -> Person:
    """In whose name the operator acts: who has been an owner for the longest time. Raises
    SettingsError."""
    owner = await database.read(first_owner)
    if owner is None:
        raise SettingsError(["there is no owner yet, in whose name it is done: linli owner"])
    return await database.read(by_id, owner)
