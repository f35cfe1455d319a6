"""Putting an owed message into words at the last moment, if it is still true."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from content.screen import Screen
from scheduler.letters import (
    closings,
    events,
    figures,
    held,
    membership,
    notices,
    plans,
    staff,
    study,
    suggestions,
)
from scheduler.letters.tools import Tools
from storage.model.delivery import Claimed
from storage.model.kinds import DeliveryKind
from storage.model.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Letters(Tools):
    """Writes what a delivery owes."""

    async def write(self, delivery: Claimed) -> Screen | None:
        """The screen that `delivery` owes, or None if it is no longer true."""
        try:
            return await WRITERS[delivery.kind](self, delivery)
        except Refusal:  # the event, suggestion or request is gone or out of reach
            return None


# A withdrawal has no words: it deletes them.
WRITERS: Mapping[DeliveryKind, Callable[[Tools, Claimed], Awaitable[Screen | None]]] = {
    DeliveryKind.STUDY_ITEM: study.item,
    DeliveryKind.NOTICE: notices.notice,
    DeliveryKind.CORRECTION: notices.notice,
    DeliveryKind.EVENT_NOTICE: events.notice,
    DeliveryKind.EVENT_GROUP: events.group_card,
    DeliveryKind.EVENT_REMINDER: events.reminder,
    DeliveryKind.EVENT_CANCELLED: events.cancelled,
    DeliveryKind.EVENT_CHANGED: events.changed,
    DeliveryKind.EVENT_FEEDBACK: held.feedback,
    DeliveryKind.EVENT_OVER: held.over,
    DeliveryKind.SEAT_OFFERED: events.seat_offered,
    DeliveryKind.SEAT_TAKEN_OFF: events.seat_taken_off,
    DeliveryKind.SEAT_PUT_BACK: events.seat_put_back,
    DeliveryKind.SUGGESTION_MADE: suggestions.made,
    DeliveryKind.SUGGESTION_ANSWER: suggestions.answer,
    DeliveryKind.SUPPORTED_ANSWER: suggestions.supported_answer,
    DeliveryKind.MEMBERSHIP_ASKED: membership.asked,
    DeliveryKind.MEMBERSHIP_ANSWER: membership.answer,
    DeliveryKind.ROLE_ENDED: staff.role_ended,
    DeliveryKind.PLAN_BEHIND: plans.behind,
    DeliveryKind.MONTH_FIGURES: figures.of_month,
    DeliveryKind.YEAR_CLOSING: closings.news,
}
