"""Update intake: nothing that people say is lost, and nothing takes effect twice.

    getUpdates ──▶ stored ──▶ confirmed (the next offset) ──▶ handled, one person's in order

1. An update is stored before Telegram is told that it may forget it.
2. A known `update_id` is dropped: Telegram sends again what was not confirmed.
3. One person's updates are handled in order, different persons' in parallel.
4. The mark "handled" is written with the update's effect, in one transaction.
5. What cannot be understood is set aside and logged; the rest goes on.
6. While the database fails (a full disk, say), nothing is confirmed and nothing given up.
7. What somebody sends too fast is neither stored nor handled; the first of it carries the mark
   TOO_FAST, and is handled by saying so. Presses among the rest go to `leave`, by their ids.
8. A press carries the mark CAME_AT: Telegram does not tell when something was pressed.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from functools import partial
from itertools import chain, repeat
from typing import Any, TypeAlias

from bot.haste import Floods
from bot.lanes import Lanes, Raw
from bot.unsaid import told, trace
from storage.actions import updates as update_actions
from storage.database import Database
from storage.model.haste import Reading
from storage.queries.updates import waiting
from storage.receipts import handling
from storage.trouble import is_trouble

logger = logging.getLogger(__name__)

BATCH = 100  # updates that Telegram gives at a time; so many, and there may be more
HANDLERS = 256  # persons served at the same time
TOO_FAST, CAME_AT = "too_fast", "came_at"  # marks beside what Telegram sends
_Sent: TypeAlias = tuple[int, Raw]  # by whom, 0 for nobody
_KEPT = range(-(2**63), 2**63)  # ids that both databases can keep


class CannotParse(Exception):
    """An update that is not of a kind that this version understands."""


class Intake:
    """Stores updates and hands them to `handle`, once each."""

    def __init__(
        self,
        database: Database,
        handle: Callable[[Raw], Awaitable[None]],
        now: Callable[[], datetime],
        leave: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._database = database
        self._handle = handle
        self._leave = leave
        self._now = now
        self._floods = Floods(now)
        self._lanes = Lanes()
        self._stopping = False

    async def resume(self) -> None:
        """Queue what was stored and not handled when the bot stopped. Call before `receive`."""
        for _, body in await self._database.read(waiting):
            update = json.loads(body)
            self._lanes.add(sender_of(update), update)
        if waits := self._lanes.waiting:
            logger.info("updates from before the stop are handled first: %d", waits)

    async def receive(self, received: list[Any]) -> None:
        """Store what was received and queue the new updates; returns once they are safe. Of what
        somebody sends too fast, only the first."""
        updates, left = self._without_floods(
            [(sender_of(update), update) for update in _that_can_be_kept(received)]
        )
        new = await self._stored(updates) if updates else []
        if len(received) >= BATCH:
            self._lanes.more_comes()
        for sender, update in new:
            self._lanes.add(sender, update)
        for query_id in left:
            self._leave(query_id)

    async def _stored(self, updates: list[_Sent]) -> list[_Sent]:
        """Store them; returns those that were not known."""
        # Plain ASCII: half a surrogate pair, which a broken client can send, cannot be stored.
        bodies = [(update["update_id"], json.dumps(update)) for _, update in updates]
        senders = {sender for sender, _ in updates if sender in _KEPT}
        now = self._now()
        ids = set(await self._database.write(update_actions.store, bodies, senders, now))
        new = list[_Sent]()
        for sender, update in updates:
            if update["update_id"] in ids:
                ids.discard(update["update_id"])
                is_press = "callback_query" in update
                new.append((sender, update | {CAME_AT: now} if is_press else update))
        return new

    def _without_floods(self, updates: list[_Sent]) -> tuple[list[_Sent], list[str]]:
        """What is read, and the ids of the presses that are not."""
        judged = self._floods.judge(updates)
        read, left = list[_Sent](), list[str]()
        for sender, update in updates:
            match judged[update["update_id"]]:
                case Reading.READ:
                    read.append((sender, update))
                case Reading.TELL:
                    read.append((sender, update | {TOO_FAST: True}))
                case Reading.LEAVE:
                    left += _press_in(update)
        return read, left

    async def room(self) -> None:
        """Wait while too much waits to be handled: Telegram keeps it better than our memory."""
        await self._lanes.room()

    async def run(self) -> None:
        """Handle what is queued until `stop`."""
        async with asyncio.TaskGroup() as group:
            for _ in range(HANDLERS):
                group.create_task(self._work())

    async def drained(self) -> None:
        """Wait until nothing is queued or being handled."""
        await self._lanes.idle()

    def stop(self) -> None:
        """End `run` after what is being handled; what is still queued stays stored."""
        self._stopping = True
        self._lanes.end(HANDLERS)

    async def _work(self) -> None:
        while (turn := await self._lanes.next()) is not None and not self._stopping:
            person, update = turn
            await self._handle_one(update)
            self._lanes.done(person)

    async def _handle_one(self, update: Raw) -> None:
        """Handle an update, again if the database fails meanwhile: that is nobody's mistake."""
        touch = partial(self._database.write, update_actions.touch, update["update_id"])
        for wait in _waits():
            if await self._is_over(update):
                return
            await asyncio.sleep(wait)
            await self._insist(touch)
            if self._stopping:  # it is stored, and handled first after the next start
                return

    async def _is_over(self, update: Raw) -> bool:
        """Handle an update; False if the database failed and nothing was done."""
        update_id = update["update_id"]
        try:
            with handling(update_id, self._now(), sender_of(update)) as receipt:
                await self._handle(update)
        except CannotParse as error:
            await self._set_aside(update_id, f"cannot be parsed: {error}")
        except Exception as error:
            if is_trouble(error) and not receipt.written:
                logger.error("update %d could not be handled", update_id, exc_info=error)
                return False
            logger.error("update %d could not be handled:\n%s", update_id, trace(error))
            await self._set_aside(update_id, told(error, update))
        else:
            if not receipt.written:
                finish = partial(
                    self._database.write, update_actions.finish, update_id, self._now()
                )
                await self._insist(finish)
        return True

    async def _set_aside(self, update_id: int, reason: str) -> None:
        reason = reason.encode(errors="replace").decode().replace("\0", "?")  # what can be stored
        logger.error("update %d is set aside: %s", update_id, reason)
        set_aside = partial(
            self._database.write, update_actions.set_aside, update_id, reason, self._now()
        )
        await self._insist(set_aside)

    async def _insist(self, write: Callable[[], Awaitable[object]]) -> None:
        """Write, again and again while the database fails; a stop ends it."""
        for wait in _waits():
            try:
                await write()
            except Exception as error:
                if not is_trouble(error):
                    raise
                logger.warning("update not written; again in %.1f s", wait, exc_info=error)
                await asyncio.sleep(wait)
                if self._stopping:
                    return
            else:
                return


def next_offset(received: list[Any]) -> int | None:
    """The offset that confirms all that was received; None if nothing in it has an id."""
    ids = [update_id for update_id in map(_id_of, received) if update_id is not None]
    return ids[-1] + 1 if ids else None


def _id_of(update: Any) -> int | None:
    found = update.get("update_id") if isinstance(update, dict) else None
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _that_can_be_kept(received: list[Any]) -> Iterator[Raw]:
    """The updates among what was received, each with an id that a column holds: one beyond that
    has a stand-in, always the same, which no update of Telegram's has (theirs are above zero)."""
    for update in received:
        update_id = _id_of(update)
        if update_id is None:
            logger.error("something without an id, which is no update, is left out")
        elif update_id in _KEPT:
            yield update
        else:
            yield {**update, "update_id": -1 - abs(update_id) % _KEPT.stop}


def _press_in(update: Raw) -> list[str]:
    """The id by which a press is answered; none of what nobody waits for."""
    query = update.get("callback_query")
    found = query.get("id") if isinstance(query, dict) else None
    return [found] if isinstance(found, str) and found else []


def _waits() -> Iterator[float]:
    """Seconds between tries while the database cannot be written."""
    return chain((0.1, 0.5, 2.0), repeat(5.0))


def sender_of(update: Raw) -> int:
    """The Telegram id of who caused a raw update, or of its chat; 0 if it names neither."""
    for kind, value in update.items():
        if kind == "update_id" or not isinstance(value, dict):
            continue
        for source in (value.get("from"), value.get("user"), value.get("chat")):
            if isinstance(source, dict) and isinstance(source.get("id"), int):
                return int(source["id"])
    return 0
