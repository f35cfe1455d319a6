"""What staff, authors and supporters are told of suggestions."""

from content.screen import Screen
from content.screens import suggestions as screens
from scheduler.letters.tools import Tools
from storage.model.delivery import Claimed
from storage.model.suggestion import SuggestionState
from storage.queries import suggestions as queries


async def made(tools: Tools, delivery: Claimed) -> Screen | None:
    """For staff: a new suggestion; None if a colleague was quick."""
    recipient = await tools.recipient(delivery)
    suggestion = await tools.database.read(queries.for_staff, delivery.subject_id or 0, recipient)
    if suggestion.state is not SuggestionState.RECEIVED:
        return None
    return screens.made(tools.texts.in_(delivery.language), suggestion, tools.programme)


async def answer(tools: Tools, delivery: Claimed) -> Screen | None:
    """For its author: where it stands, with the words of staff."""
    suggestion = await tools.database.read(queries.by_id, delivery.subject_id or 0)
    return screens.answer(tools.texts.in_(delivery.language), suggestion)


async def supported_answer(tools: Tools, delivery: Claimed) -> Screen | None:
    """For who said "me too": where it stands; None if they have thought again."""
    person = await tools.recipient(delivery)
    glimpse = await tools.database.read(queries.for_supporter, delivery.subject_id or 0, person.id)
    if not glimpse.supported:
        return None
    return screens.supported_answer(tools.texts.in_(delivery.language), glimpse)
