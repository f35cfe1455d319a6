"""Study pushes."""

from content.screen import Screen
from content.screens import study as screens
from scheduler.letters.tools import Tools
from storage.model.delivery import Claimed


async def item(tools: Tools, delivery: Claimed) -> Screen | None:
    """An item of a course; None if it was taken out of the course since."""
    key = (delivery.course_id, delivery.item_id, delivery.language)
    if key in tools.kept:
        return tools.kept[key]
    found = tools.courses.find(delivery.course_id or "", delivery.item_id or "")
    if found is None:
        return None
    return tools.keep(key, screens.item(tools.texts.in_(delivery.language), *found))
