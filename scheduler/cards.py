"""Progress cards: messages in the chats of staff that show how a broadcast goes on."""

import logging
import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from content.screen import Screen
from content.screens import broadcasts as screens
from scheduler import calls
from scheduler.ports import Sender, SlowDown, TryLater, Turns, Undelivered
from scheduler.rounds import Rounds
from storage.actions import cards as actions
from storage.database import Database
from storage.model.card import Card, OpenCard
from storage.model.refusal import Refusal
from storage.queries import cards as queries

logger = logging.getLogger(__name__)

_LOOK_BACK = 15.0  # seconds over which the rate is measured
# Edits in one round: each takes a turn that a push could have had.
_MOST_EDITS = 10
# Counting acknowledgements may take this share of the time, however many there are.
_SHARE_OF_COUNTING = 0.02


@dataclass(slots=True)
class _Watch:
    """What is remembered of a broadcast between two looks."""

    done: deque[tuple[float, int]] = field(default_factory=deque)
    acknowledged: int | None = None
    count_again_at: float = -math.inf

    def rate(self, at: float, done: int) -> float | None:
        """What was dealt with in a second of late; None at the first look."""
        if self.done and done < self.done[-1][1]:  # some is sent again
            self.done.clear()
        self.done.append((at, done))
        while len(self.done) > 2 and self.done[1][0] <= at - _LOOK_BACK:
            self.done.popleft()
        since, before = self.done[0]
        return (done - before) / (at - since) if at > since else None


class Cards:
    """Edits each card when what it shows has changed; the rows tell which there are.

    Edits are made one after the other, each in a turn of the pace, so that cards together never
    take more than a few turns from the courier.
    """

    def __init__(
        self,
        database: Database,
        sender: Sender,
        pace: Turns,
        drawer: screens.Drawer,
        now: Callable[[], datetime],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._sender = sender
        self._pace = pace
        self._drawer = drawer
        self._now = now
        self._clock = clock
        self._watches: dict[int, _Watch] = {}
        self._edited_at: dict[tuple[int, int], float] = {}
        self._refused_until = -math.inf
        self.rounds = Rounds(self.refresh)

    async def refresh(self) -> None:
        """Bring every card up to date, those first that were left out longest."""
        if self._clock() < self._refused_until:
            return
        try:
            cards = await self._database.read(queries.open_cards)
        except Exception:  # cards are no reason to stop everything else
            logger.exception("the cards cannot be read; again at the next look")
            return
        self._forget_others(cards)
        looks: dict[int, Card | None] = {}
        edits = 0
        for card in sorted(cards, key=self._left_out):
            if self.rounds.stopping or edits == _MOST_EDITS:
                return
            try:
                edits += await self._refresh(card, looks)
            except SlowDown as error:
                self._refused_until = self._clock() + error.seconds
                return
            except Exception:  # one bad card must not stop all the others
                logger.exception("a card of broadcast %d is not up to date", card.broadcast_id)

    def _left_out(self, card: OpenCard) -> float:
        return self._edited_at.get((card.broadcast_id, card.person_id), -math.inf)

    def _forget_others(self, cards: list[OpenCard]) -> None:
        broadcasts = {card.broadcast_id for card in cards}
        keys = {(card.broadcast_id, card.person_id) for card in cards}
        self._watches = {i: watch for i, watch in self._watches.items() if i in broadcasts}
        self._edited_at = {key: at for key, at in self._edited_at.items() if key in keys}

    async def _look(self, broadcast_id: int) -> Card | None:
        try:
            card = await self._database.read(queries.card, broadcast_id, self._now())
        except Refusal:
            return None
        watch = self._watches.setdefault(broadcast_id, _Watch())
        done = card.broadcast.total - card.broadcast.waiting
        rate = watch.rate(self._clock(), done)
        return replace(card, rate=rate, acknowledged=await self._acknowledged(watch, card))

    async def _acknowledged(self, watch: _Watch, card: Card) -> int | None:
        begun = self._clock()
        if begun >= watch.count_again_at or card.is_over:
            counted = await self._database.read(queries.acknowledged, card.broadcast.id)
            watch.acknowledged = counted
            ended = self._clock()
            watch.count_again_at = ended + (ended - begun) / _SHARE_OF_COUNTING
        return watch.acknowledged

    async def _refresh(self, card: OpenCard, looks: dict[int, Card | None]) -> bool:
        """Bring one card up to date; True if that took an edit. Raises SlowDown."""
        if card.broadcast_id not in looks:
            looks[card.broadcast_id] = await self._look(card.broadcast_id)
        look = looks[card.broadcast_id]
        if look is None or not card.may:
            await self._drop(card)
            return False
        screen = self._drawer.card(card.language, look, self._now())
        shown = screens.fingerprint(screen)
        edited = shown != card.shown and await self._edit(card, screen)
        if look.is_over and (edited or shown == card.shown):
            await self._drop(card)
        elif edited:
            await self._database.write(actions.note_shown, card, shown)
        return edited

    async def _edit(self, card: OpenCard, screen: Screen) -> bool:
        """Edit a card that is one still; True if it shows the screen now. Raises SlowDown."""
        turn = None
        # In a pause that Telegram asked for there are no turns, but one try to say so is made: if
        # that is refused too, nothing is tried until the end.
        if not self._pace.pause_left:
            turn = await self._pace.turn(card.chat_id, lambda: self.rounds.stopping)
            if turn is None:
                return False
        if not await self._database.read(queries.is_open, card):
            return False
        self._edited_at[card.broadcast_id, card.person_id] = self._clock()
        edit = partial(self._sender.edit, card.chat_id, screen, ((card.message_id,),))
        try:
            await calls.make(edit, turn, self._pace, self._database, self._now)
        except SlowDown:
            raise
        except TryLater as error:
            logger.info("a card of broadcast %d is not up to date: %s", card.broadcast_id, error)
            return False
        except Undelivered as error:  # deleted, say, or the bot is blocked
            logger.info("a card of broadcast %d is given up: %s", card.broadcast_id, error)
            await self._drop(card)
            return False
        return True

    async def _drop(self, card: OpenCard) -> None:
        await self._database.write(actions.drop, card)
