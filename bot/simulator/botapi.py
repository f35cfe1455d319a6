"""The Bot API over HTTP: `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

from __future__ import annotations

import asyncio
import inspect
import logging
import socket
import struct
from collections import deque
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from .bodies import read_call
from .calls import Upload
from .faults import (
    BadGateway,
    CutAnswer,
    DropAfterAccept,
    Fault,
    Faults,
    GatewayTimeout,
    Hang,
    Held,
    Refused,
    Reset,
    ServerError,
    TooManyRequests,
)
from .files import DOWNLOAD_LIMIT, UPLOAD_LIMIT
from .methods import prepare
from .objects import Json
from .refusals import Refusal, too_many_requests
from .world import World

log = logging.getLogger(__name__)

UNAUTHORIZED = Refusal(401, "Unauthorized")
_PAGE = (
    "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n"
    "<center><h1>{0}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>"
)
KEPT_CALLS = 5000
BODY_LIMIT = UPLOAD_LIMIT + 1024 * 1024
_AFTERWARDS = (DropAfterAccept, GatewayTimeout, CutAnswer)  # the call is carried out first


@dataclass(frozen=True)
class CallRecord:
    """A call of the bot as it came, and how it was answered."""

    method: str
    params: Json
    error: str | None


class BotApi:
    """Carries out the bot's calls on a world, unless a fault gets in the way."""

    def __init__(self, world: World, token: str, faults: Faults) -> None:
        self.world = world
        self.token = token
        self.faults = faults
        self.in_flight = 0
        self.calls: deque[CallRecord] = deque(maxlen=KEPT_CALLS)
        self.closing = asyncio.Event()

    def routes(self) -> list[web.RouteDef]:
        """What an aiohttp application needs to serve this."""
        return [
            web.route("*", "/bot{token}/{method}", self.handle),
            web.get("/file/bot{token}/{path:.+}", self.download),
        ]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call. getUpdates does not count as in flight: it is always there."""
        name = request.match_info["method"]
        counted = name.lower() != "getupdates"
        self.in_flight += counted
        try:
            return await self._answer(request, name)
        finally:
            self.in_flight -= counted
            if counted:
                self.world.changed.fire()

    async def _answer(self, request: web.Request, name: str) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _refuse(UNAUTHORIZED)
        try:
            fields, uploads = await read_call(request, BODY_LIMIT)
        except Refusal as refusal:
            return _refuse(refusal)
        fault = self.faults.draw(name, _chat_id(fields))
        if isinstance(fault, Held):
            await fault.freed.wait()
            fault = None
        if fault is not None and not isinstance(fault, _AFTERWARDS):
            return await self._spoil(request, name, fields, fault)
        try:
            result = await self.execute(name, fields, uploads)
        except Refusal as refusal:
            return _refuse(refusal)
        answer = web.json_response({"ok": True, "result": result})
        if isinstance(fault, GatewayTimeout):
            return _page(504, "504 Gateway Time-out")
        if isinstance(fault, CutAnswer):
            return await _cut_in_the_middle(request, answer)
        return answer if fault is None else _cut(request)

    async def execute(self, name: str, fields: Json, uploads: dict[str, Upload]) -> Any:
        """Checks and carries out one call; returns its result or raises Refusal."""
        try:
            call, handler = prepare(self.world, name, fields, uploads)
            result = handler(call)
            if inspect.isawaitable(result):
                result = await result
        except Refusal as refusal:
            self._record(name, fields, refusal.description)
            raise
        self._record(name, fields, None)
        return result

    def _record(self, name: str, fields: Json, error: str | None) -> None:
        if name.lower() != "getupdates":
            self.calls.append(CallRecord(name, fields, error))

    async def _spoil(
        self, request: web.Request, name: str, fields: Json, fault: Fault
    ) -> web.StreamResponse:
        self._record(name, fields, type(fault).__name__)
        if isinstance(fault, TooManyRequests):
            return _refuse(too_many_requests(fault.retry_after))
        if isinstance(fault, BadGateway):
            return _page(502, "502 Bad Gateway")
        if isinstance(fault, ServerError):
            return _refuse(Refusal(500, "Internal Server Error"))
        if isinstance(fault, Refused):
            return _refuse(Refusal(fault.code, fault.description))
        if isinstance(fault, Hang):
            await self._hang(fault.seconds)
            return _cut(request)
        assert isinstance(fault, Reset)
        return _cut(request, reset=True)

    async def _hang(self, seconds: float | None) -> None:
        try:
            await asyncio.wait_for(self.closing.wait(), seconds)
        except TimeoutError:
            return

    async def download(self, request: web.Request) -> web.StreamResponse:
        """The bytes of a file that getFile named."""
        if request.match_info["token"] != self.token:
            return _refuse(UNAUTHORIZED)
        stored = self.world.files.at(request.match_info["path"])
        if stored is None or len(stored.data) > DOWNLOAD_LIMIT:
            return _refuse(Refusal(404, "Not Found"))
        return web.Response(body=stored.data, content_type="application/octet-stream")


def _page(status: int, title: str) -> web.Response:
    return web.Response(status=status, text=_PAGE.format(title), content_type="text/html")


def _refuse(refusal: Refusal) -> web.Response:
    return web.json_response(refusal.to_json(), status=refusal.code)


def _chat_id(fields: Json) -> int | None:
    try:
        return int(fields["chat_id"])
    except (KeyError, TypeError, ValueError):
        return None


def _cut(request: web.Request, *, reset: bool = False) -> web.Response:
    """Cuts the connection; what is returned never reaches anybody."""
    transport = request.transport
    if transport is not None:
        connection = transport.get_extra_info("socket")
        if reset and connection is not None:
            linger = struct.pack("ii", 1, 0)  # close with RST instead of FIN
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        transport.abort()
    return web.Response()


async def _cut_in_the_middle(request: web.Request, answer: web.Response) -> web.StreamResponse:
    """Promises the whole answer, gives half of it, and cuts the connection."""
    assert isinstance(answer.body, bytes)
    partial = web.StreamResponse(headers={"Content-Type": "application/json"})
    partial.content_length = len(answer.body)
    await partial.prepare(request)
    await partial.write(answer.body[: len(answer.body) // 2])
    if request.transport is not None:
        request.transport.close()  # once what was written is out
    return partial
