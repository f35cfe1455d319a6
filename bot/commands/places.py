"""What commands about a place have in common."""

from bot.settings import SettingsError
from storage.database import Database
from storage.model.node import Node
from storage.model.person import Person
from storage.queries.nodes import with_code
from storage.queries.people import by_id
from storage.queries.staff import first_owner


async def place_with(database: Database, code: str) -> Node:
    """The place with this code. Raises SettingsError, naming all codes."""
    found, codes = await database.read(with_code, code)
    if found is None:
        raise SettingsError(
            [f"there is no place {code!r}; there are: {', '.join(codes) or 'none'}"]
        )
    return found


async def operator(database: Database) -> Person:
    """In whose name the operator acts: who has been an owner for the longest time. Raises
    SettingsError."""
    owner = await database.read(first_owner)
    if owner is None:
        raise SettingsError(["there is no owner yet, in whose name it is done: linli owner"])
    return await database.read(by_id, owner)
