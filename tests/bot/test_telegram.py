"""What reaches people over HTTP, and what becomes known when it does not."""

import asyncio
import hashlib
import socket
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.files import FileIds
from bot.messages import prepare
from bot.simulator import (
    BadGateway,
    CutAnswer,
    DropAfterAccept,
    GatewayTimeout,
    Hang,
    Message,
    Person,
    Reset,
    Simulator,
    TooManyRequests,
)
from bot.simulator.faults import Fault
from bot.simulator.files import TINY_PNG
from bot.telegram import Chat, Telegram, TelegramRefused, TelegramSender
from content.screen import Button, File, Screen
from content.screens.notice import notice
from content.splitting import CAPTION_LIMIT
from content.texts import load_texts
from scheduler.ports import (
    Moved,
    Rejected,
    SlowDown,
    TryLater,
    Undelivered,
    Unreachable,
    Unsure,
)
from storage.model.message import Link, Media, MediaKind, Poll
from storage.model.message import Message as StaffMessage
from tests.storage.district import ZONE

BYTES = {kind: f"some {kind}".encode() for kind in MediaKind} | {MediaKind.PHOTO: TINY_PNG}
ROWS = ((Button("OK", "done:1"),),)
OTHER = ((Button("Web", url="https://example.org"),),)
POLL = Poll("几点？", ("八点", "九点"), several=True)
LONG = "<b>" + "\n\n".join("很长的一段话。" * 100 for _ in range(10)) + "</b>"
FAR = 20.0  # seconds; nothing here waits so long


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator() as simulator:
        yield simulator


@pytest.fixture
async def telegram(sim: Simulator) -> AsyncIterator[Telegram]:
    client = Telegram(sim.url, sim.token)
    yield client
    await client.close()


@pytest.fixture
def sender(telegram: Telegram) -> TelegramSender:
    return TelegramSender(telegram)


async def at_once(_: int) -> None:
    """There is no pace here: whoever wants to answer may."""


@pytest.fixture
def chat(telegram: Telegram) -> Chat:
    return Chat(telegram, at_once)


@pytest.fixture
def ana(sim: Simulator) -> Person:
    return arrived(sim, "ana")


def arrived(sim: Simulator, name: str) -> Person:
    """Somebody who has started the bot, and sees an empty chat."""
    person = sim.person(name, start="")
    person.chat.messages.clear()
    return person


def on_telegram(sim: Simulator, kind: MediaKind) -> Media:
    """A file that Telegram has."""
    return Media(kind, sim.world.files.add(kind.value, BYTES[kind]).file_id)


async def everything(sender: TelegramSender, chat_id: int, screen: Screen) -> Any:
    """Send every part of a screen; the ids of each."""
    return tuple([await sender.send(chat_id, screen, n) for n in range(sender.parts(screen))])


def seen(person: Person) -> list[Any]:
    """All that can be seen in a chat: files, formatted texts, buttons, polls, albums."""
    albums: dict[str, int] = {}
    found = []
    for message in person.messages:
        album = message.extras.get("media_group_id")
        number = albums.setdefault(album, len(albums)) if album else None
        poll = message.poll
        asked = poll and (poll.question, [o["text"] for o in poll.options], poll.multiple)
        rows = [[(b.text, b.data, b.url) for b in row] for row in message.rows]
        found.append((message.content, rows, asked, number))
    return found


def shown(person: Person) -> list[str]:
    """The messages in short: "photo: text [OK]"."""
    return [_short(message) for message in person.messages]


def _short(message: Message) -> str:
    kind = "poll" if message.poll else message.media_kind or "text"
    buttons = " ".join(f"[{label}]" for label in message.buttons)
    return f"{kind}: {message.text[:9]} {buttons}".strip(": ")


# -- every kind ----------------------------------------------------------------------------------

MEDIA: dict[str, tuple[MediaKind, ...]] = {
    "photo": (MediaKind.PHOTO,),
    "document": (MediaKind.DOCUMENT,),
    "video": (MediaKind.VIDEO,),
    "voice": (MediaKind.VOICE,),
    "album": (MediaKind.PHOTO, MediaKind.VIDEO, MediaKind.PHOTO),
    "documents": (MediaKind.DOCUMENT, MediaKind.DOCUMENT),
    "mixed": (MediaKind.PHOTO, MediaKind.PHOTO, MediaKind.VOICE, MediaKind.DOCUMENT),
}
SCREENS = {
    "text": Screen("<b>您好</b> &amp; 😀"),
    "text with buttons": Screen("您好", ROWS),
    "link": Screen("https://example.org", OTHER, preview=True),
    "long text": Screen(LONG, ROWS),
    "poll": Screen("", poll=POLL),
    "poll with text and buttons": Screen("您好", ROWS, poll=POLL),
}


def of_every_kind(sim: Simulator) -> dict[str, Screen]:
    found = dict(SCREENS)
    for name, kinds in MEDIA.items():
        media = tuple(on_telegram(sim, kind) for kind in kinds)
        found[f"{name} alone"] = Screen("", media=media)
        found[f"{name} with caption"] = Screen("<i>您好</i>", media=media)
        found[f"{name} with buttons"] = Screen("<i>您好</i>", ROWS, media=media)
        found[f"{name} with long text"] = Screen(LONG, ROWS, media=media)
        found[f"{name} with all"] = Screen("您好", ROWS, media, POLL)
    return found


EXPECTED = {
    "text": ["text: 您好 & 😀"],
    "text with buttons": ["text: 您好 [OK]"],
    "link": ["text: https://e [Web]"],
    "long text": ["text: 很长的一段话。很长", "text: 很长的一段话。很长 [OK]"],
    "poll": ["poll: 几点？"],
    "poll with text and buttons": ["text: 您好 [OK]", "poll: 几点？"],
    "photo alone": ["photo"],
    "photo with caption": ["photo: 您好"],
    "video with buttons": ["video: 您好 [OK]"],
    "document with buttons": ["document: 您好 [OK]"],
    "voice with buttons": ["voice: 您好 [OK]"],
    "photo with long text": ["photo", "text: 很长的一段话。很长", "text: 很长的一段话。很长 [OK]"],
    "photo with all": ["photo: 您好 [OK]", "poll: 几点？"],
    "album alone": ["photo", "video", "photo"],
    "album with caption": ["photo: 您好", "video", "photo"],
    "album with buttons": ["photo", "video", "photo", "text: 您好 [OK]"],
    "documents with caption": ["document: 您好", "document"],
    "mixed with buttons": ["photo", "photo", "voice", "document", "text: 您好 [OK]"],
    "mixed with all": [*("photo", "photo", "voice", "document"), "text: 您好 [OK]", "poll: 几点？"],
}


@pytest.mark.parametrize("name", EXPECTED)
async def test_every_kind_arrives(
    sim: Simulator, sender: TelegramSender, ana: Person, name: str
) -> None:
    screen = of_every_kind(sim)[name]
    sent = await everything(sender, ana.id, screen)
    assert shown(ana) == EXPECTED[name]
    assert [i for ids in sent for i in ids] == [message.message_id for message in ana.messages]


async def test_what_the_preview_shows_is_what_is_sent(
    sim: Simulator, sender: TelegramSender, chat: Chat
) -> None:
    for name, screen in of_every_kind(sim).items():
        kim, ana = arrived(sim, "kim"), arrived(sim, "ana")
        await chat.send(kim.id, screen)
        await everything(sender, ana.id, screen)
        assert seen(kim) == seen(ana), name
        assert len(seen(kim)) >= sender.parts(screen), name


async def test_a_notice_arrives_as_staff_wrote_it(
    sim: Simulator, sender: TelegramSender, ana: Person
) -> None:
    link = Link("报名", "https://example.org")
    body = "<b>{{ 姓名 }}</b>，请看 https://example.org"
    message = StaffMessage({"zh": body}, (on_telegram(sim, MediaKind.PHOTO),), POLL, link)
    screen = notice(load_texts(ZONE).in_("zh"), message, "ana & bo", "")
    await everything(sender, ana.id, screen)
    assert ana.messages[0].text == "ana & bo，请看 https://example.org"
    assert ana.messages[0].buttons == ["报名"]
    assert ana.messages[1].poll is not None


async def test_a_preview_of_a_link_is_shown_only_where_the_screen_wants_it(
    sender: TelegramSender, ana: Person
) -> None:
    await sender.send(ana.id, Screen("https://example.org"))
    assert ana.last.content["link_preview_options"] == {"is_disabled": True}
    await sender.send(ana.id, Screen("https://example.org", preview=True))
    assert "link_preview_options" not in ana.last.content


@pytest.mark.parametrize("paid", [True, False])
async def test_only_who_pays_says_so(
    sim: Simulator, telegram: Telegram, ana: Person, tmp_path: Path, paid: bool
) -> None:
    sender = TelegramSender(telegram, paid=paid)
    for name, screen in of_every_kind(sim).items():
        await everything(sender, ana.id, screen)
        await everything(sender, ana.id, replace(screen, text=screen.text + name))
    await sender.send(ana.id, Screen("", media=(our_file(tmp_path, MediaKind.PHOTO),)))
    flags = {call.params.get("allow_paid_broadcast") for call in sim.calls()}
    assert flags == ({True, "true"} if paid else {None})


# -- what goes wrong -----------------------------------------------------------------------------


async def mishap(call: Awaitable[object]) -> Undelivered:
    with pytest.raises(Undelivered) as raised:
        await asyncio.wait_for(call, FAR)
    return raised.value


@pytest.mark.parametrize(
    ("fault", "kind", "arrives"),
    [
        (DropAfterAccept(), Unsure, True),
        (CutAnswer(), Unsure, True),
        (GatewayTimeout(), Unsure, True),
        (Reset(), Unsure, False),
        (Hang(), Unsure, False),
        (Hang(0.01), Unsure, False),
        (BadGateway(), TryLater, False),
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
    sender = TelegramSender(telegram, patience=0.5)
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
    sender = TelegramSender(telegram)
    await sender.send(ana.id, Screen("a"))
    await sim.stop()
    await asyncio.sleep(0.05)  # the end of the connection comes to our ears
    error = await mishap(sender.send(ana.id, Screen("b")))
    await telegram.close()
    assert type(error) is TryLater


async def test_a_name_without_an_address_means_that_nothing_was_sent() -> None:
    telegram = Telegram("http://nowhere.invalid", "42:TOKENTOKEN")
    error = await mishap(TelegramSender(telegram).send(1, Screen("a")))
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
        error = await mishap(TelegramSender(telegram, patience=0.6).send(1, Screen("a")))
        await telegram.close()
    assert type(error) is TryLater
    assert "ConnectionTimeout" in str(error)


async def test_a_server_that_speaks_no_tls_was_told_nothing(sim: Simulator) -> None:
    telegram = Telegram(sim.url.replace("http://", "https://"), sim.token)
    error = await mishap(TelegramSender(telegram).send(1, Screen("a")))
    await telegram.close()
    assert type(error) is TryLater


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", Unsure),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", Unsure),
        (b'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"ok"', Unsure),
        (b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", Unsure),
        (b"garbage\r\n\r\n", Unsure),
        (b"HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n", TryLater),
        (b"HTTP/1.1 503 X\r\nContent-Length: 2\r\n\r\nno", TryLater),
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
        error = await mishap(TelegramSender(telegram, patience=2).send(1, Screen("a")))
        await telegram.close()
    assert type(error) is kind


@pytest.mark.parametrize(
    ("code", "description", "kind"),
    [
        (400, "Bad Request: chat not found", Unreachable),
        (400, "Bad Request: PEER_ID_INVALID", Unreachable),
        (400, "Bad Request: not enough rights to send text messages to the chat", Unreachable),
        (403, "Forbidden: bot was kicked from the supergroup chat", Unreachable),
        (400, "Bad Request: can't parse entities", Rejected),
        (413, "Request Entity Too Large", Rejected),
        (401, "Unauthorized", TryLater),
        (404, "Not Found", TryLater),
        (429, "Too Many Requests", TryLater),
        (500, "Internal Server Error", TryLater),
        (502, "Bad Gateway", TryLater),
        (504, "Gateway Timeout", Unsure),
    ],
)
async def test_what_telegram_says_decides(
    code: int, description: str, kind: type[Undelivered]
) -> None:
    body = f'{{"ok":false,"error_code":{code},"description":"{description}"}}'
    head = f"HTTP/1.1 {code} X\r\nContent-Length: {len(body)}\r\n\r\n"
    await test_an_answer_that_is_not_telegrams((head + body).encode(), kind)


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


# -- corrections ---------------------------------------------------------------------------------


async def test_any_text_becomes_any_other_whatever_stands_beside_it(
    sim: Simulator, sender: TelegramSender
) -> None:
    texts = ["一", "<b>二</b>" * (CAPTION_LIMIT + 1), LONG]
    for name, kinds in {"no media": (), **MEDIA}.items():
        media = tuple(on_telegram(sim, kind) for kind in kinds)
        for poll in (None, POLL):
            for first in texts:
                for second in texts:
                    await becomes(
                        sim,
                        sender,
                        Screen(first, ROWS, media, poll),
                        Screen(second, OTHER, media, poll),
                        f"{name}, {len(first)} to {len(second)}",
                    )


async def becomes(
    sim: Simulator, sender: TelegramSender, before: Screen, after: Screen, name: str
) -> None:
    """What was sent as `before` and edited looks like what is sent as `after` at once; only a poll
    cannot come down past the pieces that are new."""
    ana, kim = arrived(sim, "ana"), arrived(sim, "kim")
    sent = await everything(sender, ana.id, before)
    edited = await sender.edit(ana.id, after, sent)
    await everything(sender, kim.id, after)
    if len(edited) > len(sent) and after.poll:
        assert sorted(map(repr, seen(ana))) == sorted(map(repr, seen(kim))), name
    else:
        assert seen(ana) == seen(kim), name
    assert len(edited) == sender.parts(after), name
    ids = [i for part in edited for i in part]
    assert sorted(ids) == [message.message_id for message in ana.messages], name
    again = await sender.edit(ana.id, after, edited)
    assert again == edited, "not modified counts as done"


async def test_without_buttons_a_caption_on_an_album_is_corrected(
    sim: Simulator, sender: TelegramSender
) -> None:
    media = tuple(on_telegram(sim, MediaKind.PHOTO) for _ in range(3))
    for first in ("一", LONG):
        for second in ("二", LONG + "二"):
            before, after = Screen(first, (), media), Screen(second, (), media)
            await becomes(sim, sender, before, after, f"{len(first)} to {len(second)}")


async def test_pieces_that_are_not_needed_any_more_are_deleted(
    sender: TelegramSender, ana: Person
) -> None:
    sent = await everything(sender, ana.id, Screen(LONG + LONG))
    assert len(sent) > 2
    assert await sender.edit(ana.id, Screen("短"), sent) == sent[:1]
    assert shown(ana) == ["text: 短"]


async def test_a_correction_that_stopped_half_way_is_made_again(
    sim: Simulator, sender: TelegramSender, ana: Person
) -> None:
    sent = await everything(sender, ana.id, Screen("一"))
    sim.faults.next(BadGateway(), method="sendMessage")
    assert isinstance(await mishap(sender.edit(ana.id, Screen(LONG), sent)), TryLater)
    edited = await sender.edit(ana.id, Screen(LONG), sent)
    assert shown(ana) == ["text: 很长的一段话。很长"] * 2
    assert len(edited) == 2


async def test_what_cannot_be_corrected_is_rejected(
    sim: Simulator, sender: TelegramSender, ana: Person
) -> None:
    sent = await everything(sender, ana.id, Screen("一"))
    assert isinstance(await mishap(sender.edit(ana.id, Screen("<x>"), sent)), Rejected)
    await sender.delete(ana.id, sent[0])
    assert isinstance(await mishap(sender.edit(ana.id, Screen("二"), sent)), Rejected)
    photo = on_telegram(sim, MediaKind.PHOTO)
    assert isinstance(await mishap(sender.edit(ana.id, Screen("", media=(photo,)), ())), Rejected)
    await ana.blocks()
    assert isinstance(await mishap(sender.edit(ana.id, Screen("二"), sent)), Unreachable)


async def test_a_lost_answer_to_a_correction_does_no_harm(
    sim: Simulator, sender: TelegramSender, ana: Person
) -> None:
    sent = await everything(sender, ana.id, Screen("一"))
    sim.faults.next(DropAfterAccept(), method="editMessageText")
    assert isinstance(await mishap(sender.edit(ana.id, Screen("二"), sent)), Unsure)
    assert await sender.edit(ana.id, Screen("二"), sent) == sent
    assert shown(ana) == ["text: 二"]


# -- withdrawals ---------------------------------------------------------------------------------


async def test_messages_are_deleted_a_hundred_at_a_time(
    sim: Simulator, sender: TelegramSender, ana: Person
) -> None:
    ids = [i for n in range(230) for i in await sender.send(ana.id, Screen(f"{n}"))]
    await sender.delete(ana.id, ids)
    assert ana.messages == []
    assert [len(call.params["message_ids"]) for call in sim.calls("deleteMessages")] == [
        *(100, 100, 30)
    ]
    await sender.delete(ana.id, ids)  # all are gone already
    await sender.delete(ana.id, [])


async def test_what_is_too_old_cannot_be_deleted(
    sim: Simulator, sender: TelegramSender, ana: Person
) -> None:
    ids = await sender.send(ana.id, Screen("a"))
    sim.clock.advance(timedelta(hours=49))
    assert isinstance(await mishap(sender.delete(ana.id, ids)), Rejected)
    assert shown(ana) == ["text: a"]


async def test_a_withdrawal_can_fail_for_now(
    sim: Simulator, sender: TelegramSender, ana: Person
) -> None:
    ids = await sender.send(ana.id, Screen("a"))
    sim.faults.next(TooManyRequests(3))
    assert isinstance(await mishap(sender.delete(ana.id, ids)), SlowDown)
    sim.faults.next(DropAfterAccept())
    assert isinstance(await mishap(sender.delete(ana.id, ids)), Unsure)
    await sender.delete(ana.id, ids)
    assert ana.messages == []


# -- files of ours -------------------------------------------------------------------------------


@dataclass
class Kept:
    """Where ids are kept, as a table keeps them; `broken` as one that cannot be written."""

    ids: dict[str, str] = field(default_factory=dict)
    broken: bool = False

    async def known(self, digest: str) -> str | None:
        await asyncio.sleep(0)
        return self.ids.get(digest)

    async def remember(self, digest: str, file_id: str) -> None:
        await asyncio.sleep(0)
        if self.broken:
            raise OSError("no space left on device")
        self.ids[digest] = file_id


SUFFIXES = {
    MediaKind.PHOTO: ".png",
    MediaKind.VIDEO: ".mp4",
    MediaKind.VOICE: ".ogg",
    MediaKind.DOCUMENT: ".docx",
}


def our_file(folder: Path, kind: MediaKind, name: str = "图") -> File:
    path = folder / f"{name}{SUFFIXES[kind]}"
    content = BYTES[kind] + name.encode()
    path.write_bytes(content)
    return File(kind, path, hashlib.sha256(kind.encode() + content).hexdigest())


@pytest.mark.parametrize("kind", MediaKind)
async def test_a_file_is_uploaded_once_and_then_known_by_its_id(
    sim: Simulator, telegram: Telegram, ana: Person, tmp_path: Path, kind: MediaKind
) -> None:
    kept = Kept()
    sender = TelegramSender(telegram, FileIds(kept))
    file = our_file(tmp_path, kind)
    screen = Screen("<b>您好</b>", ROWS, (file,))
    for _ in range(3):
        await sender.send(ana.id, screen)
    first, *others = ana.messages
    assert first.media_kind == kind
    assert [message.content for message in others] == [first.content] * 2
    assert shown(ana) == [f"{kind}: 您好 [OK]"] * 3
    assert kept.ids == {file.digest: first.file_id}
    stored = sim.world.files.find(first.file_id or "")
    assert stored is not None
    assert stored.data == file.path.read_bytes()
    assert stored.name == file.path.name
    sent = [call.params.get(kind, "attached") for call in sim.calls()]
    assert sent == [f"attach://{file.digest}", first.file_id, first.file_id]

    # A start later, and in another process, it is known still.
    file.path.unlink()
    await TelegramSender(telegram, FileIds(kept)).send(ana.id, screen)
    assert ana.last.file_id == first.file_id


async def test_an_album_goes_up_with_what_is_not_known_of_it(
    sim: Simulator, telegram: Telegram, ana: Person, tmp_path: Path
) -> None:
    kept = Kept()
    sender = TelegramSender(telegram, FileIds(kept))
    one, two = our_file(tmp_path, MediaKind.PHOTO, "一"), our_file(tmp_path, MediaKind.VIDEO, "二")
    await sender.send(ana.id, Screen("", media=(one,)))
    album = Screen("您好", media=(two, one, on_telegram(sim, MediaKind.PHOTO), two))
    ids = await sender.send(ana.id, album)
    assert len(ids) == 4
    assert shown(ana) == ["photo", "video: 您好", "photo", "photo", "video"]
    assert set(kept.ids) == {one.digest, two.digest}
    assert ana.messages[2].file_id == ana.messages[0].file_id
    assert len(await sender.send(ana.id, album)) == 4
    assert "attach://" not in str(sim.calls()[-1].params)


async def test_two_who_send_at_once_upload_once(
    sim: Simulator, telegram: Telegram, tmp_path: Path
) -> None:
    ids = FileIds(Kept())
    sender, chat = TelegramSender(telegram, ids), Chat(telegram, at_once, ids)
    people = [sim.person(name, start="") for name in ("ana", "bo", "kim", "li", "mei")] * 4
    screen = Screen("a", media=(our_file(tmp_path, MediaKind.PHOTO),))
    async with asyncio.TaskGroup() as group:
        for person in people:
            group.create_task(sender.send(person.id, screen))
        group.create_task(chat.send(people[0].id, screen))
    assert sum("attach://" in str(call.params) for call in sim.calls("sendPhoto")) == 1
    assert len(sim.calls("sendPhoto")) == 21


async def test_who_blocked_the_bot_does_not_keep_a_file_from_others(
    sim: Simulator, telegram: Telegram, ana: Person, tmp_path: Path
) -> None:
    kept = Kept()
    sender = TelegramSender(telegram, FileIds(kept))
    screen = Screen("a", media=(our_file(tmp_path, MediaKind.PHOTO),))
    bo = arrived(sim, "bo")
    await bo.blocks()
    assert isinstance(await mishap(sender.send(bo.id, screen)), Unreachable)
    sim.faults.next(DropAfterAccept())
    assert isinstance(await mishap(sender.send(ana.id, screen)), Unsure)
    assert kept.ids == {}
    await sender.send(ana.id, screen)
    assert len(kept.ids) == 1


async def test_an_id_of_another_bot_is_replaced(
    sim: Simulator, telegram: Telegram, ana: Person, tmp_path: Path
) -> None:
    file = our_file(tmp_path, MediaKind.PHOTO)
    kept = Kept({file.digest: "AgACAgother"})
    sender = TelegramSender(telegram, FileIds(kept))
    async with asyncio.TaskGroup() as group:
        for _ in range(5):
            group.create_task(sender.send(ana.id, Screen("a", media=(file,))))
    assert shown(ana) == ["photo: a"] * 5
    assert sum("attach://" in str(call.params) for call in sim.calls()) == 1
    assert kept.ids[file.digest] == ana.last.file_id
    wrong = Screen("a", media=(Media(MediaKind.PHOTO, "AgACAgother"),))
    assert isinstance(await mishap(sender.send(ana.id, wrong)), Rejected)


async def test_an_id_that_cannot_be_kept_loses_no_message(
    telegram: Telegram, ana: Person, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sender = TelegramSender(telegram, FileIds(Kept(broken=True)))
    screen = Screen("a", media=(our_file(tmp_path, MediaKind.PHOTO),))
    for _ in range(2):
        assert await sender.send(ana.id, screen)
    assert ana.messages[0].file_id == ana.messages[1].file_id
    assert "could not be kept" in caplog.text


async def test_what_telegram_shows_as_something_else_is_sent_all_the_same(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    ids = FileIds(Kept())
    film = our_file(tmp_path, MediaKind.VIDEO)
    await ids.remember([film], [{"message_id": 7, "animation": {"file_id": "x"}}])
    assert "cannot be reused" in caplog.text
    assert await ids.known(Screen("", media=(film,))) == Screen("", media=(film,))


# -- answers -------------------------------------------------------------------------------------


async def test_a_message_becomes_another_screen(
    sim: Simulator, chat: Chat, ana: Person, tmp_path: Path
) -> None:
    photo = on_telegram(sim, MediaKind.PHOTO)
    steps = [
        Screen("一", ROWS),
        Screen("二", ROWS, (photo,)),
        Screen("三", OTHER, (photo,)),
        Screen("", ROWS, (on_telegram(sim, MediaKind.VIDEO),)),
        Screen("四", ROWS, (our_file(tmp_path, MediaKind.PHOTO),)),
    ]
    message_id = await chat.send(ana.id, Screen("零"))
    for screen in steps:
        for _ in range(2):  # the second time it shows that already
            await chat.edit(ana.id, message_id, screen)
            await chat.send(ana.id, screen)
            assert seen(ana)[0] == seen(ana)[-1]
    assert len(ana.messages) == 1 + 2 * len(steps)


@pytest.mark.parametrize(
    "name", ["long text", "poll", "voice with buttons", "album with buttons", "photo with all"]
)
async def test_what_is_no_single_message_is_sent_below(
    sim: Simulator, chat: Chat, ana: Person, name: str
) -> None:
    message_id = await chat.send(ana.id, Screen("零"))
    await chat.edit(ana.id, message_id, of_every_kind(sim)[name])
    assert len(ana.messages) > 1
    assert shown(ana)[0] == "text: 零"


async def test_what_cannot_be_edited_any_more_is_sent_below(
    sim: Simulator, chat: Chat, ana: Person
) -> None:
    photo = await chat.send(ana.id, Screen("零", (), (on_telegram(sim, MediaKind.PHOTO),)))
    await chat.edit(ana.id, photo, Screen("一"))  # a photo does not become a text
    assert shown(ana) == ["photo: 零", "text: 一"]
    await chat.edit(ana.id, 999, Screen("二"))
    assert shown(ana)[2:] == ["text: 二"]
    with pytest.raises(TelegramRefused, match="parse entities"):
        await chat.edit(ana.id, photo, Screen("<x>"))


async def test_a_reply_stands_under_what_was_said(chat: Chat, ana: Person) -> None:
    said = await ana.says("您好")
    await chat.send(ana.id, Screen(LONG), reply_to=said.message_id)
    assert [message.reply_to for message in ana.messages[1:]] == [None, said]
    await chat.send(ana.id, Screen("a"), reply_to=12345)  # it was deleted meanwhile
    assert ana.last.reply_to is None


async def test_each_message_of_an_answer_waits_for_its_turn(
    sim: Simulator, telegram: Telegram, ana: Person
) -> None:
    asked: list[int] = []

    async def turn(chat_id: int) -> None:
        asked.append(len(sim.calls("sendMessage")))

    await Chat(telegram, turn).send(ana.id, Screen(LONG))
    assert asked == [0, 1]


async def test_a_picture_is_uploaded(sim: Simulator, chat: Chat, ana: Person) -> None:
    await chat.send_picture(ana.id, TINY_PNG, "<b>a</b>")
    assert shown(ana) == ["photo: a"]


async def test_an_answer_is_tried_again_while_telegram_asks_for_patience(
    sim: Simulator, chat: Chat, ana: Person
) -> None:
    sim.faults.next(TooManyRequests(0), method="sendMessage", times=2)
    await chat.send(ana.id, Screen("a"))
    assert shown(ana) == ["text: a"]


async def test_what_is_sent_is_what_was_prepared(sim: Simulator, sender: TelegramSender) -> None:
    """Nothing stands between `prepare` and the wire but the chat."""
    for name, screen in of_every_kind(sim).items():
        ana = arrived(sim, "ana")
        before = len(sim.calls())
        await everything(sender, ana.id, screen)
        made = [call.method for call in sim.calls()[before:]]
        assert made == [call.method for call in prepare(screen)], name
