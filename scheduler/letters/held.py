"""What is asked about events that are over."""

from content.screen import Screen
from content.screens import feedback as feedback_screens
from content.screens import held as screens
from scheduler.letters.tools import Tools
from storage.model.delivery import Claimed
from storage.queries import events as event_queries
from storage.queries.feedback import may_answer
from storage.queries.turnouts import turnout_for


async def over(tools: Tools, delivery: Claimed) -> Screen | None:
    """Whether it took place; None if somebody said so meanwhile, or it is theirs no more."""
    person, event_id = await tools.recipient(delivery), delivery.subject_id or 0
    turnout = await tools.database.read(turnout_for, event_id, person)
    if not turnout.event.is_unconfirmed(tools.now()):
        return None
    return screens.question(tools.texts.in_(delivery.language), turnout)


async def feedback(tools: Tools, delivery: Claimed) -> Screen | None:
    """How it was; None if they did not come after all, or answered meanwhile."""
    of = (delivery.subject_id or 0, delivery.chat_id)
    if not await tools.database.read(may_answer, *of):
        return None
    event = await tools.database.read(event_queries.by_id, of[0])
    return feedback_screens.question(tools.texts.in_(delivery.language), event)
