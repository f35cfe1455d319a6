"""Files of ours: uploaded once, then known by their ids."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.simulator import (
    DropAfterAccept,
    Person,
    Simulator,
)
from bot.telegram.client import Telegram
from bot.telegram.files import FileIds
from bot.telegram.sending import TelegramSender
from content.screen import Screen
from scheduler.ports import (
    Unreachable,
    Unsure,
)
from storage.model.message import Media, MediaKind

from .scene import ROWS, AtOnce, arrived, chat_over, mishap, missing, on_telegram, our_file, shown


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


@pytest.mark.parametrize("kind", MediaKind)
async def test_a_file_is_uploaded_once_and_then_known_by_its_id(
    sim: Simulator, telegram: Telegram, ana: Person, tmp_path: Path, kind: MediaKind
) -> None:
    kept = Kept()
    sender = TelegramSender(telegram, missing, FileIds(kept))
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
    await TelegramSender(telegram, missing, FileIds(kept)).send(ana.id, screen)
    assert ana.last.file_id == first.file_id


async def test_an_album_goes_up_with_what_is_not_known_of_it(
    sim: Simulator, telegram: Telegram, ana: Person, tmp_path: Path
) -> None:
    kept = Kept()
    sender = TelegramSender(telegram, missing, FileIds(kept))
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
    sender, chat = TelegramSender(telegram, missing, ids), chat_over(telegram, AtOnce(), ids=ids)
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
    sender = TelegramSender(telegram, missing, FileIds(kept))
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
    sender = TelegramSender(telegram, missing, FileIds(kept))
    async with asyncio.TaskGroup() as group:
        for _ in range(5):
            group.create_task(sender.send(ana.id, Screen("a", media=(file,))))
    assert shown(ana) == ["photo: a"] * 5
    assert sum("attach://" in str(call.params) for call in sim.calls()) == 1
    assert kept.ids[file.digest] == ana.last.file_id
    wrong = Screen("a", media=(Media(MediaKind.PHOTO, "AgACAgother"),))
    await sender.send(ana.id, wrong)
    assert shown(ana)[5:] == ["text: a\n\n-1"], "that is none of our files"


async def test_an_id_that_cannot_be_kept_loses_no_message(
    telegram: Telegram, ana: Person, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sender = TelegramSender(telegram, missing, FileIds(Kept(broken=True)))
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
