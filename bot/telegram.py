"""The Telegram client: the lean path on which nearly everything is sent.

aiogram builds and parses a model for each call, which costs as much again as the call. Here a body
is prepared, and of the answer only `ok` and the message's id are read.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from yarl import URL

from content.screen import NotShown, Rows, Screen
from content.splitting import split
from scheduler.ports import Rejected, SlowDown, TryLater, Undelivered, Unreachable

logger = logging.getLogger(__name__)

_HEADERS = {"Content-Type": "application/json"}
_TIMEOUT = 30.0
_REPLY_ATTEMPTS = 3
_LONGEST_REPLY_WAIT = 30.0
# Telegram's words for somebody who will not get messages any more.
_GONE = ("chat not found", "user is deactivated", "bot was blocked", "can't initiate conversation")


class TelegramRefused(NotShown):
    """Telegram answered that it will not. `code` is its error code."""

    def __init__(self, code: int, description: str, retry_after: float | None) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.retry_after = retry_after


class TelegramUnavailable(NotShown):
    """No answer that can be understood: the network, or a server in between."""


class Telegram:
    """Calls of the Bot API over one pool of connections."""

    def __init__(self, api_url: str, token: str) -> None:
        self._base = f"{api_url}/bot{token}/"
        self._urls: dict[str, URL] = {}
        self._session: aiohttp.ClientSession | None = None

    async def call(self, method: str, params: dict[str, Any], patience: float = _TIMEOUT) -> Any:
        """Call `method`, for at most `patience` seconds; returns its result as plain JSON values.

        Raises TelegramRefused or TelegramUnavailable; neither ever holds the token.
        """
        body = json.dumps(params, ensure_ascii=False, separators=(",", ":")).encode()
        return await self._post(method, body, _HEADERS, patience)

    async def patiently(self, method: str, params: dict[str, Any]) -> Any:
        """Call, and try again while Telegram asks to wait or cannot be reached: for answers to
        somebody who is waiting. Raises like `call`."""
        for attempt in range(1, _REPLY_ATTEMPTS + 1):
            try:
                return await self.call(method, params)
            except TelegramUnavailable:
                if attempt == _REPLY_ATTEMPTS:
                    raise
                wait = 0.2 * 4**attempt
            except TelegramRefused as error:
                if error.retry_after is None or attempt == _REPLY_ATTEMPTS:
                    raise
                wait = error.retry_after
                if wait > _LONGEST_REPLY_WAIT:
                    raise
            await asyncio.sleep(wait)
        raise AssertionError("unreachable")

    async def upload(self, method: str, params: dict[str, str], field: str, png: bytes) -> Any:
        """Call `method` with a picture in `field`. Raises like `call`."""
        form = aiohttp.FormData(params)
        form.add_field(field, png, filename="picture.png", content_type="image/png")
        return await self._post(method, form, None, _TIMEOUT)

    async def _post(
        self,
        method: str,
        body: bytes | aiohttp.FormData,
        headers: dict[str, str] | None,
        patience: float,
    ) -> Any:
        url = self._urls.get(method)
        if url is None:
            url = self._urls[method] = URL(self._base + method)
        try:
            async with asyncio.timeout(patience):
                async with self._opened().post(url, data=body, headers=headers) as response:
                    answer = json.loads(await response.read())
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise TelegramUnavailable(f"{method}: {type(error).__name__}") from None
        except ValueError:
            raise TelegramUnavailable(f"{method}: status {response.status}, not JSON") from None
        if not isinstance(answer, dict):
            raise TelegramUnavailable(f"{method}: status {response.status}, not an object")
        if answer.get("ok"):
            return answer["result"]
        parameters = answer.get("parameters") or {}
        raise TelegramRefused(
            answer.get("error_code", 0),
            answer.get("description", ""),
            parameters.get("retry_after"),
        )

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=200, keepalive_timeout=60)
            # The timeout is set around the whole call; aiohttp's own would be a second one.
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=aiohttp.ClientTimeout(total=None)
            )
        return self._session


class Chat:
    """Answers to the person who is speaking."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram

    async def send(self, chat_id: int, screen: Screen, *, reply_to: int | None = None) -> int:
        """Send a screen; one that is too long for a message goes in several. Returns the last's id.

        Raises TelegramRefused or TelegramUnavailable.
        """
        return await _send(self._telegram.patiently, chat_id, screen, reply_to)

    async def send_picture(self, chat_id: int, png: bytes, caption: str) -> None:
        """Upload a picture with a caption. Raises TelegramRefused or TelegramUnavailable."""
        body = {"chat_id": str(chat_id), "caption": caption, "parse_mode": "HTML"}
        await self._telegram.upload("sendPhoto", body, "photo", png)

    async def edit(self, chat_id: int, message_id: int, screen: Screen) -> None:
        """Turn a message into `screen`; sent anew where it cannot be edited any more."""
        pieces = split(screen.text)
        if len(pieces) > 1 or screen.photo is not None:
            await self.send(chat_id, screen)
            return
        body = _message(chat_id, pieces[0], screen.rows) | {"message_id": message_id}
        try:
            await self._telegram.patiently("editMessageText", body)
        except TelegramRefused as error:
            if "not modified" in error.description:
                return  # it shows this already
            if "edit" not in error.description:
                raise
            await self.send(chat_id, screen)

    async def menu(self, chat_id: int, commands: list[tuple[str, str]]) -> None:
        """Set the menu of commands of one chat; an empty one for the common menu."""
        scope = {"scope": {"type": "chat", "chat_id": chat_id}}
        if commands:
            body = scope | {"commands": command_list(commands)}
            await self._telegram.patiently("setMyCommands", body)
        else:
            await self._telegram.patiently("deleteMyCommands", scope)

    async def toast(self, query_id: str, text: str = "") -> None:
        """Answer a press, with a short note over the chat if there is something to say."""
        body = {"callback_query_id": query_id}
        if text:
            body["text"] = text[:200]  # Bot API: answerCallbackQuery
        try:
            await self._telegram.patiently("answerCallbackQuery", body)
        except NotShown as error:  # the screen says it all the same
            logger.info("the note on a press was not shown: %s", error)


class TelegramSender:
    """The courier's way out: one try, and a clear word on what became of it."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram

    async def send(self, chat_id: int, screen: Screen) -> int:
        """Send a screen to a chat; returns the message's id. Raises Undelivered."""
        try:
            return await _send(self._telegram.call, chat_id, screen)
        except TelegramUnavailable as error:
            raise TryLater(str(error)) from error
        except TelegramRefused as error:
            raise _undelivered(error) from error


def _undelivered(error: TelegramRefused) -> Undelivered:
    if error.retry_after is not None:
        return SlowDown(str(error), error.retry_after)
    if error.code == 403 or any(words in error.description for words in _GONE):
        return Unreachable(str(error))
    return TryLater(str(error)) if error.code >= 500 else Rejected(str(error))


async def _send(
    call: Callable[[str, dict[str, Any]], Awaitable[Any]],
    chat_id: int,
    screen: Screen,
    reply_to: int | None = None,
) -> int:
    if screen.photo is not None:
        await call("sendPhoto", {"chat_id": chat_id, "photo": screen.photo})
    *first, last = split(screen.text)
    for piece in first:
        await call("sendMessage", _message(chat_id, piece, ()))
    message = _message(chat_id, last, screen.rows)
    if reply_to is not None:
        message["reply_parameters"] = {"message_id": reply_to, "allow_sending_without_reply": True}
    sent = await call("sendMessage", message)
    return int(sent["message_id"])


def _message(chat_id: int, text: str, rows: Rows) -> dict[str, Any]:
    message: dict[str, Any] = {
        "chat_id": chat_id,
        "text": text,
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    if rows:
        message["reply_markup"] = {"inline_keyboard": keyboard(rows)}
    return message


def command_list(commands: list[tuple[str, str]]) -> list[dict[str, str]]:
    """(name, description) pairs as Telegram wants them."""
    return [{"command": name, "description": description} for name, description in commands]


def keyboard(rows: Rows) -> list[list[dict[str, str]]]:
    """Rows of buttons as Telegram wants them."""
    return [
        [
            {"text": b.label, "url": b.url}
            if b.url
            else {"text": b.label, "callback_data": b.press}
            for b in row
        ]
        for row in rows
    ]
