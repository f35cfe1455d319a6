"""The calendar file that goes with news of an event."""

from content.screen import Screen
from content.screens import calendar_files as screens
from scheduler.letters.tools import Tools
from storage.model.delivery import Claimed
from storage.queries import calendar_files as queries


async def with_calendar(tools: Tools, delivery: Claimed, screen: Screen) -> Screen:
    """News that an event was changed or called off; with its calendar file, for who took that."""
    who = (delivery.subject_id or 0, delivery.chat_id)
    entry = await tools.database.read(queries.taken, *who)
    if entry is None:
        return screen
    say = tools.texts.in_(delivery.language)
    return screens.with_file(say, screen, entry, tools.now())
