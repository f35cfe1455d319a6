"""What the courier sends although an attachment is no good: the words, and the others."""

from pathlib import Path
from typing import Any

import pytest

from bot.simulator import Person, Refused, Simulator
from bot.telegram.attachments import Attachments
from bot.telegram.client import Telegram, TelegramRefused
from bot.telegram.sending import TelegramSender
from content.screen import File, Screen
from scheduler.ports import Rejected, Unreachable
from storage.model.message import Media, MediaKind

from .scene import LONG, POLL, ROWS, arrived, everything, mishap, on_telegram, shown

BAD = Media(MediaKind.PHOTO, "AgACgone")
BAD_VOICE = Media(MediaKind.VOICE, "AwACgone")
GONE = File(MediaKind.DOCUMENT, Path("/nowhere/a.docx"), "d" * 64)
PHOTO, VIDEO, VOICE, DOCUMENT = (
    MediaKind.PHOTO,
    MediaKind.VIDEO,
    MediaKind.VOICE,
    MediaKind.DOCUMENT,
)


def with_media(sim: Simulator, *given: Any) -> tuple[Any, ...]:
    return tuple(on_telegram(sim, each) if isinstance(each, MediaKind) else each for each in given)


@pytest.mark.parametrize(
    ("media", "text", "rows", "expected"),
    [
        ((BAD,), "您好", ROWS, ["text: 您好\n\n-1 [OK]"]),
        ((GONE,), "您好", ROWS, ["text: 您好\n\n-1 [OK]"]),
        ((BAD_VOICE,), "您好", (), ["text: 您好\n\n-1"]),
        ((BAD,), "", (), ["text: -1"]),
        (
            (BAD,),
            LONG,
            ROWS,
            ["text: -1", "text: 很长的一段话。很长", "text: 很长的一段话。很长 [OK]"],
        ),
        ((PHOTO, BAD), "您好", (), ["photo: 您好\n\n-1"]),
        ((BAD, PHOTO, VIDEO), "您好", (), ["photo: 您好\n\n-1", "video"]),
        ((BAD, PHOTO), "您好", ROWS, ["photo: -1", "text: 您好 [OK]"]),
        ((BAD, BAD), "您好", (), ["text: 您好\n\n-2"]),
        ((PHOTO, GONE), "您好", ROWS, ["photo", "text: -1", "text: 您好 [OK]"]),
        ((DOCUMENT, GONE), "您好", (), ["document: 您好\n\n-1"]),
        ((PHOTO, BAD_VOICE), "您好", (), ["photo: 您好", "text: -1"]),
        ((PHOTO, BAD), LONG[:900] + "</b>", (), ["photo: 很长的一段话。很长"]),
    ],
)
async def test_one_bad_attachment_blocks_neither_the_words_nor_the_others(
    sim: Simulator,
    sender: TelegramSender,
    ana: Person,
    media: tuple[Any, ...],
    text: str,
    rows: Any,
    expected: list[str],
) -> None:
    screen = Screen(text, rows, with_media(sim, *media), POLL)
    ids = await everything(sender, ana.id, screen)
    assert shown(ana) == [*expected, "poll: 几点？"]
    assert [i for part in ids for i in part] == [m.message_id for m in ana.messages]
    assert len(ids) == sender.parts(screen), "the parts of a correction are counted so"


@pytest.mark.parametrize("media", [(BAD,), (GONE,), (BAD, BAD), (BAD, PHOTO), (PHOTO, BAD)])
@pytest.mark.parametrize("rows", [(), ROWS])
async def test_what_went_without_is_corrected_all_the_same(
    sim: Simulator, sender: TelegramSender, ana: Person, media: tuple[Any, ...], rows: Any
) -> None:
    found = with_media(sim, *media)
    ids = await everything(sender, ana.id, Screen("旧的", rows, found))
    await sender.edit(ana.id, Screen("新的", rows, found), ids)
    texts = [message.text for message in ana.messages]
    assert sum("新的" in text for text in texts) == 1
    assert not any("旧的" in text for text in texts)


async def test_telegram_is_asked_once_about_a_file_that_is_no_good(
    sim: Simulator, sender: TelegramSender, caplog: pytest.LogCaptureFixture
) -> None:
    crowd = [arrived(sim, f"p{n}") for n in range(5)]
    screen = Screen("您好", media=with_media(sim, PHOTO, BAD))
    for person in crowd:
        await sender.send(person.id, screen)
        assert shown(person) == ["photo: 您好\n\n-1"]
    assert caplog.text.count("messages go without 1 attachments") == 1


async def test_words_that_are_no_good_are_not_blamed_on_a_picture(
    sim: Simulator, sender: TelegramSender, ana: Person
) -> None:
    screen = Screen("<x>a", media=with_media(sim, PHOTO))
    assert isinstance(await mishap(sender.send(ana.id, screen)), Rejected)


async def test_who_blocked_the_bot_is_not_written_to_without_the_picture(
    sim: Simulator, sender: TelegramSender, ana: Person
) -> None:
    await ana.blocks()
    screen = Screen("您好", media=with_media(sim, PHOTO))
    assert isinstance(await mishap(sender.send(ana.id, screen)), Unreachable)


async def test_of_a_chat_that_takes_no_voice_nothing_is_learnt_for_others(
    sim: Simulator, telegram: Telegram
) -> None:
    known, [voice] = Attachments(telegram), with_media(sim, VOICE)
    error = TelegramRefused(400, "Bad Request: VOICE_MESSAGES_FORBIDDEN")
    assert await known.left([voice], (0,), error) == ()
    assert known.good([voice]) == (0,)


async def test_of_a_group_whose_topic_is_closed_nothing_is_learnt_for_others(
    sim: Simulator, sender: TelegramSender, ana: Person
) -> None:
    group, screen = sim.group("东湖", [ana]), Screen("您好", media=with_media(sim, PHOTO))
    sim.faults.next(Refused("Bad Request: TOPIC_CLOSED"), chat_id=group.id)
    assert isinstance(await mishap(sender.send(group.id, screen)), Rejected)
    await sender.send(ana.id, screen)
    assert shown(ana) == ["photo: 您好"]


async def test_what_was_bad_is_tried_again_after_a_while(
    sim: Simulator, telegram: Telegram
) -> None:
    time = 0.0
    known = Attachments(telegram, lambda: time)
    error = TelegramRefused(
        400, "Bad Request: wrong file_id or the file is temporarily unavailable"
    )
    assert await known.left([BAD, *with_media(sim, PHOTO)], (0, 1), error) == (1,)
    assert known.good([BAD]) == ()
    time = 3600.0
    assert known.good([BAD]) == (0,)
