"""Calls of the Bot API: one pool of connections, and a clear word on what went wrong.

aiogram builds and parses a model for each call, which costs twice as much again as the call. Here
a body is prepared once, and of the answer only `ok` and the message's id are read.
"""

import asyncio
import json
import math
import mimetypes
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from bot.telegram.way import STRAIGHT, Way, in_words
from content.screen import NotShown

T = TypeVar("T")

# Telegram compresses nothing for us: its answers are short, and time is dear.
_HEADERS = CIMultiDict({"Accept-Encoding": "identity"})
_JSON_HEADERS = CIMultiDict({"Content-Type": "application/json", "Accept-Encoding": "identity"})
REPLY_PATIENCE = 30.0  # seconds that a call may take when somebody waits for the answer
_UPLOAD_PATIENCE = 120.0
_ATTEMPTS = 3
_LONGEST_WAIT = 30.0  # seconds that Telegram may ask for before we give up
_LONGEST_PAUSE = 86_400.0  # seconds, of those that Telegram may ask for
_ASKS_FOR_A_PASSWORD = 407  # which only proxies do
_LONGEST_WORDS = 300  # letters of a reason
_MOST_OF_IDS = 2**63
# How an answer to a message that was sent begins; any other is read as JSON.
_SENT = re.compile(rb'{"ok":true,"result":{"message_id":(\d+)[,}]')


class TelegramRefused(NotShown):
    """Telegram answered that it will not. `code` is its error code; `retry_after` seconds to wait
    if it asks for that; `moved_to` the new id of a group that has one."""

    def __init__(
        self,
        code: int,
        description: str,
        retry_after: float | None = None,
        moved_to: int | None = None,
    ) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.moved_to = moved_to


class TelegramUnavailable(NotShown):
    """No answer that can be understood: the network, or a server in between.

    `unsure`: the call was made, and nobody can know whether Telegram carried it out. `at_proxy`:
    it got no further than the proxy.
    """

    def __init__(self, reason: str, *, unsure: bool, at_proxy: bool = False) -> None:
        super().__init__(reason)
        self.unsure = unsure
        self.at_proxy = at_proxy


class Upload(NamedTuple):
    """A file in a call: the field that holds it, its name, and its bytes or where they are."""

    field: str
    name: str
    content: bytes | Path


class Telegram:
    """Calls of the Bot API over one pool of connections."""

    def __init__(self, api_url: str, token: str, way: Way = STRAIGHT) -> None:
        self._token = token
        self._base = f"{api_url}/bot{token}/"
        self._files = f"{api_url}/file/bot{token}/"
        self._way = way
        self._more = way.arguments()
        self._urls: dict[str, URL] = {}
        self._session: aiohttp.ClientSession | None = None

    async def call(
        self, method: str, params: dict[str, Any], patience: float = REPLY_PATIENCE
    ) -> Any:
        """Call `method`, for at most `patience` seconds; returns its result as plain JSON values.

        Raises TelegramRefused or TelegramUnavailable; neither ever holds the token.
        """
        body = json.dumps(params, ensure_ascii=False, separators=(",", ":")).encode()
        return self._result(method, *await self._ask(method, body, _JSON_HEADERS, patience))

    async def deliver(self, method: str, body: bytes, patience: float) -> tuple[int, ...]:
        """Call a method that makes or changes messages, with a prepared JSON body; returns their
        ids. Raises like `call`."""
        status, answer = await self._ask(method, body, _JSON_HEADERS, patience)
        if found := _SENT.match(answer):
            return (int(found[1]),)
        return ids_of(method, self._result(method, status, answer))

    async def upload(
        self, method: str, params: Mapping[str, str], uploads: Sequence[Upload]
    ) -> Any:
        """Call `method` with files. Raises like `call`, and OSError for a file that is gone."""
        with ExitStack() as opened:
            form = _form(params, uploads, opened)
            answer = await self._ask(method, form, _HEADERS, _UPLOAD_PATIENCE)
        return self._result(method, *answer)

    async def download(self, path: str) -> bytes:
        """The file that getFile says is at `path`. Raises like `call`; its address, which holds the
        token, is in no error."""
        session, limit = self._opened(), _timeout(_UPLOAD_PATIENCE)
        try:
            async with session.get(self._files + path, timeout=limit, **self._more) as response:
                if response.status != 200:
                    raise TelegramUnavailable(f"download: status {response.status}", unsure=False)
                return await response.read()
        except self._way.failures as error:
            reason = self._way.failure(error)
            raise TelegramUnavailable(f"download: {reason}", unsure=False, at_proxy=True) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise TelegramUnavailable(f"download: {type(error).__name__}", unsure=False) from None

    async def file(self, file_id: str) -> bytes:
        """What is in a file that somebody sent, of 20 MB at most; insists. Raises like `call`."""
        found = await self.patiently("getFile", {"file_id": file_id})
        path = found.get("file_path") if isinstance(found, dict) else None
        if not isinstance(path, str):
            raise TelegramUnavailable("getFile: no path in the result", unsure=False)
        return await self.insist(lambda: self.download(path))

    async def patiently(self, method: str, params: dict[str, Any]) -> Any:
        """Call, and `insist`. Raises like `call`."""
        return await self.insist(lambda: self.call(method, params))

    async def insist(
        self,
        ask: Callable[[], Awaitable[T]],
        *,
        attempts: int = _ATTEMPTS,
        longest: float = _LONGEST_WAIT,
        on_failure: Callable[[], Awaitable[None]] | None = None,
    ) -> T:
        """Ask, and again while Telegram wants us to wait (for `longest` seconds at most), fails, or
        cannot be reached; `on_failure` is called before it is asked again for the first time.
        Raises what the last try raised."""
        for attempt in range(1, attempts):
            try:
                return await ask()
            except (TelegramUnavailable, TelegramRefused) as error:
                wait = _wait_after(error, attempt)
                if wait is None or wait > longest:
                    raise
            if attempt == 1 and on_failure is not None:
                await on_failure()
            await asyncio.sleep(wait)
        return await ask()

    async def _ask(
        self,
        method: str,
        body: bytes | aiohttp.FormData,
        headers: CIMultiDict[str],
        patience: float,
    ) -> tuple[int, bytes]:
        """Status and body of the answer. Raises TelegramUnavailable."""
        url = self._urls.get(method)
        if url is None:
            url = self._urls[method] = URL(self._base + method)
        try:
            async with self._opened().post(
                url,
                data=body,
                headers=headers,
                timeout=_timeout(patience),
                allow_redirects=False,
                **self._more,
            ) as response:
                return response.status, await response.read()
        except self._way.failures as error:
            reason = self._way.failure(error)
            raise TelegramUnavailable(f"{method}: {reason}", unsure=False, at_proxy=True) from None
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            # There never was a connection (no route, no name, no TLS, no free one in time).
            raise TelegramUnavailable(f"{method}: {in_words(error)}", unsure=False) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            by = f" by the proxy {self._way.name}" if self._way.proxy else ""
            reason = f"{method}: {type(error).__name__}{by}"
            raise TelegramUnavailable(reason, unsure=True) from None

    def _result(self, method: str, status: int, answer: bytes) -> Any:
        """What the answer holds. Raises like `call`."""
        try:
            found = json.loads(answer)
        except (ValueError, RecursionError):
            found = None
        match found:
            case {"ok": True, "result": result}:
                return result
            case {"ok": False, "error_code": int(code)}:
                raise _refusal(code, found, self._token)
        # Not Telegram's words, but those of something between us. With 4xx it says that it did not
        # take the call (429, or 413: too large). With 5xx it tried: a 502 or 503 of one that did
        # not reach Telegram, and of one that lost it before the answer came, are the same to us, as
        # is a 500. Nor does a 504, or anything that is no error, tell whether the call was passed
        # on.
        unsure = not 400 <= status < 500
        reason = f"{method}: status {status}, not Telegram's answer"
        raise TelegramUnavailable(reason, unsure=unsure, at_proxy=status == _ASKS_FOR_A_PASSWORD)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=self._way.connector(),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )
        return self._session


def _wait_after(error: TelegramUnavailable | TelegramRefused, attempt: int) -> float | None:
    """Seconds after which it may be asked again; None if that would be refused again."""
    if isinstance(error, TelegramRefused):
        if error.retry_after is not None:
            return error.retry_after
        if error.code < 500:
            return None
    wait: float = 0.2 * 4**attempt
    return wait


@lru_cache
def _timeout(patience: float) -> aiohttp.ClientTimeout:
    # Connecting ends first, so that what ends at `total` is known to have had a connection.
    return aiohttp.ClientTimeout(total=patience, connect=patience * 2 / 3)


def _refusal(code: int, found: dict[str, Any], token: str) -> TelegramRefused:
    """What is meant by a "no", whatever is missing in it or has another shape than it should: it
    never fails to be read, for somebody waits for what comes of it."""
    more = found.get("parameters")
    more = more if isinstance(more, dict) else {}
    description = _one_line(found.get("description")).replace(token, "[token]")
    asked, moved = _seconds(more.get("retry_after")), more.get("migrate_to_chat_id")
    is_id = isinstance(moved, int) and not isinstance(moved, bool) and -_MOST_OF_IDS < moved < 0
    return TelegramRefused(code, description, asked, moved if is_id else None)


def _one_line(words: object) -> str:
    """Words of a server as one line of a log."""
    text = words if isinstance(words, str) else ""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_LONGEST_WORDS]


def _seconds(asked: object) -> float | None:
    """How long to wait, as a number that a clock can bear; None if that was not said. After the
    longest pause it is asked again, which costs nothing."""
    if isinstance(asked, bool) or not isinstance(asked, int | float | str):
        return None
    try:
        seconds = float(asked)
    except (ValueError, OverflowError):
        seconds = math.inf if isinstance(asked, int) else math.nan
    if math.isnan(seconds) or seconds < 0:
        return None
    return min(seconds, _LONGEST_PAUSE)


def ids_of(method: str, result: Any) -> tuple[int, ...]:
    """The ids of the message, or of the messages of an album, that a call of `method` made.

    Raises TelegramUnavailable for a result without any: it was made, and nobody knows what.
    """
    messages = result if isinstance(result, list) else [result]
    try:
        return tuple(int(message["message_id"]) for message in messages)
    except (KeyError, TypeError, ValueError):
        raise TelegramUnavailable(f"{method}: no message in the result", unsure=True) from None


def _form(
    params: Mapping[str, str], uploads: Sequence[Upload], opened: ExitStack
) -> aiohttp.FormData:
    """The body of a call with files; those that are opened are closed with `opened`."""
    form = aiohttp.FormData(quote_fields=False)  # Telegram shows names as they are
    for name, value in params.items():
        form.add_field(name, value)
    for field, name, content in uploads:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        file = opened.enter_context(content.open("rb")) if isinstance(content, Path) else content
        form.add_field(field, file, filename=name, content_type=kind)
    return form


def command_list(commands: list[tuple[str, str]]) -> list[dict[str, str]]:
    """(name, description) pairs as Telegram wants them."""
    return [{"command": name, "description": description} for name, description in commands]
