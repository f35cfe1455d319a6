"""What people are told of events."""

from datetime import datetime

from content.screen import Screen
from content.screens import events as screens
from scheduler.letters.tools import Tools
from storage.model.delivery import Claimed
from storage.model.event import EventCard, EventState
from storage.queries import events as queries


async def notice(tools: Tools, delivery: Claimed) -> Screen | None:
    """A new event; None if it is over or was called off."""
    now = tools.now()
    card = await _card(tools, delivery, now)
    if card.event.state is EventState.CANCELLED or card.event.is_over(now):
        return None
    return screens.card(tools.texts.in_(delivery.language), card, tools.programme, now)


async def reminder(tools: Tools, delivery: Claimed) -> Screen | None:
    """An event for which they hold a seat; None if they gave it back meanwhile, too, or staff
    stopped its reminder."""
    now = tools.now()
    card = await _card(tools, delivery, now)
    gone = card.event.state is EventState.CANCELLED or card.event.is_over(now)
    if gone or not card.signed_up or card.event.remind_at is None:
        return None
    return screens.reminder(tools.texts.in_(delivery.language), card)


async def _card(tools: Tools, delivery: Claimed, now: datetime) -> EventCard:
    who = (delivery.subject_id or 0, delivery.chat_id)
    return await tools.database.read(queries.card, *who, now, tools.texts.zone)


async def cancelled(tools: Tools, delivery: Claimed) -> Screen | None:
    """An event that was called off."""
    event = await tools.database.read(queries.by_id, delivery.subject_id or 0)
    return screens.cancelled(tools.texts.in_(delivery.language), event)
