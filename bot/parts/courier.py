"""The part that sends what is owed, and shows staff how that goes on."""

import asyncio
import logging

from bot.outside import new_number
from bot.parts.ground import Ground
from bot.telegram.sending import TelegramSender
from content.screens.broadcasts import Drawer
from scheduler.cards import Cards
from scheduler.claims import Claims
from scheduler.courier import Courier
from scheduler.door_pictures import DoorPictures
from scheduler.group_cards import GroupCards
from scheduler.letters import Letters
from storage.actions import still_due

logger = logging.getLogger(__name__)


class CourierPart:
    """The courier, the progress cards and the cards in groups, which send in the same pace."""

    def __init__(self, ground: Ground) -> None:
        content, database, now = ground.content, ground.database, ground.now
        self._database, self._now = database, now
        paid = ground.settings.paid_broadcast
        sender = TelegramSender(ground.telegram, ground.missing, ground.files, paid=paid)
        letters = Letters(database, content.texts, content.courses, content.programme, now)
        claims = Claims(database, new_number(), now, ground.settings.zone)
        self.courier = Courier(claims, sender, letters, ground.pace, database, now)
        drawer = Drawer(content.texts, content.courses)
        self.cards = Cards(database, sender, ground.pace, drawer, now)
        words = (content.texts, content.programme)
        self.group_cards = GroupCards(database, sender, ground.pace, words, now)
        self.door_pictures = DoorPictures(database, sender, ground.pace, content.texts, now)

    async def try_again(self) -> None:
        """Telegram is there again: what failed meanwhile does not wait out its time."""
        try:
            while await self._database.write(still_due.try_again, self._now()):
                self.courier.rounds.wake()
        except Exception:  # a full disk, say: then it does
            logger.exception("what failed cannot be tried again at once")

    async def run(self, stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self.courier.run())
            group.create_task(self.cards.rounds.run())
            group.create_task(self.group_cards.rounds.run())
            group.create_task(self.door_pictures.rounds.run())
            await stop.wait()
            self.courier.rounds.stop()
            self.cards.rounds.stop()
            self.group_cards.rounds.stop()
            self.door_pictures.rounds.stop()
