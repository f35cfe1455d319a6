"""The part that sends what is owed, and shows staff how that goes on."""

import asyncio

from bot.outside import new_number
from bot.parts.ground import Ground
from bot.telegram.sending import TelegramSender
from content.screens.broadcasts import Drawer
from scheduler.cards import Cards
from scheduler.claims import Claims
from scheduler.courier import Courier
from scheduler.letters import Letters


class CourierPart:
    """The courier and the progress cards, which send in the same pace."""

    def __init__(self, ground: Ground) -> None:
        content, database, now = ground.content, ground.database, ground.now
        sender = TelegramSender(ground.telegram, ground.files, paid=ground.settings.paid_broadcast)
        letters = Letters(database, content.texts, content.courses, content.programme, now)
        claims = Claims(database, new_number(), now, ground.settings.zone)
        self.courier = Courier(claims, sender, letters, ground.pace, database, now)
        drawer = Drawer(content.texts, content.courses)
        self.cards = Cards(database, sender, ground.pace, drawer, now)

    async def run(self, stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self.courier.run())
            group.create_task(self.cards.rounds.run())
            await stop.wait()
            self.courier.rounds.stop()
            self.cards.rounds.stop()
