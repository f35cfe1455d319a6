"""Answers to whoever waits, when Telegram fails or will not have a part of them."""

from pathlib import Path

import pytest

from bot.simulator import Person, Refused, ServerError, Simulator, TooManyRequests
from bot.simulator.faults import Fault
from bot.simulator.files import TINY_PNG
from bot.telegram.chat import Chat
from bot.telegram.client import TelegramRefused, TelegramUnavailable
from bot.telegram.giving import Answer, passes
from content.screen import File, NobodyThere, NotShown, Screen, picture
from storage.model.message import Media, MediaKind

from .scene import LONG, ROWS, Debts, on_telegram, says, shown

LATER = TooManyRequests(60)  # too long to wait for while somebody speaks


@pytest.mark.parametrize(
    ("error", "goes_by"),
    [
        (TelegramUnavailable("a reset", unsure=True), True),
        (TelegramUnavailable("no name", unsure=False), True),
        (TelegramRefused(500, "Internal Server Error"), True),
        (TelegramRefused(502, "Bad Gateway"), True),
        (TelegramRefused(429, "Too Many Requests", 60), True),
        (TelegramRefused(429, "Too Many Requests"), True),
        (TelegramRefused(401, "Unauthorized"), True),
        (TelegramRefused(403, "Forbidden: bot was blocked by the user"), False),
        (TelegramRefused(400, "Bad Request: chat not found"), False),
        (TelegramRefused(400, "Bad Request: can't parse entities"), False),
        (TelegramRefused(400, "Bad Request: wrong file identifier"), False),
    ],
)
def test_only_what_goes_by_is_owed(error: NotShown, goes_by: bool) -> None:
    assert passes(error) == goes_by


@pytest.mark.parametrize("fault", [ServerError(), TooManyRequests(0)], ids=str)
async def test_one_failure_is_not_even_noticed(
    sim: Simulator, chat: Chat, ana: Person, debts: Debts, fault: Fault
) -> None:
    sim.faults.next(fault)
    await chat.send(ana.id, Screen("a", media=(picture(TINY_PNG),)))
    assert shown(ana) == ["photo: a"]
    assert not debts.owed


async def test_what_cannot_be_said_now_is_owed_from_the_part_on_that_is_missing(
    sim: Simulator, chat: Chat, ana: Person, debts: Debts
) -> None:
    message_id = await says(chat, ana, Screen("零"))
    sim.faults.next(LATER, times=2)
    assert await chat.edit(ana.id, message_id, Screen("一", ROWS)) is None
    assert debts.owed == {ana.id: [Answer(Screen("一", ROWS), message_id=message_id)]}
    assert await chat.send(ana.id, Screen("二"), reply_to=7) is None
    assert debts.owed == {ana.id: [Answer(Screen("二"), reply_to=7)]}
    long = Screen(LONG, ROWS, (on_telegram(sim, MediaKind.PHOTO),))
    sim.faults.next(LATER, method="sendMessage")
    assert await chat.send(ana.id, long) is None
    assert debts.owed == {ana.id: [Answer(long, part=1)]}
    await chat.send(ana.id, Screen("三"))
    assert not debts.owed, "a newer answer arrived"


async def test_who_blocked_the_bot_is_owed_nothing(chat: Chat, ana: Person, debts: Debts) -> None:
    await ana.blocks()
    with pytest.raises(NobodyThere):
        await chat.send(ana.id, Screen("a"))
    assert not debts.owed


async def test_a_press_that_cannot_be_answered_says_so_and_a_menu_keeps_nobody_waiting(
    sim: Simulator, chat: Chat, ana: Person
) -> None:
    assert not await chat.toast("no such press", "a")
    sim.faults.next(LATER, method="setMyCommands")
    await chat.menu(ana.id, [("help", "a")])


BAD = Media(MediaKind.PHOTO, "no-such-file")
GONE = File(MediaKind.DOCUMENT, Path("/nowhere/a.pdf"), "d")


@pytest.mark.parametrize(
    ("bad", "good", "expected"),
    [
        ((BAD,), (), ["text: 您好\n\n-1 [OK]"]),
        ((GONE,), (), ["text: 您好\n\n-1 [OK]"]),
        ((BAD, BAD), (), ["text: 您好\n\n-2 [OK]"]),
        ((BAD,), (MediaKind.PHOTO,), ["photo: 您好\n\n-1 [OK]"]),
        ((BAD,), (MediaKind.PHOTO, MediaKind.VIDEO), ["photo", "video", "text: 您好\n\n-1 [OK]"]),
        ((GONE,), (MediaKind.VOICE,), ["voice", "text: 您好\n\n-1 [OK]"]),
    ],
)
async def test_a_bad_attachment_never_blocks_the_words(
    sim: Simulator,
    chat: Chat,
    ana: Person,
    bad: tuple[Media | File, ...],
    good: tuple[MediaKind, ...],
    expected: list[str],
) -> None:
    media = (*(on_telegram(sim, kind) for kind in good), *bad)
    await chat.send(ana.id, Screen("您好", ROWS, media))
    assert shown(ana) == expected


async def test_a_press_shows_the_words_without_what_is_no_good(
    sim: Simulator, chat: Chat, ana: Person
) -> None:
    photo = on_telegram(sim, MediaKind.PHOTO)
    text, picture_ = await says(chat, ana, Screen("零")), Screen("一", media=(photo,))
    await chat.edit(ana.id, text, Screen("二", ROWS, (BAD,)))
    assert shown(ana) == ["text: 二\n\n-1 [OK]"]
    message_id = await says(chat, ana, picture_)
    await chat.edit(ana.id, message_id, Screen("三", ROWS, (Media(MediaKind.VIDEO, "gone"),)))
    assert shown(ana)[1:] == ["photo: 一", "text: 三\n\n-1 [OK]"]


async def test_a_file_of_another_kind_than_it_says_is_left_out(
    sim: Simulator, chat: Chat, ana: Person
) -> None:
    photo = on_telegram(sim, MediaKind.PHOTO)
    await chat.send(ana.id, Screen("您好", media=(Media(MediaKind.VIDEO, photo.file_id),)))
    assert shown(ana) == ["text: 您好\n\n-1"]


async def test_words_that_are_no_good_are_not_blamed_on_a_picture(
    sim: Simulator, chat: Chat, ana: Person
) -> None:
    with pytest.raises(TelegramRefused, match="parse entities"):
        await chat.send(ana.id, Screen("<x>a", media=(on_telegram(sim, MediaKind.PHOTO),)))
    assert shown(ana) == []


TOPIC = ["message thread not found", "TOPIC_CLOSED", "TOPIC_DELETED"]


@pytest.mark.parametrize("said", TOPIC)
async def test_an_answer_in_a_topic_that_is_no_more_comes_in_the_group(
    sim: Simulator, chat: Chat, ana: Person, debts: Debts, said: str
) -> None:
    group, photo = sim.group("东湖", [ana]), on_telegram(sim, MediaKind.PHOTO)
    for screen in (Screen("a"), Screen("b", media=(photo,))):
        sim.faults.next(Refused(f"Bad Request: {said}"), chat_id=group.id)
        assert await chat.send(group.id, screen, reply_to=7, topic=77) is not None
    found = [each for each in group.messages if each.by_bot]
    assert [each.extras.get("message_thread_id") for each in found] == [None, None]
    assert [each.text or each.content.get("caption") for each in found] == ["a", "b"]
    assert "photo" in found[1].content, "the picture is not to blame"
    assert not debts.owed


async def test_a_group_in_which_nothing_can_be_said_at_all_is_owed_nothing(
    sim: Simulator, chat: Chat, ana: Person, debts: Debts
) -> None:
    group = sim.group("东湖", [ana])
    for said in (*TOPIC, "CHAT_WRITE_FORBIDDEN"):
        sim.faults.next(Refused(f"Bad Request: {said}"), chat_id=group.id, times=2)
        with pytest.raises(NobodyThere):
            await chat.send(group.id, Screen("a"), topic=77)
        sim.faults.clear()
    assert not debts.owed


async def test_an_answer_follows_a_group_that_became_a_supergroup(
    sim: Simulator, chat: Chat, ana: Person, debts: Debts
) -> None:
    group = sim.group("东湖", [ana])
    shown_there = await chat.send(group.id, Screen("a"))
    assert shown_there is not None
    old = await group.upgrades()
    await chat.send(old, Screen("b"), reply_to=shown_there)
    await chat.edit(old, shown_there, Screen("c"))
    assert [each.text for each in group.messages if each.by_bot][-2:] == ["b", "c"]
    assert not debts.owed
