"""Updates on their way to the bot: kept until it confirms them."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from .refusals import conflict
from .signals import Signal

Json = dict[str, Any]

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
TERMINATED = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


class UpdateQueue:
    """The pending updates, one poller at a time, or one webhook."""

    def __init__(self, changed: Signal, first_id: int = 700_000_001) -> None:
        self.pending: deque[Json] = deque()
        self.arrived = Signal()
        self.changed = changed  # fired when an update came or was confirmed
        self.allowed: frozenset[str] | None = None
        self.webhook: Json | None = None
        self._next_id = first_id
        self._poller: asyncio.Future[None] | None = None

    def push(self, kind: str, payload: Json) -> int | None:
        """Queues an update of a kind; None when the bot does not want that kind."""
        if not self.wants(kind):
            return None
        return self.push_raw({kind: payload})

    def push_raw(self, update: Json) -> int:
        """Queues whatever is given, however broken, with an update_id unless it brings one."""
        update_id = int(update.get("update_id", self._next_id))
        self._next_id = max(self._next_id, update_id) + 1
        self.pending.append({"update_id": update_id, **update})
        self.arrived.fire()
        self.changed.fire()
        return update_id

    def wants(self, kind: str) -> bool:
        """True when updates of this kind are to be kept for the bot."""
        return kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT

    def allow(self, kinds: list[str] | None) -> None:
        """None keeps the last setting, an empty list means Telegram's default."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    def confirm_before(self, offset: int) -> None:
        """Forgets every update below `offset`; a negative one keeps only the last few."""
        before = len(self.pending)
        if offset < 0:
            while len(self.pending) > -offset:
                self.pending.popleft()
        else:
            while self.pending and self.pending[0]["update_id"] < offset:
                self.pending.popleft()
        if len(self.pending) != before:
            self.changed.fire()

    def drop(self) -> None:
        """Forgets everything (drop_pending_updates)."""
        self.pending.clear()
        self.changed.fire()

    def set_webhook(self, webhook: Json | None) -> None:
        """Switches between a webhook and polling; the poller that waits is sent away."""
        self.webhook = webhook
        if webhook is not None:
            self.end_poll()
        self.arrived.fire()

    async def poll(
        self, offset: int, limit: int, seconds: float, kinds: list[str] | None
    ) -> list[Json]:
        """getUpdates. A poller that waits is sent away with 409 when another one comes."""
        if self.webhook is not None:
            raise conflict(WEBHOOK_ACTIVE)
        self.allow(kinds)
        self.end_poll()
        if offset:
            self.confirm_before(offset)
        if not self.pending and seconds > 0:
            await self._wait(seconds)
        return [update for update, _ in zip(self.pending, range(limit), strict=False)]

    def end_poll(self) -> None:
        """Sends the poller that waits away."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(conflict(TERMINATED))
        self._poller = None

    def release(self, poller: asyncio.Future[None] | None = None) -> None:
        """Lets the poller that waits (or this one) go with what there is."""
        poller = poller or self._poller
        if poller is not None and not poller.done():
            poller.set_result(None)

    async def _wait(self, seconds: float) -> None:
        ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._poller = ended
        # `until` looks first: an update may come before this task begins to wait.
        woken = asyncio.ensure_future(self.arrived.until(lambda: self.pending or None, seconds))
        woken.add_done_callback(lambda _: self.release(ended))
        try:
            await ended
        finally:
            woken.cancel()
            if self._poller is ended:
                self._poller = None
            ended.cancel()
