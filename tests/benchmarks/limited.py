"""Plays the Bot API with a limit that is enforced: `python -m tests.benchmarks.limited`.

Of any second at most so many messages are accepted, as Telegram's limit may be understood at its
strictest; the rest is answered with 429. What was accepted is written down, so that nothing can be
lost or come twice unseen. Only methods that send count: answers to presses, edits and deletions are
free. Every answer takes `latency` seconds, so one request after another is never fast.

Beside the calls of botapi there are, each a POST with JSON:

    /control/begin    begins a run: {"limits": [[seconds, a second | null], …], "penalty": seconds,
                      "latency": seconds}; the clock of the run starts with its first message, and
                      the last of the limits holds on
    /control/wait     answers when {"accepted": messages} were accepted, {"seconds": …} went by
                      since the first message, or {"deadline": seconds} since now
    /control/result   what was counted so far
    /control/ledger   {chat: [[hash of the message, how often it was accepted], …], …}
"""

import asyncio
import json
import math
import re
import sys
import time
from array import array
from collections import Counter, deque
from typing import Any
from zlib import crc32

from tests.benchmarks.botapi import REFUSED, Reply, Round, World, main

WINDOW = 1.0  # seconds
_CHAT = re.compile(rb"\bchat_id\W+?(-?\d+)")
_CONTROLS = (b"begin", b"wait", b"result", b"ledger")
_TYPING = b"sendChatAction"  # sends nothing


class Limit:
    """How many messages are accepted when. Times are seconds since the first message of the run.

    `steps` are (seconds, messages a second or None for any number), one after another; the last one
    holds on. After a refusal everything is refused for `penalty` seconds.
    """

    def __init__(self, steps: list[tuple[float, float | None]], penalty: float) -> None:
        self._steps = [(seconds, math.inf if rate is None else rate) for seconds, rate in steps]
        self._penalty = penalty
        self._window: deque[float] = deque()
        self._closed_until = 0.0

    def wait(self, now: float) -> int:
        """0 if a message at `now` is accepted; else after how many whole seconds to try again."""
        if now < self._closed_until:
            return max(1, math.ceil(self._closed_until - now))
        rate = self.rate(now)
        if rate == math.inf:
            return 0
        window = self._window
        while window and window[0] <= now - WINDOW:
            window.popleft()
        if len(window) < rate * WINDOW:
            window.append(now)
            return 0
        self._closed_until = now + self._penalty
        return max(1, math.ceil(self._penalty))

    def rate(self, now: float) -> float:
        """The limit at `now`, in messages a second."""
        for seconds, rate in self._steps[:-1]:
            if now < seconds:
                return rate
            now -= seconds
        return self._steps[-1][1]

    def allowed(self, until: float) -> float:
        """How many messages the limit lets through from the first message to `until`."""
        total = 0.0
        for seconds, rate in self._steps[:-1]:
            total += rate * min(seconds, until)
            until = max(0.0, until - seconds)
        return total + self._steps[-1][1] * until if until else total


class Run:
    """One measurement: what was accepted and what was refused, second by second."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.latency: float = order["latency"]
        self.limit = Limit([(step[0], step[1]) for step in order["limits"]], order["penalty"])
        self.first_at: float | None = None
        self.accepted_at = array("d")
        self.refused_in: Counter[int] = Counter()
        self.ledger: dict[tuple[int, int], int] = {}  # message: which acceptance was its last
        self.repeated: Counter[tuple[int, int]] = Counter()
        self.repeats_of: list[int] = []  # for each that came again: which acceptance was before
        self._begun_at = time.monotonic()
        self._begun_cpu = time.process_time()

    def send(self, body: bytes, chat: int, now: float) -> int:
        """One message arrives. 0 if it was accepted, else the seconds to wait."""
        if self.first_at is None:
            self.first_at = now
        at = now - self.first_at
        wait = self.limit.wait(at)
        if wait:
            self.refused_in[int(at)] += 1
            return wait
        message = chat, crc32(body)
        before = self.ledger.get(message)
        if before is not None:
            self.repeated[message] += 1
            self.repeats_of.append(before)
        self.ledger[message] = len(self.accepted_at)
        self.accepted_at.append(at)
        return 0

    def result(self) -> dict[str, Any]:
        """What was counted until now. Seconds are those since the first message."""
        now = time.monotonic()
        at = self.accepted_at
        count = len(at)
        last = at[-1] if count else 0.0
        allowed = self.limit.allowed(last)
        accepted_in = Counter(map(int, at))
        seconds = range(int(max(last, max(self.refused_in, default=0))) + 1)
        return {
            "first_at": self.first_at,
            "seconds": last,
            "accepted": count,
            "messages": len(self.ledger),
            "chats": len({chat for chat, _ in self.ledger}),
            "twice": len(self.repeats_of),
            "repeats_of": self.repeats_of,
            "refused": self.refused_in.total(),
            "allowed": None if allowed == math.inf else allowed,
            "accepted_in": [accepted_in[second] for second in seconds],
            "refused_in": [self.refused_in[second] for second in seconds],
            # when each hundredth of what was accepted had come
            "hundredths_at": [at[count * i // 100 - 1] for i in range(1, 101)]
            if count > 99
            else [],
            "server_cpu_share": (time.process_time() - self._begun_cpu) / (now - self._begun_at),
        }


class Answers(Round):
    """A round in which messages wait for an answer too: the next message to the same chat."""

    def __init__(self, first: int, count: int, order: dict[str, Any], reply: Reply) -> None:
        super().__init__(first, count, order, reply)
        updates = enumerate(order["updates"])
        self._waiting = {user: i for i, (user, _, text) in updates if text is None}

    def call(self, method: bytes, body: bytes, now: float) -> bool:
        """Count a call; True if it was the last that was expected."""
        if method == b"sendMessage":
            i = self._waiting.pop(_chat_of(body)[0], None)
            if i is None:
                return False  # a push: it is no part of the round
            self.answered_at[i] = now
        return super().call(method, body, now)


class Limited(World):
    """A world in which sending is limited and written down."""

    kind_of_round = Answers

    def __init__(self) -> None:
        super().__init__()
        self._run = Run({"limits": [[0, None]], "penalty": 0, "latency": 0})
        self._waiters: list[tuple[int, Reply]] = []
        self._message_id = 0

    def call(self, method: bytes, body: bytes, reply: Reply) -> None:
        """One request. `reply` may be called later."""
        if method.startswith(b"send") and method != _TYPING:
            self._send(method, body, reply)
        elif method in _CONTROLS:
            self._control(method, json.loads(body or b"{}"), reply)
        elif method in (b"getUpdates", b"round", b"poll"):
            super().call(method, body, reply)
        else:
            super().call(method, body, lambda answer: self._answer(reply, answer))

    def _send(self, method: bytes, body: bytes, reply: Reply) -> None:
        now = time.monotonic()
        chat, without_chat = _chat_of(body)
        wait = self._run.send(without_chat, chat, now)
        if wait:
            self._answer(reply, _too_many(wait))
            return
        self._message_id += 1
        self._answer(reply, _sent(self._message_id, chat))
        if self._round and self._round.call(method, body, now):
            self._end()
        if self._waiters:
            self._look_at_waiters()

    def _answer(self, reply: Reply, answer: bytes) -> None:
        if self._run.latency:
            self._loop.call_later(self._run.latency, reply, answer)
        else:
            reply(answer)

    def _control(self, method: bytes, order: dict[str, Any], reply: Reply) -> None:
        if method == b"begin":
            self._run = Run(order)
            reply(b"{}")
        elif method == b"wait":
            self._wait(order, reply)
        elif method == b"result":
            reply(json.dumps(self._run.result()).encode())
        else:
            chats: dict[int, list[tuple[int, int]]] = {}
            for chat, message in self._run.ledger:
                count = 1 + self._run.repeated[chat, message]
                chats.setdefault(chat, []).append((message, count))
            reply(json.dumps(chats).encode())

    def _wait(self, order: dict[str, Any], reply: Reply) -> None:
        waiter = (order.get("accepted") or sys.maxsize, reply)
        self._waiters.append(waiter)
        self._loop.call_later(order["deadline"], self._give_up, waiter)
        if order.get("seconds") is not None:
            self._look_at_clock(waiter, order["seconds"])
        self._look_at_waiters()

    def _look_at_clock(self, waiter: tuple[int, Reply], seconds: float) -> None:
        """End the wait `seconds` after the first message, looking again until there was one."""
        first = self._run.first_at
        left = 0.05 if first is None else first + seconds - time.monotonic()
        if left <= 0:
            self._give_up(waiter)
        elif waiter in self._waiters:
            self._loop.call_later(left, self._look_at_clock, waiter, seconds)

    def _look_at_waiters(self) -> None:
        count = len(self._run.accepted_at)
        for waiter in [each for each in self._waiters if each[0] <= count]:
            self._give_up(waiter)

    def _give_up(self, waiter: tuple[int, Reply]) -> None:
        if waiter in self._waiters:
            self._waiters.remove(waiter)
            waiter[1](b"{}")


def _chat_of(body: bytes) -> tuple[int, bytes]:
    """Whom a message is for, and the message without that; the body is JSON, or a web form."""
    found = _CHAT.search(body)
    if found is None:
        return 0, body
    return int(found[1]), body[: found.start()] + body[found.end() :]


def _sent(message_id: int, chat: int) -> bytes:
    return (
        b'{"ok":true,"result":{"message_id":%d,"date":1700000000,'
        b'"chat":{"id":%d,"type":"private"},"text":"ok"}}' % (message_id, chat)
    )


def _too_many(wait: int) -> bytes:
    """Bot API, "Making requests": parameters.retry_after is a whole number of seconds."""
    return REFUSED + (
        b'429,"description":"Too Many Requests: retry after %d",'
        b'"parameters":{"retry_after":%d}}' % (wait, wait)
    )


if __name__ == "__main__":
    asyncio.run(main(Limited))
