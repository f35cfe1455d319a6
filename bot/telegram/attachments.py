"""Attachments that are no good: which they are, and what is sent without them."""

import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence

from bot.telegram.client import Telegram, TelegramRefused, TelegramUnavailable
from content.screen import File
from storage.model.message import Media

logger = logging.getLogger(__name__)

# Of so many attachments that cannot be shown in a chat, in its language, as HTML.
Missing = Callable[[int, int], Awaitable[str]]
# What Telegram says of a chat that takes no files of a kind; the files are good.
_ABOUT_THE_CHAT = ("FORBIDDEN", "rights")
_BELIEVED = 600.0  # seconds: "the file is temporarily unavailable", Telegram says
_REMEMBERED = 1000


class Attachments:
    """What is known of files that Telegram did not take of late: it is not asked again for each of
    many people."""

    def __init__(self, telegram: Telegram, clock: Callable[[], float] = time.monotonic) -> None:
        self._telegram = telegram
        self._clock = clock
        self._bad: dict[str, float] = {}  # until when it is believed

    def good(self, media: Sequence[Media | File]) -> tuple[int, ...]:
        """The places of those of `media` of which nothing bad is known."""
        now = self._clock()
        return tuple(i for i, each in enumerate(media) if self._bad.get(_key(each), 0.0) <= now)

    async def left(
        self, media: Sequence[Media | File], places: Sequence[int], error: Exception
    ) -> tuple[int, ...]:
        """Those of `places` that may stay after Telegram did not take `media` at them; none, if
        nobody can tell which are bad. Raises TelegramRefused or TelegramUnavailable."""
        found = [i for i in places if await is_good(self._telegram, media[i])]
        left = tuple(found) if len(found) < len(places) else ()
        lost = [media[i] for i in places if i not in left]
        if any(words in str(error) for words in _ABOUT_THE_CHAT):
            logger.info("a chat takes no such attachments: %s", error)
        else:
            logger.warning("messages go without %d attachments: %s", len(lost), error)
            self._remember(lost)
        return left

    def _remember(self, media: Iterable[Media | File]) -> None:
        if len(self._bad) > _REMEMBERED:
            self._bad.clear()
        until = self._clock() + _BELIEVED
        self._bad.update({_key(each): until for each in media})


def _key(medium: Media | File) -> str:
    return medium.digest if isinstance(medium, File) else medium.file_id


async def is_good(telegram: Telegram, medium: Media | File) -> bool:
    """Whether a file is there to be shown. Raises TelegramUnavailable: nothing was sent."""
    if isinstance(medium, File):
        return bool(medium.made) or medium.path.is_file()
    try:
        await telegram.call("getFile", {"file_id": medium.file_id})
    except TelegramRefused as error:
        # Bot API: getFile tells of files up to 20 MB, and of larger ones that they are.
        return "too big" in error.description or error.retry_after is not None or error.code >= 500
    except TelegramUnavailable as error:
        raise TelegramUnavailable(str(error), unsure=False, at_proxy=error.at_proxy) from None
    return True
