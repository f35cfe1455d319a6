"""Plays the Bot API under load, in a process of its own: `python -m tests.benchmarks.botapi`.

It does as little as it can, so that it is never what is measured: raw asyncio, prepared updates,
answers as short as the Bot API allows. Prints its port, then serves until it is ended.

Beside the Bot API there are two calls for the benchmark, answered when what they wait for happened:

    POST /control/round   makes updates available, waits until every expected call has come
    POST /control/poll    waits for the next getUpdates
"""

import asyncio
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

FIRST_UPDATE = 1_000_000
BATCH = 100
SAID_AT = 1_700_000_000  # when Telegram got each message, in seconds since 1970
_BOT = {"id": 42, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_OFFSET = re.compile(rb"\boffset\W+(\d+)")
_TIMEOUT = re.compile(rb"\btimeout\W+(\d+)")
_QUERY = re.compile(rb"\bcallback_query_id\W+(\d+)")
_TRUE = b'{"ok":true,"result":true}'
REFUSED = b'{"ok":false,"error_code":'  # followed by the code: how an answer that is none begins
_ME = json.dumps({"ok": True, "result": _BOT}).encode()
_MESSAGE = (
    b'{"ok":true,"result":{"message_id":7,"date":1700000000,'
    b'"chat":{"id":5,"type":"private"},"text":"ok"}}'
)
_ANSWERS = {b"getMe": _ME, b"sendMessage": _MESSAGE, b"editMessageText": _MESSAGE}

Reply = Callable[[bytes], None]


def press(index: int, user: int, data: str, text: str) -> dict[str, Any]:
    """A press on the button under a message that says `text`, as Telegram sends it."""
    who = _user(user)
    chat = {"id": user, "type": "private", "first_name": who["first_name"]}
    return {
        "update_id": FIRST_UPDATE + index,
        "callback_query": {
            "id": str(index),
            "from": who,
            "chat_instance": str(user),
            "data": data,
            "message": {
                "message_id": 1000 + index,
                "from": _BOT,
                "chat": chat,
                "date": SAID_AT,
                "text": text,
                "reply_markup": {"inline_keyboard": [[{"text": "OK", "callback_data": data}]]},
            },
        },
    }


def message(index: int, user: int, text: str, at: int = SAID_AT) -> dict[str, Any]:
    """A message from a person to the bot, written `at` (seconds since 1970); one that begins with
    "/" is marked as a command."""
    who = _user(user)
    said: dict[str, Any] = {
        "message_id": 1000 + index,
        "from": who,
        "chat": {"id": user, "type": "private", "first_name": who["first_name"]},
        "date": at,
        "text": text,
    }
    if text.startswith("/"):
        said["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
    return {"update_id": FIRST_UPDATE + index, "message": said}


def _user(user: int) -> dict[str, Any]:
    name = f"Person {user}"
    return {"id": user, "is_bot": False, "first_name": name, "language_code": "zh-hans"}


class Round:
    """One measurement: updates made available, and the calls that they must cause."""

    def __init__(self, first: int, count: int, order: dict[str, Any], reply: Reply) -> None:
        self.first = first
        self.reply = reply
        self.rate: float | None = order.get("rate")
        self.begun_at = time.monotonic()
        self.begun_cpu = time.process_time()
        self.calls: Counter[str] = Counter()
        self.missing: dict[str, int] = dict(order["expect"])
        self.remaining = sum(self.missing.values())
        self.served_at: list[float] = [0.0] * count
        self.answered_at: list[float] = [0.0] * count
        self.batches = 0
        self.duplicates = 0
        self.last_at = 0.0
        self.bodies: dict[str, str] = {}

    def available(self, now: float) -> int:
        """How many of the round's updates can be fetched at `now`."""
        count = len(self.served_at)
        return count if self.rate is None else min(count, int((now - self.begun_at) * self.rate))

    def serve(self, start: int, stop: int, now: float) -> None:
        """Note when updates were available to the bot: from then on they wait for an answer."""
        self.batches += 1
        for i in range(start - self.first, stop - self.first):
            if i >= 0 and not self.served_at[i]:
                self.served_at[i] = now if self.rate is None else self.due(i)

    def due(self, i: int) -> float:
        """When update `i` of the round can be fetched."""
        return self.begun_at if self.rate is None else self.begun_at + (i + 1) / self.rate

    def call(self, method: bytes, body: bytes, now: float) -> bool:
        """Count a call; True if it was the last that was expected."""
        name = method.decode()
        self.calls[name] += 1
        if name == "answerCallbackQuery" and (found := _QUERY.search(body)):
            i = int(found[1]) - self.first
            if 0 <= i < len(self.answered_at):
                self.duplicates += bool(self.answered_at[i])
                self.answered_at[i] = self.answered_at[i] or now
        left = self.missing.get(name)
        if not left:
            return False
        self.bodies[name] = body.decode(errors="replace")
        self.missing[name] = left - 1
        self.remaining -= 1
        self.last_at = now
        return not self.remaining

    def result(self) -> dict[str, Any]:
        now = time.monotonic()
        waits = sorted(a - s for s, a in zip(self.served_at, self.answered_at, strict=True) if a)
        first = min((at for at in self.served_at if at), default=now)
        seconds = self.last_at - first
        return {
            "updates": len(self.served_at),
            "seconds": seconds,
            "per_second": len(self.served_at) / seconds if seconds > 0 else 0.0,
            "calls": dict(self.calls),
            "missing": {name: left for name, left in self.missing.items() if left},
            "duplicates": self.duplicates,
            "batches": self.batches,
            "answered": len(waits),
            "answer_seconds": {
                "p50": _percentile(waits, 0.50),
                "p99": _percentile(waits, 0.99),
                "max": _percentile(waits, 1.0),
            },
            "server_cpu_share": (time.process_time() - self.begun_cpu) / (now - self.begun_at),
            "last_bodies": self.bodies,
        }


def _percentile(ordered: list[float], share: float) -> float | None:
    if not ordered:
        return None
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class World:
    """The updates, who polls for them, and the round that is measured."""

    kind_of_round = Round

    def __init__(self) -> None:
        self._updates: list[bytes] = []
        self._confirmed = 0
        self._round: Round | None = None
        self._poller: tuple[Reply, asyncio.TimerHandle] | None = None
        self._poll_watcher: Reply | None = None
        self._loop = asyncio.get_running_loop()

    def call(self, method: bytes, body: bytes, reply: Reply) -> None:
        """One request. `reply` may be called later."""
        if method == b"getUpdates":
            self._poll(body, reply)
        elif method == b"round":
            self._begin(json.loads(body), reply)
        elif method == b"poll":
            self._poll_watcher = reply
        else:
            reply(_ANSWERS.get(method, _TRUE))
            if self._round and self._round.call(method, body, time.monotonic()):
                self._end()

    def _begin(self, order: dict[str, Any], reply: Reply) -> None:
        first = len(self._updates)
        texts: list[str] = order.get("texts", [])
        apart = float(
            order.get("apart") or 0
        )  # seconds between two messages, when they were written
        made = [
            press(i, user, said, texts[text])
            if text is not None
            else message(i, user, said, SAID_AT + int((i - first) * apart))
            for i, (user, said, text) in enumerate(order["updates"], start=first)
        ]
        self._updates += [json.dumps(update, ensure_ascii=False).encode() for update in made]
        self._round = self.kind_of_round(first, len(made), order, reply)
        self._loop.call_later(order["deadline"], self._end, self._round)
        self._serve()

    def _end(self, late: Round | None = None) -> None:
        if self._round and late in (None, self._round):
            self._round.reply(json.dumps(self._round.result()).encode())
            self._round = None

    def _poll(self, body: bytes, reply: Reply) -> None:
        if self._poll_watcher is not None:
            self._poll_watcher(json.dumps({"at": time.monotonic()}).encode())
            self._poll_watcher = None
        if found := _OFFSET.search(body):
            self._confirmed = max(self._confirmed, int(found[1]) - FIRST_UPDATE)
        asked = _TIMEOUT.search(body)
        if self._poller is not None:
            self._poller[1].cancel()
        patience = int(asked[1]) if asked else 0
        self._poller = (reply, self._loop.call_later(patience, self._nothing))
        self._serve()

    def _nothing(self) -> None:
        if self._poller is not None:
            self._poller[0](b'{"ok":true,"result":[]}')
            self._poller = None

    def _serve(self) -> None:
        """Answer the poller if there is something for it; else look again when there will be."""
        if self._poller is None or self._round is None:
            return
        now = time.monotonic()
        start = self._confirmed
        stop = min(start + BATCH, self._round.first + self._round.available(now))
        if stop > start:
            reply, timer = self._poller
            timer.cancel()
            self._poller = None
            self._round.serve(start, stop, now)
            reply(b'{"ok":true,"result":[' + b",".join(self._updates[start:stop]) + b"]}")
        elif self._round.rate is not None and start < len(self._updates):
            due = self._round.due(max(0, start - self._round.first))
            self._loop.call_later(max(0.0, due - now), self._serve)


class Connection(asyncio.Protocol):
    """HTTP/1.1 with keep-alive, as much of it as an HTTP client of a bot uses."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._buffer = b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data if self._buffer else data
        while (head := buffer.find(b"\r\n\r\n")) >= 0:
            found = _LENGTH.search(buffer, 0, head)
            end = head + 4 + (int(found[1]) if found else 0)
            if len(buffer) < end:
                break
            path = buffer[: buffer.index(b"\r\n")].split(b" ")[1]
            self._world.call(path.rpartition(b"/")[2], buffer[head + 4 : end], self._reply)
            buffer = buffer[end:]
        self._buffer = buffer

    def _reply(self, body: bytes) -> None:
        status = b"200 OK"
        if body.startswith(REFUSED):  # as Telegram does: the code is the status too
            status = body[len(REFUSED) : len(REFUSED) + 3] + b" Refused"
        head = b"HTTP/1.1 " + status + b"\r\nContent-Type: application/json\r\nContent-Length: "
        if not self._transport.is_closing():
            self._transport.write(head + str(len(body)).encode() + b"\r\n\r\n" + body)


async def main(kind_of_world: type[World] = World) -> None:
    """Serve a world on a free port of this machine until the process is ended."""
    world = kind_of_world()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(world), "127.0.0.1", 0, backlog=1000)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
