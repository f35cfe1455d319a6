"""The place that is named behind a command."""

from content.asking import the_place
from handlers.tools import Tools
from storage.model.naming import folded
from storage.model.person import Person
from storage.model.roles import Power
from storage.queries import nodes as node_queries


async def place_said(said: str, person: Person, tools: Tools) -> tuple[str, int | None]:
    """What stands behind a command without the place of theirs that it names, and that place."""
    places = await tools.database.read(node_queries.where_may, person, Power.SEE_FIGURES)
    rest, place = the_place(folded(said), places, tools.programme)
    return rest.strip(), place
