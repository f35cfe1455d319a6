"""What is said over Telegram: screens, part by part. How the courier says them."""

import json
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from bot.telegram.attachments import Attachments, Missing
from bot.telegram.client import (
    Telegram,
    TelegramRefused,
    TelegramUnavailable,
    Upload,
    ids_of,
)
from bot.telegram.files import FileIds
from bot.telegram.messages import Call, corrections, prepare, replacement, rewording, without
from content.screen import NotShown, Screen
from scheduler.ports import (
    DELETED_AT_ONCE,
    Edit,
    Moved,
    Rejected,
    SlowDown,
    TopicClosed,
    TryLater,
    Undelivered,
    Unreachable,
    Unsure,
)
from storage.model.delivery import MessageIds

logger = logging.getLogger(__name__)

PUSH_PATIENCE = 15.0  # seconds
_SILENT = b',"disable_notification":true'
# Telegram's words for somebody who will not get messages any more, or a group that is closed to us.
_GONE = (
    "chat not found",
    "user not found",
    "is deactivated",
    "group chat was deactivated",
    "group chat was deleted",
    "bot was blocked",
    "bot was kicked",
    "bot is not a member",
    "can't initiate conversation",
    # The same as Telegram's own servers say them, which the Bot API passes on.
    "PEER_ID_INVALID",
    "USER_IS_BLOCKED",
    "INPUT_USER_DEACTIVATED",
    "CHANNEL_PRIVATE",
    "CHAT_RESTRICTED",
    "CHAT_WRITE_FORBIDDEN",
    "CHAT_SEND_PLAIN_FORBIDDEN",
    "have no rights to send a message",
    "not enough rights to send text messages",
)
# Of a topic of a group, not of the group: it was closed or deleted, or "General" was.
_TOPIC = ("message thread not found", "TOPIC_CLOSED", "TOPIC_DELETED", "TOPIC_ID_INVALID")
# Codes that say nothing about the message: a wrong token, too many calls without a number.
_NOT_ABOUT_THE_MESSAGE = (401, 404, 429)


class Parts:
    """Sends a screen part by part. A file of ours goes up once, and by its id from then on."""

    def __init__(self, telegram: Telegram, ids: FileIds, patience: float) -> None:
        self._telegram = telegram
        self._ids = ids
        self._patience = patience

    async def send(
        self, chat_id: int, screen: Screen, part: int, extra: bytes = b""
    ) -> tuple[int, ...]:
        """Send one part, with `extra` JSON in the call's body; returns the ids of its messages.

        Raises TelegramRefused or TelegramUnavailable.
        """
        if not screen.media:
            return await self.make(chat_id, prepare(screen)[part], extra)
        return await self._with_files(chat_id, screen, lambda known: prepare(known)[part], extra)

    async def send_as(
        self, chat_id: int, screen: Screen, call: Callable[[Screen], Call], extra: bytes
    ) -> tuple[int, ...]:
        """Send what `call` makes of the screen, once the ids of its files are in it. Raises like
        `send`."""
        return await self._with_files(chat_id, screen, call, extra)

    async def replace(self, chat_id: int, message_id: int, screen: Screen) -> bool:
        """Turn a message into the screen; False if one message cannot be it. Raises like `send`."""
        if replacement(screen) is None:
            return False
        extra = b',"message_id":%d' % message_id
        await self._with_files(chat_id, screen, _replacement, extra)
        return True

    async def make(self, chat_id: int, call: Call, extra: bytes = b"") -> tuple[int, ...]:
        """Make a call that needs no upload. Raises like `send`."""
        body = call.body(chat_id, extra)
        return await self._telegram.deliver(call.method, body, self._patience)

    async def _with_files(
        self, chat_id: int, screen: Screen, choose: Callable[[Screen], Call], extra: bytes
    ) -> tuple[int, ...]:
        while True:
            known = await self._ids.known(screen)
            call = choose(known)
            if not call.files:
                try:
                    return await self.make(chat_id, call, extra)
                except TelegramRefused as error:
                    # An id is for one bot: those of another token's are of no use.
                    if not _is_about_a_file(error) or not self._ids.forget(screen, known):
                        raise
                continue
            async with self._ids.uploading:
                if await self._ids.known(screen) == known:  # nobody else uploaded it meanwhile
                    return await self._upload(chat_id, call, extra)

    async def _upload(self, chat_id: int, call: Call, extra: bytes) -> tuple[int, ...]:
        params = {
            name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for name, value in json.loads(call.body(chat_id, extra)).items()
        }
        uploads = {
            file.digest: Upload(file.digest, file.path.name, file.content) for file in call.files
        }
        result = await self._telegram.upload(call.method, params, [*uploads.values()])
        ids = ids_of(call.method, result)
        await self._ids.remember(call.media, result if isinstance(result, list) else [result])
        return ids


def _poll_in(made: Any) -> str:
    """The id of the poll in a message. Raises TelegramUnavailable: votes could not be counted."""
    try:
        return str(made["poll"]["id"])
    except (KeyError, TypeError):
        raise TelegramUnavailable("sendPoll: no poll in the result", unsure=True) from None


def _replacement(screen: Screen) -> Call:
    call = replacement(screen)
    assert call is not None  # whether the files in it are known changes nothing
    return call


def _is_about_a_file(error: TelegramRefused) -> bool:
    return "file identifier" in error.description or "file_id" in error.description


def may_be_about_a_file(error: Exception) -> bool:
    """Whether a call with media may be made without them, after it failed so."""
    if not isinstance(error, TelegramRefused):
        return True
    if is_about_the_topic(error) or "parse entities" in error.description:
        return False
    return isinstance(undelivered(error), Rejected)


def is_about_the_topic(error: Exception) -> bool:
    """Whether a group takes nothing in the topic that was meant, whatever it is."""
    return isinstance(error, TelegramRefused) and any(each in error.description for each in _TOPIC)


def messages_of(screen: Screen, part: int) -> int:
    """How many messages one part is: an album is as many as it has pictures."""
    return max(1, len(prepare(screen)[part].media))


class TelegramSender:
    """The courier's way out: one try at each call, and a clear word on what became of it.

    `missing`: what is said of attachments that are no good. `paid`: messages beyond Telegram's free
    limit are paid for. `patience`: seconds for a call.
    """

    def __init__(
        self,
        telegram: Telegram,
        missing: Missing,
        ids: FileIds | None = None,
        *,
        paid: bool = False,
        patience: float = PUSH_PATIENCE,
    ) -> None:
        self._telegram = telegram
        self._missing = missing
        self._attachments = Attachments(telegram)
        self._patience = patience
        self._parts = Parts(telegram, ids or FileIds(), patience)
        self._extra = b',"allow_paid_broadcast":true' if paid else b""

    def parts(self, screen: Screen) -> int:
        """In how many calls a screen is sent."""
        return len(prepare(screen))

    def messages(self, screen: Screen, part: int) -> int:
        """How many messages one part is: an album is as many as it has pictures."""
        return messages_of(screen, part)

    async def send(self, chat_id: int, screen: Screen, part: int = 0) -> tuple[int, ...]:
        """Send one part of a screen; returns the ids of its messages (an album has several).

        Raises Undelivered.
        """
        return await self._send(chat_id, screen, part, self._extra)

    async def _send(self, chat_id: int, screen: Screen, part: int, extra: bytes) -> tuple[int, ...]:
        try:
            if screen.media:
                return await self._send_media(chat_id, screen, part, extra)
            return await self._parts.send(chat_id, screen, part, extra)
        except NotShown as error:
            raise undelivered(error) from error

    async def _send_media(
        self, chat_id: int, screen: Screen, part: int, extra: bytes
    ) -> tuple[int, ...]:
        """One bad attachment does not keep back the words, nor the others: the part, which stays
        one, goes without it and says so."""
        media = prepare(screen)[part].media
        places = self._attachments.good(media)
        while True:
            call = await self._choice(chat_id, screen, part, places)
            try:
                return await self._parts.send_as(chat_id, screen, call, extra)
            except (TelegramRefused, FileNotFoundError, PermissionError) as error:
                if not places or not may_be_about_a_file(error):
                    raise
                places = await self._attachments.left(media, places, error)

    async def _choice(
        self, chat_id: int, screen: Screen, part: int, places: tuple[int, ...]
    ) -> Callable[[Screen], Call]:
        """What makes the call for a part of a screen, with the media at `places`."""
        lost = len(prepare(screen)[part].media) - len(places)
        if not lost:
            return lambda known: prepare(known)[part]
        words = await self._missing(chat_id, lost)
        return lambda known: without(known, part, places, words)

    async def send_poll(self, chat_id: int, screen: Screen) -> tuple[tuple[int, ...], str]:
        """Send the last part of a screen, which is a poll; returns the ids of its message, and the
        poll's own. Raises Undelivered."""
        call = prepare(screen)[-1]
        body = json.loads(call.body(chat_id, self._extra))
        try:
            made = await self._telegram.call(call.method, body, self._patience)
            return ids_of(call.method, made), _poll_in(made)
        except NotShown as error:
            raise undelivered(error) from error

    def edits(
        self, chat_id: int, screen: Screen, sent: MessageIds, *, whole: bool = True
    ) -> Sequence[Edit]:
        """What turns what was sent, the ids of each part, into `screen`: its parts in order and,
        before a poll, what deletes texts that are not needed any more. Each is one call at most.

        Texts and captions change, media and a poll stay. New pieces of text come last, below a
        poll, and no phone rings for them. Raises Rejected; the calls raise Undelivered.

        Not `whole`: the first delivery stopped after `sent`, one part or more, so no poll is among
        them, and where media are missing, no text. No correction sends media or a poll. Whoever
        waits for the rest still gets them from the first delivery, which goes on behind what is
        here afterwards; whoever's failed, when staff send it again. Of what must come at most once
        they may be there already.
        """
        calls, changes = prepare(screen), corrections(screen)
        albums = sum(bool(call.media) for call in calls)
        polls = sum(call.method == "sendPoll" for call in calls)
        if len(sent) < (albums + polls if whole else 1):
            raise Rejected("what was sent had other parts")
        end = len(sent) - (polls if whole else 0)
        old, texts = sent[albums:end], range(albums, len(calls) - polls)
        if end < albums:
            texts = texts[:0]
        edits: list[Edit] = list(sent[:albums])
        if albums and not (old and texts):  # there is a caption, or was one
            edits[0] = partial(self._correct_caption, chat_id, sent[0], screen)
        for ids, part in zip(old, texts, strict=False):
            edits.append(partial(self._correct, chat_id, ids, changes[part]))
        for part in texts[len(old) :]:
            edits.append(partial(self._send, chat_id, screen, part, self._extra + _SILENT))
        surplus = [each for ids in old[len(texts) :] for each in ids]
        deletions = [
            partial(self._drop, chat_id, surplus[i : i + DELETED_AT_ONCE])
            for i in range(0, len(surplus), DELETED_AT_ONCE)
        ]
        return [*edits, *deletions, *sent[end:]]

    async def edit(self, chat_id: int, screen: Screen, sent: MessageIds) -> MessageIds:
        """All `edits` at once, for what is one message; returns the ids afterwards. Raises
        Undelivered."""
        edits = self.edits(chat_id, screen, sent)
        done = [each if isinstance(each, tuple) else await each() for each in edits]
        return tuple(filter(None, done))

    async def redraw(self, chat_id: int, message_id: int, screen: Screen) -> None:
        """Let one message, that has a picture, be the screen, which has one. Raises Undelivered."""
        try:
            await self._parts.replace(chat_id, message_id, screen)
        except NotShown as error:
            if "message is not modified" not in str(error):
                raise undelivered(error) from error

    async def _correct(
        self, chat_id: int, ids: tuple[int, ...], call: Call | None
    ) -> tuple[int, ...]:
        assert call is not None  # texts and first media have one
        try:
            await self._parts.make(chat_id, call, b',"message_id":%d' % ids[0])
        except NotShown as error:
            if "message is not modified" not in str(error):
                raise undelivered(error) from error
        return ids

    async def _correct_caption(
        self, chat_id: int, ids: tuple[int, ...], screen: Screen
    ) -> tuple[int, ...]:
        """The same under media. Where these were no good, a text stands in their place."""
        try:
            return await self._correct(chat_id, ids, corrections(screen)[0])
        except Rejected as error:
            if "no caption" not in str(error):
                raise
        words = await self._missing(chat_id, len(prepare(screen)[0].media))
        return await self._correct(chat_id, ids, rewording(screen, words))

    async def _drop(self, chat_id: int, message_ids: Sequence[int]) -> tuple[int, ...]:
        await self.delete(chat_id, message_ids)
        return ()

    async def delete(self, chat_id: int, message_ids: Sequence[int]) -> None:
        """Delete up to `DELETED_AT_ONCE` messages in one call; what is gone counts as done.

        Raises Undelivered.
        """
        body = {"chat_id": chat_id, "message_ids": list(message_ids)}
        try:
            await self._telegram.call("deleteMessages", body, self._patience)
        except NotShown as error:
            if "message to delete not found" not in str(error):
                raise undelivered(error) from error


def undelivered(error: NotShown) -> Undelivered:
    """What became of a call that raised `error`: whether to make it again."""
    reason = str(error)
    if not isinstance(error, TelegramRefused):
        unsure = isinstance(error, TelegramUnavailable) and error.unsure
        return Unsure(reason) if unsure else TryLater(reason)
    if error.moved_to is not None:
        return Moved(reason, error.moved_to)
    if error.retry_after is not None:
        return SlowDown(reason, error.retry_after)
    if error.code == 403 or any(words in error.description for words in _GONE):
        return Unreachable(reason)
    if error.code >= 500:  # it may have failed after it took the message
        return Unsure(reason)
    if "TOPIC_CLOSED" in error.description:
        return TopicClosed(reason)
    return TryLater(reason) if error.code in _NOT_ABOUT_THE_MESSAGE else Rejected(reason)
