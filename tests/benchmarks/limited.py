"""Plays the Bot API with a limit that is enforced: `python -m tests.benchmarks.limited`.

Of any second at most so many messages are accepted, as Telegram's limit may be understood at its
strictest; the rest is answered with 429. What was accepted is written down, so that nothing can be
lost or come twice unseen. Only methods that send count: answers to presses, edits and deletions are
free. Every answer takes `latency` seconds, so one request after another is never fast.

Beside the calls of botapi there are, each a POST with JSON:

    /control/begin    begins a run: {"limits": [[seconds, a second | null], …], "penalty": seconds,
                      "latency": seconds, "model": a name of limiters.MODELS, "failing" and
                      "hanging": shares of calls that are answered 502, or never}; the clock of
                      the run starts with its first message, and the last of the limits holds on
    /control/wait     answers when {"accepted": messages} were accepted, {"seconds": …} went by
                      since the first message, or {"deadline": seconds} since now
    /control/result   what was counted so far
    /control/ledger   {chat: [[hash of the message, how often it was accepted], …], …}
"""

import asyncio
import json
import random
import re
import sys
import time
from array import array
from collections import Counter
from typing import Any
from zlib import crc32

from tests.benchmarks.botapi import REFUSED, Reply, Round, World, main
from tests.benchmarks.limiters import MODELS, TELEGRAM, Penalty, allowed, steps

_CHAT = re.compile(rb"\bchat_id\W+?(-?\d+)")
_CONTROLS = (b"begin", b"wait", b"result", b"ledger")
_TYPING = b"sendChatAction"  # sends nothing
_ALBUM = b"sendMediaGroup"
_PICTURE = re.compile(rb"(?:\\?\"|%22)media(?:\\?\"|%22)\s*(?::|%3A)\s*(?:\\?\"|%22)")
_BAD_GATEWAY = REFUSED + b'502,"description":"Bad Gateway"}'


class Limit:
    """How many messages are accepted when. Times are seconds since the first message of the run.

    `limits` are (seconds, messages a second or None for any number), one after another; the last
    one holds on. `model` names a way to count (tests/benchmarks/limiters.py). After a refusal
    everything is refused for `penalty` seconds.
    """

    def __init__(
        self, limits: list[tuple[float, float | None]], penalty: float, model: str = TELEGRAM
    ) -> None:
        self._limits = limits
        self.rate = steps(*limits)
        self._penalty = Penalty(MODELS[model](self.rate), penalty)
        self.wait = self._penalty.wait
        self.closed = self._penalty.closed

    def allowed(self, until: float) -> float:
        """How many messages the limit lets through from the first message to `until`."""
        return allowed(self._limits, until)


class Run:
    """One measurement: what was accepted and what was refused, second by second."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.latency: float = order["latency"]
        limits = [(step[0], step[1]) for step in order["limits"]]
        self.limit = Limit(limits, order["penalty"], order.get("model", TELEGRAM))
        self.failing: float = order.get("failing", 0.0)
        self.hanging: float = order.get("hanging", 0.0)
        self.chance = random.Random(0)
        self.first_at: float | None = None
        self.accepted_at = array("d")
        self.refused_in: Counter[int] = Counter()
        self.ledger: dict[tuple[int, int], int] = {}  # message: which acceptance was its last
        self.repeated: Counter[tuple[int, int]] = Counter()
        self.repeats_of: list[int] = []  # for each that came again: which acceptance was before
        self._begun_at = time.monotonic()
        self._begun_cpu = time.process_time()

    def closed(self, now: float) -> int:
        """For how many seconds everything is refused."""
        return 0 if self.first_at is None else self.limit.closed(now - self.first_at)

    def send(self, body: bytes, chat: int, now: float, messages: int = 1) -> int:
        """A message or an album arrives. 0 if it was accepted, else the seconds to wait."""
        if self.first_at is None:
            self.first_at = now
        at = now - self.first_at
        wait = self.limit.wait(at, messages)
        if wait:
            self.refused_in[int(at)] += 1
            return wait
        message = chat, crc32(body)
        before = self.ledger.get(message)
        if before is not None:
            self.repeated[message] += 1
            self.repeats_of.append(before)
        self.ledger[message] = len(self.accepted_at)
        self.accepted_at.extend([at] * messages)
        return 0

    def result(self) -> dict[str, Any]:
        """What was counted until now. Seconds are those since the first message."""
        now = time.monotonic()
        at = self.accepted_at
        count = len(at)
        last = at[-1] if count else 0.0
        let_through = self.limit.allowed(last)
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
            "allowed": None if let_through == float("inf") else let_through,
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
            closed = self._run.closed(time.monotonic())
            if closed:
                self._answer(reply, _too_many(closed))
                return
            super().call(method, body, lambda answer: self._answer(reply, answer))

    def _send(self, method: bytes, body: bytes, reply: Reply) -> None:
        now = time.monotonic()
        what = self._run.chance.random()
        if what < self._run.failing:
            self._answer(reply, _BAD_GATEWAY)
            return
        chat, without_chat = _chat_of(body)
        messages = len(_PICTURE.findall(body)) if method == _ALBUM else 1
        wait = self._run.send(without_chat, chat, now, messages)
        if wait:
            self._answer(reply, _too_many(wait))
            return
        if what >= 1 - self._run.hanging:
            return  # nobody ever answers
        self._message_id += messages
        answer = _sent(self._message_id, chat)
        self._answer(reply, _album(answer, messages) if method == _ALBUM else answer)
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


def _album(message: bytes, messages: int) -> bytes:
    one = message.removeprefix(b'{"ok":true,"result":').removesuffix(b"}")
    return b'{"ok":true,"result":[' + b",".join([one] * messages) + b"]}"


def _too_many(wait: int) -> bytes:
    """Bot API, "Making requests": parameters.retry_after is a whole number of seconds."""
    return REFUSED + (
        b'429,"description":"Too Many Requests: retry after %d",'
        b'"parameters":{"retry_after":%d}}' % (wait, wait)
    )


if __name__ == "__main__":
    asyncio.run(main(Limited))
