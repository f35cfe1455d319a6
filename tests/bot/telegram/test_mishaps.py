"""What becomes known of a message that did not arrive, or of which nobody can know."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.simulator import (
    BadGateway,
    CutAnswer,
    DropAfterAccept,
    GatewayTimeout,
    Hang,
    Person,
    Reset,
    Simulator,
    TooManyRequests,
)
from bot.simulator.faults import Fault
from bot.telegram.client import Telegram
from bot.telegram.sending import TelegramSender
from content.screen import Screen
from scheduler.ports import (
    Moved,
    Rejected,
    SlowDown,
    TopicClosed,
    TryLater,
    Undelivered,
    Unreachable,
    Unsure,
)
from storage.model.message import MediaKind

from .scene import EXPECTED, LONG, ROWS, mishap, missing, on_telegram, shown

TOKEN = "42:TOKENTOKEN"


@pytest.mark.parametrize(
    ("fault", "kind", "arrives"),
    [
        (DropAfterAccept(), Unsure, True),
        (CutAnswer(), Unsure, True),
        (GatewayTimeout(), Unsure, True),
        (Reset(), Unsure, False),
        (Hang(), Unsure, False),
        (Hang(0.01), Unsure, False),
        (BadGateway(), Unsure, False),  # it may have lost Telegram's answer as well as the call
        (TooManyRequests(7), SlowDown, False),
    ],
    ids=str,
)
async def test_each_mishap_says_whether_the_message_may_have_arrived(
    sim: Simulator,
    telegram: Telegram,
    ana: Person,
    fault: Fault,
    kind: type[Undelivered],
    arrives: bool,
) -> None:
    sender = TelegramSender(telegram, missing, patience=0.5)
    await sender.send(ana.id, Screen("a first one, so that there is a connection"))
    sim.faults.next(fault)
    error = await mishap(sender.send(ana.id, Screen("a")))
    assert type(error) is kind
    assert (ana.screen == "a") == arrives
    assert sim.token not in str(error)
    assert await sender.send(ana.id, Screen("b")), "and afterwards all is well"


async def test_telegram_says_how_long_to_wait(
    sim: Simulator, sender: TelegramSender, ana: Person
) -> None:
    sim.faults.next(TooManyRequests(10_000))
    error = await mishap(sender.send(ana.id, Screen("a")))
    assert isinstance(error, SlowDown)
    assert error.seconds == 10_000


async def test_a_closed_port_means_that_nothing_was_sent(sim: Simulator, ana: Person) -> None:
    telegram = Telegram(sim.url, sim.token)
    sender = TelegramSender(telegram, missing)
    await sender.send(ana.id, Screen("a"))
    await sim.stop()
    await asyncio.sleep(0.05)  # the end of the connection comes to our ears
    error = await mishap(sender.send(ana.id, Screen("b")))
    await telegram.close()
    assert type(error) is TryLater


async def test_a_name_without_an_address_means_that_nothing_was_sent() -> None:
    telegram = Telegram("http://nowhere.invalid", "42:TOKENTOKEN")
    error = await mishap(TelegramSender(telegram, missing).send(1, Screen("a")))
    await telegram.close()
    assert type(error) is TryLater
    assert "DNS" in str(error)


@contextmanager
def deaf_port() -> Iterator[int]:
    """A port that takes no connection and refuses none: its queue is full."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(listening.getsockname())
        yield listening.getsockname()[1]
        for each in waiting:
            each.close()


async def test_a_connection_that_is_never_made_means_that_nothing_was_sent() -> None:
    with deaf_port() as port:
        telegram = Telegram(f"http://127.0.0.1:{port}", "42:TOKENTOKEN")
        error = await mishap(TelegramSender(telegram, missing, patience=0.6).send(1, Screen("a")))
        await telegram.close()
    assert type(error) is TryLater
    assert "ConnectionTimeout" in str(error)


async def test_a_server_that_speaks_no_tls_was_told_nothing(sim: Simulator) -> None:
    telegram = Telegram(sim.url.replace("http://", "https://"), sim.token)
    error = await mishap(TelegramSender(telegram, missing).send(1, Screen("a")))
    await telegram.close()
    assert type(error) is TryLater


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", Unsure),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", Unsure),
        (b'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"ok"', Unsure),
        (b'HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n{"ok":true,"result":true} ', Unsure),
        (b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", Unsure),
        (b"garbage\r\n\r\n", Unsure),
        (b"HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n", Unsure),
        (b"HTTP/1.1 502 X\r\nContent-Length: 6\r\n\r\n<html>", Unsure),
        (b"HTTP/1.1 503 X\r\nContent-Length: 2\r\n\r\nno", Unsure),
        (b"HTTP/1.1 504 X\r\nContent-Length: 6\r\n\r\n<html>", Unsure),
        (b"HTTP/1.1 429 X\r\nContent-Length: 6\r\n\r\n<html>", TryLater),
        (b"HTTP/1.1 413 X\r\nContent-Length: 6\r\n\r\n<html>", TryLater),
    ],
)
async def test_an_answer_that_is_not_telegrams(answer: bytes, kind: type[Undelivered]) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        telegram = Telegram(f"http://127.0.0.1:{port}", "42:TOKENTOKEN")
        error = await mishap(TelegramSender(telegram, missing, patience=2).send(1, Screen("a")))
        await telegram.close()
    assert type(error) is kind


@pytest.mark.parametrize(
    ("code", "description", "kind"),
    [
        (400, "Bad Request: chat not found", Unreachable),
        (400, "Bad Request: PEER_ID_INVALID", Unreachable),
        (400, "Bad Request: not enough rights to send text messages to the chat", Unreachable),
        (403, "Forbidden: bot was kicked from the supergroup chat", Unreachable),
        (400, "Bad Request: USER_IS_BLOCKED", Unreachable),
        (400, "Bad Request: INPUT_USER_DEACTIVATED", Unreachable),
        (400, "Bad Request: CHANNEL_PRIVATE", Unreachable),
        (400, "Bad Request: CHAT_SEND_PLAIN_FORBIDDEN", Unreachable),
        (400, "Bad Request: bot is not a member of the supergroup chat", Unreachable),
        (400, "Bad Request: CHAT_WRITE_FORBIDDEN", Unreachable),
        # Of a topic, which others open again: the group is not lost for it.
        (400, "Bad Request: TOPIC_CLOSED", TopicClosed),
        (400, "Bad Request: message thread not found", Rejected),
        (400, "Bad Request: can't parse entities", Rejected),
        (413, "Request Entity Too Large", Rejected),
        (401, "Unauthorized", TryLater),
        (404, "Not Found", TryLater),
        (429, "Too Many Requests", TryLater),
        (500, "Internal Server Error: restart", Unsure),
        (502, "Bad Gateway", Unsure),
        (504, "Gateway Timeout", Unsure),
    ],
)
async def test_what_telegram_says_decides(
    code: int, description: str, kind: type[Undelivered]
) -> None:
    body = f'{{"ok":false,"error_code":{code},"description":"{description}"}}'
    head = f"HTTP/1.1 {code} X\r\nContent-Length: {len(body)}\r\n\r\n"
    await test_an_answer_that_is_not_telegrams((head + body).encode(), kind)


async def refusal(more: str, code: int = 429) -> Undelivered:
    """What becomes of a message when Telegram's "no" holds this JSON besides."""
    body = f'{{"ok":false,"error_code":{code},{more}}}'.encode()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%b" % (code, len(body), body))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        telegram = Telegram(f"http://127.0.0.1:{port}", TOKEN)
        error = await mishap(TelegramSender(telegram, missing, patience=2).send(1, Screen("a")))
        await telegram.close()
    return error


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("3", 3.0),
        ("0.5", 0.5),
        ('"3"', 3.0),
        ("0", 0.0),
        ("86400", 86_400.0),
        ("1e12", 86_400.0),
        ("Infinity", 86_400.0),
        ("1" + "0" * 400, 86_400.0),
    ],
)
async def test_a_pause_is_understood_however_it_is_written(asked: str, seconds: float) -> None:
    error = await refusal(f'"description":"","parameters":{{"retry_after":{asked}}}')
    assert isinstance(error, SlowDown)
    assert error.seconds == seconds


@pytest.mark.parametrize(
    "more",
    [
        f'"parameters":{{"retry_after":{odd}}}'
        for odd in ("-5", "null", "true", "[1]", '"soon"', "NaN", "{}")
    ]
    + ['"parameters":null', '"parameters":[1]', '"parameters":"x"', '"description":null'],
)
async def test_a_no_of_another_shape_is_still_one(more: str) -> None:
    assert type(await refusal(more)) is TryLater
    assert type(await refusal(more, 400)) is Rejected


@pytest.mark.parametrize("moved", ['"-100"', "null", "true", "-1e3", "-1" + "0" * 30, "{}"])
async def test_a_group_moves_to_no_chat_that_cannot_be_one(moved: str) -> None:
    more = f'"description":"upgraded","parameters":{{"migrate_to_chat_id":{moved}}}'
    assert type(await refusal(more, 400)) is Rejected


async def test_the_words_of_a_no_are_one_line_without_the_token() -> None:
    words = f"no /bot{TOKEN}/x\\n2026-11-28 ERROR forged\\u001b[31m\\u202e" + "x" * 5000
    told = str(await refusal(f'"description":"{words}"', 400))
    assert told.startswith("400 no /bot[token]/x 2026-11-28 ERROR forged [31m x")
    assert len(told) < 350


async def test_an_answer_that_is_nested_for_ever_is_none() -> None:
    deep = b"[" * 100_000
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(deep)
    await test_an_answer_that_is_not_telegrams(head + deep, Unsure)


async def test_who_is_out_of_reach_and_what_is_wrong(
    sim: Simulator, sender: TelegramSender, ana: Person
) -> None:
    assert isinstance(await mishap(sender.send(99, Screen("a"))), Unreachable)
    stranger = sim.person("bo")
    assert isinstance(await mishap(sender.send(stranger.id, Screen("a"))), Unreachable)
    assert isinstance(await mishap(sender.send(ana.id, Screen("<x>"))), Rejected)
    await ana.blocks()
    assert isinstance(await mishap(sender.send(ana.id, Screen("a"))), Unreachable)
    await ana.unblocks()
    await sender.send(ana.id, Screen("a"))
    await ana.deletes_account()
    assert isinstance(await mishap(sender.send(ana.id, Screen("a"))), Unreachable)


async def test_a_group_that_moved_says_where_to(
    sim: Simulator, sender: TelegramSender, ana: Person
) -> None:
    group = sim.group("东湖", [ana])
    await sender.send(group.id, Screen("a"))
    old = await group.upgrades()
    error = await mishap(sender.send(old, Screen("b")))
    assert isinstance(error, Moved)
    assert error.chat_id == group.id
    assert await sender.send(error.chat_id, Screen("b"))


async def test_a_part_that_failed_is_sent_alone(
    sim: Simulator, sender: TelegramSender, ana: Person
) -> None:
    screen = Screen(LONG, ROWS, (on_telegram(sim, MediaKind.PHOTO),))
    assert sender.parts(screen) == 3
    await sender.send(ana.id, screen, 0)
    sim.faults.next(BadGateway())
    await mishap(sender.send(ana.id, screen, 1))
    await sender.send(ana.id, screen, 1)
    await sender.send(ana.id, screen, 2)
    assert shown(ana) == EXPECTED["photo with long text"]
