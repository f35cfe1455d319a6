"""One person's flood is left unread, so that nobody else waits behind it."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from storage.model.haste import Haste, Reading

logger = logging.getLogger(__name__)

_LOOKED_AFTER = 4_096  # people of whom it is known how fast they are, before the first look back
_WRITTEN = ("message", "edited_message")

# Whose, and of what: Telegram tells when something was written, but not when something was
# pressed, and of two clocks in turn one would always be ahead of the other.
_Lane = tuple[int, str]


class Floods:
    """Who sends too fast. It is judged by when they wrote it, not by when it came: after a time in
    which the bot was away, everything comes at once, and nothing of that is a flood."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lanes: dict[_Lane, Haste] = {}
        self._left: dict[_Lane, int] = {}  # how much of theirs was not read, while that lasts
        self._judged: dict[int, Reading] = {}  # what came last, which may come once more
        self._look_back = _LOOKED_AFTER

    def judge(self, updates: list[tuple[int, dict[str, Any]]]) -> dict[int, Reading]:
        """What becomes of each raw update of a batch, by its id; with whose it is (0: nobody's).

        The same batch, when it comes again because it could not be stored, is judged the same.
        """
        now, before = self._now(), self._judged
        self._judged = {
            update["update_id"]: before.get(update["update_id"]) or self._one(sender, update, now)
            for sender, update in updates
        }
        if len(self._lanes) > self._look_back:
            self._forget(now)
        return self._judged

    def _one(self, sender: int, update: dict[str, Any], now: datetime) -> Reading:
        kind, at = _said(update, now)
        if not sender or not kind:
            return Reading.READ
        lane = sender, kind
        haste, reading = (self._lanes.get(lane) or Haste(at)).after(at)
        self._lanes[lane] = haste
        self._note(lane, reading)
        return reading

    def _note(self, lane: _Lane, reading: Reading) -> None:
        """One line when it begins, and one when it ends."""
        if reading is Reading.READ:
            if left := self._left.pop(lane, 0):
                logger.warning("%d sends slowly again: %d updates were not read", lane[0], left)
            return
        if reading is Reading.TELL:
            logger.warning("%d sends too fast: what comes now is not read", lane[0])
        self._left[lane] = self._left.get(lane, 0) + 1

    def _forget(self, now: datetime) -> None:
        self._lanes = {lane: haste for lane, haste in self._lanes.items() if not haste.is_over(now)}
        self._left = {lane: left for lane, left in self._left.items() if lane in self._lanes}
        self._look_back = max(_LOOKED_AFTER, 2 * len(self._lanes))


def _said(update: dict[str, Any], now: datetime) -> tuple[str, datetime]:
    """What a person did, and when; nothing ("") for what Telegram says: that is never too much."""
    if "callback_query" in update:
        return "pressed", now
    said = next((update[kind] for kind in _WRITTEN if isinstance(update.get(kind), dict)), None)
    if said is None or "migrate_to_chat_id" in said:
        return "", now
    at = said.get("edit_date") or said.get("date")
    if not isinstance(at, int) or not 0 < at <= now.timestamp():
        return "written", now
    return "written", datetime.fromtimestamp(at, UTC)
