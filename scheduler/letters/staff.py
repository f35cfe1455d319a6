"""What somebody is told whose role has ended."""

from content.screen import Screen
from content.screens import staff as screens
from scheduler.letters.tools import Tools
from storage.model.delivery import Claimed
from storage.queries import staff as queries


async def role_ended(tools: Tools, delivery: Claimed) -> Screen | None:
    """None if they hold it again."""
    holder = await tools.database.read(queries.ended, delivery.subject_id or 0)
    return screens.told_of_end(tools.texts.in_(delivery.language), holder) if holder else None
