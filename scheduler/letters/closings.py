"""What the staff of a place are told when the district accepts, closes, sends back or reopens its
year."""

from content.screen import Screen
from content.screens import closings as screens
from scheduler.letters.tools import Tools
from storage.model.delivery import Claimed
from storage.model.roles import Power
from storage.model.subject import SubjectKind
from storage.queries import closed_years as queries
from storage.queries import moves as move_queries
from storage.queries import nodes as node_queries


async def news(tools: Tools, delivery: Claimed) -> Screen | None:
    """None if the place has gone on meanwhile, or they do not work there any more."""
    read = tools.database.read
    closing = await read(queries.by_id, delivery.subject_id or 0)
    sheet = closing.sheet
    node = await read(node_queries.by_id, sheet.node_id)
    person = await tools.recipient(delivery)
    if not person.may_at(Power.PLAN, node.path):
        return None
    stands = await read(queries.in_force, node.id, sheet.year)
    if stands is not None and stands.id != closing.id:
        return None
    last = (await read(move_queries.history, SubjectKind.CLOSING, closing.id))[-1]
    say = tools.texts.in_(delivery.language)
    return screens.news(say, node, sheet.year, closing.state, last.words or "")
