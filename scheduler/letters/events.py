"""What people are told of events."""

from datetime import datetime

from content.screen import Screen
from content.screens import events as screens
from content.screens import group_cards as group_screens
from content.screens import posting, seats
from content.screens import reminders as reminder_screens
from scheduler.letters.calendar_files import with_calendar
from scheduler.letters.tools import Tools
from storage.model.delivery import Claimed
from storage.model.event import EventCard, EventState
from storage.queries import event_changes
from storage.queries import events as queries
from storage.queries import group_cards as group_queries
from storage.queries import reminders as reminder_queries


async def notice(tools: Tools, delivery: Claimed) -> Screen | None:
    """A new event; None if it is over or was called off."""
    now = tools.now()
    card = await _card(tools, delivery, now)
    if card.event.state is EventState.CANCELLED or card.event.is_over(now):
        return None
    say = tools.texts.in_(delivery.language)
    return screens.card(say, card, tools.programme, now, whole=True)


async def group_card(tools: Tools, delivery: Claimed) -> Screen | None:
    """The card of a new event for a whole group; None if it is over or does not take place."""
    now = tools.now()
    card = await tools.database.read(group_queries.card, delivery.subject_id or 0)
    if card.is_final(now):
        return None
    return group_screens.card(tools.texts.in_(delivery.language), card, tools.programme, now)


async def reminder(tools: Tools, delivery: Claimed) -> Screen | None:
    """Their events of a day; None if they gave the seats back meanwhile, too, staff stopped the
    reminder, or another message says it."""
    schedule_id = delivery.schedule_id or 0
    reminder = reminder_queries.Reminder(delivery.id, schedule_id, delivery.chat_id)
    now, zone = tools.now(), tools.texts.zone
    found = await tools.database.read(reminder_queries.letter, reminder, now, zone)
    if not found:
        return None
    say = tools.texts.in_(delivery.language)
    return reminder_screens.reminder(say, schedule_id, found, now)


async def seat_offered(tools: Tools, delivery: Claimed) -> Screen | None:
    """A seat that is kept for them; None if they answered already, or their time is over."""
    now = tools.now()
    card = await _card(tools, delivery, now)
    gone = card.event.state is EventState.CANCELLED or card.event.is_over(now)
    if gone or not seats.is_offered(card, now):
        return None
    return seats.offered(tools.texts.in_(delivery.language), card)


async def seat_taken_off(tools: Tools, delivery: Claimed) -> Screen | None:
    """Staff took their seat away; None if they have one again, or it is over."""
    now = tools.now()
    card = await _card(tools, delivery, now)
    gone = card.event.state is EventState.CANCELLED or card.event.is_over(now)
    if gone or card.signed_up:
        return None
    return seats.taken_off(tools.texts.in_(delivery.language), card.event)


async def seat_put_back(tools: Tools, delivery: Claimed) -> Screen | None:
    """Staff gave them the seat back that they had taken away; None if they have none again, or it
    is over."""
    now = tools.now()
    card = await _card(tools, delivery, now)
    gone = card.event.state is EventState.CANCELLED or card.event.is_over(now)
    if gone or not card.signed_up:
        return None
    return seats.put_back(tools.texts.in_(delivery.language), card.event)


async def _card(tools: Tools, delivery: Claimed, now: datetime) -> EventCard:
    who = (delivery.subject_id or 0, delivery.chat_id)
    return await tools.database.read(queries.card, *who, now, tools.texts.zone)


async def cancelled(tools: Tools, delivery: Claimed) -> Screen | None:
    """An event that was called off."""
    event = await tools.database.read(queries.by_id, delivery.subject_id or 0)
    screen = screens.cancelled(tools.texts.in_(delivery.language), event)
    return await with_calendar(tools, delivery, screen)


async def changed(tools: Tools, delivery: Claimed) -> Screen | None:
    """What is otherwise than they know; None if nothing is any more, or they gave their seat
    back."""
    who = (delivery.subject_id or 0, delivery.chat_id)
    news = await tools.database.read(event_changes.news_for, *who, tools.now())
    if news is None:
        return None
    screen = posting.changed(tools.texts.in_(delivery.language), news)
    return await with_calendar(tools, delivery, screen)
