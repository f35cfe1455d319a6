"""What staff and residents are told of requests to become a member."""

from content.screen import Screen
from content.screens import me as me_screens
from content.screens import suggestions as inbox_screens
from scheduler.letters.tools import Tools
from storage.model.delivery import Claimed
from storage.model.person import RequestState
from storage.queries import people as queries


async def asked(tools: Tools, delivery: Claimed) -> Screen | None:
    """For staff: a request to decide; None if a colleague was quick."""
    recipient = await tools.recipient(delivery)
    request = await tools.database.read(queries.request_for, delivery.subject_id or 0, recipient)
    if request.state is not RequestState.PENDING:
        return None
    return inbox_screens.request(tools.texts.in_(delivery.language), request)


async def answer(tools: Tools, delivery: Claimed) -> Screen | None:
    """For who asked: what staff decided."""
    request = await tools.database.read(queries.request, delivery.subject_id or 0)
    return me_screens.membership_answer(tools.texts.in_(delivery.language), request)
