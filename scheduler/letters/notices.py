"""Notices, and their corrections."""

from content.screen import Screen
from content.screens import notice as screens
from scheduler.letters.tools import Tools
from storage.model.delivery import Claimed
from storage.model.message import Message
from storage.queries import broadcasts as queries


async def notice(tools: Tools, delivery: Claimed) -> Screen | None:
    """What staff wrote, as it is after its last correction."""
    key = (delivery.content_id, delivery.revision, delivery.language)
    if key in tools.kept:
        return tools.kept[key]
    content = await tools.database.read(queries.content, delivery.content_id or 0)
    if content is None:
        return None
    message, say = Message.from_json(content), tools.texts.in_(delivery.language)
    screen = screens.notice(say, message, delivery.name, delivery.community)
    return screen if screens.personal(message) else tools.keep(key, screen)
