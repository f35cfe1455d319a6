"""The simulator: a world, the Bot API on it, the control interface and the page, on one port."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from . import acts
from .botapi import BotApi, CallRecord
from .clock import Clock
from .control import Control, Front
from .faults import Faults
from .people import Group, Person
from .webhook import WebhookSender, is_loopback
from .world import World

NextSlot = Callable[[], Awaitable[datetime | None]]


class Simulator:
    """A stand-in for Telegram.

    `next_slot()` tells when the product will next do something by itself; the page offers to move
    the clock there. `front` is what the page is to its reader. `token` is the one that the bot must
    use; the number in it is the bot's id.
    """

    def __init__(
        self,
        world: World | None = None,
        *,
        clock: Clock | None = None,
        next_slot: NextSlot | None = None,
        token: str = "42:SIMULATOR",
        front: Front | None = None,
    ) -> None:
        if world is not None and clock is not None and world.clock is not clock:
            raise ValueError("the world has a clock already: give one of the two")
        self.world = world or World(clock=clock)
        self.world.bot.id = int(token.partition(":")[0])
        self.token = token
        self.faults = Faults()
        self.next_slot = next_slot
        self._front = front or Front()
        self._api = BotApi(self.world, token, self.faults)
        self._runner: web.AppRunner | None = None
        self._webhook: asyncio.Task[None] | None = None
        self._url: str | None = None

    @property
    def clock(self) -> Clock:
        """The clock of this world."""
        return self.world.clock

    @property
    def url(self) -> str:
        """What the bot gets as BOT_API_URL, and where the page is."""
        if self._url is None:
            raise RuntimeError("the simulator was not started")
        return self._url

    # -- life -----------------------------------------------------------------------------------

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listens on a loopback address; port 0 takes any free one.

        After `stop()` it may be started again, on the same port if wished: the world is kept.
        Raises ValueError for an address that others could reach.
        """
        if not is_loopback(host):
            raise ValueError(f"the simulator listens on loopback only, not on {host}")
        self._api.closing.clear()
        app = web.Application(middlewares=[_only_from_here])
        app.add_routes(self._api.routes())
        control = Control(self.world, self._next_slot, self._api.closing, self._front)
        app.add_routes(control.routes())
        app.on_shutdown.append(self._shut_down)
        self._runner = web.AppRunner(app, shutdown_timeout=0.5, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        try:
            await site.start()
        except OSError:
            await self._runner.cleanup()
            self._runner = None
            raise
        bound = self._runner.addresses[0][1]
        shown = f"[{host}]" if ":" in host else host
        self._url = f"http://{shown}:{bound}"
        self._webhook = asyncio.ensure_future(WebhookSender(self._api).run())

    async def stop(self) -> None:
        """Stops listening and lets go of everybody who waits."""
        runner, self._runner = self._runner, None
        if runner is None:
            return
        if self._webhook is not None:
            self._webhook.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._webhook
        await runner.cleanup()

    async def _shut_down(self, _: web.Application) -> None:
        self._api.closing.set()
        self.world.updates.release()

    async def _next_slot(self) -> datetime | None:
        return await self.next_slot() if self.next_slot is not None else None

    async def __aenter__(self) -> Simulator:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    # -- people ---------------------------------------------------------------------------------

    def person(
        self,
        name: str,
        *,
        language: str = "zh",
        id: int | None = None,
        start: str | None = None,
        label: str | None = None,
    ) -> Person:
        """Somebody with an account on Telegram.

        `start` makes them open the bot at once, with that payload ("" for none); otherwise the
        bot cannot write to them until they write first.
        """
        account = self.world.add_person(name, language=language, label=label, person_id=id)
        if start is not None:
            acts.start(self.world, account, start)
        return Person(self.world, account)

    def group(
        self, title: str, members: Sequence[Person], *, supergroup: bool = False, bot: bool = True
    ) -> Group:
        """A group of these persons; the first one adds the bot to it unless `bot` is False."""
        accounts = [member.account for member in members]
        chat = self.world.add_group(title, accounts, supergroup=supergroup)
        if bot:
            acts.join_bot(self.world, chat, accounts[0])
        return Group(self.world, chat)

    # -- what tests ask -------------------------------------------------------------------------

    def calls(self, method: str | None = None) -> list[CallRecord]:
        """The bot's last calls (all but getUpdates), oldest first."""
        wanted = (method or "").lower()
        return [c for c in self._api.calls if not wanted or c.method.lower() == wanted]


def _host_name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


@web.middleware
async def _only_from_here(request: web.Request, handler: Handler) -> Any:
    """Neither another machine nor another page in the browser may drive the simulator."""
    origin = request.headers.get("Origin")
    foreign = origin is not None and origin != f"http://{request.host}"
    site = request.headers.get("Sec-Fetch-Site", "none")
    embedded = site == "cross-site" and request.path != "/"  # a link to the page is fine
    if not is_loopback(_host_name(request.host)) or foreign or embedded:
        return web.json_response({"error": "only from this machine's own page"}, status=403)
    response = await handler(request)
    if not response.prepared:
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Content-Security-Policy", "frame-ancestors 'none'")
    return response
