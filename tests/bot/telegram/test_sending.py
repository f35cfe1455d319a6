"""What reaches people over HTTP: every kind of screen, as a push and as an answer."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.simulator import (
    Person,
    Simulator,
    TooManyRequests,
)
from bot.simulator.files import TINY_PNG
from bot.telegram.chat import Chat
from bot.telegram.client import Telegram, TelegramRefused
from bot.telegram.messages import prepare
from bot.telegram.sending import TelegramSender
from content.screen import Screen, picture
from content.screens.notice import notice
from content.texts import load_texts
from storage.model.message import Link, MediaKind
from storage.model.message import Message as StaffMessage
from tests.clock import monday_noon
from tests.storage.district import ZONE

from .scene import (
    EXPECTED,
    LONG,
    OTHER,
    POLL,
    ROWS,
    AtOnce,
    arrived,
    chat_over,
    everything,
    missing,
    of_every_kind,
    on_telegram,
    our_file,
    says,
    seen,
    shown,
)


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
    screen = notice(load_texts(ZONE, monday_noon).in_("zh"), message, "ana & bo", "")
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
    sender = TelegramSender(telegram, missing, paid=paid)
    for name, screen in of_every_kind(sim).items():
        await everything(sender, ana.id, screen)
        await everything(sender, ana.id, replace(screen, text=screen.text + name))
    await sender.send(ana.id, Screen("", media=(our_file(tmp_path, MediaKind.PHOTO),)))
    flags = {call.params.get("allow_paid_broadcast") for call in sim.calls()}
    assert flags == ({True, "true"} if paid else {None})


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
    message_id = await says(chat, ana, Screen("零"))
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
    message_id = await says(chat, ana, Screen("零"))
    await chat.edit(ana.id, message_id, of_every_kind(sim)[name])
    assert len(ana.messages) > 1
    assert shown(ana)[0] == "text: 零"


async def test_what_cannot_be_edited_any_more_is_sent_below(
    sim: Simulator, chat: Chat, ana: Person
) -> None:
    photo = await says(chat, ana, Screen("零", (), (on_telegram(sim, MediaKind.PHOTO),)))
    await chat.edit(ana.id, photo, Screen("一"))  # a photo does not become a text
    assert shown(ana) == ["photo: 零", "text: 一"]
    await chat.edit(ana.id, 999, Screen("二"))
    assert shown(ana)[2:] == ["text: 二"]
    with pytest.raises(TelegramRefused, match="parse entities"):
        await chat.edit(ana.id, photo, Screen("<x>"))


async def test_an_edit_says_which_message_shows_the_screen(
    sim: Simulator, chat: Chat, ana: Person
) -> None:
    text = await says(chat, ana, Screen("零"))
    assert await chat.edit(ana.id, text, Screen("一")) == text
    assert await chat.edit(ana.id, text, Screen("一")) == text
    photo = await says(chat, ana, Screen("", (), (on_telegram(sim, MediaKind.PHOTO),)))
    assert await chat.edit(ana.id, photo, Screen("二")) == ana.last.message_id != photo


async def test_a_message_loses_its_buttons_or_goes(sim: Simulator, chat: Chat, ana: Person) -> None:
    stripped, deleted, old = [await says(chat, ana, Screen(text, ROWS)) for text in "一二三"]
    for _ in range(2):  # the second time there is nothing to do, and nobody hears of it
        await chat.strip(ana.id, stripped)
        await chat.delete(ana.id, deleted)
    sim.clock.advance(timedelta(hours=49))
    await chat.delete(ana.id, old)  # Telegram keeps it: it is too old
    assert shown(ana) == ["text: 一", "text: 三"]
    assert not any(message.buttons for message in ana.messages)


async def test_a_reply_stands_under_what_was_said(chat: Chat, ana: Person) -> None:
    said = await ana.says("您好")
    await chat.send(ana.id, Screen(LONG), reply_to=said.message_id)
    assert [message.reply_to for message in ana.messages[1:]] == [None, said]
    await chat.send(ana.id, Screen("a"), reply_to=12345)  # it was deleted meanwhile
    assert ana.last.reply_to is None


async def test_each_message_of_an_answer_and_each_try_takes_a_turn(
    sim: Simulator, telegram: Telegram, ana: Person
) -> None:
    pace = AtOnce()
    sim.faults.next(TooManyRequests(0), method="sendMessage")
    await chat_over(telegram, pace).send(ana.id, Screen(LONG))
    assert pace.asked == [ana.id] * 3
    assert pace.refusals == [0]


async def test_a_picture_is_uploaded(sim: Simulator, chat: Chat, ana: Person) -> None:
    await chat.send(ana.id, Screen("<b>a</b>", media=(picture(TINY_PNG),)))
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
