"""Links that open an event in one's own chat, from the card of a group."""

from content.screens import events as screens
from content.screens.kit import note
from handlers.tools import Tools
from storage.model.event import GOING_AHEAD
from storage.model.node import Node, NodeKind
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.queries import events as queries
from storage.queries import nodes as node_queries


async def show_event(person: Person, event_id: int, tools: Tools) -> None:
    """Put an event before somebody, with what they can do; or why there is none for them."""
    say, now = tools.texts.in_(person.language), tools.now()
    try:
        found = (event_id, person.telegram_id, now, tools.zone)
        card = await tools.database.read(queries.card, *found)
    except Refusal as refusal:
        await tools.chat.send(person.telegram_id, note(say, refusal.key, **refusal.names))
        return
    screen = screens.card(say, card, tools.programme, now, in_list=True)
    await tools.chat.send(person.telegram_id, screen)


async def community_of(event_id: int, tools: Tools) -> Node | None:
    """The community of an event that people are told of; None for one of the whole district, and
    for whatever is none."""
    try:
        event = await tools.database.read(queries.by_id, event_id)
    except Refusal:
        return None
    if event.state not in GOING_AHEAD:
        return None
    node = await tools.database.read(node_queries.by_id, event.node_id)
    return node if node.kind is NodeKind.COMMUNITY else None
