"""Telegram's flood limits: off unless a test or the command line sets them."""

from __future__ import annotations

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from .refusals import too_many_requests


@dataclass
class Limits:
    """How many messages Telegram accepts; None means any number.

    Counted in real seconds (`clock` is monotonic): moving the simulated clock frees nobody.
    `retry_after` overrides the computed number of seconds.
    """

    overall_per_second: int | None = None
    per_chat_per_second: int | None = None
    per_group_per_minute: int | None = None
    retry_after: int | None = None
    clock: Callable[[], float] = time.monotonic
    _sent: dict[str | int, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def take(self, chat_id: int, count: int = 1) -> None:
        """Counts messages to a chat; raises the 429 that Telegram would answer.

        A refused message is not counted. An album counts once for each part, and goes through
        as a whole if there is room for its first part.
        """
        now = self.clock()
        rules: list[tuple[str | int, int | None, float]] = [
            ("all", self.overall_per_second, 1.0),
            (chat_id, self.per_chat_per_second, 1.0),
        ]
        if chat_id < 0:
            rules.append((f"minute {chat_id}", self.per_group_per_minute, 60.0))
        used = [(self._sent[key], limit, span) for key, limit, span in rules if limit is not None]
        for sent, limit, span in used:
            self._check(sent, limit, span, now)
        for sent, _, _ in used:
            sent.extend([now] * count)

    def _check(self, sent: deque[float], limit: int, span: float, now: float) -> None:
        while sent and sent[0] <= now - span:
            sent.popleft()
        if len(sent) >= limit:
            wait = math.ceil(sent[0] + span - now) if sent else math.ceil(span)
            raise too_many_requests(self.retry_after or max(wait, 1))
