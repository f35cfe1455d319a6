"""The ids by which Telegram knows our files: each is uploaded once, whoever gets it first."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from content.screen import File, Screen
from storage.actions import files as file_actions
from storage.database import Database
from storage.model.message import Media, MediaKind
from storage.queries import files as file_queries

logger = logging.getLogger(__name__)


class Files(Protocol):
    """Where the ids are kept for good."""

    async def known(self, digest: str) -> str | None:
        """Telegram's id of the file with this digest, None before it was uploaded."""

    async def remember(self, digest: str, file_id: str) -> None:
        """Keep the id, in place of an earlier one."""


class KeptFiles:
    """The ids in the database."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def known(self, digest: str) -> str | None:
        return await self._database.read(file_queries.known, digest)

    async def remember(self, digest: str, file_id: str) -> None:
        await self._database.write(file_actions.remember, digest, file_id, self._now())


class FileIds:
    """What is known of our files now, before `files` is asked. There are as many as courses name.

    Whoever uploads holds `uploading`, and looks again once they hold it.
    """

    def __init__(self, files: Files | None = None) -> None:
        self._files = files
        self._ids: dict[str, str] = {}
        self._wrong: set[str] = set()  # digests whose kept id Telegram did not take
        self.uploading = asyncio.Lock()

    async def known(self, screen: Screen) -> Screen:
        """The screen with Telegram's ids in place of our files, as far as they are known."""
        media = [await self._known(each) for each in screen.media]
        return replace(screen, media=tuple(media))

    async def _known(self, medium: Media | File) -> Media | File:
        if isinstance(medium, Media):
            return medium
        file_id = self._ids.get(medium.digest)
        if file_id is None and self._files is not None and medium.digest not in self._wrong:
            file_id = await self._files.known(medium.digest)
        if file_id is None:
            return medium
        self._ids[medium.digest] = file_id
        return Media(medium.kind, file_id)

    async def remember(self, media: Iterable[Media | File], messages: Iterable[Any]) -> None:
        """Take the ids from the messages that Telegram made of `media`, one of each."""
        for medium, message in zip(media, messages, strict=False):
            if isinstance(medium, File):
                await self._remember(medium, message)

    async def _remember(self, file: File, message: Any) -> None:
        file_id = _file_id(file.kind, message)
        if file_id is None:  # a video without sound, say, became an animation
            logger.warning("Telegram shows %s as no %s: it cannot be reused", file.path, file.kind)
            return
        self._ids[file.digest] = file_id
        if self._files is None:
            return
        try:
            await self._files.remember(file.digest, file_id)
        except Exception:  # the message was sent: that must not be forgotten over its file
            logger.exception("the id of %s could not be kept", file.path)

    def forget(self, screen: Screen, used: Screen) -> bool:
        """Telegram did not take the ids that stand in `used` for files of `screen`.

        Returns False if there are no such ids.
        """
        found = False
        for file, medium in zip(screen.media, used.media, strict=True):
            if isinstance(file, File) and isinstance(medium, Media):
                found = True
                if self._ids.get(file.digest) == medium.file_id:  # nobody uploaded it meanwhile
                    del self._ids[file.digest]
                    self._wrong.add(file.digest)
        return found


def _file_id(kind: MediaKind, message: Any) -> str | None:
    match message.get(kind.value):
        case [*_, {"file_id": str(file_id)}] | {"file_id": str(file_id)}:
            return file_id
    return None
