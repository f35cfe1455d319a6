"""Cards of events in Telegram groups: edited when what they show has changed, and not more often
than a group bears."""

import logging
import math
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

from content.programme import Programme
from content.screen import Screen
from content.screens import group_cards as screens
from content.screens.broadcasts import fingerprint
from content.texts import Texts
from scheduler import calls
from scheduler.ports import (
    Moved,
    Sender,
    SlowDown,
    TopicClosed,
    TryLater,
    Turns,
    Undelivered,
    Unreachable,
)
from scheduler.rounds import Rounds
from storage.actions import group_cards as actions
from storage.actions.groups import lose_group, move_group
from storage.database import Database
from storage.model.group_card import OpenGroupCard
from storage.queries import group_cards as queries

logger = logging.getLogger(__name__)

# Seconds between two edits in one group: half of what Telegram allows there (20 messages a
# minute), so that notices come through, too. Whatever happens meanwhile is shown at once then.
APART = 6.0
_MOST_EDITS = 10  # in one round: each takes a turn that a push could have had


class GroupCards:
    """Keeps each card up to date; the rows tell which there are and what they show, so a restart
    repeats nothing."""

    def __init__(
        self,
        database: Database,
        sender: Sender,
        pace: Turns,
        words: tuple[Texts, Programme],
        now: Callable[[], datetime],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._sender = sender
        self._pace = pace
        self._texts, self._programme = words
        self._now = now
        self._clock = clock
        self._seen: dict[tuple[int, int], tuple[object, ...]] = {}  # signs of what is shown
        self._edited_at: dict[int, float] = {}  # the last edit in each chat
        self._refused_until = -math.inf
        self.rounds = Rounds(self.refresh)

    async def refresh(self) -> None:
        """Bring the cards up to date, those first in whose group nothing changed for longest."""
        if self._clock() < self._refused_until or self._pace.pause_left:
            return
        cards = await self._database.read(queries.open_cards, self._now())
        self._forget_others(cards)
        edits = 0
        for card in sorted(cards, key=self._last_edit):
            if self.rounds.stopping or edits == _MOST_EDITS:
                return
            if self._seen.get((card.event_id, card.group_id)) == card.signs:
                continue
            if self._clock() - self._last_edit(card) < APART:
                continue
            try:
                edits += await self._refresh(card)
            except SlowDown as error:
                self._refused_until = self._clock() + error.seconds
                return
            except Exception:  # one bad card must not stop all the others
                logger.exception("the card of event %d is not up to date", card.event_id)

    def _last_edit(self, card: OpenGroupCard) -> float:
        return self._edited_at.get(card.chat_id, -math.inf)

    def _forget_others(self, cards: list[OpenGroupCard]) -> None:
        keys = {(card.event_id, card.group_id) for card in cards}
        chats = {card.chat_id for card in cards}
        self._seen = {key: signs for key, signs in self._seen.items() if key in keys}
        self._edited_at = {chat: at for chat, at in self._edited_at.items() if chat in chats}

    async def _refresh(self, card: OpenGroupCard) -> bool:
        """Bring one card up to date; True if that took a call. Raises SlowDown."""
        now = self._now()
        look = await self._database.read(queries.card, card.event_id, card.sent_at)
        screen = screens.card(self._texts.in_(card.language), look, self._programme, now)
        shown = fingerprint(screen)
        called, final = shown != card.shown, look.is_final(now)
        try:
            if called and not await self._edit(card, screen):
                return True
        except TopicClosed as error:
            logger.info("the card of event %d waits: %s", card.event_id, error)
            if final:
                await self._give_up(card, error)
            self._seen[card.event_id, card.group_id] = card.signs  # until what it shows changes
            return True
        if final:
            await self._database.write(actions.drop, card)
        elif called:
            await self._database.write(actions.note_shown, card, shown)
        self._seen[card.event_id, card.group_id] = card.signs
        return called

    async def _edit(self, card: OpenGroupCard, screen: Screen) -> bool:
        """Edit a card that is one still; True if it shows the screen now. Raises SlowDown, and
        TopicClosed."""
        turn = await self._pace.turn(card.chat_id, lambda: self.rounds.stopping)
        if turn is None:
            return False
        if not await self._database.read(queries.is_open, card):
            self._pace.unused(turn)
            return False
        self._edited_at[card.chat_id] = self._clock()
        edit = partial(self._sender.edit, card.chat_id, screen, ((card.message_id,),))
        try:
            await calls.make(edit, turn, self._pace, self._database, self._now)
        except (SlowDown, TopicClosed):
            raise
        except TryLater as error:
            logger.info("the card of event %d is not up to date: %s", card.event_id, error)
            return False
        except Undelivered as error:
            logger.info("the card of event %d is given up: %s", card.event_id, error)
            await self._give_up(card, error)
            return False
        return True

    async def _give_up(self, card: OpenGroupCard, error: Undelivered) -> None:
        """It was deleted, say; or the group is closed to us, or another chat by now."""
        match error:
            case Unreachable():  # it goes on if the bot comes back
                await self._database.write(lose_group, card.chat_id, self._now())
            case Moved(chat_id=chat_id):
                await self._database.write(move_group, card.chat_id, chat_id, self._now())
                await self._database.write(actions.drop, card)
            case _:
                await self._database.write(actions.drop, card)
