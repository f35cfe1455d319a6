"""What is asked about events that are over."""

from content.screen import Screen
from content.screens import held as screens
from scheduler.letters.tools import Tools
from storage.model.delivery import Claimed
from storage.queries.turnouts import turnout_for


async def over(tools: Tools, delivery: Claimed) -> Screen | None:
    """Whether it took place; None if somebody said so meanwhile, or it is theirs no more."""
    person, event_id = await tools.recipient(delivery), delivery.subject_id or 0
    turnout = await tools.database.read(turnout_for, event_id, person)
    if not turnout.event.is_unconfirmed(tools.now()):
        return None
    return screens.question(tools.texts.in_(delivery.language), turnout)
