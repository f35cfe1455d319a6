"""The photos of a document that is made on the command line."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.settings import Settings
from content.report.photos import Fetch
from content.screen import NotShown
from storage.model.refusal import Refusal

logger = logging.getLogger(__name__)


@asynccontextmanager
async def photos_from(settings: Settings) -> AsyncIterator[Fetch]:
    """What gives photos: Telegram, if there is a token to ask it with; those of a demo year, which
    it does not have, are drawn."""
    from bot.demo.pictures import drawn
    from bot.telegram.client import Telegram
    from bot.telegram.meeting import way_of

    telegram = None
    if settings.bot_token is not None:
        token = settings.bot_token.get_secret_value()
        telegram = Telegram(settings.bot_api_url, token, way_of(settings))

    async def fetch(file_id: str) -> bytes:
        if picture := drawn(file_id):
            return picture
        if telegram is None:
            raise Refusal("sheet.not_fetched")
        try:
            return await telegram.file(file_id)
        except NotShown as error:
            logger.warning("a photo could not be had: %s", error)
            raise Refusal("sheet.not_fetched") from error

    try:
        yield fetch
    finally:
        if telegram is not None:
            await telegram.close()
