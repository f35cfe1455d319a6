"""What one courier has claimed, and the lease for which that is its own."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from storage.actions import leases, outbox
from storage.database import Database
from storage.model.delivery import Claimed, DeliveryState, Outcome
from storage.model.lease import LEASE, RENEWED, SPARE, runs
from storage.queries import leases as lease_queries

logger = logging.getLogger(__name__)


class Claims:
    """The outbox as one courier sees it; `courier` is its name, a number of its own.

    A courier that other couriers had reason to think dead holds nothing any more: what is in its
    hands may be in theirs, and is not to be sent.
    """

    def __init__(
        self, database: Database, courier: int, now: Callable[[], datetime], zone: ZoneInfo
    ) -> None:
        self._database = database
        self._courier = courier
        self._now = now
        self._zone = zone
        self._held: set[int] = set()
        self._until_at = datetime.min.replace(tzinfo=UTC)
        self._looked_at = self._until_at

    async def claim(self, most: int) -> list[Claimed]:
        """Take up to `most` due deliveries that may go out."""
        await self._ensure()
        now = self._now()
        claimed = await self._database.write(outbox.claim_due, self._courier, now, most, self._zone)
        self._held.update(delivery.id for delivery in claimed)
        return claimed

    def holds(self, delivery_id: int) -> bool:
        """Whether a delivery is ours, and for long enough that a call can be made."""
        return delivery_id in self._held and self._runs(SPARE)

    async def record(self, outcomes: Sequence[Outcome]) -> None:
        """Write what became of deliveries, but of those that are another's by now."""
        await self._database.write(outbox.record, self._courier, outcomes, self._now())
        ended = (o.delivery_id for o in outcomes if o.state is not DeliveryState.CLAIMED)
        self._held.difference_update(ended)

    async def requeue(self, *, unsure: bool) -> int:
        """Queue again all that is ours, when we have nothing in hand; see `requeue_claimed`."""
        self._held.clear()
        requeue = leases.requeue_claimed
        return await self._database.write(requeue, self._courier, self._now(), unsure=unsure)

    async def take_up(self) -> None:
        """Queue again what others left behind; looks every few seconds at most."""
        now = self._now()
        if timedelta(0) <= now - self._looked_at < RENEWED:
            return
        self._looked_at = now
        if await self._database.read(lease_queries.anything_left, self._courier, now):
            await self._ensure()
            left = await self._database.write(leases.take_up, self._courier, now)
            logger.warning("deliveries that another courier left behind: %d", left)

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Within this block the lease is renewed, and others are looked after."""
        async with asyncio.TaskGroup() as group:
            keeping = group.create_task(self._keep())
            try:
                yield
            finally:
                keeping.cancel()

    async def release(self) -> None:
        """The end: whatever is ours still, may be taken up at once."""
        try:
            await self._database.write(leases.release, self._courier)
        except Exception:  # a full disk, say: then it runs out
            logger.exception("the lease cannot be given back")

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(RENEWED.total_seconds())
            try:
                await self._ensure()
                await self.take_up()
            except Exception:
                logger.exception("the lease cannot be renewed; again in a few seconds")

    async def _ensure(self) -> None:
        if self._runs(LEASE - RENEWED):
            return
        now = self._now()
        if not await self._database.write(leases.renew, self._courier, now):
            self._held.clear()
        self._until_at = now + LEASE

    def _runs(self, left: timedelta) -> bool:
        return runs(self._until_at, self._now() + left)
