"""Putting an owed message into words at the last moment, if it is still true."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from content.courses import Courses
from content.programme import Programme
from content.screen import Screen
from content.screens import events as event_screens
from content.screens import me as me_screens
from content.screens import notice as notice_screens
from content.screens import study as study_screens
from content.screens import suggestions as suggestion_screens
from content.texts import Texts
from storage.database import Database
from storage.model.delivery import Claimed, DeliveryKind
from storage.model.event import EventState
from storage.model.message import Message
from storage.model.person import Person, RequestState
from storage.model.refusal import Refusal
from storage.model.suggestion import SuggestionState
from storage.queries import broadcasts as broadcast_queries
from storage.queries import events as event_queries
from storage.queries import people as people_queries
from storage.queries import suggestions as suggestion_queries

_KEPT = 64  # screens that are the same for everybody, in the languages of a few broadcasts


@dataclass(frozen=True, slots=True)
class Letters:
    """Writes what a delivery owes. Returns None if there is nothing left to say."""

    database: Database
    texts: Texts
    courses: Courses
    programme: Programme
    now: Callable[[], datetime]
    _kept: OrderedDict[tuple[object, ...], Screen] = field(default_factory=OrderedDict)

    async def write(self, delivery: Claimed) -> Screen | None:
        """The screen that `delivery` owes, or None if it is no longer true."""
        try:
            return await _KINDS[delivery.kind](self, delivery)
        except Refusal:  # the event, suggestion or request is gone or out of reach
            return None

    async def _recipient(self, delivery: Claimed) -> Person:
        """Who gets it, with the roles they hold now. Raises Refusal for somebody who left."""
        person = await self.database.read(people_queries.by_telegram_id, delivery.chat_id)
        if person is None:
            raise Refusal("refused.unknown_person")
        return person

    def _keep(self, key: tuple[object, ...], screen: Screen) -> Screen:
        """Remember what looks the same for everybody, so that it is put into words once."""
        self._kept[key] = screen
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return screen

    async def _study_item(self, delivery: Claimed) -> Screen | None:
        key = (delivery.course_id, delivery.item_id, delivery.language)
        if key in self._kept:
            return self._kept[key]
        found = self.courses.find(delivery.course_id or "", delivery.item_id or "")
        if found is None:
            return None
        return self._keep(key, study_screens.item(self.texts.in_(delivery.language), *found))

    async def _notice(self, delivery: Claimed) -> Screen | None:
        """What staff wrote, as it is after its last correction."""
        key = (delivery.content_id, delivery.revision, delivery.language)
        if key in self._kept:
            return self._kept[key]
        content = await self.database.read(broadcast_queries.content, delivery.content_id or 0)
        if content is None:
            return None
        message, say = Message.from_json(content), self.texts.in_(delivery.language)
        screen = notice_screens.notice(say, message, delivery.name, delivery.community)
        return screen if notice_screens.personal(message) else self._keep(key, screen)

    async def _event_notice(self, delivery: Claimed) -> Screen | None:
        card = await self.database.read(
            event_queries.card, delivery.subject_id or 0, delivery.chat_id
        )
        now = self.now()
        if card.event.state is EventState.CANCELLED or card.event.is_over(now):
            return None
        return event_screens.card(self.texts.in_(delivery.language), card, self.programme, now)

    async def _event_reminder(self, delivery: Claimed) -> Screen | None:
        card = await self.database.read(
            event_queries.card, delivery.subject_id or 0, delivery.chat_id
        )
        gone = card.event.state is EventState.CANCELLED or card.event.is_over(self.now())
        if gone or not card.signed_up:  # they gave the place back meanwhile
            return None
        return event_screens.reminder(self.texts.in_(delivery.language), card)

    async def _event_cancelled(self, delivery: Claimed) -> Screen | None:
        event = await self.database.read(event_queries.by_id, delivery.subject_id or 0)
        return event_screens.cancelled(self.texts.in_(delivery.language), event)

    async def _suggestion_made(self, delivery: Claimed) -> Screen | None:
        suggestion = await self.database.read(
            suggestion_queries.for_staff, delivery.subject_id or 0, await self._recipient(delivery)
        )
        if suggestion.state is not SuggestionState.RECEIVED:
            return None  # a colleague was quick
        say = self.texts.in_(delivery.language)
        return suggestion_screens.made(say, suggestion, self.programme)

    async def _suggestion_answer(self, delivery: Claimed) -> Screen | None:
        suggestion = await self.database.read(suggestion_queries.by_id, delivery.subject_id or 0)
        return suggestion_screens.answer(self.texts.in_(delivery.language), suggestion)

    async def _supported_answer(self, delivery: Claimed) -> Screen | None:
        person = await self._recipient(delivery)
        glimpse = await self.database.read(
            suggestion_queries.for_supporter, delivery.subject_id or 0, person.id
        )
        if not glimpse.supported:  # they have thought again
            return None
        return suggestion_screens.supported_answer(self.texts.in_(delivery.language), glimpse)

    async def _membership_asked(self, delivery: Claimed) -> Screen | None:
        request = await self.database.read(
            people_queries.request_for, delivery.subject_id or 0, await self._recipient(delivery)
        )
        if request.state is not RequestState.PENDING:
            return None
        say = self.texts.in_(delivery.language)
        return suggestion_screens.request(say, request)

    async def _membership_answer(self, delivery: Claimed) -> Screen | None:
        request = await self.database.read(people_queries.request, delivery.subject_id or 0)
        return me_screens.membership_answer(self.texts.in_(delivery.language), request)


_KINDS: dict[DeliveryKind, Callable[[Letters, Claimed], Awaitable[Screen | None]]] = {
    DeliveryKind.STUDY_ITEM: Letters._study_item,
    DeliveryKind.NOTICE: Letters._notice,
    DeliveryKind.CORRECTION: Letters._notice,
    DeliveryKind.EVENT_NOTICE: Letters._event_notice,
    DeliveryKind.EVENT_REMINDER: Letters._event_reminder,
    DeliveryKind.EVENT_CANCELLED: Letters._event_cancelled,
    DeliveryKind.SUGGESTION_MADE: Letters._suggestion_made,
    DeliveryKind.SUGGESTION_ANSWER: Letters._suggestion_answer,
    DeliveryKind.SUPPORTED_ANSWER: Letters._supported_answer,
    DeliveryKind.MEMBERSHIP_ASKED: Letters._membership_asked,
    DeliveryKind.MEMBERSHIP_ANSWER: Letters._membership_answer,
}
