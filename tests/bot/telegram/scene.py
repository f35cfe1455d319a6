"""A bot on one side, people on the other, and every kind of screen between them."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.simulator import (
    Message,
    Person,
    Simulator,
)
from bot.simulator.files import TINY_PNG
from bot.telegram.chat import Chat
from bot.telegram.client import Telegram
from bot.telegram.files import FileIds
from bot.telegram.giving import Answer, Voice
from bot.telegram.sending import TelegramSender
from content.screen import Button, File, Screen
from scheduler.ports import Answers, Undelivered
from storage.model.message import Media, MediaKind, Poll
from tests.waiting import HANG

BYTES = {kind: f"some {kind}".encode() for kind in MediaKind} | {MediaKind.PHOTO: TINY_PNG}
ROWS = ((Button("OK", "done:1"),),)
OTHER = ((Button("Web", url="https://example.org"),),)
POLL = Poll("几点？", ("八点", "九点"), several=True)
LONG = "<b>" + "\n\n".join("很长的一段话。" * 100 for _ in range(10)) + "</b>"


@dataclass
class AtOnce:
    """No pace, only a note of what was asked of it: chats, and refusals in seconds."""

    asked: list[int] = field(default_factory=list)
    refusals: list[float] = field(default_factory=list)

    async def answer(self, chat_id: int, messages: int = 1) -> None:
        self.asked.append(chat_id)

    def answer_refused(self, seconds: float) -> None:
        self.refusals.append(seconds)


@dataclass
class Debts:
    """What is owed, by chat; nobody ever pays it."""

    owed: dict[int, list[Answer]] = field(default_factory=dict)

    def goes_on(self, chat_id: int) -> bool:
        return False

    @asynccontextmanager
    async def alone(self, chat_id: int) -> AsyncIterator[bool]:
        yield chat_id in self.owed

    async def note(self, chat_id: int, answer: Answer) -> None:
        """A stop while it is tried is for others."""

    async def owe(self, chat_id: int, answer: Answer, wait: float | None = None) -> None:
        self.owed[chat_id] = [answer]

    async def given(self, chat_id: int) -> None:
        self.owed.pop(chat_id, None)


async def missing(_chat_id: int, number: int) -> str:
    """In place of what is not shown."""
    return f"-{number}"


def chat_over(
    telegram: Telegram, pace: Answers, debts: Debts | None = None, ids: FileIds | None = None
) -> Chat:
    """The handlers' way to people."""
    return Chat(telegram, Voice(telegram, pace, ids or FileIds(), missing), debts or Debts())


async def says(chat: Chat, person: Person, screen: Screen) -> int:
    """Answer somebody; the id of the message that shows it."""
    shown = await chat.send(person.id, screen)
    assert shown is not None
    return shown


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
    """Screens of which each is sent in another way, by name."""
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


async def mishap(call: Awaitable[object]) -> Undelivered:
    """What a call that goes wrong raises."""
    with pytest.raises(Undelivered) as raised:
        await asyncio.wait_for(call, HANG)
    return raised.value


SUFFIXES = {
    MediaKind.PHOTO: ".png",
    MediaKind.VIDEO: ".mp4",
    MediaKind.VOICE: ".ogg",
    MediaKind.DOCUMENT: ".docx",
    MediaKind.AUDIO: ".mp3",
    MediaKind.ANIMATION: ".mp4",
}


def our_file(folder: Path, kind: MediaKind, name: str = "图") -> File:
    """A file that only we have."""
    path = folder / f"{name}{SUFFIXES[kind]}"
    content = BYTES[kind] + name.encode()
    path.write_bytes(content)
    return File(kind, path, hashlib.sha256(kind.encode() + content).hexdigest())
