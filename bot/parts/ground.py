"""What every part stands on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.conversations import ConversationStore
from bot.product import Content
from bot.settings import BotSettings
from bot.telegram.client import Telegram
from bot.telegram.files import FileIds
from scheduler.ports import Pacer
from storage.database import Database
from storage.queries.people import by_telegram_id

Now = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Ground:
    """Made in bot/app.py, the one place that chooses a pace and where conversations are kept."""

    settings: BotSettings
    database: Database
    content: Content
    now: Now
    telegram: Telegram
    files: FileIds
    pace: Pacer
    conversations: ConversationStore

    async def missing(self, chat_id: int, number: int) -> str:
        """That so many attachments are missing, in the language of whoever reads it."""
        person = await self.database.read(by_telegram_id, chat_id)
        language = person.language if person else self.settings.default_language
        return self.content.texts.in_(language)("refused.missing", number=number)
